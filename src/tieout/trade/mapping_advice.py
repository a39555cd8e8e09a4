"""Advice: a possible action, with how often such advice was right. It is never an input of a check or a verdict."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Protocol

ERROR_MAX: Final = Decimal("0.01")
"""Up to which share of wrong answers advice may be carried out without asking."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """An earlier decision of a person: an identifier and the account that it belongs to."""

    identifier: str
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """An account for an identifier. `confidence` is the share of earlier cases of the same sort in which it was right.

    `evidence` is how many those cases were, `error_max` up to how often it is wrong at worst, given so many (95 %).
    `others` are further accounts that the identifier may belong to. `rule` names the sort, `reason` says it in words.
    """

    identifier: str
    account: str
    confidence: Decimal
    evidence: int
    error_max: Decimal
    rule: str
    reason: str
    others: tuple[str, ...] = ()

    @property
    def certain(self) -> bool:
        """Whether it may be carried out without asking: nothing else is possible, and it is wrong at most once in a hundred."""
        return not self.others and self.error_max <= ERROR_MAX


class MappingAdvisor(Protocol):
    """Suggests accounts for unmapped identifiers. Rules from past corrections today; a model may answer the same question."""

    @property
    def name(self) -> str:
        """Who gives the advice: it is written into each mapping that is made of it."""
        ...

    def suggest(
        self, unmapped: Sequence[str], past: Sequence[Correction], accounts: Collection[str]
    ) -> tuple[Suggestion, ...]:
        """At most one suggestion for each identifier, of accounts that exist."""
        ...
