"""Lago and Kill Bill as documents (ING-14), and the agreed shape at the edge (S-31, MID-12, API-09): what was agreed, what came."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.formats.billing_shapes import KILLBILL, LAGO, LAGO_FEE, LAGO_SUBSCRIPTION, position
from tests.support.reading import read
from tieout import app
from tieout.core.documents.reading import Reading
from tieout.core.documents.unreadable import Unreadable
from tieout.formats import canonical_json
from tieout.trade.documents import Invoice, Subscription, Tier


def readings(message: Any) -> tuple[Reading, ...]:
    return read(json.dumps(message).encode(), name="hook.json")


def invoice(message: Any) -> Invoice:
    (reading,) = readings(message)
    assert reading.remarks == (), reading.remarks
    assert isinstance(reading.document, Invoice)
    assert (
        canonical_json.decode(app.kinds(), reading.document.kind, canonical_json.encode(reading.document))
        == reading.document
    )
    return reading.document


def parked(message: Any) -> Unreadable:
    (reading,) = readings(message)
    assert isinstance(reading.document, Unreadable)
    return reading.document


@pytest.mark.mission("ING-14")
def test_a_lago_webhook_is_a_billing_invoice() -> None:
    """ING-14: the shape of another billing system."""
    document = invoice(LAGO)
    assert (document.kind, document.number, document.entity, document.order_number) == (
        "billing_invoice", "LAG-1234-001-002", "FR01", "SUB-1",
    )  # fmt: skip
    assert document.buyer.identifier("ours") == "CUST-1"
    usage, plan = document.lines
    assert (usage.basis, usage.order.document, usage.order.line) == ("usage", "SUB-1", "api_calls")
    assert (usage.period_from, usage.period_to) == (date(2026, 3, 1), date(2026, 3, 31))
    assert (str(usage.quantity), usage.price, str(usage.net)) == ("1230 EA", Decimal("0.02"), "24.60 EUR")
    assert (plan.basis, plan.order.line, plan.tax_percent) == ("recurring", "gold", Decimal("20.0"))
    totals = document.totals
    assert [str(amount) for amount in (totals.net, totals.tax, totals.gross, totals.prepaid, totals.payable)] == [
        "120.00 EUR", "24.00 EUR", "144.00 EUR", "4.00 EUR", "140.00 EUR",
    ]  # fmt: skip


def test_the_same_invoice_without_its_envelope_is_the_same_document() -> None:
    assert invoice(LAGO["invoice"]) == invoice({"invoice": LAGO["invoice"]}) == invoice(LAGO)


def test_a_lago_subscription_with_its_plan() -> None:
    (reading,) = readings(LAGO_SUBSCRIPTION)
    document = reading.document
    assert isinstance(document, Subscription)
    assert (document.number, document.account, document.starts_on) == ("SUB-1", "CUST-1", date(2026, 3, 1))
    (line,) = document.lines
    assert (line.id, line.price, line.interval, line.basis) == ("gold", Decimal("99.00"), "month", "recurring")


def test_a_kill_bill_invoice_with_usage_tax_and_credit() -> None:
    document = invoice(KILLBILL)
    assert [line.basis for line in document.lines] == ["recurring", "usage", "one_time"]
    recurring, usage, fixed = document.lines
    assert (recurring.order.document, recurring.order.line) == ("f5bb-1", "gold-monthly")
    assert (recurring.period_from, recurring.period_to) == (date(2026, 3, 1), date(2026, 3, 31))
    assert (str(usage.quantity), usage.price, usage.description) == ("123 EA", Decimal("0.1"), "api")
    assert fixed.period_to == date(2026, 3, 1)
    totals = document.totals
    assert [str(amount) for amount in (totals.net, totals.tax, totals.gross, totals.prepaid, totals.payable)] == [
        "121.30 EUR", "21.05 EUR", "142.35 EUR", "10.00 EUR", "132.35 EUR",
    ]  # fmt: skip


def test_amounts_are_exact_although_they_come_as_json_numbers() -> None:
    message = KILLBILL | {"items": [position("i", "RECURRING", 0.1), position("j", "RECURRING", 0.2)]}
    assert str(invoice(message).totals.net) == "0.30 EUR"


@pytest.mark.parametrize(
    ("message", "expected", "actual"),
    [
        (KILLBILL | {"status": "VOID"}, "DRAFT or COMMITTED", "a void invoice"),
        (LAGO["invoice"] | {"status": "voided"}, "draft or finalized", "an invoice that is voided"),
        (KILLBILL | {"items": [position("i", "BARTER", 1)]}, "RECURRING", "a position BARTER"),
        (LAGO["invoice"] | {"fees": [LAGO_FEE | {"item": {"type": "tip", "code": "t", "name": "t"}}]}, "add_on", "tip"),
    ],
)  # fmt: skip
def test_a_value_that_means_nothing_here_is_a_mapping_error(message: Any, expected: str, actual: str) -> None:
    unreadable = parked(message)
    assert unreadable.code == "INT-MAP"
    assert expected in unreadable.expected
    assert actual in unreadable.actual


@pytest.mark.mission("S-31")
def test_a_renamed_field_is_named_with_what_came_in_its_place() -> None:
    """S-31 literally: version 2 of the interface calls `tax_code` `tax_class`."""
    message = deepcopy(LAGO)
    tax = message["invoice"]["applied_taxes"][0]
    tax["tax_class"] = tax.pop("tax_code")
    unreadable = parked(message)
    assert (unreadable.code, unreadable.sender, unreadable.process) == ("INT-SCHEMA", "lago", "subscription_billing")
    assert (unreadable.expected, unreadable.actual, unreadable.where) == (
        "the field tax_code",
        "tax_class",
        "$.applied_taxes[0]",
    )


@pytest.mark.mission("API-18", "S-31")
@pytest.mark.parametrize(
    "path", [("customer",), ("fees",), ("total_amount_cents",), ("fees", 0, "units"), ("fees", 1, "item", "code")]
)
@pytest.mark.parametrize("change", ["drop", "list", "null"])
def test_whatever_we_rely_on_and_is_not_as_agreed_parks_the_whole_invoice(path: tuple[Any, ...], change: str) -> None:
    """S-31, API-18: nothing is read in part."""
    message = deepcopy(LAGO)
    place: Any = message["invoice"]
    for step in path[:-1]:
        place = place[step]
    if change == "drop":
        del place[path[-1]]
    else:
        place[path[-1]] = None if change == "null" else {"of": "another shape"}
    unreadable = parked(message)
    assert unreadable.code == "INT-SCHEMA"
    assert unreadable.expected
    assert unreadable.actual
    assert unreadable.where.startswith("$")


def test_what_was_never_agreed_may_come_and_go() -> None:
    message = deepcopy(LAGO)
    message["invoice"] |= {"a_new_field": {"of": 1}}
    del message["invoice"]["payment_status"]
    assert invoice(message) == invoice(LAGO)


@pytest.mark.parametrize(
    "content", [b'{"lago_id": ', b'{"lago_id": 1}', b'{"invoiceId": [], "accountId": 1}', b'{"lago_id": NaN}']
)
def test_nonsense_is_parked_and_never_raised(content: bytes) -> None:
    (reading,) = read(content, name="x.json")
    assert isinstance(reading.document, Unreadable)
    assert reading.document.code == "INT-SCHEMA"


def contract(plan: dict[str, Any] | None = None, **more: Any) -> Subscription:
    message = deepcopy(LAGO_SUBSCRIPTION)
    message["subscription"] |= more
    message["subscription"]["plan"] |= plan or {}
    (reading,) = readings(message)
    assert isinstance(reading.document, Subscription), reading.document
    return reading.document


def charge(
    model: str = "standard", code: str = "api_calls", properties: dict[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    """A charge with the fields of Lago's documentation."""
    plain: dict[str, Any] = {
        "lago_id": "ch-1", "billable_metric_code": code, "charge_model": model, "invoiceable": True, "pay_in_advance": False,
        "prorated": False, "min_amount_cents": 0, "properties": {"amount": "0.02"} if properties is None else properties, "filters": [],
    }  # fmt: skip
    return plain | more


