"""A usage line is tied out against the usage of exactly its contract's period, from files of events to booked invoices (MAT-26)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from tests.engine.database_world import DatabaseSimulation
from tests.metering.test_billing import SELLER, booked, codes, feed, findings, new_run, status
from tests.metering.test_counting import event
from tests.metering.test_stating import METERED, at, closed
from tieout.app import catalogue
from tieout.core.findings.wording import sentence
from tieout.core.policy.policy import Rules
from tieout.core.policy.tolerance import Tolerance
from tieout.core.values.money import Money
from tieout.core.values.party import Party
from tieout.trade.documents import (
    AccountingSetup,
    Amendment,
    Invoice,
    InvoiceLine,
    InvoiceTotals,
    LineReference,
    RevenueAccount,
    Subscription,
    SubscriptionLine,
    Tier,
)

pytestmark = pytest.mark.usefixtures("empty_database")

UNCOMPARED = Rules.of(quantity_growth=Tolerance(state="not_checked", basis="quantity"))
PERIOD = (date(2026, 5, 15), date(2026, 6, 14))


def contract(
    *lines: SubscriptionLine, number: str = "SUB-15", anchor: str = "15", zone: str = "Europe/Berlin"
) -> Subscription:
    return Subscription(
        number=number, account="acme", currency="EUR", lines=lines or (METERED,), entity="DE01", starts_on=date(2026, 1, 1),
        anchor=anchor, zone=zone,
    )  # fmt: skip


def bill(
    number: str, minor: int, days: tuple[date, date] = PERIOD, *, of: str = "SUB-15", on: date | None = None
) -> Invoice:
    net = Money(minor, "EUR")
    line = InvoiceLine(
        id="u",
        net=net,
        order=LineReference(document=of, line="U"),
        tax_category="Z",
        period_from=days[0],
        period_to=days[1],
    )
    return Invoice(
        kind="billing_invoice", number=number, issue_date=on or days[1] + timedelta(days=1), currency="EUR", supplier=SELLER,
        buyer=Party(name="acme"), lines=(line,), entity="DE01",
        totals=InvoiceTotals(lines=net, net=net, tax=Money(0, "EUR"), gross=net, payable=net),
    )  # fmt: skip


def run_with(*contracts: Subscription, rules: Rules | None = None) -> DatabaseSimulation:
    """The world of the other billing tests, without acme's contract of calendar months; its periods of 2026 to 2028 are open."""
    here = new_run(rules)
    months = tuple(date(year, month, 1) for year in (2026, 2027, 2028) for month in range(1, 13))
    here.receive(
        AccountingSetup(
            number="DE01", revenue=(RevenueAccount(account="4400"),), tax_classes=("domestic",), periods=months
        ),
        version="2",
    )
    for one in contracts:
        here.receive(one)
    return here


def edges(begins: datetime, ends: datetime) -> list[tuple[datetime, str]]:
    """Usage in the first and the last minute of a period (5 together), and a great deal just outside of it."""
    minute = timedelta(minutes=1)
    return [(begins - minute, "5"), (begins, "2"), (ends - minute, "3"), (ends, "5")]


