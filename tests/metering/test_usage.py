"""What usage adds up to, and what proves it (ING-13, ING-17, MAT-26)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.core.values.money import Money
from tieout.metering.core.periods import month_period
from tieout.metering.core.statement import (
    SeriesTotal,
    list_price,
    missing_hours,
    quantity_of,
    statement,
    unmapped_statement,
)
from tieout.metering.core.usage import (
    HourTotal,
    UsageEvent,
    event_key,
    first_hour,
    fold,
    gaps_between,
    hour_of,
    hours_in,
    joined,
    month_of,
    runs_of,
)
from tieout.trade.documents.contract import ContractLine
from tieout.trade.documents.price_list import PriceList
from tieout.trade.documents.reference import ProductIds
from tieout.trade.documents.usage import HourRange, Meter

START = datetime(2026, 5, 1, tzinfo=UTC)
MAY = month_of(START)
events = st.builds(
    UsageEvent,
    id=st.sampled_from([f"e{n}" for n in range(12)]),
    meter=st.sampled_from(["api", "seats"]),
    identifier=st.sampled_from(["acme", "bolt"]),
    occurred_at=st.integers(0, 200).map(lambda n: START + timedelta(minutes=n)),
    quantity=st.decimals(-9, 99, places=2),
    corrects=st.sampled_from(["", "", "e1", "e2", "e3"]),
)


def distinct(drawn: list[UsageEvent]) -> list[UsageEvent]:
    """One event for each id: an id never changes its meaning."""
    return [unique for unique in {event.id: event for event in drawn}.values() if unique.corrects != unique.id]


@given(st.lists(events, max_size=25).map(distinct), st.randoms(use_true_random=False), st.data())
def test_order_and_repetition_change_nothing(drawn: list[UsageEvent], dice: object, data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(drawn))
    repeated = data.draw(st.lists(st.sampled_from(drawn), max_size=5)) if drawn else []
    one, other = fold(drawn), fold([*shuffled, *repeated])
    assert one.hours == other.hours
    assert one.adrift == other.adrift
    assert other.repeated == len(repeated)


@given(st.lists(events, max_size=25).map(distinct))
def test_every_event_counts_once_with_its_last_quantity(drawn: list[UsageEvent]) -> None:
    hours = [total for by_hour in fold(drawn).hours.values() for total in by_hour.values()]
    roots = {event.id: event.quantity for event in drawn if not event.corrects}
    for event in sorted(drawn, key=lambda event: (event.occurred_at, event_key(event.id))):
        if event.corrects in roots:
            roots[event.corrects] = event.quantity
    assert sum(total.events for total in hours) == len(roots)
    assert sum(total.total for total in hours) == sum(roots.values())


def test_a_correction_of_a_correction_is_adrift() -> None:
    """A correction names the event itself; one that names a correction changes nothing and is counted as adrift."""
    root = UsageEvent(id="a", meter="m", identifier="x", occurred_at=START, quantity=Decimal(1))
    second = UsageEvent(id="b", meter="m", identifier="x", occurred_at=START, quantity=Decimal(2), corrects="a")
    third = UsageEvent(id="c", meter="m", identifier="x", occurred_at=START, quantity=Decimal(3), corrects="b")
    folded = fold([third, second, root])
    assert folded.adrift == 1
    (only,) = folded.hours["", "m", "x"].values()
    assert only == HourTotal(
        total=Decimal(2),
        largest=Decimal(2),
        latest=Decimal(2),
        latest_at=START,
        latest_key=b"ta",
        events=1,
        corrected=1,
    )


@given(st.lists(st.integers(0, 40), max_size=30), st.lists(st.integers(0, 40), max_size=30))
def test_runs_hold_exactly_their_numbers(one: list[int], other: list[int]) -> None:
    together = joined(runs_of(one), runs_of(other))
    assert together == runs_of([*one, *other])
    assert [n for first, last in together for n in range(first, last + 1)] == sorted({*one, *other})
    skipped = [n for first, last in gaps_between(together) for n in range(first, last + 1)]
    both = {*one, *other}
    assert skipped == ([n for n in range(min(both), max(both)) if n not in both] if both else [])


@pytest.mark.parametrize(
    ("month", "hours"), [(date(2026, 5, 1), 744), (date(2026, 2, 1), 672), (date(2028, 2, 1), 696)]
)
def test_months_have_their_hours(month: date, hours: int) -> None:
    assert hours_in(month_of(month)) == hours
    assert first_hour(month_of(month)) == hour_of(datetime(month.year, month.month, 1, tzinfo=UTC))


hours_of_may = st.lists(st.integers(-5, 750), max_size=40)


@pytest.mark.mission("MAT-26", "S-26")
@given(hours_of_may, st.lists(hours_of_may, max_size=3), st.sampled_from(["hours", "closed", "none"]))
def test_missing_is_exactly_what_is_not_proven(present: list[int], closed: list[list[int]], proof: str) -> None:
    """MAT-26, S-26."""
    start = first_hour(MAY)
    meter = Meter(number="m", proof=proof)  # type: ignore[arg-type]
    ranges = missing_hours(
        meter,
        month_period(MAY),
        present=[(start + first, start + last) for first, last in runs_of(present)],
        closed=[[(start + first, start + last) for first, last in runs_of(hours)] for hours in closed],
    )
    missing = {hour for span in ranges for hour in range(span.first, span.last + 1)}
    month = set(range(744))
    proven = {
        "none": month,
        "hours": set(present),
        "closed": set.intersection(*map(set, closed)) if closed else set(),
    }[proof]
    assert missing == month - proven
    assert all(one.last + 1 < other.first for one, other in pairwise(ranges))


def total(quantity: str, *, at: int = 0, present: tuple[tuple[int, int], ...] = (), events: int = 2) -> SeriesTotal:
    moment = START + timedelta(hours=at)
    return SeriesTotal(
        total=Decimal(quantity), largest=Decimal(quantity) / 2, latest=Decimal(1 + at), latest_at=moment, latest_key=b"t",
        first_at=START, events=events, late=1, corrected=1, present=present,
    )  # fmt: skip


@pytest.mark.parametrize(("aggregation", "quantity"), [("sum", "30"), ("max", "10"), ("last", "6"), ("count", "4")])
def test_a_meter_counts_in_its_way(aggregation: str, quantity: str) -> None:
    meter = Meter(number="m", aggregation=aggregation)  # type: ignore[arg-type]
    assert quantity_of(meter, [total("20"), total("10.0", at=5)]) == Decimal(quantity)
    assert quantity_of(meter, []) == 0


def test_statements_of_accounts_and_unmapped_usage_show_their_evidence() -> None:
    meter = Meter(number="api", product="API", unit="EA")
    start = first_hour(MAY)
    made = statement(
        meter, "acme", month_period(MAY), [total("20"), total("10.50", at=5)], closed=[[(start, start + 742)]],
        gaps=[("core", (7, 9)), ("core", (4, 4))], history=[Decimal(1)],
    )  # fmt: skip
    assert (made.number, made.period_to, str(made.quantity)) == ("api/acme/2026-05", date(2026, 5, 31), "30.5")
    assert (made.missing, made.gaps) == ((HourRange(first=743, last=743),), ("core 4", "core 7-9"))
    assert (made.events, made.late, made.corrected, made.history) == (4, 2, 2, (Decimal(1),))
    lists = [
        PriceList(
            number=number, currency="EUR", customer=customer, valid_from=begins,
            lines=(ContractLine(product=ProductIds(seller="API"), price=Decimal(price), unit="EA", price_per=Decimal(10)),),
        )
        for number, customer, begins, price in (
            ("A", "", date(2026, 1, 1), "5"), ("B", "", date(2026, 4, 1), "6"), ("C", "", date(2026, 7, 1), "9"),
            ("D", "acme", date(2026, 5, 1), "1"),
        )
    ]  # fmt: skip
    price = list_price(meter, MAY, lists)
    assert price == (Decimal("0.6"), "EUR")
    assert list_price(Meter(number="api"), MAY, lists) is None
    nobody = unmapped_statement(meter, "x", MAY, [total("20")], price=price[0], currency=price[1])
    assert (nobody.worth, nobody.first_event_at) == (Money(1200, "EUR"), START)
    assert unmapped_statement(meter, "x", MAY, [], price=None).worth is None