def ranges(name: str) -> dict[str, Any]:
    first = {"from_value": 0, "to_value": 100, "per_unit_amount": "1", "flat_amount": "0"}
    return {name: [first, {"from_value": 101, "to_value": None, "per_unit_amount": "0.5", "flat_amount": "10"}]}


@pytest.mark.parametrize(
    ("billing_time", "interval", "begins", "zone", "anchor"),
    [
        ("anniversary", "monthly", "2026-03-15T12:00:00Z", None, "2026-03-15"),
        ("anniversary", "quarterly", "2026-03-31T00:00:00Z", None, "2026-03-31"),
        ("anniversary", "monthly", "2026-03-14T23:30:00Z", "Europe/Berlin", "2026-03-15"),
        ("anniversary", "weekly", "2026-03-14T23:30:00Z", "America/New_York", "2026-03-14"),
        ("calendar", "monthly", "2026-03-15T12:00:00Z", "Europe/Berlin", "calendar"),
        ("calendar", "weekly", "2026-03-15T12:00:00Z", None, "calendar"),
        ("calendar", "quarterly", "2026-03-15T12:00:00Z", None, "2026-01-01"),
        ("calendar", "yearly", "2026-12-31T23:30:00Z", "Europe/Berlin", "2027-01-01"),
        (None, "monthly", "2026-03-15T12:00:00Z", None, ""),
    ],
)
def test_periods_of_a_lago_subscription(
    billing_time: str | None, interval: str, begins: str, zone: str | None, anchor: str
) -> None:
    """From its own day or by the calendar, in the customer's time zone; quarters of the calendar are those of the year."""
    located = {"customer": {"external_id": "CUST-1", "applicable_timezone": zone}} if zone else {}
    made = contract({"interval": interval}, billing_time=billing_time, subscription_at=begins, **located)
    assert (made.anchor, made.zone) == (anchor, zone or "")
    assert (
        made.lines[0].interval
        == {"monthly": "month", "quarterly": "quarter", "weekly": "week", "yearly": "year"}[interval]
    )


