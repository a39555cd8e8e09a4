"""Sources of which each may send any document: for scenarios and simulations, whose company has no settings of sources."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from tieout.core.access.source import ANY, SETUP, Source
from tieout.core.values.scope import Scope

ANYTHING: Final = Source(name=SETUP, kinds=frozenset({ANY}))


class OpenSources:
    """Every source may send any document, and so may every person."""

    def named(self, _scope: Scope, name: str, *, on: date) -> Source:  # noqa: ARG002  required by the port
        """A source of this name that may send everything."""
        return replace(ANYTHING, name=name)

    def of(self, _by: Scope, *, on: date) -> Source:  # noqa: ARG002
        """The same, for a person."""
        return ANYTHING
