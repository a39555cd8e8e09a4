"""The overview: claims by status, and open cases by code."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from tieout.core.claim.at_stake import of_one_claim
from tieout.core.values.money import Money
from tieout.core.values.scope import Scope
from tieout.store.link import scoped
from tieout.store.models import Case
from tieout.store.screens import seen


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeRow:
    """Open cases of one code in one queue, or in all ("" as queue): how many, how many of them wait for evidence, the money at stake
    in each currency. What is at stake of one claim counts at most once to what it asks for."""

    code: str
    queue: str
    cases: int
    waiting: int
    at_stake: tuple[Money, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """`claims` counts by status word; `unread` files are received but not yet read; `codes` with most cases first, by queue and
    (`by_code`) in all queues together; `at_stake` of all open cases, each claim once."""

    claims: dict[str, int]
    unread: int
    codes: tuple[CodeRow, ...]
    by_code: tuple[CodeRow, ...] = ()
    at_stake: tuple[Money, ...] = ()

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
    codes, by_code, at_stake = _codes(scope, kinds)
    return Overview(
        claims=dict(statuses), unread=seen.unread(scope).count(), codes=codes, by_code=by_code, at_stake=at_stake
    )


_Group = tuple[str | None, str | None]
"""A code and a queue; None where they do not matter. (Nobody's queue is "": silent waits.)"""


@dataclass(slots=True)
class _Tally:
    """What is counted of a group: cases, those that wait, and minor units at stake by currency."""

    cases: int = 0
    waiting: int = 0
    stakes: dict[str, int] = field(default_factory=dict)


def _codes(scope: Scope, kinds: Collection[str]) -> tuple[tuple[CodeRow, ...], tuple[CodeRow, ...], tuple[Money, ...]]:
    cases = seen.cases(scope).filter(closed_at__isnull=True)
    if kinds:
        cases = cases.filter(claim__in=seen.claims(scope).filter(kind__in=list(kinds)).values("id"))
    rows = (
        cases.values_list("code", "queue", "currency")
        .annotate(cases=Count("*"), waits=Count("view", filter=Q(view="waiting")), stake=Sum("at_stake"))
        .order_by()
    )
    tallies: dict[_Group, _Tally] = {}
    for code, queue, currency, number, waiting, minor in rows:
        for group in _groups(code, queue):
            tally = tallies.setdefault(group, _Tally())
            tally.cases, tally.waiting = tally.cases + number, tally.waiting + waiting
            if minor is not None:
                tally.stakes[currency] = tally.stakes.get(currency, 0) + minor
    for (group, currency), minor in _counted_twice(scope, cases).items():
        tallies[group].stakes[currency] -= minor
    return (
        _rows(
            (code, queue, tally) for (code, queue), tally in tallies.items() if code is not None and queue is not None
        ),
        _rows((code, "", tally) for (code, queue), tally in tallies.items() if code is not None and queue is None),
        _moneys(tallies.get((None, None), _Tally())),
    )


def _groups(code: str, queue: str) -> tuple[_Group, ...]:
    return (code, queue), (code, None), (None, None)


def _rows(tallies: Iterable[tuple[str, str, _Tally]]) -> tuple[CodeRow, ...]:
    made = [
        CodeRow(code=code, queue=queue, cases=tally.cases, waiting=tally.waiting, at_stake=_moneys(tally))
        for code, queue, tally in tallies
    ]
    return tuple(sorted(made, key=lambda row: (-row.cases, row.code, row.queue)))


def _counted_twice(scope: Scope, cases: QuerySet[Case]) -> dict[tuple[_Group, str], int]:
    """What the sums over cases hold of one claim beyond what it asks for, by group and currency: of claims with several open cases."""
    several = cases.values("claim").annotate(number=Count("*")).filter(number__gt=1).order_by()
    asked = dict(seen.claims(scope).filter(id__in=several.values("claim")).values_list("id", "payable"))
    stakes: dict[tuple[_Group, str, UUID], list[int]] = {}
    theirs = cases.filter(claim__in=several.values("claim"), at_stake__isnull=False)
    for claim, code, queue, currency, minor in theirs.values_list("claim", "code", "queue", "currency", "at_stake"):
        for group in _groups(code, queue):
            stakes.setdefault((group, currency, claim), []).append(minor or 0)
    beyond: dict[tuple[_Group, str], int] = {}
    for (group, currency, claim), minors in stakes.items():
        more = sum(minors) - of_one_claim(minors, asked.get(claim))
        if more:
            beyond[group, currency] = beyond.get((group, currency), 0) + more
    return beyond


def _moneys(tally: _Tally) -> tuple[Money, ...]:
    return tuple(Money(minor, currency) for currency, minor in sorted(tally.stakes.items()))
