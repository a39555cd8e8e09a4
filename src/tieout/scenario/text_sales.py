"""The documents of order to cash in the language of scenarios."""

from __future__ import annotations

from datetime import date as Day  # noqa: N812  the fields are called date
from decimal import Decimal
from typing import Literal

from pydantic import Field

from tieout.scenario.plain import DocumentText, Text, Word, Words
from tieout.trade.documents.invoice import GivesBack


class SellerText(Text):
    """What an invoice says of us besides name and address: `address` is electronic, as "0088:4012345000009"."""

    address: Word = ""
    contact: str = ""
    phone: Word = ""
    email: str = ""


class CustomerText(DocumentText):
    """A customer of record. `erp` as "DE01 = 70001". `limit` is its credit in euros unless a `credit` document gives it; null: unknown.
    `tier` is how important the customer is: in the priority of cases, "A" counts four times and "B" twice as much as all others."""

    number: Word
    name: str
    country: str = "DE"
    vat: str = ""
    street: str = "Hauptstr. 1"
    city: str = "Ulm"
    postcode: Word = "89073"
    entity: str = ""
    erp: Words = ()
    tax_class: str = "domestic"
    terms: Word = ""
    rule: Literal["", "as_shipped", "complete_only", "one_per_order", "consolidated"] = ""
    reference_required: bool = False
    proof_required: bool = False
    channel: Literal["", "peppol", "email", "portal", "print", "none"] = ""
    address: Word = ""
    form: Literal["", "xrechnung"] = ""
    buyer_reference: Word = ""
    tier: str = ""
    segment: str = ""
    category: str = ""
    blocked: str = ""
    email: str = ""
    language: str = ""
    limit: Decimal | None = Decimal(10_000_000)
    version: Word = "1"


class SalesOrderText(DocumentText):
    """A customer's order. Lines as in orders: "10: 100 EA BOLT-M8 @ 10.00"; `customer` is a customer's number."""

    number: Word
    customer: Word
    lines: Words
    date: Day | None = None
    due: Day | None = None
    currency: str = "EUR"
    site: str = ""
    entity: str = ""
    status: Literal["unreleased", "open", "closed", "cancelled"] = "open"
    terms: Word = ""
    incoterm: str = ""
    charges: Words = ()
    tax: Decimal | None = Decimal(19)
    reference: Word = ""
    rule: Literal["", "as_shipped", "complete_only", "one_per_order", "consolidated"] = ""
    proof_required: bool | None = None
    version: Word = "1"
    made_by: str = ""
    approved_by: str = ""


class ShipmentText(DocumentText):
    """A shipment. Lines as "10: 60 EA" or "10: 60 EA, 58 EA picked" (order line: shipped, picked)."""

    number: Word
    order: Word
    lines: Words
    site: str = ""
    carrier: str = ""
    confirmed: bool = True
    left: Word = ""
    arrives: Word = ""
    reverses: Word = ""
    version: Word = "1"
    entity: str = ""


class CarrierText(DocumentText):
    """A carrier's event for a shipment."""

    number: Word
    shipment: Word
    status: Literal["collected", "in_transit", "delivered", "failed"] = "collected"
    order: Word = ""
    carrier: str = ""
    at: Word = ""
    entity: str = ""


class ProofText(DocumentText):
    """A proof of delivery. Lines as "10: 58 EA" or "10: 58 EA, 2 EA damaged" (order line: delivered, difference and reason)."""

    number: Word
    shipment: Word
    order: Word
    lines: Words
    accepted_by: str = ""
    signed_by: str = "J. Doe"
    at: Word = ""
    version: Word = "1"
    entity: str = ""


class CustomerReturnText(DocumentText):
    """Goods that a customer sent back, of a sales order's line ("SO-1/10")."""

    number: Word
    line: Word
    quantity: Word
    reason: str = ""
    shipment: Word = ""
    entity: str = ""


class CustomerInvoiceText(DocumentText):
    """An invoice or credit note of ours. Lines as in invoices: "1: 60 EA BOLT-M8 @ 10.00 -> 10"; totals are calculated.

    `gives_back` says whether a credit note credits quantity ("quantity") or value only ("money"), or the UNTDID 4465 code
    `credit_reason` does.
    """

    number: Word
    customer: Word
    lines: Words
    order: Word = ""
    date: Day | None = None
    currency: str = "EUR"
    charges: Words = ()
    allowances: Words = ()
    tax: Decimal | None = Decimal(19)
    tax_total: Decimal | None = None
    net: Decimal | None = None
    payable: Decimal | None = None
    terms: Word = ""
    reference: Word = ""
    credits: Words = ()
    gives_back: GivesBack = ""
    credit_reason: Word = ""
    entity: str = ""
    seller: SellerText = SellerText()
    tax_currency: str = ""
    tax_accounted: Decimal | None = None
    version: Word = "1"


