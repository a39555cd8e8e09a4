"""Invoices and credit notes laid out."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from tieout.core.values.quantity import plain
from tieout.trade.documents import AllowanceCharge, Invoice, InvoiceLine
from tieout.web.sheets.layout import Sheet, columns, filled, party, product, reference, table
from tieout.web.words import day, money, month, price, quantity, sentence

_LINES = columns(
    "Line", "Description", "Product", "Order", "Receipt", "Charged", "Period", "Milestone", "#Quantity", "#Price", "#Net", "Tax"
)  # fmt: skip
_KINDS = {
    "invoice": "Invoice",
    "credit_note": "Credit note",
    "customer_invoice": "Invoice to a customer",
    "customer_credit_note": "Credit note to a customer",
    "billing_invoice": "Invoice of a billing run",
    "billing_credit_note": "Credit note of a billing run",
}


def invoice(paper: Invoice) -> Sheet:
    """An invoice or a credit note."""
    totals = paper.totals
    return Sheet(
        kind=_KINDS[paper.kind],
        number=paper.number,
        fields=filled(
            ("Issued", day(paper.issue_date)),
            ("Due", day(paper.due_on)),
            ("Delivered", day(paper.delivered_on)),
            ("Tax point", day(paper.tax_point_on)),
            ("Currency", paper.currency),
            ("Billing run", paper.run),
            ("Order", ", ".join(paper.order_numbers())),
            ("Customer's order", paper.customer_order),
            ("Buyer reference", paper.buyer_reference),
            ("Receipt", paper.receipt_number),
            ("Despatch advice", paper.despatch_number),
            ("Contract", paper.contract_number),
            ("Preceding", ", ".join(paper.preceding)),
            ("Terms", paper.terms),
            ("Pay to", ", ".join(account.number for account in paper.accounts)),
            ("Entity", paper.entity),
            ("Site", paper.site),
        ),
        parties=(
            party("We" if paper.is_ours else "Supplier", paper.supplier)
            + party("Customer" if paper.is_ours else "Buyer", paper.buyer)
            + party("Payee", paper.payee)
        ),
        tables=(
            *table("Lines", _LINES, [_line(line, selling=paper.is_ours) for line in paper.lines]),
            *table(
                "Allowances and charges of the whole paper",
                columns("Sort", "Reason", "#Amount", "Tax"),
                [_allowance(each) for each in paper.allowances_charges],
            ),
            *table(
                "Tax",
                columns("Category", "#Rate", "#Taxable", "#Tax", "Exemption"),
                [
                    (row.category, _percent(row.percent), money(row.taxable), money(row.tax), row.exemption)
                    for row in paper.tax
                ],
            ),
        ),
        totals=filled(
            ("Lines", money(totals.lines)),
            ("Allowances", money(totals.allowances)),
            ("Charges", money(totals.charges)),
            ("Net", money(totals.net)),
            ("Tax", money(totals.tax)),
            ("Gross", money(totals.gross)),
            ("Prepaid", money(totals.prepaid)),
            ("Rounding", money(totals.rounding)),
            ("Payable", money(totals.payable)),
        ),
        notes=paper.notes,
    )


def _line(line: InvoiceLine, *, selling: bool) -> tuple[str, ...]:
    return (
        line.id,
        line.description,
        product(line.product, selling=selling),
        reference(line.order),
        reference(line.receipt) or reference(line.despatch),
        sentence(line.basis),
        _period(line),
        line.milestone,
        quantity(line.quantity),
        price(line.price, line.price_per),
        money(line.net),
        f"{line.tax_category} {_percent(line.tax_percent)}".strip(),
    )


def _period(line: InvoiceLine) -> str:
    if line.period_from is None and line.period_to is None:
        return ""
    begin, end = line.period_from, line.period_to
    if (
        begin
        and end
        and begin.day == 1
        and (end + timedelta(days=1)).day == 1
        and (begin.year, begin.month) == (end.year, end.month)
    ):
        return month(begin)
    return f"{day(begin)} to {day(end)}"


def _allowance(each: AllowanceCharge) -> tuple[str, ...]:
    return (
        "Charge" if each.charge else "Allowance",
        each.reason or each.reason_code,
        money(each.amount if each.charge else -each.amount),
        f"{each.tax_category} {_percent(each.tax_percent)}".strip(),
    )


def _percent(value: Decimal | None) -> str:
    return "" if value is None else f"{plain(value)}\u00a0%"
