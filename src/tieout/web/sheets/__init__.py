"""Canonical documents laid out for people: fields, parties, tables. One layout for every kind, filled by the kind's own file."""

from __future__ import annotations

from tieout.core.documents.acceptance import Release
from tieout.core.documents.kind import Document
from tieout.core.documents.unreadable import Unreadable
from tieout.trade.documents import (
    Amendment,
    Contract,
    Customer,
    DeliveryProof,
    DespatchAdvice,
    InspectionResult,
    Invoice,
    Order,
    Product,
    Receipt,
    Shipment,
    Subscription,
    Supplier,
    SupplierReturn,
    UsageStatement,
)
from tieout.web.sheets import billed, master, moved, ordered, other, sold, subscribed
from tieout.web.sheets.layout import Sheet
from tieout.web.sheets.plain import plain

__all__ = ["Sheet", "sheet"]


def sheet(document: Document) -> Sheet:  # noqa: C901, PLR0911, PLR0912  one branch a kind
    """The layout of a document."""
    match document:
        case Invoice():
            return billed.invoice(document)
        case Order():
            return ordered.order(document)
        case Contract():
            return ordered.contract(document)
        case Receipt():
            return moved.receipt(document)
        case DespatchAdvice():
            return moved.despatch(document)
        case InspectionResult():
            return moved.inspection(document)
        case SupplierReturn():
            return moved.returned(document)
        case Supplier():
            return master.supplier(document)
        case Product():
            return master.product(document)
        case Customer():
            return sold.customer(document)
        case Shipment():
            return sold.shipment(document)
        case DeliveryProof():
            return sold.delivery_proof(document)
        case Subscription():
            return subscribed.subscription(document)
        case Amendment():
            return subscribed.amendment(document)
        case UsageStatement():
            return subscribed.usage(document)
        case Release():
            return other.release(document)
        case Unreadable():
            return other.unreadable(document)
        case _:
            return plain(document)
