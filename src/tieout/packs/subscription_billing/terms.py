"""The terms of a subscription as of any day: the contract and its amendments, folded by the day from which each holds.

When a paper came plays no part: an amendment that arrives late holds from its day all the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from tieout.trade.documents import Amendment, AmendmentEffect, Subscription, SubscriptionLine

DAY: Final = timedelta(days=1)
_NEVER: Final = datetime.min.replace(tzinfo=UTC)
_MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """Days from `first` to `last`, both inclusive."""

    first: date
    last: date

    @property
    def count(self) -> int:
        """How many days these are."""
        return (self.last - self.first).days + 1

    def within(self, other: Days) -> Days | None:
        """The days that both have; None if there are none."""
        first, last = max(self.first, other.first), min(self.last, other.last)
        return Days(first=first, last=last) if first <= last else None

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first} to {self.last}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A line of the contract as it stands during `days`. `source` is the paper that says so ("subscription SUB-1")."""

    line: SubscriptionLine
    days: Days
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """A subscription with its lines by id, each as its versions in the order of their days."""

    subscription: Subscription
    lines: dict[str, tuple[Version, ...]]
    entities: tuple[tuple[date, str], ...] = ()

    def during(self, line: str, days: Days) -> Iterator[tuple[Version, Days]]:
        """The versions of a line that are in force on some of these days, with those days."""
        for version in self.lines.get(line, ()):
            both = version.days.within(days)
            if both is not None:
                yield version, both

    def on(self, line: str, day: date) -> Version | None:
        """The version of a line on a day; before its first day the first, after its last the last. None: no such line."""
        versions = self.lines.get(line, ())
        begun = [version for version in versions if version.days.first <= day]
        return begun[-1] if begun else next(iter(versions), None)

    def periods(self, name: str, *, until: date) -> Iterator[Days]:
        """The periods of a line that have begun by a day, oldest first, each cut to the days on which the line is in force."""
        versions = self.lines.get(name, ())
        day = versions[0].days.first if versions else date.max
        while day <= until and day > date.min:
            version = self.on(name, day)
            assert version is not None, "a line with a period has a version"
            whole = self.period(version.line, day)
            breaks = [
                each.days.first - DAY
                for each in versions
                if whole.first < each.days.first <= whole.last
                and each.line.interval != version.line.interval
                and each.days.first > day
            ]
            last = min([whole.last, *breaks])
            inside = [part for _, part in self.during(name, Days(first=day, last=last))]
            if inside:
                yield Days(first=inside[0].first, last=inside[-1].last)
            if last >= versions[-1].days.last:
                return
            day = last + DAY

    def entity_on(self, day: date) -> str:
        """The company of ours that bills on a day, as sales has it."""
        return [entity for begins, entity in self.entities if begins <= day][-1]

    def once(self, name: str, at: datetime | None) -> Version:
        """The version by which something is charged once: that of its first day, or of the day on which it was accepted."""
        versions = self.lines[name]
        if versions[0].line.basis != "milestone":
            return versions[0]
        found = self.on(name, at.date()) if at is not None else versions[-1]
        assert found is not None, "a line with a version"
        return found

    def period(self, line: SubscriptionLine, day: date) -> Days:
        """The whole period of a line in which a day lies: 1, 3 or 12 calendar months from the month in which the contract starts."""
        size = _MONTHS.get(line.interval, 1)
        start = self.subscription.starts_on or date(2000, 1, 1)
        since = (day.year - start.year) * 12 + day.month - start.month
        first = start.year * 12 + start.month - 1 + since // size * size
        return Days(first=_month(first), last=_month(first + size) - DAY)


def _month(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)


def terms_of(subscription: Subscription, amendments: Iterable[Amendment]) -> Terms:
    """Folds the amendments of a subscription, in the order of the days from which they hold, then of their signatures."""
    begins = subscription.starts_on or subscription.approved_on or date.min
    ends = subscription.ends_on or date.max
    lines: dict[str, list[Version]] = {}
    source = f"subscription {subscription.number}"
    for line in subscription.lines:
        _stands(lines, line, Days(first=begins, last=ends), source)
    entities = [(date.min, subscription.entity)]
    mine = [each for each in amendments if each.subscription.strip() == subscription.number.strip()]
    for amendment in sorted(mine, key=lambda each: (each.effective_on, each.signed_at or _NEVER, each.number)):
        day = amendment.effective_on
        for line in amendment.lines:
            _ends(lines, line.id, day)
            _stands(lines, line, Days(first=max(day, begins), last=ends), f"amendment {amendment.number}")
        for name in amendment.ended:
            _ends(lines, name, day)
        if amendment.entity:
            entities.append((day, amendment.entity))
    return Terms(
        subscription=subscription,
        lines={name: tuple(versions) for name, versions in sorted(lines.items())},
        entities=tuple(entities),
    )


def _stands(lines: dict[str, list[Version]], line: SubscriptionLine, days: Days, source: str) -> None:
    first, last = max(days.first, line.valid_from or days.first), min(days.last, line.valid_to or days.last)
    known = lines.setdefault(line.id, [])
    if first <= last:
        known.append(Version(line=line, days=Days(first=first, last=last), source=source))


def _ends(lines: dict[str, list[Version]], name: str, day: date) -> None:
    """From `day` on the line does not stand any more."""
    if name in lines and day > date.min:
        cut = [
            replace(each, days=Days(first=each.days.first, last=min(each.days.last, day - DAY))) for each in lines[name]
        ]
        lines[name] = [each for each in cut if each.days.first <= each.days.last]


@dataclass(frozen=True, slots=True, kw_only=True)
class Saga:
    """How far an amendment has come: the last word of each system that it has to reach, "" where there is none."""

    amendment: Amendment
    effects: dict[str, AmendmentEffect | None]

    def systems(self, *states: str) -> tuple[str, ...]:
        """The systems whose last word is one of these ("" for those that have said nothing)."""
        return tuple(name for name, effect in self.effects.items() if (effect.state if effect else "") in states)

    @property
    def is_off(self) -> bool:
        """Whether it was carried out nowhere for good: every system has failed or taken it back, so the old terms hold."""
        return bool(self.effects) and not self.systems("done", "")


def saga_of(amendment: Amendment, effects: Iterable[AmendmentEffect]) -> Saga:
    """An amendment laid beside what each system made of it; a share of another company needs its books as well."""
    systems = list(dict.fromkeys(amendment.systems))
    if amendment.intercompany is not None and "intercompany" not in systems:
        systems.append("intercompany")
    last: dict[str, AmendmentEffect | None] = dict.fromkeys(systems)
    mine = [each for each in effects if each.amendment.strip() == amendment.number.strip() and each.system in last]
    for effect in sorted(mine, key=lambda each: (each.occurred_at, each.number)):
        last[effect.system] = effect
    return Saga(amendment=amendment, effects=last)


def holding(amendments: Sequence[Amendment], effects: Collection[AmendmentEffect]) -> list[Amendment]:
    """The amendments that hold: all but those that were taken back everywhere."""
    return [each for each in amendments if not saga_of(each, effects).is_off]
