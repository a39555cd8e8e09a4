"""A pack that adds nothing: the base of a pack of your own, which defines only what differs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tieout.core.access.role import Role
from tieout.core.documents.kind import DocumentKind
from tieout.core.findings.code import Code
from tieout.core.findings.resolution import Resolution
from tieout.core.policy.facts import Dimension
from tieout.core.policy.rule import RuleSpec
from tieout.core.tie_out.actions import Actions, PlainActions
from tieout.core.tie_out.dossier import Dossier, Need
from tieout.core.tie_out.scenario_word import ScenarioWord
from tieout.core.values.key import Key


class PlainPack:
    """All that `Pack` asks for but its name, its version, its claims and `tie_out`: empty everywhere."""

    documents: tuple[DocumentKind, ...] = ()
    actions: Actions = PlainActions()
    watched_kinds: frozenset[str] = frozenset()
    rules: tuple[RuleSpec[Any], ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    codes: tuple[Code, ...] = ()
    resolutions: tuple[Resolution, ...] = ()
    silent_waits: frozenset[str] = frozenset()
    roles: tuple[Role, ...] = ()
    queues: tuple[str, ...] = ()
    scenario_words: tuple[ScenarioWord, ...] = ()

    def needs(self, dossier: Dossier) -> Iterable[Need]:  # noqa: ARG002  this pack looks nothing up
        """Nothing to look up."""
        return ()

    def locks(self, dossier: Dossier) -> tuple[Key, ...]:  # noqa: ARG002  this pack uses nothing up
        """Nothing to lock."""
        return ()

    def ledgers(self, dossier: Dossier) -> tuple[Key, ...]:  # noqa: ARG002  this pack uses nothing up
        """No shared ledgers."""
        return ()
