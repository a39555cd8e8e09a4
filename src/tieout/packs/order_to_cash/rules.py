"""The rules of policy that order to cash needs: one that no policy in force says holds the claim."""

from __future__ import annotations

from typing import Final

NAME: Final = "order_to_cash"

RULES: Final = frozenset({
    "unit_price", "quantity", "ordered", "freight", "tax", "posting", "shipped_by", "carrier_lag_max", "proof_required",
    "proof_window", "proof_assumed", "billing_rule", "billed_from", "tax_answer", "credit", "credit_limit",
    "overdue_days_max", "credit_exclusions", "credit_note", "booking", "booking_window", "leak_window", "hours",
})  # fmt: skip
