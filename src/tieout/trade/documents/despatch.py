"""Despatch advice (advance shipping notice): what the supplier says is on its way, and when it should be there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from tieout.core.values.party import Party
from tieout.core.values.quantity import Quantity
from tieout.trade.documents.reference import LineReference, ProductIds


@dataclass(frozen=True, slots=True, kw_only=True)
class DespatchLine:
    """One line: how much of which order line."""

    id: str
    quantity: Quantity
    order: LineReference = LineReference()
    product: ProductIds = ProductIds()
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DespatchAdvice:
    """`arrives_at` is the expected arrival, an aware instant, or None where the supplier gave none."""

    number: str
    issue_date: date | None
    supplier: Party
    buyer: Party
    lines: tuple[DespatchLine, ...]
    order_number: str = ""
    site: str = ""
    arrives_at: datetime | None = None
    entity: str = ""
    made_by: str = ""
    approved_by: str = ""
    kind: Literal["despatch_advice"] = "despatch_advice"
