"""Look-up keys: under which names a document is found, and which documents a claim can ask for. One vocabulary for both sides."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from tieout.core.documents.acceptance import Release
from tieout.core.documents.kind import Document
from tieout.core.documents.unreadable import Unreadable
from tieout.core.values.party import Identifier, Party, normal_id, normal_name, normal_reference
from tieout.trade.documents import (
    Contract,
    DespatchAdvice,
    InspectionResult,
    Invoice,
    Order,
    Product,
    ProductIds,
    Receipt,
    Supplier,
    SupplierReturn,
)
from tieout.trade.identifiers import comparable, gtin_form
from tieout.trade.selling_keys import SellingPaper, published_invoice, published_selling, sales_order_key


def published(document: Document) -> tuple[str, ...]:
    """The keys under which others find this document, without repeats."""
    return tuple(dict.fromkeys(_published(document)))


def _published(document: Document) -> Iterator[str]:  # noqa: C901  one branch a kind
    match document:
        case Order():
            yield sales_order_key(document.number) if document.kind == "sales_order" else order_key(document.number)
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
            yield f"supplier/ours/{normal_id(document.number)}"
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
        case Unreadable():
            return
        case _:
            yield from published_selling(cast("SellingPaper", document))


def order_key(number: str) -> str:
    """Where an order is found."""
    return f"order/{number.strip()}"


def movement_key(order_number: str) -> str:
    """Where receipts, despatches, inspection results and returns of an order are found."""
    return f"movement/{order_number.strip()}"


def contract_key(number: str) -> str:
    """Where a contract is found by its number."""
    return f"contract/{number.strip()}"


def release_key(claim: str) -> str:
    """Where people's releases of a claim's findings are found."""
    return f"release/{claim}"


def party_keys(prefix: str, party: Party) -> Iterator[str]:
    """One key for each identifier of a party, a second where it has a form for comparison, and one for its bare name."""
    for known in party.identifiers:
        if known.value.strip():
            for form in dict.fromkeys((normal_id(known.value), comparable(known.scheme, known.value))):
                yield f"{prefix}/{_scheme(known)}/{form}"
    if party.name.strip():
        yield f"{prefix}/name/{normal_name(party.name)}"


def _scheme(known: Identifier) -> str:
    return known.scheme.lower() or "id"


def product_keys(ids: ProductIds) -> Iterator[str]:
    """One key for each name of a product."""
    if ids.buyer:
        yield f"product/buyer/{ids.buyer}"
    if ids.standard:
        for form in dict.fromkeys((normal_id(ids.standard), gtin_form(ids.standard))):
            yield f"product/standard/{form}"


def duplicate_keys(invoice: Invoice, supplier: Party | None = None) -> Iterator[str]:
    """Where the same paper would be found again: supplier identity × normalised number. One for each identity.

    `supplier` is who bills under further identities, where the books know them; else the party on the paper.
    """
    number = normal_reference(invoice.number)
    for identity in party_keys("", supplier or invoice.supplier):
        yield f"duplicate/{invoice.kind}{identity}/{number}"


def credited_keys(invoice: Invoice) -> Iterator[str]:
    """Where a credit note is found by those who bill again what it takes back: the keys of the invoices that it names."""
    if invoice.kind == "credit_note":
        for number in invoice.preceding:
            for identity in party_keys("", invoice.supplier):
                yield f"duplicate/invoice{identity}/{normal_reference(number)}"
