"""Orders, ours to a supplier and a customer's to us: what was asked for, at which price, under which terms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from tieout.core.values.money import Money
from tieout.core.values.party import Party
from tieout.core.values.quantity import Quantity
from tieout.trade.documents.customer import BillingRule
from tieout.trade.documents.invoice import AllowanceCharge
from tieout.trade.documents.reference import LineReference, ProductIds

OrderKind = Literal["order", "sales_order"]
OrderStatus = Literal["unreleased", "open", "closed", "cancelled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """One line. `price` is for `price_per` units of `price_unit` ("" means the quantity's unit), before `allowances_charges`, which are
    amounts for the whole ordered quantity; `net` is after them.
    """

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
    allowances_charges: tuple[AllowanceCharge, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCharge:
    """A charge that the order plans (freight, packing): `kind` is a plain word or a UNTDID 7161 code. A negative one is an
    allowance on the whole order.
    """

    kind: str
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order: `kind` "order" is to a supplier, "sales_order" a customer's to us (`supplier` is us, `buyer` the customer).

    `incoterm` as three letters or ""; `terms` as the payment terms' text or code. Of sales orders: `customer_order` is the
    customer's own number for it; `billing_rule` and `proof_required` (bill only what a proof of delivery shows) override
    what the customer's record says, None and "" where they do not.
    """

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
    kind: OrderKind = "order"
    customer_order: str = ""
    billing_rule: BillingRule = ""
    proof_required: bool | None = None
    made_by: str = ""
    approved_by: str = ""

    @property
    def counterparty(self) -> Party:
        """The other side: who sells to us, or who buys from us."""
        return self.supplier if self.kind == "order" else self.buyer
