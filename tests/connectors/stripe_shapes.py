"""Messages of the billing system with the documented fields of version 2024-06-20, written for these tests."""

from __future__ import annotations

import json
from typing import Any

MARCH, APRIL = 1_772_323_200, 1_775_001_600
GOLD: dict[str, Any] = {
    "id": "price_gold", "object": "plan", "amount": 4900, "amount_decimal": "4900", "currency": "eur", "interval": "month",
    "interval_count": 1, "usage_type": "licensed", "product": "prod_1", "tiers": None, "meter": None,
}  # fmt: skip
API: dict[str, Any] = GOLD | {
    "id": "price_api", "amount": None, "amount_decimal": None, "usage_type": "metered", "meter": "mtr_1", "product": "prod_2",
    "tiers": [{"up_to": 1000, "unit_amount": 0, "flat_amount": None}, {"up_to": None, "unit_amount": 2, "flat_amount": None}],
}  # fmt: skip
VAT: dict[str, Any] = {"id": "txr_1", "object": "tax_rate", "percentage": 20.0, "inclusive": False, "country": "FR"}


def line(name: str, amount: int, **more: Any) -> dict[str, Any]:
    """A line of an invoice: three gold in March, unless stated otherwise."""
    plain: dict[str, Any] = {
        "id": name, "object": "line_item", "type": "subscription", "amount": amount, "currency": "eur", "description": "Gold",
        "quantity": 3, "period": {"start": MARCH, "end": APRIL}, "proration": False, "subscription": "sub_1",
        "subscription_item": "si_1", "plan": GOLD, "tax_amounts": [], "tax_rates": [], "discount_amounts": [], "metadata": {},
    }  # fmt: skip
    return plain | more


def invoice(*lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A draft over these lines, without tax unless stated."""
    total = sum(line["amount"] for line in lines)
    plain: dict[str, Any] = {
        "id": "in_1", "object": "invoice", "status": "draft", "number": None, "auto_advance": False, "created": APRIL,
        "currency": "eur", "customer": "cus_1", "customer_name": "Beta SARL", "account_name": "We SAS", "subscription": "sub_1",
        "subtotal": total, "tax": None, "total": total, "total_tax_amounts": [], "default_tax_rates": [], "metadata": {},
        "due_date": None, "lines": {"object": "list", "data": list(lines), "has_more": False},
    }  # fmt: skip
    return plain | more


def subscription(*plans: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A subscription to these plans, one of each."""
    rest = {"object": "subscription_item", "tax_rates": [], "metadata": {}}
    positions = [
        {"id": f"si_{k}", "plan": plan, "quantity": None if plan is API else 1, **rest} for k, plan in enumerate(plans)
    ]
    plain: dict[str, Any] = {
        "id": "sub_1", "object": "subscription", "customer": "cus_1", "status": "active", "start_date": MARCH,
        "cancel_at": None, "ended_at": None, "discount": None, "metadata": {},
        "items": {"object": "list", "data": positions, "has_more": False},
    }  # fmt: skip
    return plain | more


def event(kind: str, now: dict[str, Any], before: dict[str, Any] | None = None) -> bytes:
    """A notification that a subscription has changed on 2026-04-01."""
    change = {"object": now, "previous_attributes": before}
    return json.dumps({"id": "evt_1", "object": "event", "type": kind, "created": APRIL, "data": change}).encode()
