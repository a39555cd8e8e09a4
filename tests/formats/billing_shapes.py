"""Messages of billing systems with the fields that their documentation names, written for these tests."""

from __future__ import annotations

from typing import Any

LAGO_FEE: dict[str, Any] = {
    "lago_id": "fee-1",
    "lago_subscription_id": "s-1",
    "external_subscription_id": "SUB-1",
    "item": {"type": "charge", "code": "api_calls", "name": "API calls", "lago_item_id": "bm-1"},
    "amount_cents": 2460,
    "amount_currency": "EUR",
    "taxes_amount_cents": 492,
    "taxes_rate": 20.0,
    "units": "1230.0",
    "precise_unit_amount": "0.02",
    "events_count": 1230,
    "from_date": "2026-03-01T00:00:00Z",
    "to_date": "2026-03-31T23:59:59Z",
    "payment_status": "pending",
}
LAGO_PLAN_FEE: dict[str, Any] = LAGO_FEE | {
    "lago_id": "fee-2",
    "item": {"type": "subscription", "code": "gold", "name": "Gold", "lago_item_id": "s-1"},
    "amount_cents": 9900,
    "taxes_amount_cents": 1980,
    "units": "1.0",
    "precise_unit_amount": "99.0",
}
LAGO: dict[str, Any] = {
    "webhook_type": "invoice.created",
    "object_type": "invoice",
    "organization_id": "o-1",
    "invoice": {
        "lago_id": "5eb0-1",
        "billing_entity_code": "FR01",
        "number": "LAG-1234-001-002",
        "issuing_date": "2026-04-01",
        "invoice_type": "subscription",
        "status": "draft",
        "payment_status": "pending",
        "currency": "EUR",
        "fees_amount_cents": 12360,
        "coupons_amount_cents": 360,
        "credit_notes_amount_cents": 0,
        "sub_total_excluding_taxes_amount_cents": 12000,
        "taxes_amount_cents": 2400,
        "sub_total_including_taxes_amount_cents": 14400,
        "prepaid_credit_amount_cents": 400,
        "total_amount_cents": 14000,
        "version_number": 4,
        "customer": {"lago_id": "c-1", "external_id": "CUST-1", "name": "Beta SARL", "country": "FR"},
        "fees": [LAGO_FEE, LAGO_PLAN_FEE],
        "applied_taxes": [
            {
                "lago_id": "t-1",
                "tax_name": "TVA",
                "tax_code": "fr_standard",
                "tax_rate": 20.0,
                "amount_cents": 2400,
                "amount_currency": "EUR",
                "fees_amount_cents": 12000,
            }
        ],
    },
}
LAGO_SUBSCRIPTION: dict[str, Any] = {
    "webhook_type": "subscription.started",
    "object_type": "subscription",
    "subscription": {
        "lago_id": "s-1",
        "external_id": "SUB-1",
        "external_customer_id": "CUST-1",
        "plan_code": "gold",
        "status": "active",
        "subscription_at": "2026-03-01T00:00:00Z",
        "ending_at": None,
        "plan": {
            "lago_id": "p-1",
            "code": "gold",
            "interval": "monthly",
            "amount_cents": 9900,
            "amount_currency": "EUR",
        },
    },
}


def position(name: str, kind: str, amount: float, **more: Any) -> dict[str, Any]:
    """A position of a Kill Bill invoice."""
    plain: dict[str, Any] = {
        "invoiceItemId": name,
        "invoiceId": "8f6b-1",
        "accountId": "2ad5-1",
        "subscriptionId": "f5bb-1",
        "planName": "gold-monthly",
        "phaseName": "gold-monthly-evergreen",
        "usageName": None,
        "itemType": kind,
        "description": "gold-monthly",
        "startDate": "2026-03-01",
        "endDate": "2026-04-01",
        "amount": amount,
        "rate": None,
        "currency": "EUR",
        "quantity": None,
    }
    return plain | more


KILLBILL: dict[str, Any] = {
    "amount": 132.35,
    "currency": "EUR",
    "status": "DRAFT",
    "creditAdj": 0,
    "refundAdj": 0,
    "invoiceId": "8f6b-1",
    "invoiceDate": "2026-04-01",
    "targetDate": "2026-04-01",
    "invoiceNumber": "1305",
    "balance": 132.35,
    "accountId": "2ad5-1",
    "items": [
        position("i-1", "RECURRING", 99.00, rate=99.00),
        position("i-2", "USAGE", 12.30, rate=0.10, quantity=123, usageName="api", description=None),
        position("i-3", "FIXED", 10.00, endDate=None, planName=None),
        position("i-4", "TAX", 21.05, subscriptionId=None, planName=None, endDate=None),
        position("i-5", "CBA_ADJ", -10.00, subscriptionId=None, planName=None),
    ],
}
