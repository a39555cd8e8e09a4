"""The rules of policy that subscription billing needs: one that no policy in force says holds the claim."""

from __future__ import annotations

from typing import Final

NAME: Final = "subscription_billing"

RULES: Final = frozenset({
    "unit_price", "line_total", "lines_max", "quantity_growth", "usage_window", "late_usage", "leak_window",
    "unusual_percentile", "amendment_window", "revenue_review", "tax_answer", "tax", "credit_note", "hours",
})  # fmt: skip
