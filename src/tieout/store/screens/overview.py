"""The overview: claims by status, and open cases by code."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Sum

from tieout.core.values.money import Money
from tieout.core.values.scope import Scope
from tieout.store.link import scoped
from tieout.store.screens import seen
from tieout.store.screens.worklist import AWAITS_EVIDENCE


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeRow:
    """Open cases of one code in one queue: how many, how many of them wait for evidence, the money at stake in each currency."""

    code: str
    queue: str
    cases: int
    waiting: int
    at_stake: tuple[Money, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """`claims` counts by status word; `unread` files are received but not yet read; `codes` with most cases first."""

    claims: dict[str, int]
    unread: int
    codes: tuple[CodeRow, ...]

    @property
    def received(self) -> int:
        """All claims, in any status."""
        return sum(self.claims.values())


@scoped
def overview(scope: Scope, *, kinds: Collection[str] = ()) -> Overview:
    """The present state of the scope's claims and open cases; of claims of these kinds only, where any are named."""
    claims = seen.claims(scope)
    claims = claims.filter(kind__in=list(kinds)) if kinds else claims
    statuses = claims.values_list("status").annotate(claims=Count("*")).order_by()
    return Overview(
        claims=dict(statuses),
        unread=seen.unread(scope).count(),
        codes=_codes(scope, kinds),
    )


def _codes(scope: Scope, kinds: Collection[str]) -> tuple[CodeRow, ...]:
    cases = seen.cases(scope)
    if kinds:
        cases = cases.filter(claim__in=seen.claims(scope).filter(kind__in=list(kinds)).values("id"))
    rows = (
        cases.filter(closed_at__isnull=True)
        .values_list("code", "queue", "currency")
        .annotate(cases=Count("*"), waits=Count("status", filter=AWAITS_EVIDENCE), stake=Sum("at_stake"))
        .order_by()
    )
    merged: dict[tuple[str, str], tuple[int, int, tuple[Money, ...]]] = {}
    for code, queue, currency, number, waiting, minor in rows:
        before = merged.get((code, queue), (0, 0, ()))
        money = seen.amount(minor, currency)
        merged[code, queue] = (before[0] + number, before[1] + waiting, before[2] + ((money,) if money else ()))
    made = [
        CodeRow(code=code, queue=queue, cases=number, waiting=waiting, at_stake=stakes)
        for (code, queue), (number, waiting, stakes) in merged.items()
    ]
    return tuple(sorted(made, key=lambda row: (-row.cases, row.code, row.queue)))
