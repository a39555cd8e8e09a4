"""The billing system's messages as documents (ING-14): the fields that localstripe lacks, and what cannot be mapped (S-31)."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, Literal

import pytest

from tests.connectors.stripe_shapes import API, APRIL, GOLD, MARCH, VAT, event, invoice, line, subscription
from tieout import app
from tieout.connectors.stripe_billing import readings
from tieout.connectors.stripe_billing.read import pull
from tieout.core.documents.kind import Document
from tieout.core.documents.unreadable import Unreadable
from tieout.formats import canonical_json
from tieout.trade.contract_periods import grid_of
from tieout.trade.documents import Amendment, Customer, Invoice, Subscription, Tier


def document(message: Any, entity: str = "FR01") -> Document:
    content = message if isinstance(message, bytes) else json.dumps(message).encode()
    (reading,) = readings(content, "m.json", entity=entity)
    if not isinstance(reading.document, Unreadable):
        assert reading.remarks == (), reading.remarks
        assert (
            canonical_json.decode(app.kinds(), reading.document.kind, canonical_json.encode(reading.document))
            == reading.document
        )
    return reading.document


def billed(*lines: dict[str, Any], **more: Any) -> Invoice:
    invoice_document = document(invoice(*lines, **more))
    assert isinstance(invoice_document, Invoice), invoice_document
    return invoice_document


def parked(message: Any) -> Unreadable:
    unreadable = document(message)
    assert isinstance(unreadable, Unreadable)
    return unreadable


def test_a_draft_and_the_final_invoice_are_the_same_document() -> None:
    """What finalising adds is left out, so that a pull after the release is no new claim."""
    draft = billed(line("il_1", 14700))
    final = billed(line("il_1", 14700), status="paid", number="INV-7", due_date=APRIL + 99, auto_advance=True)
    assert draft == final
    assert (draft.number, draft.entity, draft.order_number) == ("in_1", "FR01", "sub_1")
    assert (draft.buyer.name, draft.buyer.identifier("ours"), draft.supplier.name) == ("Beta SARL", "cus_1", "We SAS")


def test_a_recurring_line_with_price_period_and_ledger() -> None:
    (only,) = billed(line("il_1", 14700)).lines
    assert (only.basis, only.order.document, only.order.line) == ("recurring", "sub_1", "price_gold")
    assert (only.price, str(only.quantity)) == (Decimal("49.00"), "3 EA")
    assert (only.period_from, only.period_to) == (date(2026, 3, 1), date(2026, 3, 31))


def test_tax_on_top_of_and_inside_the_price() -> None:
    on_top = billed(
        line("il_1", 14700, tax_rates=[VAT], tax_amounts=[{"amount": 2940, "inclusive": False, "tax_rate": "txr_1"}]),
        tax=2940,
        total=17640,
        total_tax_amounts=[{"amount": 2940, "inclusive": False, "tax_rate": "txr_1"}],
    )
    assert [str(on_top.totals.net), str(on_top.totals.tax), str(on_top.totals.payable)] == [
        "147.00 EUR", "29.40 EUR", "176.40 EUR",
    ]  # fmt: skip
    rate = VAT | {"inclusive": True}
    inside = billed(
        line("il_1", 14700, tax_rates=[rate], tax_amounts=[{"amount": 2450, "inclusive": True, "tax_rate": "txr_1"}]),
        tax=2450,
        total_tax_amounts=[{"amount": 2450, "inclusive": True, "tax_rate": "txr_1"}],
    )
    assert [str(inside.totals.net), str(inside.totals.tax), str(inside.totals.payable)] == [
        "122.50 EUR", "24.50 EUR", "147.00 EUR",
    ]  # fmt: skip
    assert inside.lines[0].price is None, "the price includes the tax"


def test_a_discount_is_an_allowance_of_its_line() -> None:
    discounted = billed(line("il_1", 14700, discount_amounts=[{"amount": 1470, "discount": "di_1"}]), total=13230)
    assert (str(discounted.lines[0].net), str(discounted.lines[0].allowances_charges[0].amount)) == (
        "132.30 EUR",
        "14.70 EUR",
    )


@pytest.mark.parametrize(
    ("more", "basis", "price"),
    [
        ({"plan": API, "quantity": 1230, "amount": 460}, "usage", None),
        ({"type": "invoiceitem", "proration": True, "amount": -1580}, "recurring", None),
        ({"type": "invoiceitem", "plan": None, "quantity": 1, "amount": 50000}, "one_time", Decimal("500.00")),
        (
            {"type": "invoiceitem", "plan": None, "metadata": {"basis": "milestone", "milestone": "M-1"}},
            "milestone",
            None,
        ),
    ],
)
def test_what_a_line_charges_for(more: dict[str, Any], basis: str, price: Decimal | None) -> None:
    (only,) = billed(line("il_1", 14700) | more).lines
    assert (only.basis, only.price) == (basis, price)


def test_a_subscription_with_overage_a_discount_and_an_end() -> None:
    mapped = document(subscription(GOLD, API, discount={"coupon": {"percent_off": 12.5}}, cancel_at=APRIL))
    assert isinstance(mapped, Subscription)
    gold, api = mapped.lines
    assert (gold.id, gold.price, gold.interval, gold.discount_percent) == (
        "price_gold",
        Decimal("49.00"),
        "month",
        Decimal("12.5"),
    )
    assert (api.basis, api.meter, api.included, api.price) == ("usage", "mtr_1", Decimal(1000), Decimal("0.02"))
    assert (mapped.account, mapped.starts_on, mapped.ends_on) == ("cus_1", date(2026, 3, 1), date(2026, 4, 1))


TIERS = [
    {"up_to": 1000, "unit_amount": 5, "unit_amount_decimal": "5", "flat_amount": None, "flat_amount_decimal": None},
    {
        "up_to": None,
        "unit_amount": None,
        "unit_amount_decimal": "0.25",
        "flat_amount": 900,
        "flat_amount_decimal": "900",
    },
]


@pytest.mark.parametrize("mode", ["graduated", "volume"])
def test_a_price_in_tiers(mode: Literal["graduated", "volume"]) -> None:
    """The upper end belongs to its tier; a price below a cent is exact."""
    mapped = document(subscription(API | {"tiers": TIERS, "tiers_mode": mode, "billing_scheme": "tiered"}))
    assert isinstance(mapped, Subscription)
    (line,) = mapped.lines
    assert (line.tier_mode, line.included, line.price) == (mode, 0, 0)
    assert line.tiers == (
        Tier(price=Decimal("0.05"), up_to=Decimal(1000)), Tier(price=Decimal("0.0025"), flat=Decimal("9.00")),
    )  # fmt: skip


def test_a_free_first_tier_is_included_where_tiers_are_graduated_alone() -> None:
    """By volume, whoever uses one more pays for all."""
    graduated, volume = (document(subscription(API | {"tiers_mode": mode})) for mode in ("graduated", "volume"))
    assert isinstance(graduated, Subscription)
    assert isinstance(volume, Subscription)
    assert (graduated.lines[0].included, graduated.lines[0].tiers) == (Decimal(1000), ())
    assert (volume.lines[0].included, volume.lines[0].tier_mode, len(volume.lines[0].tiers)) == (
        Decimal(0),
        "volume",
        2,
    )


@pytest.mark.parametrize(
    ("anchor", "config", "interval", "stated"),
    [
        (MARCH + 14 * 86400 + 54_321, None, ("month", 1), "2026-03-15"),
        (APRIL - 1, {"day_of_month": 31}, ("month", 1), "2026-03-31"),
        (MARCH - 1, {"day_of_month": 31}, ("month", 1), "2026-03-31"),  # the 28th of February is the last
        (MARCH - 1, {"day_of_month": 30}, ("month", 3), "2026-05-30"),
        (MARCH - 1, {"day_of_month": 31}, ("month", 3), "2026-05-31"),
        (MARCH - 1, {"day_of_month": 29}, ("year", 1), "2028-02-29"),
        (MARCH + 5 * 86400, None, ("week", 1), "2026-03-06"),
        (None, None, ("month", 1), ""),
    ],
)
def test_periods_begin_on_the_anchor(
    anchor: int | None, config: dict[str, int] | None, interval: tuple[str, int], stated: str
) -> None:
    """Whatever the hour of the anchor; the 31st is the last day of shorter months, and the 31st again."""
    plan = GOLD | {"interval": interval[0], "interval_count": interval[1]}
    mapped = document(subscription(plan, billing_cycle_anchor=anchor, billing_cycle_anchor_config=config))
    assert isinstance(mapped, Subscription)
    assert mapped.anchor == stated
    if anchor is not None:
        begins = datetime.fromtimestamp(anchor, UTC).date()
        assert grid_of(mapped, mapped.lines[0].interval).period(begins).first == begins


def test_days_of_a_period_end_before_the_next_one_begins_whatever_the_hour() -> None:
    """A contract made at three in the afternoon: its periods share no day, as those of the contract share none."""
    hours = 15 * 3600
    periods = [
        (MARCH + hours, APRIL + hours),
        (APRIL + hours, APRIL + 30 * 86400 + hours),
        (MARCH + hours, MARCH + hours),
    ]
    made = billed(*(line(f"il_{k}", 1, period={"start": a, "end": b}) for k, (a, b) in enumerate(periods)))
    assert [(only.period_from, only.period_to) for only in made.lines] == [
        (date(2026, 3, 1), date(2026, 3, 31)), (date(2026, 4, 1), date(2026, 4, 30)), (date(2026, 3, 1), date(2026, 3, 1)),
    ]  # fmt: skip


def test_a_customer_with_its_tax_number_and_its_number_in_the_erp() -> None:
    message = {
        "id": "cus_1", "object": "customer", "name": "Beta SARL", "email": "ap@beta.example", "tax_exempt": "reverse",
        "address": {"line1": "1 rue X", "line2": "bât. B", "city": "Lyon", "postal_code": "69001", "country": "FR", "state": None},
        "metadata": {"erp_number": "D-1001"}, "tax_ids": {"object": "list", "data": [{"type": "eu_vat", "value": "FR12345678901"}]},
    }  # fmt: skip
    customer = document(message)
    assert isinstance(customer, Customer)
    assert (customer.street, customer.erp[0].entity, customer.erp[0].number) == ("1 rue X bât. B", "FR01", "D-1001")
    assert (customer.identifiers[0].scheme, customer.tax_class, customer.channel) == ("vat", "reverse", "email")


@pytest.mark.parametrize(
    ("plan", "part"),
    [
        (GOLD | {"interval": "day"}, "billing every 1 day"),
        (GOLD | {"interval": "week", "interval_count": 2}, "billing every 2 week"),
        (
            GOLD | {"transform_usage": {"divide_by": 100, "round": "up"}},
            "a price for every 100 units, the rest rounded up",
        ),
        (GOLD | {"amount": None, "amount_decimal": None, "billing_scheme": "tiered"}, "that the message does not hold"),
        (
            GOLD | {"amount": None, "amount_decimal": None, "tiers": [{"up_to": None, "unit_amount": 5}]},
            "a price in tiers",
        ),
        (GOLD | {"currency": "xxq"}, "is not an ISO 4217 currency"),
    ],
)
def test_what_our_documents_cannot_express_is_a_mapping_error(plan: dict[str, Any], part: str) -> None:
    unreadable = parked(subscription(plan))
    assert unreadable.code == "INT-MAP"
    assert part in unreadable.actual


@pytest.mark.parametrize(
    ("change", "expected", "actual"),
    [
        (lambda m: m.update(totals=m.pop("total")), "the field total", "totals"),
        (lambda m: m["lines"]["data"][0].update(plan="price_gold"), "object | null", "str"),
        (lambda m: m["lines"].update(has_more=True), "all lines of the invoice", "the first 1"),
        (lambda m: m.update(status="scheduled"), "Invalid enum value 'scheduled'", "another value"),
        (lambda m: m.update(object="quote"), "invoice", "quote"),
        (
            lambda m: m.update(total_tax_amounts=[{"amount": 1, "inclusive": False, "tax_rate": "txr_9"}]),
            "tax rate",
            "txr_9",
        ),
    ],
)
def test_a_message_of_another_shape_is_parked(change: Any, expected: str, actual: str) -> None:
    message = deepcopy(invoice(line("il_1", 14700)))
    change(message)
    unreadable = parked(message)
    assert (unreadable.code, unreadable.sender, unreadable.process) == ("INT-SCHEMA", "stripe", "subscription_billing")
    assert expected in unreadable.expected
    assert actual in unreadable.actual


@pytest.mark.mission("ING-14", "S-35")
def test_a_changed_subscription_is_an_amendment() -> None:
    """S-35, ING-14: the lines from then on, and those that ended."""
    before = subscription(GOLD, API)
    silver = GOLD | {"id": "price_silver", "amount": 1900, "amount_decimal": "1900"}
    words = {"approved_by": "cfo", "reason": "downgrade", "systems": "tax erp"}
    amendment = document(
        event("customer.subscription.updated", subscription(silver, API, metadata=words), {"items": before["items"]})
    )
    assert isinstance(amendment, Amendment)
    assert (amendment.number, amendment.subscription, amendment.effective_on) == ("evt_1", "sub_1", date(2026, 4, 1))
    assert [line.id for line in amendment.lines] == ["price_silver"]
    assert amendment.ended == ("price_gold",)
    assert (amendment.approved_by, amendment.reason, amendment.systems) == ("cfo", "downgrade", ("tax", "erp"))


def test_a_new_discount_amends_every_line_and_an_end_ends_them() -> None:
    discounted = subscription(GOLD, API, discount={"coupon": {"percent_off": 45}})
    amendment = document(event("customer.subscription.updated", discounted, {"discount": None}))
    assert isinstance(amendment, Amendment)
    assert [(line.id, line.discount_percent) for line in amendment.lines] == [("price_gold", 45), ("price_api", 45)]
    over = document(event("customer.subscription.deleted", subscription(GOLD, ended_at=MARCH)))
    assert isinstance(over, Amendment)
    assert (over.lines, over.ended, over.effective_on) == ((), ("price_gold",), date(2026, 3, 1))


@dataclass
class Listing:
    """A billing system with one subscription, whose list holds no tiers, as documented."""

    whole: dict[str, Any]
    refuses: bool = False
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def get(self, path: str, **params: Any) -> SimpleNamespace:
        self.asked.append((path, params))
        if path == "/v1/subscriptions/sub_1":
            return SimpleNamespace(ok=not self.refuses, message=self.whole, words="no")
        listed = deepcopy(self.whole)
        for entry in listed["items"]["data"]:
            entry["plan"]["tiers"] = None
        data = [listed] if path == "/v1/subscriptions" else []
        return SimpleNamespace(ok=True, message={"data": data, "has_more": False}, words="")


@pytest.mark.parametrize("refuses", [False, True])
def test_tiers_are_asked_for_where_a_list_leaves_them_out(refuses: bool) -> None:
    tiered = API | {"tiers": TIERS, "tiers_mode": "graduated", "billing_scheme": "tiered"}
    system = Listing(subscription(GOLD, tiered), refuses)
    (message,) = pull(system)  # type: ignore[arg-type]
    read = document(message.content)
    assert ("/v1/subscriptions/sub_1", {"expand[]": "items.data.plan.tiers"}) in system.asked
    if refuses:
        assert isinstance(read, Unreadable)
        assert "does not hold" in read.actual
    else:
        assert isinstance(read, Subscription)
        assert len(read.lines[1].tiers) == 2
    plain = Listing(subscription(GOLD))
    list(pull(plain))  # type: ignore[arg-type]
    assert len(plain.asked) == 3, "customers, subscriptions, invoices"