def test_days_of_a_lago_invoice_are_those_of_the_customer() -> None:
    message = deepcopy(LAGO)
    message["invoice"]["customer"]["applicable_timezone"] = "Europe/Berlin"
    for fee in message["invoice"]["fees"]:
        fee |= {"from_date": "2026-02-28T23:00:00Z", "to_date": "2026-03-31T21:59:59Z"}
    document = invoice(message)
    assert {(line.period_from, line.period_to) for line in document.lines} == {(date(2026, 3, 1), date(2026, 3, 31))}


def test_charges_of_a_lago_plan_are_lines_that_bill_their_metric() -> None:
    charges = [
        charge(), charge("graduated", "storage", ranges("graduated_ranges")), charge("volume", "mails", ranges("volume_ranges")),
    ]  # fmt: skip
    gold, calls, storage, mails = contract(
        {"interval": "yearly", "charges": charges, "bill_charges_monthly": True}
    ).lines
    assert (gold.interval, calls.interval) == ("year", "month")
    assert (calls.id, calls.basis, calls.meter, calls.price) == ("api_calls", "usage", "api_calls", Decimal("0.02"))
    tiers = (Tier(price=Decimal(1), up_to=Decimal(100)), Tier(price=Decimal("0.5"), flat=Decimal(10)))
    assert (storage.tier_mode, storage.tiers) == ("graduated", tiers)
    assert (mails.tier_mode, mails.tiers) == ("volume", tiers)


@pytest.mark.parametrize(
    ("charges", "part"),
    [
        (
            [charge("package", properties={"amount": "5", "free_units": 100, "package_size": 100})],
            "by the model package",
        ),
        ([charge("percentage", properties={"rate": "1"})], "by the model percentage"),
        ([charge(pay_in_advance=True)], "paid in advance"),
        ([charge(prorated=True)], "prorated"),
        ([charge(min_amount_cents=100)], "with a minimum"),
        ([charge(filters=[{"properties": {"amount": "1"}}])], "by filter"),
        ([charge(), charge("volume", properties=ranges("volume_ranges"))], "several prices of one metric"),
        ([charge(code="gold")], "several prices of one metric"),
    ],
)
def test_a_charge_that_our_documents_cannot_express_is_said_and_not_left_out(
    charges: list[dict[str, Any]], part: str
) -> None:
    message = deepcopy(LAGO_SUBSCRIPTION)
    message["subscription"]["plan"]["charges"] = charges
    unreadable = parked(message)
    assert unreadable.code == "INT-MAP"
    assert part in unreadable.actual


@pytest.mark.parametrize(("model", "properties"), [("standard", {}), ("graduated", {"amount": "1"}), ("volume", {})])
def test_a_charge_without_its_price_is_no_free_one(model: str, properties: dict[str, Any]) -> None:
    message = deepcopy(LAGO_SUBSCRIPTION)
    message["subscription"]["plan"]["charges"] = [charge(model, properties=properties)]
    assert parked(message).code == "INT-SCHEMA"


def test_a_time_zone_that_is_none_is_said() -> None:
    message = deepcopy(LAGO_SUBSCRIPTION)
    message["subscription"]["customer"] = {"applicable_timezone": "Mars/Olympus"}
    assert "is not a time zone" in parked(message).actual
