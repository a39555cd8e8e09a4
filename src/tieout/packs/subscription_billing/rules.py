"""The rules of policy that subscription billing needs: where no policy in force sets one, the claim is held."""

from __future__ import annotations

from typing import Final

from tieout.core.policy.rule import HOURS, choice, span, tolerance, whole_number
from tieout.trade.rules import CREDIT_NOTE, LEAK_WINDOW, LINE_TOTAL, TAX, TAX_ANSWER, UNIT_PRICE

NAME: Final = "subscription_billing"

USAGE_WINDOW: Final = span(
    "usage_window", "How long after the grace period usage may be incomplete before a person is asked.", example="24 h"
)
LINES_MAX: Final = whole_number(
    "lines_max", "How many lines the invoice of one account may have.", unit="lines", least=1, example="500"
)
QUANTITY_GROWTH: Final = tolerance(
    "quantity_growth", "Usage against the mean of earlier periods.",
    basis="quantity", unit="the line's unit", example="{upper: {percent: 200}, lower: {percent: 80}}",
)  # fmt: skip
UNUSUAL_PERCENTILE: Final = whole_number(
    "unusual_percentile", "From which percentile of earlier amendments a discount counts as unusual.",
    unit="percent of earlier amendments", least=50, most=100, example="99",
)  # fmt: skip
AMENDMENT_WINDOW: Final = span(
    "amendment_window", "How long an amendment may take to reach every system.", example="1 bd"
)
REVENUE_REVIEW: Final = choice(
    "revenue_review", "Whether a change of contract is reviewed by revenue accounting.",
    choices=("required", "not_required"),
)  # fmt: skip
LATE_USAGE: Final = choice(
    "late_usage",
    "How usage is billed that comes after the invoice is final.",
    choices=("next_invoice", "credit_rebill"),
)

RULES: Final = (
    UNIT_PRICE, LINE_TOTAL, TAX, TAX_ANSWER, CREDIT_NOTE, LEAK_WINDOW, USAGE_WINDOW, LINES_MAX, QUANTITY_GROWTH,
    UNUSUAL_PERCENTILE, AMENDMENT_WINDOW, REVENUE_REVIEW, LATE_USAGE, HOURS,
)  # fmt: skip
