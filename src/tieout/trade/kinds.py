"""The kinds of documents that processes about goods and invoices share, each described once; packs say which of them they read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from tieout.core.documents.kind import Amounts, DocumentKind, number_alone
from tieout.core.documents.remark import Remark
from tieout.core.documents.sheet import Sheet
from tieout.core.values.party import Party, normal_id
from tieout.trade.arithmetic import remarks_on, remarks_on_order
from tieout.trade.documents import (
    AccountingSetup,
    AccountMapping,
    Amendment,
    AmendmentEffect,
    Booking,
    CarrierEvent,
    Contract,
    CreditStanding,
    Customer,
    CustomerReturn,
    DeliveryAnswer,
    DeliveryProof,
    DespatchAdvice,
    DiscountHistory,
    Dispute,
    InspectionResult,
    Invoice,
    Meter,
    Milestone,
    Order,
    OrderResponse,
    PriceList,
    PriceOverride,
    Product,
    Rebate,
    Receipt,
    Shipment,
    Subscription,
    Supplier,
    SupplierReturn,
    TaxAnswer,
    UnmappedUsage,
    UsageStatement,
)
from tieout.trade.documents.invoice import INCOMING
from tieout.trade.keys import published
from tieout.trade.near_duplicates import traits_of
from tieout.trade.party_names import party_names
from tieout.trade.related import of_invoice, of_order, of_receipt, sold
from tieout.trade.required import remarks_on_required
from tieout.trade.sheets import billed, master, moved, ordered, subscribed
from tieout.trade.sheets import sold as sold_sheets
from tieout.trade.tax_rules import remarks_on_tax_rules


def _by_supplier(document: Invoice | DespatchAdvice | Contract | OrderResponse) -> str:
    """Numbers that suppliers give: the number with the supplier's first name of record."""
    number = number_alone(document)
    return f"{next(party_names(document.supplier), '?')}/{number}" if number else ""


def _by_site(receipt: Receipt) -> str:
    number = number_alone(receipt)
    return f"{normal_id(receipt.site)}/{number}" if receipt.site and number else number


def _by_entity(order: Order) -> str:
    number = number_alone(order)
    return f"{order.entity}/{number}" if order.entity and number else number


def _other_side(document: Invoice | Order) -> Party:
    return document.counterparty


def _supplier(document: DespatchAdvice | Receipt | Contract | OrderResponse) -> Party:
    return document.supplier


def _customer(document: Subscription) -> Party:
    return document.customer


def _billed(invoice: Invoice) -> Amounts:
    totals = invoice.totals
    return Amounts(net=totals.net, tax=totals.tax, payable=totals.payable or totals.gross, currency=invoice.currency)


def _ordered(order: Order) -> Amounts:
    return Amounts(net=order.net, payable=order.payable, currency=order.currency)


def _agreed(contract: Contract) -> Amounts:
    return Amounts(currency=contract.currency)


def _sums(invoice: Invoice) -> tuple[Remark, ...]:
    return (*remarks_on(invoice), *remarks_on_tax_rules(invoice), *remarks_on_required(invoice))


def _traits(invoice: Invoice) -> tuple[str, ...]:
    return () if invoice.is_ours else traits_of(invoice)


def _order_sums(order: Order) -> tuple[Remark, ...]:
    return remarks_on_order(order)


def _invoice(name: str, words: str, other_side: str = "customer") -> DocumentKind:
    return DocumentKind(
        name=name,
        words=words,
        type=Invoice,
        role="claim",
        keys=published,
        identity=_by_supplier,
        counterparty=_other_side,
        amounts=_billed,
        traits=_traits,
        remarks=_sums,
        sheet=billed.invoice,
        related=of_invoice,
        other_side=other_side,
        takes_back=name.endswith("credit_note"),
        by_hand=name in INCOMING,
    )


def _order(name: str, words: str, other_side: str) -> DocumentKind:
    return DocumentKind(
        name=name,
        words=words,
        type=Order,
        keys=published,
        identity=_by_entity,
        counterparty=_other_side,
        amounts=_ordered,
        remarks=_order_sums,
        sheet=ordered.order,
        related=of_order,
        other_side=other_side,
    )


def _plain(
    name: str, words: str, type_: type, sheet: Callable[[Any], Sheet] | None = None, other_side: str = "customer"
) -> DocumentKind:
    return DocumentKind(
        name=name, words=words, type=type_, keys=published, sheet=sheet, related=sold, other_side=other_side
    )


def _master(
    name: str, words: str, type_: type, sheet: Callable[[Any], Sheet] | None = None, other_side: str = "customer"
) -> DocumentKind:
    return replace(_plain(name, words, type_, sheet, other_side), role="master")


