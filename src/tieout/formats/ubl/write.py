"""Writes canonical documents as UBL 2.1: deterministic bytes, and a refusal for what UBL cannot carry."""

from __future__ import annotations

from tieout.core.documents.kind import Document
from tieout.core.values.errors import Malformed
from tieout.formats.ubl.write_invoice import write_invoice
from tieout.formats.ubl.write_movements import write_despatch, write_receipt
from tieout.formats.ubl.write_order import write_order
from tieout.trade.documents import DespatchAdvice, Invoice, Order, Receipt


def write(document: Document) -> bytes:
    """The UBL form of an invoice, credit note, order, despatch advice or receipt. Raises `Malformed` for other kinds."""
    match document:
        case Invoice():
            return write_invoice(document)
        case Order():
            return write_order(document)
        case DespatchAdvice():
            return write_despatch(document)
        case Receipt():
            return write_receipt(document)
        case _:
            raise Malformed("UBL has no document for a {kind}", remedy="use canonical JSON", kind=document.kind)
