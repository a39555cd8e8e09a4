"""Which periods of contracts usage is stated for, and which hours they have (ING-17, MAT-26)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.metering.core.periods import Period, contracts_of, history_of, month_period, periods_billed
from tieout.metering.core.statement import number_of
from tieout.metering.core.usage import hour_of, moment_of, month_of
from tieout.trade.contract_terms import terms_of
from tieout.trade.documents.subscription import Amendment, Interval, Subscription, SubscriptionLine

METERED = SubscriptionLine(id="U", plan="api", basis="usage", price=Decimal("0.50"), meter="api")
ZONES = (
    "",
    "UTC",
    "Europe/Berlin",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "America/New_York",
    "Pacific/Apia",
    "Australia/Lord_Howe",
)


def contract(
    anchor: str = "15", zone: str = "Europe/Berlin", *lines: SubscriptionLine, number: str = "S"
) -> Subscription:
    return Subscription(
        number=number, account="acme", currency="EUR", lines=lines or (METERED,), starts_on=date(2024, 1, 15),
        anchor=anchor, zone=zone,
    )  # fmt: skip


def billed(*months: date, contracts: list[Subscription], amendments: tuple[Amendment, ...] = ()) -> dict[str, str]:
    """Number of the statement and interval of each period."""
    terms = contracts_of(contracts, amendments)
    made = periods_billed(terms, "api", [month_of(month) for month in months])
    return {
        number_of("api", "acme", period).removeprefix("api/acme/"): interval
        for period, interval in sorted(made.items())
    }


@pytest.mark.parametrize(
    ("first", "last", "zone", "begins", "ends", "hours"),
    [
        (date(2026, 3, 15), date(2026, 4, 14), "Europe/Berlin", "2026-03-14 23:00", "2026-04-14 22:00", 743),
        (date(2026, 10, 15), date(2026, 11, 14), "Europe/Berlin", "2026-10-14 22:00", "2026-11-14 23:00", 745),
        (date(2026, 3, 29), date(2026, 3, 29), "Europe/Berlin", "2026-03-28 23:00", "2026-03-29 22:00", 23),
        (date(2026, 10, 25), date(2026, 10, 25), "Europe/Berlin", "2026-10-24 22:00", "2026-10-25 23:00", 25),
        (date(2028, 1, 31), date(2028, 2, 28), "Europe/Berlin", "2028-01-30 23:00", "2028-02-28 23:00", 696),
        (date(2028, 2, 29), date(2028, 3, 30), "", "2028-02-29 00:00", "2028-03-31 00:00", 744),
        (date(2026, 5, 15), date(2026, 6, 14), "Asia/Kolkata", "2026-05-14 18:30", "2026-06-14 18:30", 745),
        (date(2026, 5, 15), date(2026, 6, 14), "Asia/Kathmandu", "2026-05-14 18:15", "2026-06-14 18:15", 745),
        (date(2026, 4, 5), date(2026, 4, 5), "Australia/Lord_Howe", "2026-04-04 13:00", "2026-04-05 13:30", 25),
    ],
)
def test_a_period_has_the_hours_of_its_own_days(
    first: date, last: date, zone: str, begins: str, ends: str, hours: int
) -> None:
    period = Period(first=first, last=last, zone=zone)
    assert (f"{period.begins_at:%Y-%m-%d %H:%M}", f"{period.ends_at:%Y-%m-%d %H:%M}") == (begins, ends)
    assert period.count == hours


@given(
    st.dates(date(2024, 1, 1), date(2030, 1, 1)), st.integers(0, 100), st.sampled_from(ZONES), st.integers(0, 200_000)
)
def test_every_instant_is_in_one_of_two_neighbours(first: date, days: int, zone: str, minutes: int) -> None:
    """Whole hours and parts of hours together are exactly the instants of a period."""
    one = Period(first=first, last=first + timedelta(days=days), zone=zone)
    other = Period(first=one.last + timedelta(days=1), last=one.last + timedelta(days=20), zone=zone)
    at = one.begins_at - timedelta(days=1) + timedelta(minutes=minutes)
    inside = [_has(period, at) for period in (one, other)]
    assert inside == [period.begins_at <= at < period.ends_at for period in (one, other)]
    assert one.ends_at == other.begins_at


def _has(period: Period, at: datetime) -> bool:
    first, last = period.whole_hours
    ways = [first <= hour_of(at) <= last, *(edge.begins_at <= at < edge.ends_at for edge in period.edges)]
    assert sum(ways) <= 1
    assert all(
        edge.hour == hour_of(edge.begins_at) and edge.ends_at <= moment_of(edge.hour + 1) for edge in period.edges
    )
    return any(ways)


def test_a_contract_is_billed_by_its_own_periods() -> None:
    assert billed(date(2026, 5, 1), contracts=[contract()]) == {
        "2026-04-15..2026-05-14/Europe%2FBerlin": "month",
        "2026-05-15..2026-06-14/Europe%2FBerlin": "month",
    }
    assert billed(date(2026, 5, 1), contracts=[contract("calendar", "")]) == {}, "calendar months are always stated"
    assert billed(date(2026, 5, 1), contracts=[contract("calendar", "UTC")]) == {}
    assert "2026-05-01..2026-05-31/Europe%2FBerlin" in billed(date(2026, 5, 1), contracts=[contract("calendar")])


def test_month_ends_leap_days_weeks_quarters_and_years() -> None:
    at_the_end = contract("31", "")
    assert list(billed(date(2028, 2, 1), contracts=[at_the_end])) == [
        "2028-01-31..2028-02-28", "2028-02-29..2028-03-30",
    ]  # fmt: skip
    assert list(billed(date(2027, 2, 1), contracts=[at_the_end])) == [
        "2027-01-31..2027-02-27", "2027-02-28..2027-03-30",
    ]  # fmt: skip

    def every(interval: Interval, anchor: str = "2026-02-15") -> list[str]:
        line = replace(METERED, interval=interval)
        return list(billed(date(2026, 5, 1), contracts=[contract(anchor, "", line)]))

    assert every("quarter") == ["2026-02-15..2026-05-14", "2026-05-15..2026-08-14"]
    assert every("year") == ["2026-02-15..2027-02-14"]
    assert len(every("week")) == 5 + 1


def test_a_contract_that_does_not_say_its_day_may_be_billed_both_ways() -> None:
    open_one = replace(contract("", ""), starts_on=date(2026, 4, 20))
    assert billed(date(2026, 5, 1), contracts=[open_one]) == {
        "2026-04-20..2026-04-30": "",
        "2026-04-20..2026-05-19": "month",
        "2026-05-20..2026-06-19": "month",
    }


def test_two_contracts_of_an_account_are_stated_apart() -> None:
    both = billed(date(2026, 5, 1), contracts=[contract("15", ""), contract("1", "Asia/Kolkata", number="T")])
    assert set(both) >= {"2026-05-15..2026-06-14", "2026-05-01..2026-05-31/Asia%2FKolkata"}


def test_a_change_within_a_period_is_stated_by_part_whether_or_not_it_is_taken_back() -> None:
    dearer = Amendment(
        number="A", subscription="S", effective_on=date(2026, 6, 1), lines=(replace(METERED, price=Decimal(1)),)
    )
    gone = Amendment(number="B", subscription="S", effective_on=date(2026, 6, 11), ended=("U",))
    parts = billed(date(2026, 5, 1), contracts=[contract("15", "")], amendments=(dearer,))
    assert parts["2026-05-15..2026-06-14"] == "month"
    assert (parts["2026-05-15..2026-05-31"], parts["2026-06-01..2026-06-14"]) == ("", "")
    both = billed(date(2026, 6, 1), contracts=[contract("15", "")], amendments=(dearer, gone))
    assert {"2026-05-15..2026-06-10", "2026-06-01..2026-06-10", "2026-05-15..2026-06-14", "2026-06-15..2026-07-14"} <= {
        *both
    }


def test_usage_of_another_meter_and_seats_ask_for_nothing() -> None:
    seats = SubscriptionLine(id="L", plan="PRO", basis="recurring", price=Decimal(500))
    assert billed(date(2026, 5, 1), contracts=[contract("15", "", replace(METERED, meter="other"), seats)]) == {}
    before, after = date(2023, 5, 1), date(2031, 5, 1)
    ended = replace(contract(), ends_on=date(2030, 1, 1))
    assert billed(before, after, contracts=[ended]) == {}


@given(
    st.sampled_from(["1", "15", "28", "29", "30", "31", "start", "calendar", "2025-08-30", ""]),
    st.sampled_from(["week", "month", "quarter", "year"]),
    st.lists(st.dates(date(2024, 2, 1), date(2027, 12, 31)), max_size=3),
    st.dates(date(2024, 1, 1), date(2028, 1, 1)),
)
def test_periods_since_a_day_are_the_last_of_all(
    anchor: str, interval: Interval, changes: list[date], since: date
) -> None:
    """What is left out is over before the day, and what is left begins and ends as it does among all."""
    other: Interval = "month" if interval != "month" else "quarter"
    amendments = [
        Amendment(
            number=str(k), subscription="S", effective_on=day,
            lines=(replace(METERED, interval=other if k % 2 else interval, price=Decimal(k + 1)),),
        )
        for k, day in enumerate(sorted(changes))
    ]  # fmt: skip
    terms = terms_of(contract(anchor, "", replace(METERED, interval=interval)), amendments)
    until = date(2028, 3, 1)
    every = list(terms.periods("U", until=until))
    assert all(one.last + timedelta(days=1) == other.first for one, other in pairwise(every))
    assert list(terms.periods("U", until=until, since=since)) == [days for days in every if days.last >= since]


def test_earlier_periods_are_those_of_the_same_length_without_a_gap() -> None:
    def period(first: date, last: date, zone: str = "") -> Period:
        return Period(first=first, last=last, zone=zone)

    march, april, may = (period(date(2026, m, 15), date(2026, m + 1, 14)) for m in (3, 4, 5))
    elsewhere = period(date(2026, 4, 15), date(2026, 5, 14), "Asia/Kolkata")
    quarter = period(date(2026, 2, 15), date(2026, 5, 14))
    stated = dict.fromkeys([(march, "month"), (april, "month"), (elsewhere, "month"), (quarter, "quarter")])
    assert history_of(may, "month", stated) == [march, april]
    assert history_of(may, "", stated) == []
    assert history_of(may, "quarter", stated) == [quarter]
    del stated[april, "month"]
    assert history_of(may, "month", stated) == []
    assert month_period(month_of(datetime(2026, 5, 1, tzinfo=UTC))).is_month
