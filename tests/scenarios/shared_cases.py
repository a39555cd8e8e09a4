"""The handed-in scenarios that pass, by file name, one a line; more are added as they pass."""

from __future__ import annotations

NAMES = (
    "absolute_limit_in_another_currency",
    "accepted_rebate_ends_the_audit",
    "catch_weight",
    "credit_limit_over_a_day",
    "credit_note_before_its_invoice",
    "credited_twice_for_one_invoice",
    "discount_terms_as_written",
    "double_invoice_says_so",
    "goods_of_the_sister_company",
    "goodwill_credit_then_month_again",
    "goodwill_credit_then_setup_fee_again",
    "left_and_nobody_signed",
    "month_from_the_fifteenth",
    "price_accepted_once",
    "price_credit_frees_held_duplicate",
    "price_credit_is_no_leak",
    "proration_by_the_billing_system",
    "rebill_first_then_approved_credit",
    "return_counted_once",
    "same_paper_number_read_otherwise",
    "small_overprice_on_every_line",
    "subsequent_debit_after_retroactive_price",
    "supplier_price_credit_pays_itself_back",
    "ten_and_one_free",
    "usage_price_changes_in_the_month",
)