INVOICE: Final = _invoice("invoice", "Invoice", "supplier")
CREDIT_NOTE: Final = _invoice("credit_note", "Credit note", "supplier")
CUSTOMER_INVOICE: Final = _invoice("customer_invoice", "Invoice to a customer")
CUSTOMER_CREDIT_NOTE: Final = _invoice("customer_credit_note", "Credit note to a customer")
BILLING_INVOICE: Final = _invoice("billing_invoice", "Invoice of a billing run")
BILLING_CREDIT_NOTE: Final = _invoice("billing_credit_note", "Credit note of a billing run")
ORDER: Final = _order("order", "Order", "supplier")
SALES_ORDER: Final = _order("sales_order", "Sales order", "customer")
ORDER_RESPONSE: Final = DocumentKind(
    name="order_response",
    words="Answer to an order",
    type=OrderResponse,
    keys=published,
    sheet=ordered.response,
    related=of_receipt,
    other_side="supplier",
    identity=_by_supplier,
    counterparty=_supplier,
)
DESPATCH_ADVICE: Final = DocumentKind(
    name="despatch_advice",
    words="Despatch advice",
    type=DespatchAdvice,
    keys=published,
    sheet=moved.despatch,
    related=sold,
    other_side="supplier",
    identity=_by_supplier,
    counterparty=_supplier,
)
RECEIPT: Final = DocumentKind(
    name="receipt",
    words="Receipt",
    type=Receipt,
    keys=published,
    identity=_by_site,
    counterparty=_supplier,
    sheet=moved.receipt,
    related=of_receipt,
    other_side="supplier",
)
INSPECTION_RESULT: Final = _plain(
    "inspection_result", "Inspection result", InspectionResult, moved.inspection, "supplier"
)
SUPPLIER_RETURN: Final = _plain("supplier_return", "Return to supplier", SupplierReturn, moved.returned, "supplier")
CONTRACT: Final = DocumentKind(
    name="contract",
    words="Contract",
    type=Contract,
    keys=published,
    identity=_by_supplier,
    counterparty=_supplier,
    amounts=_agreed,
    sheet=ordered.contract,
    related=sold,
    other_side="supplier",
)
SUPPLIER: Final = _master("supplier", "Supplier", Supplier, master.supplier, "supplier")
PRODUCT: Final = _master("product", "Product", Product, master.product)
SHIPMENT: Final = _plain("shipment", "Shipment", Shipment, sold_sheets.shipment)
CARRIER_EVENT: Final = _plain("carrier_event", "Carrier event", CarrierEvent)
DELIVERY_PROOF: Final = _plain("delivery_proof", "Proof of delivery", DeliveryProof, sold_sheets.delivery_proof)
CUSTOMER_RETURN: Final = _plain("customer_return", "Return from a customer", CustomerReturn)
CUSTOMER: Final = _master("customer", "Customer", Customer, sold_sheets.customer)
CREDIT_STANDING: Final = _plain("credit_standing", "Credit status", CreditStanding)
PRICE_LIST: Final = _master("price_list", "Price list", PriceList)
PRICE_OVERRIDE: Final = _plain("price_override", "Price override", PriceOverride)
REBATE: Final = _plain("rebate", "Rebate", Rebate)
TAX_ANSWER: Final = _plain("tax_answer", "Tax determination", TaxAnswer)
DELIVERY_ANSWER: Final = _plain("delivery_answer", "Invoice response", DeliveryAnswer)
BOOKING: Final = _plain("booking", "Posting confirmation", Booking)
DISPUTE: Final = _plain("dispute", "Dispute", Dispute)
MILESTONE: Final = _plain("milestone", "Milestone", Milestone)
SUBSCRIPTION: Final = DocumentKind(
    name="subscription",
    words="Subscription",
    type=Subscription,
    keys=published,
    counterparty=_customer,
    sheet=subscribed.subscription,
    related=sold,
    other_side="customer",
)
AMENDMENT: Final = _plain("amendment", "Amendment", Amendment, subscribed.amendment)
AMENDMENT_EFFECT: Final = _plain("amendment_effect", "Amendment status in one system", AmendmentEffect)
DISCOUNT_HISTORY: Final = _plain("discount_history", "Discount history", DiscountHistory)
METER: Final = _master("meter", "Meter", Meter)
USAGE_STATEMENT: Final = _plain("usage_statement", "Usage statement", UsageStatement, subscribed.usage)
UNMAPPED_USAGE: Final = _plain("stray_usage", "Unmapped usage", UnmappedUsage)
ACCOUNT_MAPPING: Final = _master("account_mapping", "Usage account mapping", AccountMapping)
ACCOUNTING_SETUP: Final = _master("accounting_setup", "Accounting setup", AccountingSetup)

BUYING: Final[tuple[DocumentKind, ...]] = (
    INVOICE, CREDIT_NOTE, ORDER, ORDER_RESPONSE, DESPATCH_ADVICE, RECEIPT, INSPECTION_RESULT, SUPPLIER_RETURN, CONTRACT, SUPPLIER, PRODUCT,
)  # fmt: skip
"""What is bought and by whom it is billed."""

ANSWERS: Final[tuple[DocumentKind, ...]] = (
    CUSTOMER, CREDIT_STANDING, PRICE_LIST, TAX_ANSWER, DELIVERY_ANSWER, BOOKING, DISPUTE, MILESTONE, PRODUCT,
)  # fmt: skip
"""What is known of customers, and what other systems answer about an invoice of ours."""

SELLING: Final[tuple[DocumentKind, ...]] = (
    CUSTOMER_INVOICE, CUSTOMER_CREDIT_NOTE, SALES_ORDER, SHIPMENT, CARRIER_EVENT, DELIVERY_PROOF, CUSTOMER_RETURN,
    PRICE_OVERRIDE, REBATE, ACCOUNTING_SETUP, *ANSWERS,
)  # fmt: skip
"""Goods that are sold and shipped."""

SUBSCRIBING: Final[tuple[DocumentKind, ...]] = (
    BILLING_INVOICE, BILLING_CREDIT_NOTE, SUBSCRIPTION, AMENDMENT, AMENDMENT_EFFECT, DISCOUNT_HISTORY, METER, USAGE_STATEMENT,
    UNMAPPED_USAGE, ACCOUNT_MAPPING, ACCOUNTING_SETUP, *ANSWERS,
)  # fmt: skip
"""What is billed by contract, period and usage."""

KINDS: Final[tuple[DocumentKind, ...]] = tuple(dict.fromkeys((*BUYING, *SELLING, *SUBSCRIBING)))
"""All of them, in the order of the reference."""
