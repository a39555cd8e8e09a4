"""The periods of a contract: months, quarters, years or weeks from the day on which it says that they begin, in its time zone.

A month that begins on the 31st begins on the last day of a shorter month, and on the 31st again in the next longer one.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final

from tieout.core.values.calendar import zone_of
from tieout.core.values.days import days_after
from tieout.core.values.errors import Malformed
from tieout.core.values.sentence import Figure, Sentence
from tieout.trade.documents import Subscription
from tieout.trade.documents.subscription import Interval

DAY: Final = timedelta(days=1)
CALENDAR: Final = "calendar"
START: Final = "start"
_MONTHS: Final[dict[str, int]] = {"month": 1, "quarter": 3, "year": 12}
_WEEK: Final = 7
_SHORTEST: Final = 28
_LONG_AGO: Final = date(2000, 1, 1)
_LAST: Final = date(9999, 1, 1)


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
        return self.words

    @property
    def words(self) -> str:
        """One day, or from which to which."""
        if self.first == self.last:
            return Figure(self.first)
        return Sentence("{first} to {last}", first=self.first, last=self.last)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Periods of one length that follow each other without gap or overlap: one begins on `base`.

    `months` long, each on the `on`th day of its month or the month's last; 0: weeks.
    """

    base: date
    months: int
    on: int = 1

    def period(self, day: date) -> Days:
        """The period in which a day lies."""
        return _period(self.base, self.months, self.on, day)

    def _holding(self, day: date) -> Days:
        if not self.months:
            gone = (day - self.base).days % _WEEK
            return Days(first=days_after(day, -gone), last=days_after(day, _WEEK - 1 - gone))
        k = ((day.year - self.base.year) * 12 + day.month - self.base.month) // self.months
        k -= self._begin(k) > day
        k += self._last(k) < day
        return Days(first=self._begin(k), last=self._last(k))

    def _begin(self, k: int) -> date:
        year, month = divmod(self.base.year * 12 + self.base.month - 1 + k * self.months, 12)
        return date.min if year < MINYEAR else _clipped(year, month + 1, self.on)

    def _last(self, k: int) -> date:
        year, month = divmod(self.base.year * 12 + self.base.month - 1 + (k + 1) * self.months, 12)
        return date.max if year > MAXYEAR else _clipped(year, month + 1, self.on) - DAY


@lru_cache(maxsize=4096)
def _period(base: date, months: int, on: int, day: date) -> Days:
    """The period of a grid in which a day lies: most lines of a billing run ask for the same ones."""
    return Grid(base=base, months=months, on=on)._holding(day)  # noqa: SLF001  its own module


def _clipped(year: int, month: int, day: int) -> date:
    if day <= _SHORTEST:
        return date(year, month, day)
    return date(year, month, min(day, monthrange(year, month)[1]))


def grid_of(subscription: Subscription, interval: Interval, anchor: str = "") -> Grid:
    """The periods of a line that is charged every `interval`. `anchor` instead of the contract's own, where that states none.

    "calendar" (and a contract that says nothing): calendar months, counted from the one in which the contract starts; weeks from
    Monday. "start": from the day on which it starts. "15": from the 15th. "2026-02-15": from that day, as a quarter or year needs it.
    """
    return _grid(subscription.starts_on or _LONG_AGO, interval, subscription.anchor.strip() or anchor)


@lru_cache(maxsize=1024)
def _grid(start: date, interval: Interval, anchor: str) -> Grid:
    stated = anchor or ("" if interval == "week" else CALENDAR)
    if stated not in {"", START, CALENDAR} and fault_in(stated):
        stated = CALENDAR
    base, on = _base(stated, start)
    if interval == "week":
        monday = days_after(start, -start.weekday())
        return Grid(base=monday if stated == CALENDAR else base if "-" in stated else start, months=0)
    return Grid(base=base, months=_MONTHS.get(interval, 1), on=on)


def _base(anchor: str, start: date) -> tuple[date, int]:
    """The day from which periods are counted, and on which day of a month they begin."""
    if anchor == CALENDAR:
        return start.replace(day=1), 1
    if "-" in anchor:
        day = date.fromisoformat(anchor)
        return day, day.day
    if anchor in {"", START}:
        return start, start.day
    on = int(anchor)
    base = _clipped(start.year, start.month, on)
    if base > start:
        before = start.replace(day=1) - DAY
        base = _clipped(before.year, before.month, on)
    return base, on


def fault_in(anchor: str) -> str:
    """Why nobody can read an anchor; "" for one that can be read."""
    if anchor.strip() in {"", START, CALENDAR}:
        return ""
    try:
        if anchor.strip().isdigit() and 1 <= int(anchor) <= 31:
            return ""
        date.fromisoformat(anchor.strip())
    except ValueError:
        return Sentence(
            "its periods begin on {anchor!r}, which is neither start, calendar, a day of the month nor a date",
            anchor=anchor,
        )
    return ""


@lru_cache(maxsize=64)
def zone_fault(name: str) -> str:
    """Why nobody can read a time zone; "" for one that can be read, and for none."""
    try:
        zone_of(name or "UTC")
    except Malformed:
        return Sentence("its time zone is {name!r}, which is none", name=name)
    return ""


@lru_cache(maxsize=4096)
def midnight(day: date, zone: str = "") -> datetime:
    """The instant at which a day begins in a time zone ("": UTC)."""
    if day >= _LAST:
        return datetime.max.replace(tzinfo=UTC)
    name = "UTC" if zone_fault(zone) else zone or "UTC"
    return datetime.combine(day, time(), tzinfo=zone_of(name)).astimezone(UTC)


def end_of(days: Days, *, hours: int = 0, zone: str = "") -> datetime:
    """The instant at which days are over in a time zone, and `hours` later."""
    if days.last >= _LAST:
        return datetime.max.replace(tzinfo=UTC)
    return midnight(days_after(days.last, 1), zone) + timedelta(hours=hours)


def hours_in(days: Days, zone: str = "") -> int:
    """How many hours days have, a begun one counted whole: one on which the clocks change has 23 or 25."""
    return -((midnight(days.first, zone) - end_of(days, zone=zone)) // timedelta(hours=1))


def local_day(at: datetime, zone: str = "") -> date:
    """The day that an instant is in a time zone."""
    return at.astimezone(zone_of("UTC" if zone_fault(zone) else zone or "UTC")).date()
