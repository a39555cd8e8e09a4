"""For which periods the usage of an account is stated: calendar months in UTC, and those by which its contracts bill it.

A contract's period begins at midnight of its own time zone. Hours of totals are those of UTC, so where that midnight is within an
hour (India, Nepal, Newfoundland), the hour lies in two periods, and its events are added up one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from tieout.metering.core.usage import Run, first_day, hour_of, last_day, moment_of, month_of
from tieout.trade.contract_periods import DAY, Days, end_of, midnight
from tieout.trade.contract_terms import Terms, terms_of
from tieout.trade.documents.subscription import Amendment, Subscription

_INSTANT: Final = timedelta(microseconds=1)
_UTC: Final = frozenset({"", "UTC"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A part of an hour of UTC: from an instant until before another."""

    hour: int
    begins_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Period:
    """Days of a time zone ("" for UTC) from the first to the last, both inclusive."""

    first: date
    last: date
    zone: str = ""

    @property
    def begins_at(self) -> datetime:
        """The instant at which it begins."""
        return midnight(self.first, self.zone)

    @property
    def ends_at(self) -> datetime:
        """The first instant after it."""
        return end_of(Days(first=self.first, last=self.last), zone=self.zone)

    @property
    def hours(self) -> Run:
        """The hours of UTC (since 1970) in which some of it lies."""
        return hour_of(self.begins_at), hour_of(self.ends_at - _INSTANT)

    @property
    def count(self) -> int:
        """How many hours of UTC these are."""
        first, last = self.hours
        return last - first + 1

    @property
    def edges(self) -> tuple[Edge, ...]:
        """The parts of hours of which it has not all: none where its days begin with an hour of UTC."""
        first, last = self.hours
        begins, ends = self.begins_at, self.ends_at
        edges = []
        if begins > moment_of(first):
            edges.append(Edge(hour=first, begins_at=begins, ends_at=min(moment_of(first + 1), ends)))
        if ends < moment_of(last + 1) and (last > first or not edges):
            edges.append(Edge(hour=last, begins_at=max(moment_of(last), begins), ends_at=ends))
        return tuple(edges)

    @property
    def whole_hours(self) -> Run:
        """The hours of UTC that lie in it from their first minute to their last; the last is before the first if there are none."""
        first, last = self.hours
        cut = {edge.hour for edge in self.edges}
        return first + (first in cut), last - (last in cut)

    @property
    def is_month(self) -> bool:
        """Whether it is a calendar month in UTC."""
        month = month_of(self.first)
        return not self.zone and (self.first, self.last) == (first_day(month), last_day(month))


def month_period(month: int) -> Period:
    """A calendar month in UTC, as `usage.month_of` counts."""
    return Period(first=first_day(month), last=last_day(month))


def contracts_of(subscriptions: Iterable[Subscription], amendments: Sequence[Amendment]) -> list[Terms]:
    """The terms of subscriptions by all of their amendments; by none, and without any one of them, which may be taken back yet."""
    terms = []
    for subscription in subscriptions:
        mine = [change for change in amendments if change.subscription.strip() == subscription.number.strip()]
        held = [tuple(mine), *([()] if mine else [])]
        if len(mine) > 1:
            held += [tuple(other for other in mine if other is not change) for change in mine]
        terms += [terms_of(subscription, changes) for changes in held]
    return terms


def periods_billed(contracts: Iterable[Terms], meter: str, months: Iterable[int]) -> dict[Period, str]:
    """The periods, and the parts of periods with terms of their own, by which contracts may bill a meter and that have days in some
    calendar months; with the interval of each, "" for a part. Calendar months in UTC are left out: these are always stated.
    """
    billed: dict[Period, str] = {}
    touched = sorted(set(months))
    for terms in contracts:
        for name, versions in terms.lines.items():
            if any(version.line.basis == "usage" and version.line.meter.strip() == meter for version in versions):
                for one in _counted(terms, name):
                    for period, interval in _in_months(one, name, touched):
                        billed[period] = billed.get(period) or interval
    return {period: interval for period, interval in billed.items() if not period.is_month}


def _counted(terms: Terms, name: str) -> Iterator[Terms]:
    """The terms as they stand; and by the contract's own day, as billing may charge where the contract does not say."""
    yield terms
    if not terms.subscription.anchor.strip() and terms.subscription.starts_on is not None:
        yield replace(terms, by_start=frozenset({name}))


def _in_months(terms: Terms, name: str, months: Sequence[int]) -> Iterator[tuple[Period, str]]:
    zone = "" if terms.zone in _UTC else terms.zone
    for month in months:
        first, last = (
            first_day(month) - DAY,
            last_day(month) + DAY,
        )  # days of other zones begin up to a day earlier or later
        for days in terms.periods(name, since=first, until=last):
            version = terms.on(name, days.first)
            assert version is not None, "a period has a version"
            whole = terms.period(version.line, days.first) == days
            yield Period(first=days.first, last=days.last, zone=zone), version.line.interval if whole else ""
            parts = terms.segments(name, days)
            if len(parts) > 1:
                yield from ((Period(first=part.first, last=part.last, zone=zone), "") for _, part in parts)


def history_of(period: Period, interval: str, stated: Mapping[tuple[Period, str], object]) -> list[Period]:
    """The whole periods of the same interval that come one after the other just before this one, oldest first; none before a part."""
    before: list[Period] = []
    ending = {one.last: one for one, other in stated if other == interval and one.zone == period.zone}
    at = ending.get(period.first - DAY) if interval else None
    while at is not None and len(before) < HISTORY:
        before.append(at)
        at = ending.get(at.first - DAY)
    return before[::-1]


HISTORY: Final = 12
"""How many earlier periods a statement shows."""
