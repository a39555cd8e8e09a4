"""What came in: goods receipts with inspection stock, usage decisions on inspection lots, and returns to the supplier."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from tieout.core.values.party import Party
from tieout.core.values.quantity import Quantity
from tieout.trade.documents.reference import LineReference, ProductIds

ReceiptOrigin = Literal["record", "confirmation"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptLine:
    """What arrived for an order line, by state; all in one unit. Received = accepted + in inspection + rejected.

    Signed: a reversal or correction carries negative quantities. `catch_weight` is what all of it weighed, where pieces are
    ordered and weight is billed ("10 CS", 251.3 KGM).
    """

    id: str
    accepted: Quantity
    in_inspection: Quantity | None = None
    rejected: Quantity | None = None
    order: LineReference = LineReference()
    product: ProductIds = ProductIds()
    description: str = ""
    lot: str = ""
    catch_weight: Quantity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A goods receipt. `origin` is "record" in the system of record (ERP), "confirmation" where another system (WMS) knows it first."""

    number: str
    occurred_at: datetime | None
    lines: tuple[ReceiptLine, ...]
    supplier: Party = Party()
    order_number: str = ""
    site: str = ""
    issue_date: date | None = None
    origin: ReceiptOrigin = "record"
    despatch_number: str = ""
    entity: str = ""
    made_by: str = ""
    approved_by: str = ""
    kind: Literal["receipt"] = "receipt"


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionResult:
    """A usage decision: how much of a lot in inspection is accepted and how much rejected."""

    number: str
    lot: str
    order: LineReference
    accepted: Quantity
    rejected: Quantity
    occurred_at: datetime | None = None
    reason: str = ""
    entity: str = ""
    made_by: str = ""
    approved_by: str = ""
    kind: Literal["inspection_result"] = "inspection_result"


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierReturn:
    """Goods sent back: they no longer count as received."""

    number: str
    occurred_at: datetime | None
    order: LineReference
    quantity: Quantity
    state: Literal["accepted", "in_inspection", "rejected"] = "accepted"
    reason: str = ""
    entity: str = ""
    made_by: str = ""
    approved_by: str = ""
    kind: Literal["supplier_return"] = "supplier_return"
