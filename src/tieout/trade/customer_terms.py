"""What a customer of record means for every document that goes to it: where it is sent, and the priority of its cases."""

from __future__ import annotations

from typing import Final

from tieout.trade.destination import Destination
from tieout.trade.documents import Customer, Invoice

_WEIGHT: Final = {"A": 4, "B": 2}


def delivery_to(customer: Customer | None, invoice: Invoice, *, customer_order: str = "") -> str:
    """Where an invoice to the customer goes ("email ap@acme.example"), and the references that it does not name itself.

    `customer_order` is the number in the order. "" where no channel is given.
    """
    if customer is None:
        return ""
    return str(
        Destination(
            channel=customer.channel,
            address=customer.address,
            form=customer.form if customer.channel else "",
            buyer_reference="" if invoice.buyer_reference else customer.buyer_reference,
            customer_order="" if invoice.customer_order else customer_order,
        )
    )


def weight_of(customer: Customer | None) -> int:
    """How much trouble of the customer weighs in rankings, by its tier: 4, 2, and 1 for all others."""
    return _WEIGHT.get(customer.tier, 1) if customer else 1
