"""What a customer of record means for every document that goes to it: where it is sent, and the priority of its cases."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from tieout.core.values.party import Party
from tieout.trade.destination import Destination
from tieout.trade.documents import Customer, Invoice
from tieout.trade.sendable import terms_lacked
from tieout.trade.stated_by_record import OURS, THEIRS, supplied

_ALL: Final = OURS.keys() | THEIRS.keys()
_WEIGHT: Final = {"A": 4, "B": 2}


def delivery_to(
    customer: Customer | None, invoice: Invoice, *, customer_order: str = "", seller: Party | None = None
) -> str:
    """Where an invoice to the customer goes ("email ap@acme.example"), and what it does not name itself although this way demands it.

    `customer_order` is the number in the order, `seller` what our company's record knows of us. "" where no channel is given.
    """
    if customer is None:
        return ""
    to = Destination(
        channel=customer.channel,
        address=customer.address,
        form=customer.form if customer.channel else "",
        buyer_reference="" if invoice.buyer_reference else customer.buyer_reference,
        customer_order="" if invoice.customer_order else customer_order,
    )
    if customer.channel in {"", "none"} or not any(supplied(invoice, _ALL, seller=seller, customer=customer)):
        return str(to)
    return str(_with_details(to, invoice, seller, customer))


def _with_details(to: Destination, invoice: Invoice, seller: Party | None, customer: Customer) -> Destination:
    """The destination with what records supply; what is lacked next (the customer's VAT id, once ours is there) is asked for again."""
    wanted: frozenset[str] = frozenset()
    while more := terms_lacked(invoice, str(to)) - wanted:
        wanted |= more
        to = replace(to, details=tuple(supplied(invoice, wanted, seller=seller, customer=customer)))
    return to


def weight_of(customer: Customer | None) -> int:
    """How much trouble of the customer weighs in rankings, by its tier: 4, 2, and 1 for all others."""
    return _WEIGHT.get(customer.tier, 1) if customer else 1
