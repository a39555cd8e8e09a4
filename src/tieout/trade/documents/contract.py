"""Contract: prices that were agreed elsewhere, each from a date on, and who carries the freight."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from tieout.core.values.party import Party
from tieout.trade.documents.reference import ProductIds


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractLine:
    """A price for a product from a day on, to a day (inclusive) or without end. `price` is for `price_per` of `unit`."""

    product: ProductIds
    price: Decimal
    unit: str
    price_per: Decimal = Decimal(1)
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """An agreement with a supplier. `freight_included` None means that it does not say (then the incoterm does)."""

    number: str
    supplier: Party
    currency: str
    lines: tuple[ContractLine, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    approved_on: date | None = None
    incoterm: str = ""
    freight_included: bool | None = None
    terms: str = ""
    entity: str = ""
    made_by: str = ""
    approved_by: str = ""
    kind: Literal["contract"] = "contract"
