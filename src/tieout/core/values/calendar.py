"""Business time: adding and measuring open hours, by the algebra of open intervals.

A day is one open interval between two wall-clock times of a zone, or none on holidays and on other weekdays but those days that are
worked in exchange. Instants are
compared in UTC, so a day on which the clocks change is as long as it really is.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from tieout.core.values.clock import Clock, Hours
from tieout.core.values.errors import Malformed

_DAYS_MAX: Final = 366 * 20
_NOTHING: Final = timedelta()
NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)
"""Documents write a day of the year 9999 for "never": what waits for it does not end before that."""
_LONG: Final = timedelta(days=_DAYS_MAX)


@lru_cache(maxsize=64)
def zone_of(name: str) -> ZoneInfo:
    """The time zone of an IANA name. Raises `Malformed`."""
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError) as error:
        raise Malformed(
            "{name!r} is not a time zone", remedy='use an IANA name such as "Europe/Berlin"', name=name
        ) from error


def add(clock: Clock, start: datetime, hours: Hours) -> datetime:
    """The first instant (UTC) at which `clock` has run since `start`.

    "h" runs always; "bh" runs in open hours only; a "bd" is as many open hours as a business day has, so that 10:00 plus
    one business day is 10:00 of the next. Nothing to run: `start` itself, open or not. A clock that ends with the day
    ends at closing time, not at the next opening. From a day of the last years of the calendar it runs until `NEVER`. Raises
    `Malformed` for hours that never open.
    """
    if start >= NEVER - _LONG:
        return NEVER
    left = length(clock, hours)
    if clock.unit == "h" or left <= _NOTHING:
        return start.astimezone(UTC) + max(left, _NOTHING)
    return add_open(left, start, hours)


def length(clock: Clock, hours: Hours) -> timedelta:
    """How long a clock runs: open time for "bh" and "bd", plain time for "h"."""
    if clock.unit == "bd":
        return timedelta(minutes=clock.amount * (hours.closes - hours.opens))
    return timedelta(hours=clock.amount)


@lru_cache(maxsize=8192)
def add_open(left: timedelta, start: datetime, hours: Hours) -> datetime:
    """The first instant (UTC) by which the company was open for `left` since `start`; `start` itself for nothing."""
    if left <= _NOTHING:
        return start.astimezone(UTC)
    for opens, closes in _intervals(start, hours):
        begin = max(opens, start)
        if closes <= begin:
            continue
        if left <= closes - begin:
            return begin + left
        left -= closes - begin
    raise Malformed(
        "these hours are not open for another {left} within twenty years",
        remedy="name weekdays and opening times",
        left=str(left),
    )


def elapsed(start: datetime, end: datetime, hours: Hours) -> timedelta:
    """For how long the company was open between two instants; nothing if `end` is not after `start`."""
    open_time = _NOTHING
    if end <= start:
        return open_time
    for opens, closes in _intervals(start, hours):
        if opens >= end:
            break
        open_time += max(_NOTHING, min(closes, end) - max(opens, start))
    return open_time


def is_open(at: datetime, hours: Hours) -> bool:
    """Whether the company is open at an instant: from opening time on, no longer at closing time."""
    opens, closes = next(_intervals(at, hours), (at, at))
    return opens <= at < closes


def _intervals(start: datetime, hours: Hours) -> Iterator[tuple[datetime, datetime]]:
    """Open intervals in UTC from the one that holds or follows `start`, for twenty years. Raises `Malformed`."""
    if not hours.weekdays or hours.closes <= hours.opens or not 0 <= hours.opens < hours.closes <= 24 * 60:
        raise Malformed("these business hours never open", remedy="name weekdays, and opening before closing time")
    zone = zone_of(hours.zone)
    first = start.astimezone(zone).date()
    holidays, worked = frozenset(hours.holidays), frozenset(hours.worked)
    for k in range(_DAYS_MAX):
        day = first + timedelta(days=k)
        if (day.weekday() in hours.weekdays or day in worked) and day not in holidays:
            closes = _instant(day, hours.closes, zone)
            if closes > start:
                yield _instant(day, hours.opens, zone), closes


def _instant(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    # Wall-clock arithmetic first: 24:00 is the next day's midnight whatever the clocks do in between.
    return (datetime.combine(day, time(), tzinfo=zone) + timedelta(minutes=minutes)).astimezone(UTC)
