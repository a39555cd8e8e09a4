"""Invoices and credit notes laid out."""

from __future__ import annotations

from decimal import Decimal

from tieout.core.documents import AllowanceCharge, Invoice, InvoiceLine
from tieout.core.quantity import plain
from tieout.web.sheets.layout import Sheet, columns, filled, party, product, reference, table
from tieout.web.words import day, money, price, quantity

_LINES = columns("Line", "Description", "Product", "Order", "Receipt", "#Quantity", "#Price", "#Net", "Tax")


def invoice(paper: Invoice) -> Sheet:
    """An invoice or a credit note."""
    totals = paper.totals
    return Sheet(
        kind="Credit note" if paper.kind == "credit_note" else "Invoice",
        number=paper.number,
        fields=filled(
            ("Issued", day(paper.issue_date)),
            ("Due", day(paper.due_on)),
            ("Delivered", day(paper.delivered_on)),
            ("Tax point", day(paper.tax_point_on)),
            ("Currency", paper.currency),
            ("Order", ", ".join(paper.order_numbers())),
            ("Receipt", paper.receipt_number),
            ("Despatch advice", paper.despatch_number),
            ("Contract", paper.contract_number),
            ("Preceding", ", ".join(paper.preceding)),
            ("Terms", paper.terms),
            ("Pay to", ", ".join(account.number for account in paper.accounts)),
            ("Entity", paper.entity),
            ("Site", paper.site),
        ),
        parties=party("Supplier", paper.supplier) + party("Buyer", paper.buyer) + party("Payee", paper.payee),
        tables=(
            *table("Lines", _LINES, [_line(line) for line in paper.lines]),
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


def _line(line: InvoiceLine) -> tuple[str, ...]:
    return (
        line.id,
        line.description,
        product(line.product),
        reference(line.order),
        reference(line.receipt) or reference(line.despatch),
        quantity(line.quantity),
        price(line.price, line.price_per),
        money(line.net),
        f"{line.tax_category} {_percent(line.tax_percent)}".strip(),
    )


def _allowance(each: AllowanceCharge) -> tuple[str, ...]:
    return (
        "Charge" if each.charge else "Allowance",
        each.reason or each.reason_code,
        money(each.amount if each.charge else -each.amount),
        f"{each.tax_category} {_percent(each.tax_percent)}".strip(),
    )


def _percent(value: Decimal | None) -> str:
    return "" if value is None else f"{plain(value)}\u00a0%"
