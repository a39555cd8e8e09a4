"""Look-up keys: under which names a document is found, and which documents a claim can ask for. One vocabulary for both sides."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final, cast

from tieout.core.documents.acceptance import Release
from tieout.core.documents.kind import Document
from tieout.core.documents.unreadable import Unreadable
from tieout.core.tie_out.key import DUPLICATE
from tieout.core.values.key import ANY, Key
from tieout.core.values.party import Party, normal_id, normal_reference
from tieout.trade.document_types.of_invoice import is_correction, is_prepayment
from tieout.trade.documents import (
    Contract,
    DespatchAdvice,
    InspectionResult,
    Invoice,
    Order,
    OrderResponse,
    Product,
    ProductIds,
    Receipt,
    Supplier,
    SupplierReturn,
)
from tieout.trade.identifiers import gtin_form
from tieout.trade.near_duplicates import near_keys
from tieout.trade.order_names import order_name_key, order_names
from tieout.trade.party_names import party_names
from tieout.trade.selling_keys import SellingDocument, published_invoice, published_selling, sales_order_key


def published(document: Document) -> tuple[Key, ...]:
    """The keys under which others find this document, without repeats and without its book: that belongs to the recorded document."""
    return tuple(dict.fromkeys(_published(document)))


def _published(document: Document) -> Iterator[Key]:  # noqa: C901, PLR0912  one branch a kind
    match document:
        case Order():
            if document.kind == "sales_order":
                yield sales_order_key(document.number)
            else:
                yield order_key(document.number)
                yield from map(order_name_key, order_names(document.number))
        case OrderResponse():
            if document.order_number:
                yield order_response_key(document.order_number)
        case Receipt() | DespatchAdvice():
            for number in (document.order_number, *(line.order.document for line in document.lines)):
                if number:
                    yield movement_key(number)
        case InspectionResult() | SupplierReturn():
            if document.order.document:
                yield movement_key(document.order.document)
        case Contract():
            yield contract_key(document.number)
            yield from party_keys("contract-of", document.supplier)
        case Supplier():
            yield supplier_key(document.number)
            yield from party_keys(
                "supplier",
                Party(name=document.name, identifiers=document.identifiers, country=document.country),
            )
        case Product():
            yield from product_keys(ProductIds(buyer=document.number))
            yield from product_keys(document.ids)
        case Release():
            yield release_key(document.claim)
        case Invoice() if document.is_ours:
            yield from published_invoice(document)
        case Invoice():
            yield from duplicate_keys(document)
            yield from credited_keys(document)
            yield from near_keys(document)
            yield from predecessor_keys(document)
            if is_prepayment(document):
                yield from _prepayment_keys(document)
        case Unreadable():
            return
        case _:
            yield from published_selling(cast("SellingDocument", document))


@lru_cache(maxsize=16384)
def order_key(number: str, book: str = ANY) -> Key:
    """Where an order is found; also the name of its ledger."""
    return Key(book, "order", number.strip())


@lru_cache(maxsize=16384)
def movement_key(order_number: str) -> Key:
    """Where receipts, despatches, inspection results and returns of an order are found, and what was asked for in advance."""
    return Key(ANY, "movement", order_number.strip())


def advance_key(prepayment: str, book: str = ANY) -> Key:
    """Where a prepayment invoice is found by its number, as evidence; also the name of its ledger."""
    return Key(book, "advance", normal_reference(prepayment))


def _prepayment_keys(invoice: Invoice) -> Iterator[Key]:
    """Where what was paid in advance is found by those who bill for it: with what moved under its orders; where it names none,
    with what is agreed with its supplier."""
    yield advance_key(invoice.number)
    yield from map(movement_key, invoice.order_numbers())
    if not invoice.order_numbers():
        yield from party_keys("contract-of", invoice.supplier)


def order_response_key(order_number: str) -> Key:
    """Where the answers to an order are found. No check asks for them: what a supplier answers does not change an order."""
    return Key(ANY, "order-response", order_number.strip())


def contract_key(number: str) -> Key:
    """Where a contract is found by its number."""
    return Key(ANY, "contract", number.strip())


def supplier_key(number: str) -> Key:
    """Where the supplier of record is found by our number for it."""
    return Key(ANY, "supplier", f"ours/{normal_id(number)}")


def release_key(claim: str) -> Key:
    """Where people's acceptances of a claim's findings are found."""
    return Key(ANY, "release", claim)


def party_keys(kind: str, party: Party) -> Iterator[Key]:
    """One key for each identifier of a party, and one for its bare name."""
    return (_identity_key(kind, name) for name in party_names(party))


@lru_cache(maxsize=16384)
def _identity_key(kind: str, name: str) -> Key:
    return Key(ANY, kind, name)


def product_keys(ids: ProductIds) -> Iterator[Key]:
    """One key for each name of a product."""
    if ids.buyer:
        yield Key(ANY, "product", f"buyer/{ids.buyer}")
    if ids.standard:
        for form in dict.fromkeys((normal_id(ids.standard), gtin_form(ids.standard))):
            yield Key(ANY, "product", f"standard/{form}")


def duplicate_keys(invoice: Invoice, supplier: Party | None = None, *, book: str = ANY) -> Iterator[Key]:
    """Where the same document would be found again: supplier identity × normalised number. One for each identity.

    `supplier` is who bills under further identities, where they are on record; else the party on the document. Our own number
    for a supplier means one in one company's `book` alone; all other identities are looked for in every book.
    """
    number = normal_reference(invoice.number)
    for identity in party_names(supplier or invoice.supplier):
        yield Key(book if identity.startswith("ours/") else ANY, DUPLICATE, f"{invoice.kind}/{identity}/{number}")


def credited_keys(invoice: Invoice) -> Iterator[Key]:
    """Where a credit note is found by those who bill again what it takes back: the keys of the invoices that it names."""
    if invoice.kind == "credit_note":
        for number in invoice.preceding:
            for identity in party_names(invoice.supplier):
                yield Key(ANY, DUPLICATE, f"invoice/{identity}/{normal_reference(number)}")


def is_negative(invoice: Invoice) -> bool:
    """Whether a document that asks for money asks for less than none: it takes back what it names."""
    stated = next((amount for amount in (invoice.totals.gross, invoice.totals.net) if amount is not None), None)
    return not invoice.is_credit and stated is not None and stated.minor < 0


def mirrored_keys(invoice: Invoice) -> Iterator[Key]:
    """Where the invoices are found that a negative one names. It is not found there itself: it is no second copy of them."""
    if invoice.kind == "invoice" and invoice.preceding and is_negative(invoice):
        for number in invoice.preceding:
            for identity in party_names(invoice.supplier):
                yield Key(ANY, DUPLICATE, f"invoice/{identity}/{normal_reference(number)}")


def predecessor_keys(invoice: Invoice) -> Iterator[Key]:
    """Where the invoices are found that a corrected one names; it is found there too, for those of them that come later."""
    if invoice.kind != "invoice" or not invoice.preceding or not is_correction(invoice):
        return
    for number in invoice.preceding:
        for identity in party_names(invoice.supplier):
            yield Key(ANY, DUPLICATE, f"invoice/{identity}/{normal_reference(number)}")


BY_NUMBER: Final = ("order", "sales-order", "shipment", "subscription", "customer", "contract-of/ours")
"""The sorts of key that hold a number of a document or party and nothing else: who types it finds the claims that asked for it."""
