"""The handed-in scenarios that pass, by file name, one a line; more are added as they pass."""

from __future__ import annotations

NAMES = (
    "discount_terms_as_written",
    "price_accepted_once",
    "small_overprice_on_every_line",
    "return_counted_once",
    "ten_and_one_free",
    "accepted_rebate_ends_the_audit",
    "absolute_limit_in_another_currency",
    "accepted_rebate_ends_the_audit",
    "catch_weight",
    "credit_note_before_its_invoice",
    "credited_twice_for_one_invoice",
    "goods_of_the_sister_company",
    "goodwill_credit_then_month_again",
    "goodwill_credit_then_setup_fee_again",
    "price_credit_frees_held_duplicate",
    "price_credit_is_no_leak",
    "credit_limit_over_a_day",
    "double_invoice_says_so",
    "goods_of_the_sister_company",
    "same_paper_number_read_otherwise",
    "left_and_nobody_signed",
    "month_from_the_fifteenth",
    "proration_by_the_billing_system",
    "rebill_first_then_approved_credit",
    "subsequent_debit_after_retroactive_price",
    "supplier_price_credit_pays_itself_back",
    "usage_price_changes_in_the_month",
)