@pytest.mark.mission("MAT-26", "ING-13")
@pytest.mark.parametrize(
    ("anchor", "zone", "interval", "first", "last"),
    [
        ("15", "Europe/Berlin", "month", "2026-05-15", "2026-06-14"),
        ("15", "Europe/Berlin", "month", "2026-03-15", "2026-04-14"),  # the clocks go forward within it
        ("25", "Europe/Berlin", "month", "2026-10-25", "2026-11-24"),  # its first day has 25 hours
        ("29", "Europe/Berlin", "month", "2026-03-29", "2026-04-28"),  # its first day has 23 hours
        ("31", "", "month", "2028-02-29", "2028-03-30"),
        ("31", "Europe/Berlin", "month", "2028-01-31", "2028-02-28"),
        ("2026-02-15", "Europe/Berlin", "quarter", "2026-05-15", "2026-08-14"),
        ("2026-05-06", "", "week", "2026-05-13", "2026-05-19"),
        ("calendar", "Asia/Kolkata", "month", "2026-05-01", "2026-05-31"),
        ("15", "Asia/Kathmandu", "month", "2026-05-15", "2026-06-14"),
        ("calendar", "America/New_York", "month", "2026-05-01", "2026-05-31"),
        ("calendar", "Pacific/Kiritimati", "month", "2026-05-01", "2026-05-31"),
        ("5", "Australia/Lord_Howe", "month", "2026-04-05", "2026-05-04"),  # the clocks go back by half an hour
    ],
)
def test_a_line_costs_the_usage_of_exactly_its_period(
    anchor: str, zone: str, interval: str, first: str, last: str
) -> None:
    """MAT-26, ING-13: no minute before it, none after it; and it waits for its own hours alone."""
    here = run_with(contract(replace(METERED, interval=interval), anchor=anchor, zone=zone))  # type: ignore[arg-type]
    days = (date.fromisoformat(first), date.fromisoformat(last))
    begins, ends = (at(f"{day}T00:00:00", zone or "UTC") for day in (days[0], days[1] + timedelta(days=1)))
    now = ends + timedelta(hours=2)
    used = [event(k, quantity=quantity, occurred_at=time) for k, (time, quantity) in enumerate(edges(begins, ends))]
    whole = begins.replace(minute=0)
    feed(here, [*used, *closed(whole, ends - timedelta(minutes=61))], at=now)
    here.receive(bill("B-1", 250, days))
    (finding,) = findings(here, "B-1")
    assert (finding.code, finding.stage, finding.status) == ("BIL-USG-LATE", "wait", "WAIT-USAGE")
    assert "are missing" in sentence(finding, catalogue().codes)
    feed(here, closed(ends.replace(minute=0) - timedelta(hours=2), ends), at=now + timedelta(hours=1))
    feed(here, closed(ends.replace(minute=0), ends + timedelta(hours=1)), at=now + timedelta(hours=2))
    assert (status(here, "B-1"), codes(here, "B-1")) == ("posted", [])


@pytest.mark.mission("MAT-26", "S-26")
def test_what_comes_late_into_a_period_is_billed_once_by_the_next_invoice() -> None:
    """MAT-26, S-26: an event of the last minute of the contract's day, though it is of the next day in UTC or of another month."""
    here = run_with(contract(zone="America/New_York"))
    begins, ends = (at(f"2026-{month}-15T00:00:00", "America/New_York") for month in ("05", "06"))
    feed(here, [event(1, occurred_at=begins), *closed(begins, ends)], at=ends + timedelta(hours=1))
    here.receive(bill("B-1", 100))
    assert status(here, "B-1") == "posted"
    late = event(2, occurred_at=ends - timedelta(minutes=1), quantity="6")
    outside = event(3, occurred_at=ends, quantity="100")
    for day in (1, 2):
        feed(here, [late, outside], at=ends + timedelta(days=day))
    assert booked(here) == ["B-1 1.00", "B-1-TUu 3.00"]
    feed(here, [event(4, id="fix", corrects="e2", quantity="2")], at=ends + timedelta(days=3))
    (finding,) = findings(here, "B-1-TUu-TCu")
    assert (finding.code, finding.actual) == ("BIL-CM-APPR", "2.00 EUR")


@pytest.mark.mission("MAT-26")
def test_a_price_that_changes_within_a_period_is_charged_by_what_was_used_before_and_after() -> None:
    """MAT-26: metering states each part, so no line waits for statements of parts; an estimate by days is a wrong bill."""
    here = run_with(contract())
    dearer = (replace(METERED, price=Decimal(2)),)
    here.receive(Amendment(number="A-1", subscription="SUB-15", effective_on=date(2026, 6, 1), lines=dearer))
    begins, change, ends = (at(f"2026-{day}T00:00:00") for day in ("05-15", "06-01", "06-15"))
    minute = timedelta(minutes=1)
    used = [event(1, occurred_at=begins), event(2, occurred_at=change - minute), event(3, occurred_at=change)]
    feed(here, [*used, *closed(begins, ends)], at=ends + timedelta(hours=1))
    here.receive(bill("B-1", 2 * 2 * 50 + 2 * 200))
    here.receive(bill("B-2", 707))
    assert (status(here, "B-1"), codes(here, "B-1")) == ("posted", [])
    assert "BIL-USG-PART" not in codes(here, "B-2")
    feed(here, [event(4, id="fix", corrects="e2", quantity="1")], at=ends + timedelta(hours=2))
    assert [row for row in booked(here) if row.startswith("B-1-TC")] == [], "a credit waits for its approval"
    (finding,) = findings(here, "B-1-TCu")
    assert finding.actual == "0.50 EUR", "it was used before the change"


