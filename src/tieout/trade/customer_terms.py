"""What a customer of record means for every document that goes to it: where it is sent, and the priority of its cases."""

from __future__ import annotations

from typing import Final

from tieout.trade.documents import Customer

_WEIGHT: Final = {"A": 4, "B": 2}


def delivery_to(customer: Customer | None) -> str:
    """Where documents for the customer go: channel and address ("email ap@acme.example"); "" where none is given."""
    return f"{customer.channel} {customer.address}".strip() if customer else ""


def weight_of(customer: Customer | None) -> int:
    """How much trouble of the customer weighs in rankings, by its tier: 4, 2, and 1 for all others."""
    return _WEIGHT.get(customer.tier, 1) if customer else 1
