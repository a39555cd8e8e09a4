"""The terms of a subscription as of any day: the contract and its amendments, folded by the day from which each holds.

The time of arrival does not matter: an amendment that arrives late holds from its day all the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Final

from tieout.core.values.sentence import Sentence
from tieout.trade.contract_periods import DAY, START, Days, fault_in, grid_of, local_day, zone_fault
from tieout.trade.documents import Amendment, AmendmentEffect, Subscription, SubscriptionLine

_NEVER: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A line of the contract as it stands during `days`. `source` is the document that says so ("subscription SUB-1").

    `begins_at` and `ends_at` are the instants from which and until which it holds, where seconds are counted and a change says its
    instant: on its first day, and on the day after its last.
    """

    line: SubscriptionLine
    days: Days
    source: str
    begins_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """A subscription with its lines by id, each as its versions in the order of their days.

    `by_start` are lines that billing charges from the contract's own day, where the contract does not say from which.
    """

    subscription: Subscription
    lines: dict[str, tuple[Version, ...]]
    entities: tuple[tuple[date, str], ...] = ()
    by_start: frozenset[str] = frozenset()

    @property
    def zone(self) -> str:
        """The time zone of its days; "" for UTC."""
        return self.subscription.zone.strip()

    @property
    def fault(self) -> str:
        """Why nobody can tell its periods; "" where they can be told."""
        return fault_in(self.subscription.anchor) or zone_fault(self.zone)

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

    def periods(self, name: str, *, until: date, since: date = date.min) -> Iterator[Days]:
        """The periods of a line that have begun by a day, oldest first, each cut to the days on which the line is in force.

        `since`: without those that are over before that day.
        """
        versions = self.lines.get(name, ())
        day = self._first(name, since) if versions else date.max
        while day <= until and day > date.min:
            version = self.on(name, day)
            assert version is not None, "a line with a period has a version"
            whole = self.period(version.line, day)
            last = min((whole.last, *self._breaks(version, whole, day))) if len(versions) > 1 else whole.last
            inside = [part for _, part in self.during(name, Days(first=day, last=last))]
            if inside and inside[-1].last >= since:
                yield Days(first=inside[0].first, last=inside[-1].last)
            if last >= versions[-1].days.last:
                return
            day = last + DAY

    def _first(self, name: str, since: date) -> date:
        """The first day of a period from which on none is missing that ends on `since` or later."""
        versions = self.lines[name]
        begins = versions[0].days.first
        if since <= begins:
            return begins
        version = self.on(name, since)
        assert version is not None, "a line with versions has one for each day"
        new = [
            later.days.first
            for before, later in pairwise(versions)
            if later.days.first <= since and later.line.interval != before.line.interval
        ]
        return max((begins, self.period(version.line, since).first, *new))

    def segments(self, name: str, days: Days) -> list[tuple[SubscriptionLine, Days]]:
        """The parts of some days in which a line stands the same, with the line as it stands then."""
        parts: list[tuple[SubscriptionLine, Days]] = []
        for version, inside in self.during(name, days):
            if parts and parts[-1][0] == version.line and parts[-1][1].last + DAY == inside.first:
                parts[-1] = (version.line, Days(first=parts[-1][1].first, last=inside.last))
            else:
                parts.append((version.line, inside))
        return parts

    def _breaks(self, version: Version, whole: Days, day: date) -> Iterator[date]:
        """The last days of parts of a period: the days before those on which the line is charged in another interval from then on."""
        for later in self.lines[version.line.id]:
            begins = later.days.first
            if whole.first < begins <= whole.last and later.line.interval != version.line.interval and begins > day:
                yield begins - DAY

    def entity_on(self, day: date) -> str:
        """Our company that bills on a day, by contract and amendments."""
        return [entity for begins, entity in self.entities if begins <= day][-1]

    def once(self, name: str, at: datetime | None) -> Version:
        """The version by which something is charged once: that of its first day, or of the day on which it was accepted."""
        versions = self.lines[name]
        if versions[0].line.basis != "milestone":
            return versions[0]
        version = self.on(name, local_day(at, self.zone)) if at is not None else versions[-1]
        assert version is not None, "a line with a version"
        return version

    def period(self, line: SubscriptionLine, day: date) -> Days:
        """The whole period of a line in which a day lies: see `periods.grid_of`."""
        return grid_of(self.subscription, line.interval, START if line.id in self.by_start else "").period(day)

    def as_billed(self, name: str, billed: Iterable[Days]) -> Terms:
        """These terms, with the periods of a line counted from the contract's own day where billing does so and the contract does not
        say. `billed` are the periods that billing has charged the line for."""
        versions = self.lines.get(name, ())
        if self.subscription.anchor.strip() or self.subscription.starts_on is None or not versions:
            return self
        for days in billed:
            version = self.on(name, days.first)
            assert version is not None, "a line with a version"
            own = grid_of(self.subscription, version.line.interval, START).period(days.first)
            if days == own != self.period(version.line, days.first):
                return replace(self, by_start=self.by_start | {name})
        return self


