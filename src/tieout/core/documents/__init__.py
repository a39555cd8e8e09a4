"""Canonical, immutable business papers, one file a kind. A correction is a new version that supersedes."""

from __future__ import annotations

from typing import Final

from tieout.core.documents.accounting import AccountingSetup, RevenueAccount
from tieout.core.documents.answers import Booking, DeliveryAnswer, Dispute, TaxAnswer, TaxLine
from tieout.core.documents.contract import Contract, ContractLine
from tieout.core.documents.customer import CreditStanding, Customer, ErpRecord
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
from tieout.core.documents.milestone import Milestone
from tieout.core.documents.order import Order, OrderCharge, OrderLine
from tieout.core.documents.price_list import PriceList, PriceOverride, Rebate
from tieout.core.documents.receipt import InspectionResult, Receipt, ReceiptLine, SupplierReturn
from tieout.core.documents.reference import LineReference, ProductIds
from tieout.core.documents.release import Release
from tieout.core.documents.shipment import (
    CarrierEvent,
    CustomerReturn,
    DeliveryProof,
    DeliveryProofLine,
    Shipment,
    ShipmentLine,
)
from tieout.core.documents.subscription import (
    Amendment,
    AmendmentEffect,
    DiscountHistory,
    Quantile,
    Subscription,
    SubscriptionLine,
)
from tieout.core.documents.unreadable import Unreadable
from tieout.core.documents.usage import AccountMapping, HourRange, Meter, StrayUsage, UsageStatement

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
    "customer_invoice": Invoice,
    "customer_credit_note": Invoice,
    "billing_invoice": Invoice,
    "billing_credit_note": Invoice,
    "sales_order": Order,
    "shipment": Shipment,
    "carrier_event": CarrierEvent,
    "delivery_proof": DeliveryProof,
    "customer_return": CustomerReturn,
    "customer": Customer,
    "credit_standing": CreditStanding,
    "price_list": PriceList,
    "price_override": PriceOverride,
    "rebate": Rebate,
    "tax_answer": TaxAnswer,
    "delivery_answer": DeliveryAnswer,
    "booking": Booking,
    "dispute": Dispute,
    "milestone": Milestone,
    "subscription": Subscription,
    "amendment": Amendment,
    "amendment_effect": AmendmentEffect,
    "discount_history": DiscountHistory,
    "meter": Meter,
    "usage_statement": UsageStatement,
    "stray_usage": StrayUsage,
    "account_mapping": AccountMapping,
    "accounting_setup": AccountingSetup,
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
    | Shipment
    | CarrierEvent
    | DeliveryProof
    | CustomerReturn
    | Customer
    | CreditStanding
    | PriceList
    | PriceOverride
    | Rebate
    | TaxAnswer
    | DeliveryAnswer
    | Booking
    | Dispute
    | Milestone
    | Subscription
    | Amendment
    | AmendmentEffect
    | DiscountHistory
    | Meter
    | UsageStatement
    | StrayUsage
    | AccountMapping
    | AccountingSetup
    | Unreadable
)

__all__ = [
    "AccountMapping", "AccountingSetup", "AllowanceCharge", "Amendment", "AmendmentEffect", "BankAccount", "Booking",
    "CarrierEvent", "Contract", "ContractLine", "CreditStanding", "Customer", "CustomerReturn", "DeliveryAnswer",
    "DeliveryProof", "DeliveryProofLine", "DespatchAdvice", "DespatchLine", "DiscountHistory", "Dispute", "Document",
    "ErpRecord",
    "HourRange", "InspectionResult", "Invoice", "InvoiceLine", "InvoiceTotals", "LineReference", "Meter", "Milestone",
    "Order", "OrderCharge", "OrderLine", "PriceList", "PriceOverride", "Product", "ProductIds", "Quantile", "Rebate", "Receipt",
    "ReceiptLine", "Release", "RevenueAccount", "Shipment", "ShipmentLine", "StrayUsage", "Subscription",
    "SubscriptionLine", "Supplier", "SupplierAccount", "SupplierReturn", "TaxAnswer", "TaxLine", "TaxSubtotal",
    "Unreadable", "UsageStatement", "type_of_kind",
]  # fmt: skip
