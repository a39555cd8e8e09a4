"""Canonical, immutable business documents, one file a kind. A correction is a new version that supersedes.

`made_by` and `approved_by` are user ids or user names as the document's system writes them, "" where it does not say: who made
or approved a document may not accept what is found about it.
"""

from __future__ import annotations

from typing import Final

from tieout.core.documents.acceptance import Release
from tieout.core.documents.unreadable import Unreadable
from tieout.trade.documents.accounting import AccountingSetup, RevenueAccount
from tieout.trade.documents.answers import Booking, DeliveryAnswer, Dispute, TaxAnswer, TaxLine
from tieout.trade.documents.contract import Contract, ContractLine
from tieout.trade.documents.customer import CreditStanding, Customer, ErpRecord
from tieout.trade.documents.despatch import DespatchAdvice, DespatchLine
from tieout.trade.documents.invoice import (
    AllowanceCharge,
    BankAccount,
    DirectDebit,
    Invoice,
    InvoiceLine,
    InvoiceTotals,
    PaymentCard,
    Prepayment,
    TaxSubtotal,
    ThirdPartyAmount,
)
from tieout.trade.documents.master import Product, Supplier, SupplierAccount
from tieout.trade.documents.milestone import Milestone
from tieout.trade.documents.order import Order, OrderCharge, OrderLine
from tieout.trade.documents.order_response import OrderResponse
from tieout.trade.documents.price_list import PriceList, PriceOverride, Rebate
from tieout.trade.documents.receipt import InspectionResult, Receipt, ReceiptLine, SupplierReturn
from tieout.trade.documents.reference import LineReference, ProductIds
from tieout.trade.documents.shipment import (
    CarrierEvent,
    CustomerReturn,
    DeliveryProof,
    DeliveryProofLine,
    Shipment,
    ShipmentLine,
)
from tieout.trade.documents.subscription import (
    Amendment,
    AmendmentEffect,
    DiscountHistory,
    Quantile,
    Subscription,
    SubscriptionLine,
    Tier,
)
from tieout.trade.documents.usage import AccountMapping, HourRange, Meter, UnmappedUsage, UsageStatement

type_of_kind: Final[dict[str, type]] = {
    "invoice": Invoice,
    "credit_note": Invoice,
    "order": Order,
    "order_response": OrderResponse,
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
    "stray_usage": UnmappedUsage,
    "account_mapping": AccountMapping,
    "accounting_setup": AccountingSetup,
    "unreadable": Unreadable,
}

__all__ = [
    "AccountMapping",
    "AccountingSetup",
    "AllowanceCharge",
    "Amendment",
    "AmendmentEffect",
    "BankAccount",
    "Booking",
    "CarrierEvent",
    "Contract",
    "ContractLine",
    "CreditStanding",
    "Customer",
    "CustomerReturn",
    "DeliveryAnswer",
    "DeliveryProof",
    "DeliveryProofLine",
    "DespatchAdvice",
    "DespatchLine",
    "DirectDebit",
    "DiscountHistory",
    "Dispute",
    "ErpRecord",
    "HourRange",
    "InspectionResult",
    "Invoice",
    "InvoiceLine",
    "InvoiceTotals",
    "LineReference",
    "Meter",
    "Milestone",
    "Order",
    "OrderCharge",
    "OrderLine",
    "OrderResponse",
    "PaymentCard",
    "Prepayment",
    "PriceList",
    "PriceOverride",
    "Product",
    "ProductIds",
    "Quantile",
    "Rebate",
    "Receipt",
    "ReceiptLine",
    "RevenueAccount",
    "Shipment",
    "ShipmentLine",
    "Subscription",
    "SubscriptionLine",
    "Supplier",
    "SupplierAccount",
    "SupplierReturn",
    "TaxAnswer",
    "TaxLine",
    "TaxSubtotal",
    "ThirdPartyAmount",
    "Tier",
    "UnmappedUsage",
    "UsageStatement",
    "type_of_kind",
]  # fmt: skip
