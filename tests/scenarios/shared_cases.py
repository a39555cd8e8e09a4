"""The handed-in scenarios that pass, by file name; more are added as they pass."""

from __future__ import annotations

NAMES = ("rebill_first_then_approved_credit",)
