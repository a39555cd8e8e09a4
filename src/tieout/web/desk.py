"""The one way in which pages change anything: a desk that takes commands. The wiring puts somebody behind it at start-up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from tieout.core.case.commands import Command
from tieout.core.codes import Code
from tieout.core.scope import Scope


class Desk(Protocol):
    """What the engine does for pages."""

    def submit(self, scope: Scope, case_id: UUID, command: Command, *, at: datetime) -> object:
        """Does it in one transaction. Raises `Refused`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Open:
    desk: Desk
    codes: Mapping[str, Code]


_behind: list[_Open] = []


def open_desk(desk: Desk, codes: Mapping[str, Code]) -> None:
    """Puts this desk behind the pages, with the names of all exception codes, in place of any before it."""
    _behind[:] = [_Open(desk=desk, codes=codes)]


def desk() -> Desk:
    """The desk. Raises `AssertionError` where the wiring has opened none."""
    assert _behind, "no desk is open: the pages were started without the wiring"
    return _behind[0].desk


def codes() -> Mapping[str, Code]:
    """The exception codes that this copy knows; none before the desk is open."""
    return _behind[0].codes if _behind else {}
