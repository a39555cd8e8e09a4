"""The facts by which policy distinguishes goods and invoices: supplier, customer, category."""

from __future__ import annotations

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
    partner = ((CATEGORY, category), (CUSTOMER, customer), (SUPPLIER, supplier))
    if not facts.own:
        own = tuple([pair for pair in partner if pair[1]])  # in the order of their names
    else:
        own = facts_in(*(dict(facts.own) | {dimension: value for dimension, value in partner if value}).items())
    return Facts(tenant=facts.tenant, entity=facts.entity, site=facts.site, process=facts.process, own=own)
