"""The handed-in scenarios that pass, by file name, one a line; more are added as they pass."""

from __future__ import annotations

NAMES = (
    "catch_weight",
    "credit_note_before_its_invoice",
    "credited_twice_for_one_invoice",
    "goods_of_the_sister_company",
    "goodwill_credit_then_month_again",
    "goodwill_credit_then_setup_fee_again",
    "price_credit_frees_held_duplicate",
    "price_credit_is_no_leak",
    "rebill_first_then_approved_credit",
    "subsequent_debit_after_retroactive_price",
    "supplier_price_credit_pays_itself_back",
)
