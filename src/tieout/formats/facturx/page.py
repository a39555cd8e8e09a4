"""The readable invoice: an A4 letter with addresses, lines, taxes and payment details, on as many pages as the lines need."""

from __future__ import annotations

from io import BytesIO
from typing import Any, Final
from xml.sax.saxutils import escape

from tieout.formats.facturx import tables, words
from tieout.trade.documents import Invoice

_FONTS: Final = {"Tieout": "Vera.ttf", "Tieout-Bold": "VeraBd.ttf", "Tieout-Italic": "VeraIt.ttf"}
_MARGIN: Final = 57  # points: 20 mm
_WIDTH: Final = 481
_GREY: Final = (0.42, 0.42, 0.42)


def drawn(invoice: Invoice) -> bytes:
    """The pages as PDF, the same bytes for the same invoice."""
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

    _register()
    out = BytesIO()
    height = A4[1] - 2 * _MARGIN - 28
    frame = Frame(_MARGIN, _MARGIN + 28, _WIDTH, height, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)
    layout = BaseDocTemplate(out, pagesize=A4, invariant=1)
    layout.addPageTemplates(PageTemplate(frames=[frame], onPage=_footer(invoice)))
    layout.build(_flow(invoice), canvasmaker=_counting())
    return out.getvalue()


def _register() -> None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for name, file in _FONTS.items():
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, file))


def _styles() -> dict[str, Any]:
    from reportlab.lib.colors import Color
    from reportlab.lib.styles import ParagraphStyle

    normal = ParagraphStyle("normal", fontName="Tieout", fontSize=8.5, leading=11.5)
    return {
        "normal": normal,
        "small": ParagraphStyle("small", parent=normal, fontSize=7, leading=9, textColor=Color(*_GREY)),
        "name": ParagraphStyle("name", parent=normal, fontName="Tieout-Bold", fontSize=11, leading=14),
        "title": ParagraphStyle("title", parent=normal, fontName="Tieout-Bold", fontSize=16, leading=21),
        "label": ParagraphStyle("label", parent=normal, fontName="Tieout-Bold"),
    }


def _flow(invoice: Invoice) -> list[Any]:
    from reportlab.platypus import KeepTogether, Paragraph, Spacer

    styles = _styles()
    flow: list[Any] = [_head(invoice, styles), Spacer(0, 22), Paragraph(escape(words.title(invoice)), styles["title"])]
    flow += [Paragraph(escape(line), styles["normal"]) for line in words.introduction(invoice)]
    flow += [Spacer(0, 12), tables.lines(invoice, styles), Spacer(0, 6)]
    flow.append(KeepTogether([tables.totals(invoice, styles), Spacer(0, 10), *_taxes(invoice, styles)]))
    flow.append(KeepTogether([Spacer(0, 16), *_payment(invoice, styles)]))
    flow += [Paragraph(escape(note), styles["normal"]) for note in words.closing(invoice)]
    return flow


def _head(invoice: Invoice, styles: dict[str, Any]) -> Any:
    """Seller and buyer on the left, the facts of the invoice on the right."""
    from reportlab.platypus import Paragraph, Table

    seller, buyer = invoice.supplier, invoice.buyer
    left = [
        Paragraph(escape(seller.name), styles["name"]),
        *(Paragraph(escape(row), styles["small"]) for row in words.sender(seller)),
        Paragraph("<br/><br/>", styles["normal"]),
        *(Paragraph(escape(row), styles["normal"]) for row in words.address(buyer)),
    ]
    facts = [
        [Paragraph(escape(name), styles["small"]), Paragraph(escape(value), styles["normal"])]
        for name, value in words.facts(invoice)
    ]
    right = Table(facts or [["", ""]], colWidths=(88, 122), style=tables.tight())
    return Table([[left, right]], colWidths=(_WIDTH - 210, 210), style=tables.tight())


def _taxes(invoice: Invoice, styles: dict[str, Any]) -> list[Any]:
    from reportlab.platypus import Paragraph

    reasons = [Paragraph(escape(reason), styles["normal"]) for reason in words.reasons(invoice)]
    return [tables.taxes(invoice), *reasons] if invoice.tax else []


def _payment(invoice: Invoice, styles: dict[str, Any]) -> list[Any]:
    from reportlab.platypus import Paragraph, Spacer, Table

    request = words.request(invoice)
    rows = words.payment(invoice)
    if not request and not rows:
        return []
    paragraphs = [Paragraph(escape(request), styles["label"])] if request else []
    table = [
        [Paragraph(escape(name), styles["small"]), Paragraph(escape(value), styles["normal"])] for name, value in rows
    ]
    return [
        *paragraphs,
        *([Spacer(0, 3), Table(table, colWidths=(100, _WIDTH - 100), style=tables.tight())] if table else []),
        Spacer(0, 8),
    ]


def _footer(invoice: Invoice) -> Any:
    """The footer of every page: our details; the page number is added once the number of pages is known."""

    def draw(canvas: Any, _: Any) -> None:
        canvas.saveState()
        canvas.setStrokeColorRGB(0.75, 0.75, 0.75)
        canvas.setLineWidth(0.4)
        canvas.line(_MARGIN, _MARGIN + 14, _MARGIN + _WIDTH, _MARGIN + 14)
        canvas.setFont("Tieout", 6.5)
        canvas.setFillColorRGB(*_GREY)
        for number, row in enumerate(words.imprint(invoice)):
            canvas.drawString(_MARGIN, _MARGIN + 4 - 9 * number, row)
        canvas.restoreState()

    return draw


def _counting() -> Any:
    """A canvas that writes "Page 1 of 3" on every page once all pages exist."""
    from reportlab.pdfgen.canvas import Canvas

    class Counting(Canvas):
        """Keeps its pages until they are saved."""

        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self._pages: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802  the library's name
            """The page is finished and gets its number later."""
            self._pages.append(dict(self.__dict__))
            self._startPage()  # type: ignore[attr-defined]  # the library's types leave it out

        def save(self) -> None:
            """Numbers the pages and writes them."""
            for number, page in enumerate(self._pages, 1):
                self.__dict__.update(page)
                self.setFont("Tieout", 6.5)
                self.setFillColorRGB(*_GREY)
                self.drawRightString(_MARGIN + _WIDTH, _MARGIN + 4, f"Page {number} of {len(self._pages)}")
                super().showPage()
            super().save()

    return Counting
