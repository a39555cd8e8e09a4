"""Open cases by age and code, and when money that is held up may be expected (KPI-09, KPI-23)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Final

from tieout.core.claim.at_stake import of_one_claim
from tieout.core.values.calendar import elapsed
from tieout.core.values.clock import Hours
from tieout.core.values.money import Money
from tieout.intelligence.facts import CaseFact, ClaimFact, Driver
from tieout.intelligence.figure import Figure, Name, quantile, spread
from tieout.intelligence.measures import OPEN, is_sale, released

BUCKETS: Final = (1, 3, 7, 14, 30)
"""Upper ends in business days, inclusive; what is older is the last bucket."""
LABELS: Final = ("0–1", "2–3", "4–7", "8–14", "15–30", "over 30")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ages:
    """Open cases of one code: how many in each bucket of `LABELS`, and the money at stake in each currency."""

    code: str
    driver: Driver
    counts: tuple[int, ...]
    at_stake: tuple[Money, ...]
    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """Money that is not out yet and is expected to be by the end of a week (`monday` begins it); None: unpredictable."""

    monday: date | None
    amounts: tuple[Money, ...]
    claims: tuple[str, ...]


def ageing(cases: Iterable[CaseFact], *, at: datetime, hours: Hours = OPEN) -> tuple[Ages, ...]:
    """Open cases by code and age in business days, errors first, most cases first."""
    mine: dict[tuple[str, Driver], list[CaseFact]] = {}
    for case in cases:
        if case.closed_at is None:
            mine.setdefault((case.code, case.driver), []).append(case)
    rows = []
    for (code, driver), group in mine.items():
        counts = [0] * len(LABELS)
        for case in group:
            counts[_bucket(elapsed(case.opened_at, at, hours), hours)] += 1
        stakes = at_stake(group)
        ids = tuple(case.id for case in group)
        rows.append(Ages(code=code, driver=driver, counts=tuple(counts), at_stake=stakes, cases=ids))
    return tuple(sorted(rows, key=lambda row: (row.driver, -len(row.cases), row.code)))


def _bucket(age: timedelta, hours: Hours) -> int:
    day = timedelta(minutes=hours.closes - hours.opens)
    days = -(-age // day)
    return next((k for k, most in enumerate(BUCKETS) if days <= most), len(BUCKETS))


def at_stake(cases: Iterable[CaseFact]) -> tuple[Money, ...]:
    """The money at stake in cases, one sum a currency: of one claim at most once what it asks for."""
    by_claim: dict[tuple[str, str], list[int]] = {}
    asked: dict[tuple[str, str], int] = {}
    for case in cases:
        if case.at_stake is None:
            continue
        key = (case.at_stake.currency, case.claim)
        by_claim.setdefault(key, []).append(case.at_stake.minor)
        if case.about.amount is not None and case.about.amount.currency == case.at_stake.currency:
            asked[key] = case.about.amount.minor
    return sums(Money(of_one_claim(minors, asked.get(key)), key[0]) for key, minors in by_claim.items())


def sums(amounts: Iterable[Money | None]) -> tuple[Money, ...]:
    """One sum a currency, by currency."""
    by_currency: dict[str, Money] = {}
    for amount in amounts:
        if amount is not None:
            by_currency[amount.currency] = by_currency.get(amount.currency, Money.zero(amount.currency)) + amount
    return tuple(by_currency[currency] for currency in sorted(by_currency))


def expected(claims: Iterable[ClaimFact], *, at: datetime) -> tuple[Expected, ...]:
    """By week: invoices of ours that are not out yet and when they may be, the week of `at` first, what cannot be predicted last.

    A claim is expected when its last case is: after what nine of ten cases of that code took, counted from its opening; a case
    that is older than that already, and one of a code of which no case was closed before, cannot be predicted.
    """
    living = [claim for claim in claims if not claim.over and is_sale(claim)]
    past = _past(case for claim in living for case in claim.cases)
    weeks: dict[date | None, list[ClaimFact]] = {}
    for claim in living:
        if claim.released_at is None:
            when = release_of(claim, past, at=at)
            monday = when.date() - timedelta(days=when.weekday()) if when else None
            weeks.setdefault(monday, []).append(claim)
    order = sorted((week for week in weeks if week is not None), key=lambda week: week)
    ends: list[date | None] = [*order, *([None] if None in weeks else [])]
    return tuple(
        Expected(
            monday=week,
            amounts=sums(claim.about.amount for claim in weeks[week]),
            claims=tuple(claim.id for claim in weeks[week]),
        )
        for week in ends
    )


def release_of(claim: ClaimFact, past: Mapping[str, Sequence[Fraction]], *, at: datetime) -> datetime | None:
    """When a claim is expected to go out; `at` where nothing holds it; None where it cannot be predicted."""
    latest = at
    for case in claim.cases:
        if case.closed_at is None:
            usual = quantile(past.get(case.code, ()), Fraction(9, 10))
            if usual is None:
                return None
            when = case.opened_at + timedelta(microseconds=int(usual * 3_600_000_000))
            if when < at:
                return None
            latest = max(latest, when)
    return latest


def _past(cases: Iterable[CaseFact]) -> dict[str, list[Fraction]]:
    spans: dict[str, list[Fraction]] = {}
    for case in cases:
        if case.closed_at is not None:
            hours = Fraction((case.closed_at - case.opened_at) // timedelta(microseconds=1), 3_600_000_000)
            spans.setdefault(case.code, []).append(hours)
    return {code: sorted(lengths) for code, lengths in spans.items()}


def billing_lag(claims: Iterable[ClaimFact]) -> Figure:
    """Release − what made it billable: a confirmed shipment, or the end of the period (KPI-23)."""
    spans = [(claim.id, claim.about.billable_at, claim.released_at) for claim in released(claims) if not claim.over]
    name = Name(
        name="billing-lag",
        title="Billing lag",
        kpi="KPI-23",
        meaning="Posting − billable event (confirmed shipment or end of period), of posted invoices.",
    )
    return spread(name, [(id_, max(out - since, timedelta())) for id_, since, out in spans if since and out])


def unbilled(claims: Iterable[ClaimFact]) -> tuple[tuple[Money, ...], tuple[str, ...]]:
    """What could have been billed and was not: the sums of BIL-LEAK, and the claims behind them (KPI-23)."""
    mine = [claim for claim in claims if not claim.over and claim.unbilled]
    return sums(claim.unbilled for claim in mine), tuple(claim.id for claim in mine)
