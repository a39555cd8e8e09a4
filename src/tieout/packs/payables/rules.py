"""The rules of policy that payables needs: one that no policy in force says holds the claim."""

from __future__ import annotations

from typing import Final

NAME: Final = "payables"

RULES: Final = frozenset({
    "match", "unit_price", "line_total", "quantity", "ordered", "freight", "tax", "order_required", "supplier_required",
    "inspection_window", "arrival_window", "sync_lag_max", "invoice_age_days_max", "invoice_future_days_max",
    "bank_cooling_days", "posting", "freight_posting", "terms", "short_pay", "hours",
})  # fmt: skip
