"""Canonical, immutable business papers, one file a kind. A correction is a new version that supersedes."""

from __future__ import annotations

from typing import Final

from tieout.core.documents.contract import Contract, ContractLine
from tieout.core.documents.despatch import DespatchAdvice, DespatchLine
from tieout.core.documents.invoice import (
    AllowanceCharge,
    BankAccount,
    Invoice,
    InvoiceLine,
    InvoiceTotals,
    TaxSubtotal,
)
from tieout.core.documents.master import Product, Supplier, SupplierAccount
from tieout.core.documents.order import Order, OrderCharge, OrderLine
from tieout.core.documents.receipt import InspectionResult, Receipt, ReceiptLine, SupplierReturn
from tieout.core.documents.reference import LineReference, ProductIds
from tieout.core.documents.release import Release
from tieout.core.documents.unreadable import Unreadable

type_of_kind: Final[dict[str, type]] = {
    "invoice": Invoice,
    "credit_note": Invoice,
    "order": Order,
    "despatch_advice": DespatchAdvice,
    "receipt": Receipt,
    "inspection_result": InspectionResult,
    "supplier_return": SupplierReturn,
    "contract": Contract,
    "supplier": Supplier,
    "product": Product,
    "release": Release,
    "unreadable": Unreadable,
}

Document = (
    Invoice
    | Order
    | DespatchAdvice
    | Receipt
    | InspectionResult
    | SupplierReturn
    | Contract
    | Supplier
    | Product
    | Release
    | Unreadable
)

__all__ = [
    "AllowanceCharge", "BankAccount", "Contract", "ContractLine", "DespatchAdvice", "DespatchLine", "Document",
    "InspectionResult", "Invoice", "InvoiceLine", "InvoiceTotals", "LineReference", "Order", "OrderCharge", "OrderLine",
    "Product", "ProductIds", "Receipt", "ReceiptLine", "Release", "Supplier", "SupplierAccount", "SupplierReturn",
    "TaxSubtotal", "Unreadable", "type_of_kind",
]  # fmt: skip
