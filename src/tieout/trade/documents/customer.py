"""The customer of record: how it wants to be billed, where invoices go, and how much credit it has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from tieout.core.values.money import Money
from tieout.core.values.party import Identifier

BillingRule = Literal["", "as_shipped", "complete_only", "one_per_order", "consolidated"]
"""Bill what was shipped; only what is shipped complete; once an order, all of it; together at the end of a month. "": not stated."""
Channel = Literal["", "peppol", "email", "portal", "print", "none"]
InvoiceForm = Literal["", "xrechnung"]
"""What the customer wants beside what its channel takes: XRechnung of German authorities. "": the channel's own form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErpRecord:
    """The customer's record in the ERP of one of our companies: `number` there, "" where it has none yet."""

    entity: str
    number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A customer of record. `entity` is the company of ours that bills it, `erp` its records in our companies' ERP systems.

    `reference_required`: its own order number must stand on every invoice. `proof_required`: only what a proof of delivery
    shows is billed. `form` is what its invoices must be, `buyer_reference` what they name it by. `tier` "A" to "C" weighs the
    priority of its cases. `email` is where messages about its invoices go where that is not `address`, `language` its own ("de").
    Lines of the address and `tax_class` are "" where they are not filled in.
    """

    number: str
    name: str
    country: str = ""
    identifiers: tuple[Identifier, ...] = ()
    street: str = ""
    city: str = ""
    postcode: str = ""
    entity: str = ""
    erp: tuple[ErpRecord, ...] = ()
    tax_class: str = ""
    terms: str = ""
    billing_rule: BillingRule = ""
    reference_required: bool = False
    proof_required: bool = False
    ship_to: str = ""
    bill_to: str = ""
    channel: Channel = ""
    address: str = ""
    buyer_reference: str = ""
    form: InvoiceForm = ""
    tier: str = ""
    segment: str = ""
    category: str = ""
    blocked: bool = False
    block_reason: str = ""
    made_by: str = ""
    approved_by: str = ""
    email: str = ""
    language: str = ""
    kind: Literal["customer"] = "customer"


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditStanding:
    """A customer's credit as of an instant, as the credit system knows it. `number` is the customer's.

    `receivables` is what is open, `on_order` what is ordered and not billed yet; `overdue` and `overdue_days` are of the
    oldest overdue items; `review_on` is when the limit runs out or is to be looked at again. `limit` None: no credit was given.
    """

    number: str
    as_of: datetime
    limit: Money | None
    receivables: Money
    on_order: Money | None = None
    overdue: Money | None = None
    overdue_days: int = 0
    review_on: date | None = None
    entity: str = ""
    made_by: str = ""
    approved_by: str = ""
    kind: Literal["credit_standing"] = "credit_standing"
