"""Facts that policy tells goods and invoices apart by: supplier, customer, category."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from tieout.core.policy.facts import Dimension, Facts, facts_in

CATEGORY: Final = Dimension(
    name="category", weight=16, doc="the category of the product, else of the supplier or customer"
)
SUPPLIER: Final = Dimension(name="supplier", weight=32, doc="the supplier's number")
CUSTOMER: Final = Dimension(name="customer", weight=32, doc="the customer's number")
DIMENSIONS: Final = (CATEGORY, SUPPLIER, CUSTOMER)
"""Partner and category outweigh place."""


def with_partner(facts: Facts, *, supplier: str = "", customer: str = "", category: str = "") -> Facts:
    """These facts, with those of the partner and of the category that are given; what they say besides stays."""
    given = {
        dimension: value
        for dimension, value in ((CATEGORY, category), (CUSTOMER, customer), (SUPPLIER, supplier))
        if value
    }
    return replace(facts, own=facts_in(*(dict(facts.own) | given).items()))
