"""What customers pay: price lists, approved overrides, promotions and rebates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from tieout.core.values.money import Money
from tieout.trade.documents.contract import ContractLine


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceList:
    """Prices that hold for a customer (its number), or for all where `customer` is "". Lines name products, units and days."""

    number: str
    currency: str
    lines: tuple[ContractLine, ...]
    customer: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    approved_on: date | None = None
    approved_by: str = ""
    entity: str = ""
    made_by: str = ""
    kind: Literal["price_list"] = "price_list"


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceOverride:
    """A price that somebody approved for one order line, instead of what price lists say. `price` is for `price_per` of `unit`."""

    number: str
    order: str
    line: str
    price: Decimal
    unit: str
    currency: str
    approved_by: str
    approved_at: datetime
    price_per: Decimal = Decimal(1)
    reason: str = ""
    entity: str = ""
    made_by: str = ""
    kind: Literal["price_override"] = "price_override"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebate:
    """A promotion or rebate: `percent` off for a customer's purchases of a product in a time; "" means all of them.

    `on_invoice`: taken off each invoice; else paid out later, and accrued. `agreed_on` is when it was agreed, which may be
    after the time that it is for (then what was billed before is too expensive). `accrued` is what the general ledger holds for it so far,
    `turnover` the sales that it is for so far, by the same ledger.
    """

    number: str
    customer: str
    percent: Decimal
    product: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    agreed_on: date | None = None
    approved_by: str = ""
    on_invoice: bool = True
    accrued: Money | None = None
    turnover: Money | None = None
    entity: str = ""
    made_by: str = ""
    kind: Literal["rebate"] = "rebate"
