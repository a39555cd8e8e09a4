"""A pack: what one finance process adds to the kernel. Built-in packs and strangers' packs come in by the same entry point."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from tieout.core.codes import Code
from tieout.core.dossier import Dossier, Need
from tieout.core.policy import PolicySet
from tieout.core.verdict import Verdict
from tieout.core.worksheet import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class TieOut:
    """What tying out a claim gives: the verdict and the worksheet that shows it."""

    verdict: Verdict
    rows: tuple[Row, ...]


class Pack(Protocol):
    """One finance process. All of it is pure."""

    @property
    def name(self) -> str:
        """The pack's name, as entry points and verdicts give it."""
        ...

    @property
    def claims(self) -> frozenset[str]:
        """Kinds of document that are claims of this process."""
        ...

    @property
    def codes(self) -> tuple[Code, ...]:
        """Rows that this process adds to the taxonomy."""
        ...

    def needs(self, dossier: Dossier) -> Iterable[Need]:
        """What to look up next, given what is there; nothing more ends the gathering (at most four rounds)."""
        ...

    def locks(self, dossier: Dossier) -> tuple[str, ...]:
        """Keys whose allocations this claim may use up, sorted: they are locked before they are read."""
        ...

    def tie_out(self, dossier: Dossier, policies: PolicySet) -> TieOut:
        """Checks, precedence, allocations and verdict. Same dossier and policies, same answer, bit for bit."""
        ...
