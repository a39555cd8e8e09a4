"""Document views of invoices and credit notes."""

from __future__ import annotations

from decimal import Decimal

from tieout.core.documents.sheet import InRole, Month, Price, Sheet, Table, Value, phrase, table, worded
from tieout.core.values.days import days_after
from tieout.core.values.quantity import plain
from tieout.core.values.sentence import Sentence
from tieout.trade.documents import AllowanceCharge, Invoice, InvoiceLine
from tieout.trade.payment_ways import Payment, creditor_of, payment_of
from tieout.trade.sheets.names import product, reference

_LINES = (
    "Line | Description | Product | Order | Receipt | Charged | Period | Milestone | #Quantity | #Price | #Net | Tax"
)
_SOLD = "Line | Description | Product | Sales order | Shipment | Charged | Period | Milestone | #Quantity | #Price | #Net | Tax"
_SUBSCRIBED = "Line | Description | Product | Subscription | Shipment | Charged | Period | Milestone | #Quantity | #Price | #Net | Tax"
_OF_SUBSCRIPTIONS = {"billing_invoice", "billing_credit_note"}
_KINDS = {
    "invoice": "Invoice",
    "credit_note": "Credit note",
    "customer_invoice": "Invoice to a customer",
    "customer_credit_note": "Credit note to a customer",
    "billing_invoice": "Invoice of a billing run",
    "billing_credit_note": "Credit note of a billing run",
}


def invoice(document: Invoice) -> Sheet:
    """An invoice or a credit note."""
    totals, payment = document.totals, payment_of(document)
    return Sheet(
        title=_KINDS[document.kind],
        number=document.number,
        fields=(
            ("Issued", document.issue_date),
            ("Due", document.due_on),
            ("Delivered", document.delivered_on),
            ("Tax point", document.tax_point_on),
            ("Currency", document.currency),
            ("Billing run", document.run),
            *_ordered(document),
            ("Customer's order", document.customer_order),
            ("Buyer reference", document.buyer_reference),
            ("Receipt", document.receipt_number),
            ("Despatch advice", document.despatch_number),
            ("Contract", document.contract_number),
            ("Preceding invoices", ", ".join(document.preceding)),
            ("Terms", document.terms),
            ("Business process", document.process),
            *_paid(document, payment),
            ("Entity", document.entity),
            ("Site", document.site),
        ),
        parties=(
            InRole(role="Our company" if document.is_ours else "Supplier", party=document.supplier),
            InRole(role="Customer" if document.is_ours else "Buying company", party=document.buyer),
            InRole(role="Payee", party=document.payee),
            InRole(role="Tax representative", party=document.tax_representative),
        ),
        tables=(
            _lines(document),
            table(
                "Allowances and charges of the whole document",
                "Type | Reason | #Amount | Tax",
                [_allowance(entry) for entry in document.allowances_charges],
            ),
            table(
                "Collected for third parties",
                "Type | Reason | #Amount",
                [(one.type, one.reason, one.amount) for one in document.third_parties],
            ),
            table(
                "Paid before",
                "Prepayment invoice | Reference | #Amount | #Tax",
                [(one.invoice, one.reference, one.amount, one.tax) for one in document.prepayments],
            ),
            table(
                "Tax",
                "Category | #Rate | #Taxable | #Tax | Exemption",
                [(row.category, _percent(row.percent), row.taxable, row.tax, row.exemption) for row in document.tax],
            ),
        ),
        totals=(
            ("Lines", totals.lines),
            ("Allowances", totals.allowances),
            ("Charges", totals.charges),
            ("Net", totals.net),
            ("Tax", totals.tax),
            ("Gross", totals.gross),
            ("Prepaid", totals.prepaid),
            ("Rounding", totals.rounding),
            ("Tax withheld", totals.withheld),
            ("Payable", totals.payable),
            ("Left for our payment run", payment.by_us if payment.blocked else None),
        ),
        notes=document.notes,
    )


def _ordered(document: Invoice) -> tuple[tuple[str, Value], ...]:
    """What it bills: the buyer's order; on an invoice of ours our order of the customer, or the customer's subscription."""
    numbers = ", ".join(document.order_numbers())
    subscribed = document.kind in _OF_SUBSCRIPTIONS
    return (("Subscription" if subscribed else "Sales order" if document.is_ours else "Order", numbers),)


def _paid(document: Invoice, payment: Payment) -> tuple[tuple[str, Value], ...]:
    """By what means it is paid, and what our payment run is not to pay."""
    debit, card = document.direct_debit, document.card
    return (
        ("Means of payment", ", ".join(document.payment_means)),
        ("Mandate of the direct debit", debit.mandate if debit else ""),
        ("Creditor identifier", creditor_of(document)),
        ("Account debited", debit.account if debit else ""),
        ("Card", card.number if card else ""),
        ("Blocked for payment", ", ".join(way.words for way in payment.ways)),
        ("Pay to", ", ".join(account.number for account in document.accounts)),
    )


def _lines(document: Invoice) -> Table:
    subscribed = document.kind in _OF_SUBSCRIPTIONS
    return table(
        "Lines",
        _SUBSCRIBED if subscribed else _SOLD if document.is_ours else _LINES,
        [_line(line, selling=document.is_ours) for line in document.lines],
    )


def _line(line: InvoiceLine, *, selling: bool) -> tuple[Value, ...]:
    return (
        line.id,
        line.description,
        product(line.product, selling=selling),
        reference(line.order),
        reference(line.receipt) or reference(line.despatch),
        worded(line.basis),
        _period(line),
        line.milestone,
        line.quantity,
        Price(amount=line.price, per=line.price_per),
        line.net,
        f"{line.tax_category} {_percent(line.tax_percent)}".strip(),
    )


def _period(line: InvoiceLine) -> Value:
    if line.period_from is None and line.period_to is None:
        return ""
    begin, end = line.period_from, line.period_to
    if (
        begin
        and end
        and begin.day == 1
        and days_after(end, 1).day == 1
        and (begin.year, begin.month) == (end.year, end.month)
    ):
        return Month(of=begin)
    return phrase(begin or "–", " ", Sentence("to"), " ", end or "–")


def _allowance(entry: AllowanceCharge) -> tuple[Value, ...]:
    return (
        Sentence("Charge") if entry.charge else Sentence("Allowance"),
        entry.reason or entry.reason_code,
        entry.amount if entry.charge else -entry.amount,
        f"{entry.tax_category} {_percent(entry.tax_percent)}".strip(),
    )


def _percent(value: Decimal | None) -> str:
    return "" if value is None else f"{plain(value)}\u00a0%"
