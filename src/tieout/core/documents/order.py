"""Purchase order: what was asked for, at which price, under which terms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from tieout.core.documents.reference import LineReference, ProductIds
from tieout.core.money import Money
from tieout.core.party import Party
from tieout.core.quantity import Quantity

OrderStatus = Literal["unreleased", "open", "closed", "cancelled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """One line. `price` is for `price_per` units of `price_unit` ("" means the quantity's unit)."""

    id: str
    quantity: Quantity
    price: Decimal | None = None
    price_per: Decimal = Decimal(1)
    price_unit: str = ""
    net: Money | None = None
    product: ProductIds = ProductIds()
    description: str = ""
    category: str = ""
    site: str = ""
    due_on: date | None = None
    contract: LineReference = LineReference()
    tax_category: str = ""
    tax_percent: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCharge:
    """A charge that the order plans (freight, packing): `kind` is a plain word or a UNTDID 7161 code."""

    kind: str
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order to a supplier. `incoterm` as three letters or ""; `terms` as the payment terms' text or code."""

    number: str
    issue_date: date | None
    currency: str
    supplier: Party
    buyer: Party
    lines: tuple[OrderLine, ...]
    status: OrderStatus = "open"
    entity: str = ""
    site: str = ""
    terms: str = ""
    incoterm: str = ""
    contract: str = ""
    charges: tuple[OrderCharge, ...] = ()
    net: Money | None = None
    payable: Money | None = None
    kind: Literal["order"] = "order"
