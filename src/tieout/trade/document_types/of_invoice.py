"""The type of an invoice as it is recorded."""

from __future__ import annotations

from typing import Final

from tieout.trade.document_types import DocumentType, classify, titled
from tieout.trade.documents.invoice import Invoice

_PLAIN: Final = frozenset({"", "380"})  # by far the most, and no prepayment in any list


def type_of(invoice: Invoice) -> DocumentType | None:
    """The type by code, profile and the seller's country; None where the code is in no list. Without a code the kind decides."""
    around, country = f"{invoice.profile} {invoice.process}", invoice.supplier.country
    row = classify(invoice.type_code, type_list=invoice.type_list, profile=around, country=country)
    if row is not None and row.is_invoice and not invoice.is_ours and (other := titled(invoice.number, invoice.notes)):
        return other
    if row is not None or invoice.type_code.strip():
        return row
    if invoice.is_credit:
        return DocumentType(code="", code_list="profile", name="credit note", nature="credit_note", credit=True)
    return DocumentType(code="", code_list="profile", name="invoice", nature="invoice")


def is_prepayment(invoice: Invoice) -> bool:
    """Whether the document asks for money in advance."""
    if invoice.is_ours or invoice.is_credit or invoice.type_code in _PLAIN:
        return False
    row = type_of(invoice)
    return row is not None and row.nature == "prepayment"


def is_correction(invoice: Invoice) -> bool:
    """Whether the document corrects another invoice: in its place, or by the difference."""
    row = type_of(invoice)
    return row is not None and row.nature == "corrective"
