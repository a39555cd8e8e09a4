"""The handed-in scenarios that pass, by file name, one a line; more are added as they pass."""

from __future__ import annotations

NAMES = (
    "absolute_limit_in_another_currency",
    "catch_weight",
    "goods_of_the_sister_company",
    "same_paper_number_read_otherwise",
    "rebill_first_then_approved_credit",
)
