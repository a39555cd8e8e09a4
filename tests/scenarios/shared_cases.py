"""Which of the handed-in scenarios come out as written. Each is named by its file; more are added as they come right."""

from __future__ import annotations

NAMES = ("rebill_first_then_approved_credit",)