class MilestoneText(DocumentText):
    """A milestone that releases one line for billing: `line` names it as "SO-1/20". `percent` is how far the work is, `accepted` whether
    the customer accepted it. Use it for sales orders; where a subscription's line names its milestone, use `project_milestone`."""

    number: Word
    line: Word = ""
    percent: Decimal = Decimal(0)
    accepted: bool = False
    accepted_by: str = ""
    version: Word = "1"
    entity: str = ""


class PriceListText(DocumentText):
    """A price list. Prices as in contracts: "BOLT-M8 4.20 per EA from 2026-05-01"; without `customer` it applies to all."""

    number: Word
    prices: Words
    customer: Word = ""
    currency: str = "EUR"
    approved_by: str = ""
    version: Word = "1"
    entity: str = ""


class OverrideText(DocumentText):
    """An approved price for one line of a sales order ("SO-1/10"): "9.50 per EA"."""

    number: Word
    line: Word
    price: Word
    approved_by: str = ""
    reason: str = ""
    currency: str = "EUR"
    entity: str = ""


class RebateText(DocumentText):
    """A rebate or promotion of a customer."""

    number: Word
    customer: Word
    percent: Decimal
    product: Word = ""
    begins: Day | None = Field(default=None, alias="from")
    ends: Day | None = Field(default=None, alias="to")
    agreed: Day | None = None
    approved_by: str = ""
    on_invoice: bool = True
    accrued: Decimal | None = None
    turnover: Decimal | None = None
    currency: str = "EUR"
    version: Word = "1"
    entity: str = ""


class CreditText(DocumentText):
    """A customer's credit status; amounts in `currency`."""

    customer: Word
    limit: Decimal | None
    receivables: Decimal = Decimal(0)
    on_order: Decimal | None = None
    overdue: Decimal | None = None
    overdue_days: int = 0
    review: Day | None = None
    currency: str = "EUR"
    version: Word = "1"
    entity: str = ""


class TaxAnswerText(DocumentText):
    """What a tax engine determined for an invoice. `lines` as "1: 19 % 114.00"."""

    number: Word
    invoice: Word
    state: Literal["answered", "unavailable"] = "answered"
    tax: Decimal | None = None
    lines: Words = ()
    correlation: Word = ""
    request: str = ""
    response: str = ""
    currency: str = "EUR"
    entity: str = ""


class DeliveryAnswerText(DocumentText):
    """The recipient's answer to an invoice that was sent."""

    number: Word
    invoice: Word
    state: Literal["accepted", "rejected", "pending"] = "accepted"
    channel: str = ""
    code: Word = ""
    reason: str = ""
    correlation: Word = ""
    entity: str = ""


class BookingText(DocumentText):
    """Whether an invoice has reached the general ledger."""

    number: Word
    invoice: Word
    state: Literal["booked", "not_booked"] = "booked"
    reason: str = ""
    entity: str = ""


class DisputeText(DocumentText):
    """A customer's objection."""

    number: Word
    invoice: Word
    reason: Literal["price", "quantity", "quality", "delivery", "tax", "usage", "reference", "other"]
    state: Literal["open", "withdrawn", "settled"] = "open"
    line: Word = ""
    amount: Decimal | None = None
    quantity: Decimal | None = None
    currency: str = "EUR"
    text: str = ""
    version: Word = "1"
    entity: str = ""


class SalesDocuments(Text):
    """Documents of order to cash; of each kind one document or a list."""

    customer: CustomerText | tuple[CustomerText, ...] = ()
    price_list: PriceListText | tuple[PriceListText, ...] = ()
    override: OverrideText | tuple[OverrideText, ...] = ()
    rebate: RebateText | tuple[RebateText, ...] = ()
    credit: CreditText | tuple[CreditText, ...] = ()
    sales_order: SalesOrderText | tuple[SalesOrderText, ...] = ()
    shipment: ShipmentText | tuple[ShipmentText, ...] = ()
    carrier: CarrierText | tuple[CarrierText, ...] = ()
    proof: ProofText | tuple[ProofText, ...] = ()
    customer_return: CustomerReturnText | tuple[CustomerReturnText, ...] = ()
    milestone: MilestoneText | tuple[MilestoneText, ...] = ()
    tax_answer: TaxAnswerText | tuple[TaxAnswerText, ...] = ()
    customer_invoice: CustomerInvoiceText | tuple[CustomerInvoiceText, ...] = ()
    customer_credit_note: CustomerInvoiceText | tuple[CustomerInvoiceText, ...] = ()
    delivery_answer: DeliveryAnswerText | tuple[DeliveryAnswerText, ...] = ()
    booking: BookingText | tuple[BookingText, ...] = ()
    dispute: DisputeText | tuple[DisputeText, ...] = ()
