"""The tables of the readable invoice: lines, totals and taxes."""

from __future__ import annotations

from typing import Any, Final
from xml.sax.saxutils import escape

from tieout.core.values.money import Money
from tieout.formats.facturx import words
from tieout.trade.documents import AllowanceCharge, Invoice, InvoiceLine

_RULE: Final = (0.75, 0.75, 0.75)


def tight() -> list[tuple[Any, ...]]:
    """A table used only for layout."""
    return [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 0),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
    ]


def _style() -> list[tuple[Any, ...]]:
    return [
        ("FONT", (0, 0), (-1, -1), "Tieout", 8.5),
        ("FONT", (0, 0), (-1, 0), "Tieout-Bold", 8),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, 0), 0.8, (0.2, 0.2, 0.2)),
        ("LINEBELOW", (0, 1), (-1, -1), 0.3, _RULE),
        ("LEFTPADDING", (0, 0), (-1, -1), 2),
        ("RIGHTPADDING", (0, 0), (-1, -1), 2),
        ("TOPPADDING", (0, 0), (-1, -1), 3),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
    ]


def lines(invoice: Invoice, styles: dict[str, Any]) -> Any:
    """Every line with its allowances and charges; the header is repeated on every page."""
    from reportlab.platypus import Table

    rows: list[list[Any]] = [["No.", "Description", "Quantity", "Price", "VAT", f"Net {invoice.currency}"]]
    rows += [_line(line, invoice.currency, styles) for line in invoice.lines]
    style = [*_style(), ("ALIGN", (2, 0), (-1, -1), "RIGHT")]
    widths = (30, 193, 72, 82, 34, 70)
    return Table(rows, colWidths=widths, repeatRows=1, style=style)


def _line(line: InvoiceLine, currency: str, styles: dict[str, Any]) -> list[Any]:
    from reportlab.platypus import Paragraph

    name, more = words.description(line)
    cell = [Paragraph(escape(name), styles["normal"])]
    if more:
        cell.append(Paragraph(escape(more), styles["small"]))
    cell += [
        Paragraph(escape(f"{_sign(one)}{words.figure(one.amount)} {words.entry(one, currency)}"), styles["small"])
        for one in line.allowances_charges
    ]
    rate = words.rate(line.tax_category, line.tax_percent)
    return [line.id, cell, words.quantity(line.quantity), words.price(line), rate, words.figure(line.net)]


def _sign(one: AllowanceCharge) -> str:
    return "+" if one.charge else "-"


def totals(invoice: Invoice, styles: dict[str, Any]) -> Any:
    """From the lines to the amount payable, the last row in large type."""
    from reportlab.platypus import Paragraph, Table

    sums = invoice.totals
    rows: list[tuple[str, Money | None]] = []
    if invoice.allowances_charges or sums.lines != sums.net:
        rows.append(("Lines", sums.lines))
    rows += [
        (words.entry(one, invoice.currency), one.amount if one.charge else -one.amount)
        for one in invoice.allowances_charges
    ]
    rows += [("Net", sums.net), ("VAT", sums.tax), ("Total", sums.gross)]
    rows += [("Paid already", None if sums.prepaid is None else -sums.prepaid), ("Rounding", sums.rounding)]
    last = ("To be credited" if invoice.is_credit else "To pay", sums.payable)
    shown = [
        [Paragraph(escape(name), styles["normal"]), words.figure(amount)] for name, amount in rows if amount is not None
    ]
    shown.append([last[0], f"{words.figure(last[1])} {invoice.currency}" if last[1] is not None else ""])
    style: list[tuple[Any, ...]] = [
        ("FONT", (0, 0), (-1, -1), "Tieout", 8.5),
        ("ALIGN", (1, 0), (1, -1), "RIGHT"),
        ("FONT", (0, -1), (-1, -1), "Tieout-Bold", 10.5),
        ("LINEABOVE", (0, -1), (-1, -1), 0.8, (0.2, 0.2, 0.2)),
        ("LEFTPADDING", (0, 0), (-1, -1), 2),
        ("RIGHTPADDING", (0, 0), (-1, -1), 2),
        ("TOPPADDING", (0, 0), (-1, -2), 1.5),
        ("BOTTOMPADDING", (0, 0), (-1, -2), 1.5),
    ]
    return Table(shown, colWidths=(130, 110), hAlign="RIGHT", style=style)


def taxes(invoice: Invoice) -> Any:
    """The tax by category and rate."""
    from reportlab.platypus import Table

    rows = [["VAT by rate", f"Net {invoice.currency}", f"VAT {invoice.currency}"]]
    rows += [[words.tax_name(row), words.figure(row.taxable), words.figure(row.tax)] for row in invoice.tax]
    return Table(rows, colWidths=(160, 80, 80), hAlign="LEFT", style=[*_style(), ("ALIGN", (1, 0), (-1, -1), "RIGHT")])
