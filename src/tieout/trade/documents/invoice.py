"""Invoices and credit notes, a supplier's and our own: the claim that money should move."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal, get_args

from tieout.core.values.made import made_often
from tieout.core.values.money import Money
from tieout.core.values.party import Party
from tieout.core.values.quantity import Quantity
from tieout.trade.documents.reference import LineReference, ProductIds

InvoiceKind = Literal[
    "invoice", "credit_note", "customer_invoice", "customer_credit_note", "billing_invoice", "billing_credit_note"
]
"""A supplier's (the first two), one of goods or services sold, and one of a billing run."""
GivesBack = Literal["", "quantity", "days", "money"]
"""What (a line of) a credit note gives back, where it says so: goods, days of a period, or value only. Of an invoice "money" says that
a line bills a difference to what is billed already, and no goods."""
ChargeBasis = Literal["", "recurring", "usage", "milestone", "one_time", "true_up", "prepaid"]
INCOMING: Final = frozenset({"invoice", "credit_note"})
OURS: Final[frozenset[str]] = frozenset(get_args(InvoiceKind)) - INCOMING
"""The kinds that we issue to customers."""
CREDITS: Final[frozenset[str]] = frozenset(kind for kind in get_args(InvoiceKind) if kind.endswith("credit_note"))
"""The kinds that give money back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowanceCharge:
    """An allowance (`charge` False, takes away) or a charge (adds); `amount` is positive as stated, before tax."""

    charge: bool
    amount: Money
    reason: str = ""
    reason_code: str = ""
    percent: Decimal | None = None
    on: Money | None = None
    tax_category: str = ""
    tax_percent: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxSubtotal:
    """One row of the tax breakdown."""

    category: str
    percent: Decimal | None
    taxable: Money
    tax: Money
    exemption: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThirdPartyAmount:
    """An amount that the seller collects for somebody else (XRechnung and Factur-X extensions): it is in no line and no tax."""

    amount: Money
    type: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepayment:
    """One amount that the document states as paid before: `amount` with its `tax`, both positive; None where it states none.

    `invoice` is the prepayment invoice that asked for it, where the document says so; `reference` is any other name of the
    payment: a number of a receipt or transfer, which no document has to bear.
    """

    invoice: str = ""
    amount: Money | None = None
    tax: Money | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectDebit:
    """By what right the seller collects the money (EN 16931 BG-19): the `mandate` (BT-89), and the `account` that is debited (BT-91).

    The creditor's number (BT-90) identifies the payee or the seller: scheme "SEPA".
    """

    mandate: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentCard:
    """The card that paid (EN 16931 BG-18): its `number` is masked, at most the first six and last four digits (BT-87); `holder` (BT-88)."""

    number: str
    holder: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BankAccount:
    """Where the supplier asks to be paid: an IBAN or a national number, capitals without blanks."""

    number: str
    holder: str = ""
    bic: str = ""


@made_often
@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceLine:
    """One line as billed. `price` is for `price_per` of the line's unit. Amounts keep the sign they are stated with.

    `order` names the order line (on a billing run's line the subscription and its line), `basis` what a billing run charges
    for, `period_from` and `period_to` the days it is for, both inclusive, `milestone` what must be accepted first.
    `gives_back` is stated for this line; "" where only the document says it, or nothing does. `prepayment` is the prepayment invoice
    that the line takes off, where it says so.
    """

    id: str
    net: Money
    quantity: Quantity | None = None
    price: Decimal | None = None
    price_per: Decimal = Decimal(1)
    order: LineReference = LineReference()
    despatch: LineReference = LineReference()
    receipt: LineReference = LineReference()
    product: ProductIds = ProductIds()
    description: str = ""
    allowances_charges: tuple[AllowanceCharge, ...] = ()
    tax_category: str = ""
    tax_percent: Decimal | None = None
    site: str = ""
    basis: ChargeBasis = ""
    period_from: date | None = None
    period_to: date | None = None
    milestone: str = ""
    gives_back: GivesBack = ""
    prepayment: str = ""


@made_often
@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceTotals:
    """The document totals as the sender states them (EN 16931 BG-22); None where the sender gave none.

    `withheld` is tax that the buyer keeps back and pays to the tax authority (UBL-TR's WithholdingTaxTotal), `accounted` the
    tax in the currency of the tax accounting (BT-111), which repeats `tax` and is never added to it.
    """

    lines: Money | None = None
    allowances: Money | None = None
    charges: Money | None = None
    net: Money | None = None
    tax: Money | None = None
    gross: Money | None = None
    prepaid: Money | None = None
    rounding: Money | None = None
    payable: Money | None = None
    withheld: Money | None = None
    accounted: Money | None = None


@made_often
@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """An invoice or credit note. A credit note's amounts are positive as stated; `sign` turns them round.

    On our own, `supplier` is us and `buyer` the customer, `order_number` our sales order (or subscription), `customer_order`
    the customer's order number, `buyer_reference` what they want to be named (a routing id), `run` the billing run.

    `type_code` is as written; `type_list` says whose code it is where the document shows it (`document_types.type_list_of`).
    `process` is the business process that the sender names (EN 16931 BT-23, French frames too), `payment_means` are codes of
    UNTDID 4461, `third_parties` what is collected for others beside the totals, `deliver_to` the country of delivery (BT-80),
    `period_from` and `period_to` the invoicing period (BG-14), `buyer_registration` the buyer's legal registration (BT-47).
    `gives_back` is what the document says that its lines give back, `credit_reason` the reason as stated, code and words.
    `prepayments` are the parts of `totals.prepaid`, where it names them.
    """

    kind: InvoiceKind
    number: str
    issue_date: date | None
    currency: str
    supplier: Party
    buyer: Party
    lines: tuple[InvoiceLine, ...]
    totals: InvoiceTotals
    tax: tuple[TaxSubtotal, ...] = ()
    allowances_charges: tuple[AllowanceCharge, ...] = ()
    type_code: str = ""
    due_on: date | None = None
    delivered_on: date | None = None
    tax_point_on: date | None = None
    order_number: str = ""
    despatch_number: str = ""
    receipt_number: str = ""
    contract_number: str = ""
    preceding: tuple[str, ...] = ()
    accounts: tuple[BankAccount, ...] = ()
    payee: Party | None = None
    terms: str = ""
    entity: str = ""
    site: str = ""
    tax_currency: str = ""
    notes: tuple[str, ...] = ()
    profile: str = ""
    customer_order: str = ""
    buyer_reference: str = ""
    run: str = ""
    gives_back: GivesBack = ""
    credit_reason: str = ""
    made_by: str = ""
    approved_by: str = ""
    type_list: str = ""
    process: str = ""
    payment_means: tuple[str, ...] = ()
    third_parties: tuple[ThirdPartyAmount, ...] = ()
    prepayments: tuple[Prepayment, ...] = ()
    direct_debit: DirectDebit | None = None
    card: PaymentCard | None = None
    tax_representative: Party | None = None
    buyer_registration: str = ""
    deliver_to: str = ""
    period_from: date | None = None
    period_to: date | None = None

    @property
    def is_credit(self) -> bool:
        """Whether the document gives money back."""
        return self.kind in CREDITS

    @property
    def sign(self) -> int:
        """+1 where the document asks for money, -1 where it gives money back."""
        return -1 if self.kind in CREDITS else 1

    @property
    def is_ours(self) -> bool:
        """Whether we issue it: to a customer."""
        return self.kind not in INCOMING

    @property
    def counterparty(self) -> Party:
        """The other side: who bills us, or whom we bill."""
        return self.buyer if self.is_ours else self.supplier

    def order_numbers(self) -> tuple[str, ...]:
        """Every order that the document names, header first, without repeats."""
        named = dict.fromkeys([self.order_number, *[line.order.document for line in self.lines]])
        named.pop("", None)
        return tuple(named)
