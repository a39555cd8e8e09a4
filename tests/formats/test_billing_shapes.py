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
from tieout.trade.documents import Invoice, Subscription


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
