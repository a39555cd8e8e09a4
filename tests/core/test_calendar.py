"""Business time: boundaries, weekends, holidays, clock changes, and the algebra."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieout.core.values.calendar import NEVER, add, add_open, elapsed, is_open
from tieout.core.values.clock import Clock, Hours
from tieout.core.values.errors import Malformed

OFFICE = Hours()  # Monday to Friday, 8 to 17, UTC
BERLIN = Hours(zone="Europe/Berlin", holidays=(date(2026, 4, 3), date(2026, 4, 6)))
NIGHT = Hours(zone="Europe/Berlin", weekdays=tuple(range(7)), opens=0, closes=24 * 60)
FRIDAY, MONDAY = datetime(2026, 3, 6, tzinfo=UTC), datetime(2026, 3, 9, tzinfo=UTC)


def bh(amount: int) -> Clock:
    return Clock(amount=amount, unit="bh")


@pytest.mark.parametrize(
    ("clock", "start", "end"),
    [
        (bh(1), FRIDAY.replace(hour=16), FRIDAY.replace(hour=17)),  # ends with the day, not at the next opening
        (bh(1), FRIDAY.replace(hour=16, minute=1), MONDAY.replace(hour=8, minute=1)),
        (bh(1), FRIDAY.replace(hour=17), MONDAY.replace(hour=9)),
        (bh(1), FRIDAY.replace(hour=7), FRIDAY.replace(hour=9)),
        (bh(1), FRIDAY.replace(hour=8), FRIDAY.replace(hour=9)),
        (bh(1), FRIDAY + timedelta(days=1), MONDAY.replace(hour=9)),
        (bh(0), FRIDAY.replace(hour=3), FRIDAY.replace(hour=3)),
        (bh(48), FRIDAY.replace(hour=16), datetime(2026, 3, 16, 10, tzinfo=UTC)),
        (Clock(amount=1), FRIDAY.replace(hour=10), MONDAY.replace(hour=10)),
        (Clock(amount=5), MONDAY.replace(hour=8), datetime(2026, 3, 13, 17, tzinfo=UTC)),
        (Clock(amount=36, unit="h"), FRIDAY, FRIDAY + timedelta(hours=36)),
    ],
)
def test_clocks_run_in_open_hours(clock: Clock, start: datetime, end: datetime) -> None:
    assert add(clock, start, OFFICE) == end


@pytest.mark.parametrize("day", [datetime(9999, 12, 31, tzinfo=UTC), datetime(9985, 1, 1, tzinfo=UTC)])
def test_what_waits_for_the_last_day_of_the_calendar_waits_for_ever(day: datetime) -> None:
    assert add(bh(1), day, BERLIN) == NEVER
    assert add(Clock(amount=24, unit="h"), day, BERLIN) == NEVER


def test_holidays_are_closed() -> None:
    thursday = datetime(2026, 4, 2, 16, tzinfo=ZoneInfo("Europe/Berlin"))
    assert add(bh(2), thursday, BERLIN) == datetime(2026, 4, 7, 9, tzinfo=ZoneInfo("Europe/Berlin"))


def test_local_hours_move_with_the_clocks() -> None:
    friday = datetime(2026, 3, 27, 16, tzinfo=ZoneInfo("Europe/Berlin"))
    assert add(bh(2), friday, BERLIN) == datetime(2026, 3, 30, 9, tzinfo=ZoneInfo("Europe/Berlin"))
    assert add(bh(2), friday, BERLIN).hour == 7  # in UTC an hour earlier than the week before


@pytest.mark.parametrize(("day", "long"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)])
def test_a_day_is_as_long_as_it_really_is(day: date, long: int) -> None:
    zone = ZoneInfo("Europe/Berlin")
    start = datetime(day.year, day.month, day.day, tzinfo=zone)
    end = start + timedelta(days=1)
    assert elapsed(start, end, NIGHT) == timedelta(hours=long)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (FRIDAY.replace(hour=8), True),
        (FRIDAY.replace(hour=7, minute=59), False),
        (FRIDAY.replace(hour=16, minute=59), True),
        (FRIDAY.replace(hour=17), False),
        (FRIDAY + timedelta(days=1, hours=10), False),
    ],
)
def test_opening_belongs_to_the_day_and_closing_does_not(at: datetime, expected: bool) -> None:
    assert is_open(at, OFFICE) is expected


@pytest.mark.parametrize(
    "broken", [Hours(weekdays=()), Hours(opens=600, closes=600), Hours(closes=1441), Hours(zone="No/Where")]
)
def test_hours_that_never_open_are_refused(broken: Hours) -> None:
    with pytest.raises(Malformed) as caught:
        add(bh(1), FRIDAY, broken)
    assert caught.value.remedy


hours = st.builds(
    Hours,
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"]),
    weekdays=st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))),
    opens=st.integers(0, 700),
    closes=st.integers(701, 1440),
    holidays=st.lists(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=5).map(tuple),
)
instants = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001
spans = st.integers(1, 60 * 60 * 40).map(lambda seconds: timedelta(seconds=seconds))


@settings(max_examples=40, deadline=None)
@given(instants, spans, hours)
def test_what_was_added_has_elapsed_and_a_moment_earlier_had_not(
    start: datetime, span: timedelta, open_: Hours
) -> None:
    end = add_open(span, start, open_)
    assert elapsed(start, end, open_) == span
    assert elapsed(start, end - timedelta(seconds=1), open_) < span


@settings(max_examples=40, deadline=None)
@given(instants, spans, spans, hours)
def test_adding_in_two_steps_is_adding_at_once(start: datetime, one: timedelta, two: timedelta, open_: Hours) -> None:
    assert add_open(two, add_open(one, start, open_), open_) == add_open(one + two, start, open_)


@settings(max_examples=40, deadline=None)
@given(instants, instants, instants, hours)
def test_elapsed_time_adds_up(one: datetime, two: datetime, three: datetime, open_: Hours) -> None:
    a, b, c = sorted([one, two, three])
    assert elapsed(a, b, open_) + elapsed(b, c, open_) == elapsed(a, c, open_)
    assert elapsed(c, a, open_) == timedelta()
