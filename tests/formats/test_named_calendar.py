"""Named calendars: the dates of a country or subdivision, with substitute days where the law has them, or a refusal."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from tests.formats.test_policy_yaml import SHORT, read_policy
from tieout.core.policy.policy import Policy
from tieout.core.values.calendar import add, is_open
from tieout.core.values.clock import Clock, Hours
from tieout.core.values.errors import Malformed
from tieout.formats.named_calendar import calendar_name, holidays_of, worked_days_of


def with_hours(text: str, *, since: str = "2026-01-01") -> Policy:
    old = b'{zone: Europe/Berlin, days: [sat, mon], opens: "07:30", closes: "16:00", holidays: [2026-05-01]}'
    assert old in SHORT
    return read_policy(SHORT.replace(old, text.encode()).replace(b"2026-01-01", since.encode()))


def hours_of(policy: Policy) -> Hours:
    hours = policy.layers[1].rules.values["hours"]
    assert isinstance(hours, Hours)
    return hours


def test_hamburg_works_on_epiphany_and_bavaria_does_not() -> None:
    hamburg, bavaria = (
        hours_of(with_hours(f"{{zone: Europe/Berlin, calendar: {name}}}")) for name in ("DE-HH", "de-by")
    )
    epiphany = date(2027, 1, 6)
    assert epiphany not in hamburg.holidays
    assert epiphany in bavaria.holidays
    monday = datetime(2027, 1, 5, 15, tzinfo=UTC)
    assert add(Clock(amount=1, unit="bd"), monday, hamburg) == datetime(2027, 1, 6, 15, tzinfo=UTC)
    assert add(Clock(amount=1, unit="bd"), monday, bavaria) == datetime(2027, 1, 7, 15, tzinfo=UTC)


def test_a_calendar_adds_to_the_days_that_are_listed_and_leaves_out_days_that_are_closed_anyway() -> None:
    hours = hours_of(with_hours("{calendar: DE-HH, holidays: [2026-12-24]}"))
    assert {date(2026, 12, 24), date(2026, 12, 25)} <= set(hours.holidays)
    assert date(2026, 12, 26) not in hours.holidays  # a Saturday
    assert len(set(hours.holidays)) == len(hours.holidays)
    assert list(hours.holidays) == sorted(hours.holidays)


def test_easter_follows_the_moon_in_a_leap_year_too() -> None:
    days = holidays_of("DE-HH", 2026)
    assert date(2028, 4, 14) in days
    assert date(2028, 4, 17) in days
    assert {day.year for day in days} == set(range(2025, 2036))


def test_a_holiday_on_a_weekend_has_a_substitute_day_where_the_law_has_one() -> None:
    assert date(2026, 12, 28) in holidays_of("GB-ENG", 2026)
    assert date(2026, 7, 3) in holidays_of("US", 2026)
    assert date(2027, 12, 31) in holidays_of("US", 2018)  # New Year 2028 is a Saturday, in the last year but none asked
    assert date(2026, 12, 28) not in holidays_of("DE-HH", 2026)


def test_a_country_has_the_days_that_all_its_parts_share() -> None:
    assert date(2026, 12, 28) in holidays_of("AU", 2026)
    assert date(2026, 1, 6) not in holidays_of("DE", 2026)


@pytest.mark.parametrize(
    ("name", "near"),
    [("DE-HAM", "HE, HH, MV"), ("DEU", "nearest are "), ("Hamburg", "write it as"), ("", "write it as")],
)
def test_an_unknown_calendar_is_refused_with_the_nearest(name: str, near: str) -> None:
    with pytest.raises(Malformed, match="is not a calendar of public holidays") as caught:
        calendar_name(name)
    assert caught.value.remedy
    assert near in caught.value.remedy


def test_a_policy_names_the_line_of_an_unknown_calendar() -> None:
    with pytest.raises(
        Malformed, match=r"'DE-HX' is not a calendar of public holidays: DE is divided into BB"
    ) as caught:
        with_hours("{calendar: DE-HX}")
    assert caught.value.where is not None
    assert caught.value.where.startswith("line 15")


def test_years_without_dates_are_refused_and_not_taken_for_years_without_holidays() -> None:
    with pytest.raises(Malformed, match="no dates for 2101"):
        with_hours("{calendar: DE-HH}", since="2095-01-01")
    with pytest.raises(Malformed, match="no dates for 1989"):
        holidays_of("DE-HH", 1990)


@pytest.mark.parametrize(
    ("name", "worked"),
    [
        ("CN", date(2026, 1, 4)), ("HU", date(2026, 1, 10)), ("LV", date(2026, 1, 17)), ("BY", date(2026, 4, 25)),
        ("VN", date(2026, 8, 22)), ("RU", date(2025, 11, 1)), ("TW", date(2025, 2, 8)),
    ],
)  # fmt: skip
def test_a_weekend_day_that_a_country_works_in_exchange_is_a_business_day(name: str, worked: date) -> None:
    hours = hours_of(with_hours(f"{{zone: UTC, calendar: {name}}}"))
    assert worked.weekday() in {5, 6}
    assert worked in hours.worked
    assert is_open(datetime.combine(worked, time(10), tzinfo=UTC), hours)
    other = worked + timedelta(days=7)
    assert is_open(datetime.combine(other, time(10), tzinfo=UTC), hours) is (other in hours.worked)
    friday = datetime.combine(worked - timedelta(days=1), time(10), tzinfo=UTC)
    if is_open(friday, hours):
        assert add(Clock(amount=1, unit="bd"), friday, hours) == datetime.combine(worked, time(10), tzinfo=UTC)


def test_a_country_without_such_days_has_none_and_a_day_listed_as_closed_stays_closed() -> None:
    assert worked_days_of("DE-HH", 2026) == ()
    closed = hours_of(with_hours("{calendar: HU, holidays: [2026-01-10]}"))
    assert date(2026, 1, 10) not in closed.worked
    six_days = hours_of(with_hours("{calendar: HU, days: [mon, tue, wed, thu, fri, sat]}"))
    assert six_days.worked == ()
