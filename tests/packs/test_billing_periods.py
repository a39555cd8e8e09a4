"""The periods of contracts: they tile time whatever the anchor, a year of them costs a year, and local days are counted as they are."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.packs.subscription_billing.charges import beyond_included, charge_of, price_of
from tieout.trade.contract_periods import DAY, Days, end_of, fault_in, grid_of, hours_in, midnight
from tieout.trade.contract_terms import Terms, terms_of
from tieout.trade.documents import Amendment, Subscription, SubscriptionLine, Tier

STARTS = st.dates(date(2020, 1, 1), date(2027, 12, 31))
ANCHORS = st.sampled_from(
    ["", "start", "calendar", "1", "15", "28", "29", "30", "31", "2026-02-15", "2024-02-29", "2025-08-31"]
)
INTERVALS = st.sampled_from(["week", "month", "quarter", "year"])


def sold(line: SubscriptionLine, *, starts: date = date(2026, 1, 1), **more: Any) -> Terms:
    return terms_of(Subscription(number="S", account="C", currency="EUR", lines=(line,), starts_on=starts, **more), ())


def recurring(interval: Any = "month", **more: Any) -> SubscriptionLine:
    return SubscriptionLine(id="L", plan="P", basis="recurring", price=Decimal(310), interval=interval, **more)


def metered(**more: Any) -> SubscriptionLine:
    return SubscriptionLine(id="U", plan="API", basis="usage", meter="API", **more)


@given(STARTS, ANCHORS, INTERVALS)
def test_periods_follow_each_other_without_gap_or_overlap(starts: date, anchor: str, interval: Any) -> None:
    contract = Subscription(number="S", account="C", currency="EUR", lines=(), starts_on=starts, anchor=anchor)
    grid = grid_of(contract, interval)
    day = starts
    while day < starts + timedelta(days=900):
        period = grid.period(day)
        assert period.first <= day <= period.last
        assert grid.period(period.first) == grid.period(period.last) == period
        assert grid.period(period.last + DAY).first == period.last + DAY
        day = period.last + DAY


@given(STARTS, ANCHORS, INTERVALS, st.integers(0, 800), st.booleans())
def test_the_first_and_the_last_period_end_with_the_calendar(
    starts: date, anchor: str, interval: Any, distance: int, late: bool
) -> None:
    grid = grid_of(
        Subscription(number="S", account="C", currency="EUR", lines=(), starts_on=starts, anchor=anchor), interval
    )
    day = date.max - timedelta(days=distance) if late else date.min + timedelta(days=distance)
    period = grid.period(day)
    assert period.first <= day <= period.last
    assert grid.period(period.first) == grid.period(period.last) == period


@given(st.integers(1, 31), st.integers(2023, 2030), st.integers(1, 12))
def test_a_month_begins_on_its_day_or_on_the_last_of_a_shorter_one(anchor: int, year: int, month: int) -> None:
    contract = Subscription(
        number="S", account="C", currency="EUR", lines=(), starts_on=date(2022, 1, 31), anchor=str(anchor)
    )
    begins = date(year, month, min(anchor, monthrange(year, month)[1]))
    assert grid_of(contract, "month").period(begins).first == begins
    assert grid_of(contract, "month").period(begins - DAY).first < begins


@given(
    STARTS,
    ANCHORS,
    st.sampled_from([("month", 12), ("quarter", 4), ("year", 1), ("week", 52)]),
    st.sampled_from(["days", "seconds", "thirty_days", "none"]),
)
def test_so_many_whole_periods_cost_so_many_prices(
    starts: date, anchor: str, size: tuple[str, int], proration: Any
) -> None:
    interval, count = size
    terms = sold(recurring(interval, proration=proration), starts=starts, anchor=anchor, zone="Europe/Berlin")
    line = terms.subscription.lines[0]
    first = terms.period(line, terms.period(line, starts).last + DAY)
    days, owed = first, Fraction(0)
    for _ in range(count):
        owed += charge_of(terms, "L", days) or 0
        days = terms.period(line, days.last + DAY)
    whole = Days(first=first.first, last=days.first - DAY)
    assert owed == charge_of(terms, "L", whole) == 310 * count


@given(STARTS, ANCHORS, INTERVALS, st.integers(1, 400), st.sampled_from(["days", "seconds", "thirty_days"]))
def test_the_parts_of_a_period_cost_what_it_costs(
    starts: date, anchor: str, interval: Any, cut: int, proration: Any
) -> None:
    terms = sold(recurring(interval, proration=proration), starts=starts, anchor=anchor, zone="America/New_York")
    days = terms.period(terms.subscription.lines[0], starts + timedelta(days=400))
    day = days.first + timedelta(days=cut % days.count)
    if days.first < day:
        parts = (Days(first=days.first, last=day - DAY), Days(first=day, last=days.last))
        assert sum(charge_of(terms, "L", part) or 0 for part in parts) == 310


@pytest.mark.parametrize(
    ("starts", "anchor", "interval", "day", "first", "last"),
    [
        ("2026-03-15", "start", "month", "2026-04-14", "2026-03-15", "2026-04-14"),
        ("2026-03-20", "15", "month", "2026-03-20", "2026-03-15", "2026-04-14"),
        ("2026-03-10", "15", "month", "2026-03-10", "2026-02-15", "2026-03-14"),
        ("2026-01-31", "start", "month", "2026-02-28", "2026-02-28", "2026-03-30"),
        ("2026-01-31", "start", "month", "2026-03-31", "2026-03-31", "2026-04-29"),
        ("2024-01-31", "start", "month", "2024-02-29", "2024-02-29", "2024-03-30"),
        ("2026-02-15", "start", "quarter", "2026-05-14", "2026-02-15", "2026-05-14"),
        ("2026-02-10", "2026-02-15", "quarter", "2026-02-10", "2025-11-15", "2026-02-14"),
        ("2024-02-29", "start", "year", "2025-02-28", "2025-02-28", "2026-02-27"),
        ("2024-02-29", "start", "year", "2028-02-29", "2028-02-29", "2029-02-27"),
        ("2026-03-18", "", "week", "2026-03-24", "2026-03-18", "2026-03-24"),
        ("2026-03-18", "calendar", "week", "2026-03-24", "2026-03-23", "2026-03-29"),
        ("2026-02-10", "", "quarter", "2026-02-10", "2026-02-01", "2026-04-30"),
        ("2026-02-10", "calendar", "month", "2026-02-10", "2026-02-01", "2026-02-28"),
    ],
)  # fmt: skip
def test_the_period_of_a_day(starts: str, anchor: str, interval: Any, day: str, first: str, last: str) -> None:
    contract = Subscription(
        number="S", account="C", currency="EUR", lines=(), starts_on=date.fromisoformat(starts), anchor=anchor
    )
    period = grid_of(contract, interval).period(date.fromisoformat(day))
    assert (str(period.first), str(period.last)) == (first, last)


def test_an_anchor_that_nobody_can_read_is_named() -> None:
    assert [bool(fault_in(anchor)) for anchor in ("0", "32", "2026-02-30", "month", "1", "31", "start", "")] == [
        True
    ] * 4 + [False] * 4


def test_a_day_on_which_the_clocks_change_has_23_or_25_hours() -> None:
    spring, autumn = date(2026, 3, 29), date(2026, 10, 25)
    assert [hours_in(Days(first=day, last=day), "Europe/Berlin") for day in (spring, autumn, autumn + DAY)] == [
        23,
        25,
        24,
    ]
    assert hours_in(Days(first=date(2026, 3, 1), last=date(2026, 3, 31)), "Europe/Berlin") == 743
    assert midnight(spring, "Europe/Berlin") == datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert end_of(Days(first=spring, last=spring), zone="Europe/Berlin", hours=1) == datetime(
        2026, 3, 29, 23, tzinfo=UTC
    )
    assert hours_in(Days(first=spring, last=spring)) == 24


GRADUATED = (
    Tier(price=Decimal("0.10"), up_to=Decimal(1000)),
    Tier(price=Decimal("0.08"), up_to=Decimal(5000), flat=Decimal(10)),
    Tier(price=Decimal("0.05")),
)


@pytest.mark.parametrize(
    ("mode", "used", "due"),
    [
        ("graduated", "0", "0"), ("graduated", "1000", "100"), ("graduated", "1001", "110.08"), ("graduated", "5000", "430"),
        ("graduated", "5001", "430.05"), ("graduated", "1000.5", "110.04"), ("volume", "0", "0"), ("volume", "1000", "100"),
        ("volume", "1001", "90.08"), ("volume", "5000", "410"), ("volume", "5001", "250.05"),
    ],
)  # fmt: skip
def test_the_last_unit_of_a_tier_belongs_to_it(mode: Any, used: str, due: str) -> None:
    line = metered(price=Decimal("0.10"), tiers=GRADUATED, tier_mode=mode)
    assert price_of(line, Fraction(used)) == Fraction(due)


@pytest.mark.parametrize(
    ("last", "used", "beyond"),
    [(30, "1000", "0"), (30, "1001", "1"), (15, "500", "0"), (15, "501", "1"), (10, "1001", "2003/3"), (15, "0", "0")],
)
def test_of_a_part_of_a_period_a_part_is_included(last: int, used: str, beyond: str) -> None:
    terms = sold(metered(price=Decimal("0.05"), included=Decimal(1000)))
    days = Days(first=date(2026, 4, 1), last=date(2026, 4, last))
    assert beyond_included(terms, "U", days, Decimal(used)) == Fraction(beyond)


@pytest.mark.parametrize(
    ("used", "due"), [("0", "50"), ("499", "50"), ("500", "50"), ("501", "50.10"), ("1000", "100")]
)
def test_usage_costs_at_least_the_minimum(used: str, due: str) -> None:
    terms = sold(metered(price=Decimal("0.10"), minimum=Decimal(50)))
    march = Days(first=date(2026, 3, 1), last=date(2026, 3, 31))
    assert charge_of(terms, "U", march, Decimal(used)) == Fraction(due)


def test_a_part_of_a_period_has_its_share_of_minimum_tiers_and_what_is_included() -> None:
    line = metered(
        price=Decimal("0.10"), tiers=GRADUATED, tier_mode="graduated", included=Decimal(310), minimum=Decimal(62)
    )
    terms = sold(line, starts=date(2026, 3, 17))
    half = Days(first=date(2026, 3, 17), last=date(2026, 3, 31))  # 15 of 31 days
    assert charge_of(terms, "U", half, Decimal(150)) == 30
    beyond = Fraction(1150 - 150)
    first = Fraction(1000 * 15, 31)
    assert charge_of(terms, "U", half, Decimal(1150)) == first / 10 + (beyond - first) * 8 / 100 + 10


@given(st.integers(0, 9000), st.integers(0, 9000), st.integers(2, 28))
def test_usage_by_part_costs_each_part_at_its_price(before: int, after: int, day: int) -> None:
    change = Amendment(
        number="A", subscription="S", effective_on=date(2026, 3, day), lines=(metered(price=Decimal("0.20")),)
    )
    contract = Subscription(
        number="S", account="C", currency="EUR", lines=(metered(price=Decimal("0.10")),), starts_on=date(2026, 3, 1)
    )
    terms = terms_of(contract, (change,))
    march = Days(first=date(2026, 3, 1), last=date(2026, 3, 31))
    parts = {
        Days(first=march.first, last=date(2026, 3, day) - DAY): Decimal(before),
        Days(first=date(2026, 3, day), last=march.last): Decimal(after),
    }
    assert charge_of(terms, "U", march, parts) == Fraction(before + 2 * after, 10)


@given(st.integers(1, 27), st.integers(0, 86399))
def test_a_change_at_an_instant_costs_the_seconds_before_and_after(day: int, second: int) -> None:
    at = datetime(2026, 3, day + 1, tzinfo=UTC) + timedelta(seconds=second)
    change = Amendment(
        number="A",
        subscription="S",
        effective_on=at.date(),
        effective_at=at,
        lines=(recurring(proration="seconds", quantity=Decimal(2)),),
    )
    contract = Subscription(
        number="S", account="C", currency="EUR", lines=(recurring(proration="seconds"),), starts_on=date(2026, 3, 1)
    )
    march = Days(first=date(2026, 3, 1), last=date(2026, 3, 31))
    passed = Fraction(day * 86400 + second, 31 * 86400)
    assert charge_of(terms_of(contract, (change,)), "L", march) == 310 * passed + 620 * (1 - passed)


@pytest.mark.parametrize(
    ("first", "last", "share"),
    [
        ("2026-03-16", "2026-03-31", "1/2"), ("2026-02-16", "2026-02-28", "1/2"), ("2026-02-01", "2026-02-28", "1"),
        ("2026-03-01", "2026-03-30", "1"), ("2026-03-31", "2026-03-31", "0"), ("2026-02-28", "2026-02-28", "1/10"),
    ],
)  # fmt: skip
def test_months_of_thirty_days(first: str, last: str, share: str) -> None:
    terms = sold(recurring(proration="thirty_days"))
    days = Days(first=date.fromisoformat(first), last=date.fromisoformat(last))
    assert charge_of(terms, "L", days) == 310 * Fraction(share)


def test_tiers_in_any_order_and_what_is_beyond_the_last_one() -> None:
    closed = (Tier(price=Decimal("0.08"), up_to=Decimal(5000)), Tier(price=Decimal("0.10"), up_to=Decimal(1000)))
    line = metered(price=Decimal("0.10"), tiers=closed, tier_mode="graduated")
    assert price_of(line, Fraction(6000)) == 100 + 5000 * Fraction(8, 100)
