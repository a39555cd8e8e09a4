"""Spikes (S-23): more holds than usual, and the smallest part of the business that explains them.

For each value of each dimension and each pair of values, what came in the window is compared with the same hours of each day of
the history (`tail.usual`). A count is a spike where it is less likely than `ALPHA` shared out over all the parts that were
looked at: one false alarm in a thousand looks, however many parts there are. Then from the whole downwards: as long as what
is left of a part without a smaller part of it is no spike any more, the smaller part explains it (of several: the least
likely one), and so do a few pairs together, if they are no more than half of all. What was named is taken
out, and the search goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import combinations
from typing import Final

from tieout.intelligence.facts import CaseFact
from tieout.intelligence.pulse import Pulse, pulse
from tieout.intelligence.tail import Usual, usual

ALPHA: Final = Decimal("0.001")
LEAST: Final = 5
"""Fewer holds than this are never a spike."""
NAMED_MAX: Final = 5

DIMENSIONS: Final = ("site", "source", "segment")
"""Warehouse, source of delay, segment of customers: of two parts that are as unlikely, the one in earlier dimensions is named."""

Part = tuple[tuple[str, str], ...]
"""Values by dimension, in the order of the dimensions; () is everything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """One case as it came: when, where, and its id."""

    id: str
    at: datetime
    where: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A spike by the smallest part that explains it. `pulse` is the state of the source of its holds, if they have one."""

    part: Part
    count: int
    mean: Decimal
    sigmas: Decimal
    tail: Decimal
    since: datetime
    until: datetime
    cases: tuple[str, ...]
    pulse: Pulse | None = None

    @property
    def name(self) -> str:
        """ "W3 × carrier feed"; "everything" for the whole."""
        return " × ".join(value for _, value in self.part) or "everything"


def holds(cases: Iterable[CaseFact]) -> list[Hold]:
    """Cases as holds: by warehouse, by source of delay, by segment. What has no value in a dimension is in no part of it."""
    errors = []
    for case in cases:
        first = case.stretches[0]
        if first.driver == "error":
            where = {"site": case.about.site, "source": first.source, "segment": case.about.segment}
            errors.append(
                Hold(id=case.id, at=case.opened_at, where={name: value for name, value in where.items() if value})
            )
    return errors


def spikes(
    cases: Sequence[CaseFact], *, at: datetime, window: timedelta = timedelta(hours=3), days: int = 90
) -> tuple[Alert, ...]:
    """The spikes of the window that ends at `at`, the least likely first; policy-driven waits are none."""
    named = find(holds(cases), at=at, window=window, days=days)
    return tuple(
        Alert(
            part=alert.part, count=alert.count, mean=alert.mean, sigmas=alert.sigmas, tail=alert.tail, since=alert.since,
            until=alert.until, cases=alert.cases, pulse=_pulse(alert.part, alert.cases, cases, at=at),
        )
        for alert in named
    )  # fmt: skip


def _pulse(part: Part, ids: Sequence[str], cases: Sequence[CaseFact], *, at: datetime) -> Pulse | None:
    """The state of the source that the part names, or that all of its holds have in common."""
    values = dict(part)
    by_id = {case.id: case for case in cases}
    sources = {by_id[id_].stretches[0].source for id_ in ids}
    if "source" not in values:
        if len(sources) != 1:
            return None
        values["source"] = sources.pop()
    mine = [
        case
        for case in cases
        if any(stretch.source == values["source"] for stretch in case.stretches)
        and ("site" not in values or case.about.site == values["site"])
    ]
    return pulse(values["source"], mine, at=at)


def find(history: Sequence[Hold], *, at: datetime, window: timedelta, days: int) -> list[Alert]:
    """The spikes among these holds."""
    counted = Counted(history, at=at, window=window, days=days)
    alerts: list[Alert] = []
    while len(alerts) < NAMED_MAX and (part := counted.smallest()) is not None:
        alerts.append(counted.alert(part))
        counted.take_out(part)
    return sorted(alerts, key=lambda alert: (alert.tail, alert.name))


class Counted:
    """Holds of the window and of the same hours of each day before it, by part; what was named can be taken out."""

    def __init__(self, history: Sequence[Hold], *, at: datetime, window: timedelta, days: int) -> None:
        self.at, self.window, self.days = at, window, days
        self.now: list[Hold] = []
        self.before: list[tuple[int, Hold]] = []
        for hold in history:
            back = at - hold.at
            day, rest = divmod(back - timedelta(microseconds=1), timedelta(days=1))
            if rest < window and day == 0:
                self.now.append(hold)
            elif rest < window and 1 <= day <= days:
                self.before.append((day, hold))
        self.parts = sorted({part for hold in self.now for part in parts_of(hold)}, key=lambda part: (len(part), part))

        everything = (*self.now, *(hold for _, hold in self.before))
        self.pairs = {part for hold in everything for part in parts_of(hold) if len(part) == 2}

    def level(self) -> Decimal:
        """How unlikely a count has to be, with so many parts looked at."""
        return ALPHA / max(len(self.parts), 1)

    def usual(self, part: Part, *but: Part) -> Usual:
        """What is usual in a part (without a smaller part of it)."""
        days = [0] * self.days
        for day, hold in self.before:
            if within(hold, part) and not any(within(hold, inner) for inner in but):
                days[day - 1] += 1
        return usual(days)

    def count(self, part: Part, *but: Part) -> list[Hold]:
        """What came in the window."""
        return [hold for hold in self.now if within(hold, part) and not any(within(hold, inner) for inner in but)]

    def is_spike(self, part: Part, *but: Part) -> bool:
        """Whether so many are a spike."""
        count = len(self.count(part, *but))
        return count >= LEAST and self.usual(part, *but).tail(count) < self.level()

    def smallest(self) -> Part | None:
        """The smallest part that explains the widest spike that is left; None if there is no spike."""
        raised = [part for part in self.parts if self.is_spike(part)]
        if not raised:
            return None
        part = min((candidate for candidate in raised if len(candidate) == len(raised[0])), key=self._tail)
        while inner := self._explaining(part, raised) or self._few(part, raised):
            part = min(inner, key=self._tail)
        return part

    def _explaining(self, part: Part, raised: Sequence[Part]) -> list[Part]:
        """The next smaller parts without which the rest of a part is no spike."""
        inside = [inner for inner in raised if set(part) < set(inner) and len(inner) == len(part) + 1]
        return [inner for inner in inside if self._narrower(inner, part) and not self.is_spike(part, inner)]

    def _narrower(self, inner: Part, part: Part) -> bool:
        """Whether anything ever came in the part and not in the inner one: else naming it would say no more."""
        everything = (*self.now, *(hold for _, hold in self.before))
        return any(within(hold, part) and not within(hold, inner) for hold in everything)

    def _few(self, part: Part, raised: Sequence[Part]) -> list[Part]:
        """Pairs within a part that explain it together, where they are no more than half of all pairs of their dimensions."""
        if len(part) >= 2:
            return []
        for names in sorted(
            {tuple(name for name, _ in pair) for pair in raised if len(pair) == 2 and set(part) < set(pair)}
        ):
            every = {pair for pair in self.pairs if names == tuple(name for name, _ in pair) and set(part) < set(pair)}
            mine: list[Part] = [pair for pair in raised if pair in every]
            if 2 * len(mine) <= len(every) and not self.is_spike(part, *mine):
                return mine
        return []

    def _tail(self, part: Part) -> tuple[Decimal, list[int]]:
        return self.usual(part).tail(len(self.count(part))), [DIMENSIONS.index(name) for name, _ in part]

    def alert(self, part: Part) -> Alert:
        """The alert of a part."""
        came, typical = self.count(part), self.usual(part)
        return Alert(
            part=part,
            count=len(came),
            mean=typical.mean,
            sigmas=typical.sigmas(len(came)),
            tail=typical.tail(len(came)),
            since=self.at - self.window,
            until=self.at,
            cases=tuple(hold.id for hold in came),
        )

    def take_out(self, part: Part) -> None:
        """From now on as if the part did not exist."""
        self.now = [hold for hold in self.now if not within(hold, part)]
        self.before = [(day, hold) for day, hold in self.before if not within(hold, part)]


def parts_of(hold: Hold) -> Iterator[Part]:
    """The whole, every value, every pair of values that a hold belongs to."""
    values = [(name, hold.where[name]) for name in DIMENSIONS if name in hold.where]
    for size in range(3):
        yield from combinations(values, size)


def within(hold: Hold, part: Part) -> bool:
    """Whether a hold belongs to a part."""
    return all(hold.where.get(name) == value for name, value in part)
