"""The numbers by which a document may be taken for another's: of orders, contracts, customers, shipments, invoices of ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from tieout.core.documents.kind import Document
from tieout.core.values.key import ANY, Key
from tieout.core.values.party import normal_id
from tieout.core.values.sentence import Sentence
from tieout.trade.documents import (
    Amendment,
    AmendmentEffect,
    Contract,
    Customer,
    Invoice,
    Meter,
    Order,
    Product,
    Shipment,
    Subscription,
    Supplier,
)
from tieout.trade.keys import published


def subjects_of(document: Document) -> tuple[str, ...]:
    """The numbers by which a document may be taken for another company's: bare keys of orders, invoices, customers …"""
    if isinstance(document, Supplier):
        return tuple(key.bare for key in published(document) if key.number.startswith("ours/"))
    subjects = (Key(ANY, kind, number).bare for key in published(document) for kind, number in _subjects(key))
    return tuple(dict.fromkeys(subjects))


def _subjects(key: Key) -> Iterator[tuple[str, str]]:
    if key.kind == "usage":
        yield "customer", key.number.split("/")[-2]
    elif key.kind != "price-list" or key.number != "*":
        yield from ((kind, key.number) for kind in _ABOUT.get(key.kind, ()))


_ABOUT: Final[Mapping[str, tuple[str, ...]]] = {
    "order": ("order",),
    "movement": ("order",),
    "contract": ("contract",),
    "sales-order": ("sales-order",),
    "outbound": ("sales-order",),
    "override": ("sales-order",),
    "milestone": ("sales-order", "subscription", "milestone"),
    "shipment": ("shipment",),
    "issued": ("issued",),
    "credited": ("issued",),
    "about": ("issued",),
    "customer": ("customer",),
    "account": ("customer",),
    "credit": ("customer",),
    "price-list": ("customer",),
    "rebate": ("customer",),
    "subscription": ("subscription",),
    "meter": ("meter",),
}
"""What a document is about that is found under a kind of key: there its number may be another company's too."""


def own_numbers(document: Document) -> tuple[str, ...]:
    """The numbers that a document bears itself: an order's, a shipment's, a partner's, each of a product."""
    match document:
        case Order() | Subscription() | Customer() | Supplier() | Meter() | Shipment() | Contract():
            return subjects_of(document)[:1]
        case Product():
            return tuple(key.bare for key in published(document))
        case Amendment():
            return (Key(ANY, "amendment", document.number.strip()).bare,)
        case _:
            return ()


def mentioned_by(document: Document) -> tuple[str, ...]:
    """The numbers of a source system that a document bears or is about."""
    match document:
        case Order() | Subscription() | Customer() | Supplier() | Meter() | Product():
            return own_numbers(document)
        case Contract():
            party = document.supplier.identifier("ours")
            return (
                *own_numbers(document),
                *((Key(ANY, "supplier", f"ours/{normal_id(party)}").bare,) if party else ()),
            )
        case Amendment():
            return (*subjects_of(document), *own_numbers(document))
        case AmendmentEffect():
            return (Key(ANY, "amendment", document.amendment.strip()).bare,)
        case _:
            return subjects_of(document)


def described(subject: str) -> str:
    """A number as people call it: "order 4500012"."""
    kind, _, number = subject.partition("/")
    own = number.removeprefix("ours/")
    return Sentence(_SORTS[kind], number=own) if kind in _SORTS else f"{kind} {own}"


_SORTS: Final = {
    "sales-order": "sales order {number}",
    "issued": "invoice {number}",
    "order": "order {number}",
    "shipment": "shipment {number}",
    "subscription": "subscription {number}",
    "customer": "customer {number}",
    "supplier": "supplier {number}",
}


def named_by(document: Document) -> tuple[str, ...]:
    """The orders and contracts by which it follows whose a claim is that does not say so."""
    match document:
        case Invoice():
            kind = "order"
            if document.is_ours:
                kind = "subscription" if document.kind.startswith("billing") else "sales-order"
            return tuple(Key(ANY, kind, number.strip()).bare for number in document.order_numbers())
        case Amendment():
            return (Key(ANY, "subscription", document.subscription.strip()).bare,)
        case _:
            return subjects_of(document)