def terms_of(subscription: Subscription, amendments: Iterable[Amendment]) -> Terms:
    """Folds the amendments of a subscription, in the order of the days from which they hold, then of their signatures."""
    begins = subscription.starts_on or subscription.approved_on or date.min
    ends = subscription.ends_on or date.max
    lines: dict[str, list[Version]] = {}
    source = Sentence("subscription {subscription}", subscription=subscription.number)
    for line in subscription.lines:
        _stands(lines, line, Days(first=begins, last=ends), source)
    entities = [(date.min, subscription.entity)]
    mine = [change for change in amendments if change.subscription.strip() == subscription.number.strip()]
    for amendment in sorted(mine, key=lambda change: (change.effective_on, change.signed_at or _NEVER, change.number)):
        day, at = amendment.effective_on, amendment.effective_at
        at = at if at is not None and local_day(at, subscription.zone) == day >= begins else None
        for line in amendment.lines:
            _ends(lines, line.id, day, at)
            days = Days(first=max(day, begins), last=ends)
            _stands(lines, line, days, Sentence("amendment {amendment}", amendment=amendment.number), at=at)
        for name in amendment.ended:
            _ends(lines, name, day, at)
        if amendment.entity:
            entities.append((day, amendment.entity))
    return Terms(
        subscription=subscription,
        lines={name: tuple(versions) for name, versions in sorted(lines.items())},
        entities=tuple(entities),
    )


def _stands(
    lines: dict[str, list[Version]], line: SubscriptionLine, days: Days, source: str, *, at: datetime | None = None
) -> None:
    first, last = max(days.first, line.valid_from or days.first), min(days.last, line.valid_to or days.last)
    versions = lines.setdefault(line.id, [])
    if first <= last:
        begins_at = at if at is not None and first == days.first else None
        versions.append(Version(line=line, days=Days(first=first, last=last), source=source, begins_at=begins_at))


def _ends(lines: dict[str, list[Version]], name: str, day: date, at: datetime | None) -> None:
    """From `day` on the line is no longer in force; where seconds are counted, from the instant `at` on that day."""
    if name in lines and day > date.min:
        cut = [
            replace(version, days=Days(first=version.days.first, last=day - DAY), ends_at=at)
            if version.days.last >= day
            else version
            for version in lines[name]
        ]
        lines[name] = [version for version in cut if version.days.first <= version.days.last]


@dataclass(frozen=True, slots=True, kw_only=True)
class Saga:
    """How far an amendment has been carried out: the last effect in each system that it has to reach, None where there is none."""

    amendment: Amendment
    effects: dict[str, AmendmentEffect | None]

    def systems(self, *states: str) -> tuple[str, ...]:
        """The systems whose last effect has one of these states ("" for those that have reported nothing)."""
        return tuple(name for name, effect in self.effects.items() if (effect.state if effect else "") in states)

    @property
    def is_off(self) -> bool:
        """Whether it is in force nowhere: every system has failed or taken it back, so the old terms hold."""
        return bool(self.effects) and not self.systems("done", "")


def saga_of(amendment: Amendment, effects: Iterable[AmendmentEffect]) -> Saga:
    """An amendment matched against its effects in each system; a share of another company needs its ledger as well."""
    systems = list(dict.fromkeys(amendment.systems))
    if amendment.intercompany is not None and "intercompany" not in systems:
        systems.append("intercompany")
    last: dict[str, AmendmentEffect | None] = dict.fromkeys(systems)
    number = amendment.number.strip()
    mine = [effect for effect in effects if effect.amendment.strip() == number and effect.system in last]
    for effect in sorted(mine, key=lambda effect: (effect.occurred_at, effect.number)):
        last[effect.system] = effect
    return Saga(amendment=amendment, effects=last)


def holding(amendments: Sequence[Amendment], effects: Collection[AmendmentEffect]) -> list[Amendment]:
    """The amendments that hold: all but those that were taken back everywhere."""
    return [amendment for amendment in amendments if not saga_of(amendment, effects).is_off]