@pytest.mark.mission("MAT-26")
def test_tiers_minimum_and_included_usage_count_the_period_of_the_contract() -> None:
    """MAT-26: 5 are used in the period and 2000 around it; the tiers are of the whole period, 23 hours or not."""
    tiers = (Tier(up_to=Decimal(4), price=Decimal(3)), Tier(up_to=None, price=Decimal(1)))
    here = run_with(
        contract(replace(METERED, price=Decimal(0), tiers=tiers, tier_mode="graduated"), number="SUB-T"),
        contract(replace(METERED, minimum=Decimal(9)), number="SUB-M"),
        contract(replace(METERED, included=Decimal(3)), number="SUB-I"),
    )
    begins, ends = at("2026-03-15T00:00:00"), at("2026-04-15T00:00:00")
    used = [event(k, quantity=quantity, occurred_at=time) for k, (time, quantity) in enumerate(edges(begins, ends))]
    feed(here, [*used, *closed(begins, ends)], at=ends + timedelta(hours=1))
    days = (date(2026, 3, 15), date(2026, 4, 14))
    for number, minor in (("T", 4 * 300 + 100), ("M", 900), ("I", 100)):
        here.receive(bill(f"B-{number}", minor, days, of=f"SUB-{number}"))
        assert (status(here, f"B-{number}"), codes(here, f"B-{number}")) == ("posted", []), number


@pytest.mark.mission("MAT-26")
def test_a_period_that_is_not_over_waits_for_its_hours() -> None:
    """MAT-26: billed in the middle of it, however much of it is closed."""
    here = run_with(contract())
    begins, middle, ends = (at(f"2026-{day}T00:00:00") for day in ("05-15", "06-01", "06-15"))
    feed(here, [event(1, occurred_at=begins), *closed(begins, middle)], at=middle)
    here.receive(bill("B-1", 100, on=middle.date()))
    (finding,) = findings(here, "B-1")
    assert (finding.code, finding.stage, finding.status) == ("BIL-USG-LATE", "wait", "WAIT-USAGE")
    assert "hours 408-743 of 744 are missing" in sentence(finding, catalogue().codes)
    feed(here, closed(middle, ends), at=ends)
    assert [finding.status for finding in findings(here, "B-1")] == ["WAIT-GRACE"], (
        "what comes in the next hour still counts"
    )
    here.advance(ends + timedelta(hours=1))
    assert (status(here, "B-1"), codes(here, "B-1")) == ("posted", [])


@pytest.mark.mission("MAT-26")
def test_two_contracts_of_a_customer_with_other_days_are_each_billed_by_their_own() -> None:
    """MAT-26: the 1st in Kolkata and the 15th in Berlin count the same events, each in its own days."""
    here = run_with(contract(), contract(number="SUB-1", anchor="1", zone="Asia/Kolkata"), rules=UNCOMPARED)
    begins, ends = at("2026-05-15T00:00:00"), at("2026-06-15T00:00:00")
    first, until = at("2026-05-01T00:00:00", "Asia/Kolkata"), at("2026-06-01T00:00:00", "Asia/Kolkata")
    times = [
        first,
        begins - timedelta(minutes=1),
        begins,
        until - timedelta(minutes=1),
        until,
        ends - timedelta(minutes=1),
    ]
    used = [event(k, quantity=str(10**k), occurred_at=time) for k, time in enumerate(times)]
    feed(here, [*used, *closed(first.replace(minute=0), ends)], at=ends + timedelta(hours=1))
    here.receive(bill("B-15", 111100 * 50))
    here.receive(bill("B-1", 1111 * 50, (date(2026, 5, 1), date(2026, 5, 31)), of="SUB-1"))
    assert (status(here, "B-1"), codes(here, "B-1")) == ("posted", [])
    assert (status(here, "B-15"), codes(here, "B-15")) == ("posted", [])


@pytest.mark.mission("MAT-26")
def test_a_contract_that_comes_after_its_usage_is_billed_at_once() -> None:
    """MAT-26: counted under the customer's name before anybody knew of the contract's days; so is an amendment that ends it."""
    here = run_with()
    begins, end, ends = (at(f"2026-{day}T00:00:00") for day in ("05-15", "06-02", "06-15"))
    used = [event(1, occurred_at=begins), event(2, occurred_at=end - timedelta(minutes=1)), event(3, occurred_at=end)]
    feed(here, [*used, *closed(begins, ends)], at=ends + timedelta(hours=1))
    here.receive(contract())
    here.receive(Amendment(number="A-1", subscription="SUB-15", effective_on=date(2026, 6, 2), ended=("U",)))
    feed(here, [], at=ends + timedelta(hours=2))
    here.receive(bill("B-1", 200, (date(2026, 5, 15), date(2026, 6, 1))))
    assert (status(here, "B-1"), codes(here, "B-1")) == ("posted", [])
