"""The rules of policy that payables needs: where no policy in force sets one, the claim is held."""

from __future__ import annotations

from typing import Final

from tieout.core.policy.rule import HOURS, choice, span, tolerance, whole_number, yes_no
from tieout.trade.rules import FREIGHT, LINE_TOTAL, ORDERED, POSTING, QUANTITY, TAX, UNIT_PRICE

NAME: Final = "payables"

MATCH: Final = choice(
    "match", "What billed quantities are matched against: nothing, the order, also receipts, also what inspection accepted.",
    choices=("none", "2-way", "3-way", "3-way+inspection"),
)  # fmt: skip
ORDER_REQUIRED: Final = yes_no(
    "order_required", "Whether an invoice without an order is held for the buyer.", example="true"
)
SUPPLIER_REQUIRED: Final = yes_no(
    "supplier_required", "Whether an invoice is held whose supplier has no record.", example="true"
)
INSPECTION_WINDOW: Final = span(
    "inspection_window", "How long goods may be in inspection before a person is asked.", example="48 bh"
)
ARRIVAL_WINDOW: Final = span(
    "arrival_window", "How long goods on their way may take after the day on which they were expected.", example="1 bd"
)
SYNC_LAG_MAX: Final = span(
    "sync_lag_max",
    "How long a receipt that the warehouse confirms may be missing in the system of record.",
    example="8 h",
)
INVOICE_AGE_DAYS_MAX: Final = whole_number(
    "invoice_age_days_max", "How old an invoice may be when it comes.", unit="calendar days", example="365"
)
INVOICE_FUTURE_DAYS_MAX: Final = whole_number(
    "invoice_future_days_max", "How far ahead an invoice may be dated.", unit="calendar days", example="0"
)
BANK_COOLING_DAYS: Final = whole_number(
    "bank_cooling_days",
    "Waiting period after its approval before a new bank account may be paid.",
    unit="calendar days",
    example="10",
)
INVOICE_TOTAL: Final = tolerance(
    "invoice_total",
    "How much more than expected an invoice may cost in all: the sum over its lines, each within its own tolerance.",
    basis="amount",
    unit="the document's currency",
    example="{upper: {absolute: 500.00 EUR}}",
    new=True,
)
FREIGHT_POSTING: Final = choice(
    "freight_posting",
    "Where accepted unplanned freight is posted: to a separate account, or allocated to the goods in proportion to their value.",
    choices=("account", "by_value"),
)  # fmt: skip
TERMS: Final = choice(
    "terms", "Whether payment terms must be those of the order or contract.", choices=("equal", "not_checked")
)
PREPAID: Final = choice(
    "prepaid",
    "Whether an amount that the invoice states as already paid is accepted as stated, or only if a prepayment is posted here.",
    choices=("stated", "posted"),
    before="stated",
)
SHORT_PAY: Final = yes_no(
    "short_pay",
    "Whether what is undisputed may be paid and the rest claimed with our debit note: the resolution `short_pay`.",
    example="false",
)

RULES: Final = (
    MATCH, UNIT_PRICE, LINE_TOTAL, INVOICE_TOTAL, QUANTITY, ORDERED, FREIGHT, TAX, ORDER_REQUIRED, SUPPLIER_REQUIRED, INSPECTION_WINDOW,
    ARRIVAL_WINDOW, SYNC_LAG_MAX, INVOICE_AGE_DAYS_MAX, INVOICE_FUTURE_DAYS_MAX, BANK_COOLING_DAYS, POSTING,
    FREIGHT_POSTING, TERMS, PREPAID, SHORT_PAY, HOURS,
)  # fmt: skip
