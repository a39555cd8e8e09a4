"""The rules of policy that order to cash needs: where no policy in force sets one, the claim is held."""

from __future__ import annotations

from typing import Final

from tieout.core.policy.rule import HOURS, choice, span, texts, tolerance, whole_number, yes_no
from tieout.trade.rules import (
    CREDIT_NOTE,
    FREIGHT,
    LEAK_WINDOW,
    ORDERED,
    POSTING,
    QUANTITY,
    TAX,
    TAX_ANSWER,
    UNIT_PRICE,
)

NAME: Final = "order_to_cash"

SHIPPED_BY: Final = choice(
    "shipped_by", "Whose confirmation proves shipment: the warehouse's goods issue or the carrier's pick-up.",
    choices=("warehouse", "carrier"),
)  # fmt: skip
CARRIER_LAG_MAX: Final = span(
    "carrier_lag_max",
    "How long after the warehouse's goods issue the carrier's confirmation may arrive.",
    example="4 bh",
)
PROOF_REQUIRED: Final = yes_no(
    "proof_required", "Whether a proof of delivery is needed where neither order nor customer says.", example="false"
)
PROOF_WINDOW: Final = span("proof_window", "How long a proof of delivery may take.", example="2 bd")
PROOF_ASSUMED: Final = yes_no(
    "proof_assumed", "Whether delivery is assumed when no proof came in that time and nothing contradicts it.",
    example="false",
)  # fmt: skip
BILLING_RULE: Final = choice(
    "billing_rule", "When an order is billed where neither order nor customer says.",
    choices=("as_shipped", "complete_only", "one_per_order", "consolidated"),
)  # fmt: skip
BILLED_FROM: Final = choice(
    "billed_from", "Who makes the invoices: the sales system, or Tieout from shipments, proofs and milestones.",
    choices=("documents", "events"),
)  # fmt: skip
BOOKING: Final = choice(
    "booking", "Whether the general ledger reports each invoice that is posted.", choices=("expected", "not_expected")
)
CREDIT: Final = choice(
    "credit", "Whether the customer's credit is checked before a release.", choices=("checked", "not_checked")
)
CREDIT_LIMIT: Final = tolerance(
    "credit_limit", "How far the exposure may be over the credit limit.", basis="amount", unit="the limit's currency"
)
OVERDUE_DAYS_MAX: Final = whole_number(
    "overdue_days_max", "How long the oldest open amount may be overdue.", unit="calendar days", example="30"
)
CREDIT_EXCLUSIONS: Final = texts(
    "credit_exclusions", "Customers and orders that are excluded from the credit check; tried in this order.",
    pattern=r"^(prepaid|segment:.+|category:.+|below:\d+(\.\d+)?( [A-Z]{3})?)$", amount_after="below:",
    example='[prepaid, "below:500.00 EUR"]',
)  # fmt: skip
BOOKING_WINDOW: Final = span(
    "booking_window", "How long the general ledger may take to report an invoice.", example="1 bd"
)

RULES: Final = (
    UNIT_PRICE, QUANTITY, ORDERED, FREIGHT, TAX, POSTING, SHIPPED_BY, CARRIER_LAG_MAX, PROOF_REQUIRED, PROOF_WINDOW,
    PROOF_ASSUMED, BILLING_RULE, BILLED_FROM, TAX_ANSWER, BOOKING, CREDIT, CREDIT_LIMIT, OVERDUE_DAYS_MAX,
    CREDIT_EXCLUSIONS, CREDIT_NOTE, BOOKING_WINDOW, LEAK_WINDOW, HOURS,
)  # fmt: skip
