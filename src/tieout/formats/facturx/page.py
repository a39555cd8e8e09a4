"""The invoice as people read it: one plain layout, embedded fonts, as many pages as the lines need."""

from __future__ import annotations

from io import BytesIO
from typing import Any, Final
from xml.sax.saxutils import escape

from tieout.core.documents import Invoice, InvoiceLine
from tieout.core.money import Money
from tieout.core.quantity import plain

_FONTS: Final = {"Tieout": "Vera.ttf", "Tieout-Bold": "VeraBd.ttf"}
_WIDTHS: Final = (30, 190, 70, 80, 50, 90)


def drawn(invoice: Invoice) -> bytes:
    """The pages as PDF, the same bytes for the same invoice."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer

    for name, file in _FONTS.items():
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, file))
    normal = ParagraphStyle("normal", fontName="Tieout", fontSize=8.5, leading=11)
    heading = ParagraphStyle("heading", parent=normal, fontName="Tieout-Bold", fontSize=15, leading=22)
    out = BytesIO()
    layout = SimpleDocTemplate(
        out, pagesize=A4, topMargin=50, bottomMargin=50, leftMargin=42, rightMargin=42, invariant=1
    )
    flow: list[Any] = [Paragraph(escape(_title(invoice)), heading)]
    flow += [Paragraph(escape(row), normal) for row in _facts(invoice)]
    flow += [Spacer(0, 12), _lines(invoice, normal), Spacer(0, 12), _totals(invoice), Spacer(0, 12)]
    flow += [Paragraph(escape(row), normal) for row in _foot(invoice)]
    layout.build(flow)
    return out.getvalue()


def _title(invoice: Invoice) -> str:
    return f"{'Credit note' if invoice.is_credit else 'Invoice'} {invoice.number}"


def _facts(invoice: Invoice) -> list[str]:
    facts = [
        ("From", " · ".join(filter(None, (invoice.supplier.name, invoice.supplier.country, invoice.supplier.vat_id)))),
        ("To", " · ".join(filter(None, (invoice.buyer.name, invoice.buyer.country)))),
        ("Date", "" if invoice.issue_date is None else invoice.issue_date.isoformat()),
        ("Due", "" if invoice.due_on is None else invoice.due_on.isoformat()),
        ("Delivered", "" if invoice.delivered_on is None else invoice.delivered_on.isoformat()),
        ("Your order", invoice.order_number),
        ("Despatch advice", invoice.despatch_number),
        ("Credits", ", ".join(invoice.preceding)),
    ]
    return [f"{name}: {value}" for name, value in facts if value]


def _lines(invoice: Invoice, style: Any) -> Any:
    from reportlab.platypus import Paragraph, Table

    rows: list[list[Any]] = [["No.", "Description", "Quantity", "Price", "Tax", "Net"]]
    rows += [[line.id, Paragraph(escape(_words(line)), style), *_figures(line)] for line in invoice.lines]
    return Table(rows, colWidths=_WIDTHS, repeatRows=1, style=_style())


def _words(line: InvoiceLine) -> str:
    named = line.product.seller or line.product.buyer or line.product.standard
    return " · ".join(
        filter(None, (line.description, named, f"order line {line.order.line}" if line.order.line else ""))
    )


def _figures(line: InvoiceLine) -> list[str]:
    per = "" if line.price_per == 1 else f" / {plain(line.price_per)}"
    return [
        "" if line.quantity is None else str(line.quantity),
        "" if line.price is None else f"{plain(line.price)}{per}",
        line.tax_category if line.tax_percent is None else f"{plain(line.tax_percent)} %",
        str(line.net),
    ]


def _totals(invoice: Invoice) -> Any:
    from reportlab.platypus import Table

    sums = invoice.totals
    rows: list[tuple[str, Money | None]] = [("Lines", sums.lines)]
    rows += [
        (
            (entry.reason or ("Charge" if entry.charge else "Allowance"))[:60],
            entry.amount if entry.charge else -entry.amount,
        )
        for entry in invoice.allowances_charges
    ]
    rows += [
        ("Net", sums.net),
        ("Tax", sums.tax),
        ("Total", sums.gross),
        ("Paid", sums.prepaid),
        ("Rounding", sums.rounding),
    ]
    rows += [("To pay", sums.payable)]
    shown = [[name, str(amount)] for name, amount in rows if amount is not None] or [["No totals stated", ""]]
    return Table(
        shown, colWidths=(160, 110), hAlign="RIGHT", style=[("ALIGN", (1, 0), (1, -1), "RIGHT"), *_style()[:2]]
    )


def _style() -> list[tuple[Any, ...]]:
    return [
        ("FONT", (0, 0), (-1, -1), "Tieout", 8.5),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("FONT", (0, 0), (-1, 0), "Tieout-Bold", 8.5),
        ("LINEBELOW", (0, 0), (-1, 0), 0.5, (0.2, 0.2, 0.2)),
        ("ALIGN", (2, 0), (-1, -1), "RIGHT"),
    ]


def _foot(invoice: Invoice) -> list[str]:
    accounts = [f"Account: {account.number} {account.bic} {account.holder}".rstrip() for account in invoice.accounts]
    return [*filter(None, (invoice.terms,)), *accounts, *invoice.notes]
