"""Tax before the release: whether the tax engine has answered, and whether the invoice agrees with it."""

from __future__ import annotations

from collections.abc import Iterator

from tieout.core.findings.finding import Finding
from tieout.packs.order_to_cash.sheet import Sheet
from tieout.trade.documents import TaxAnswer
from tieout.trade.expected_tax import rates_of
from tieout.trade.rules import TAX, TAX_ANSWER
from tieout.trade.tax_answers import differences, unavailable


def answers(sheet: Sheet) -> Iterator[Finding]:
    """AR-TAX-UNAVAIL: policy wants a tax engine's answer and there is none."""
    if sheet.ruling.value(TAX_ANSWER) == "required" and not sheet.released:
        yield from unavailable(
            sheet.invoice,
            sheet.books.of(TaxAnswer),
            ruling=sheet.ruling,
            at=sheet.dossier.at,
            since=sheet.dossier.received_at,
        )


def taxes(sheet: Sheet) -> Iterator[Finding]:
    """AR-TAX-DIFF: the stated tax compared with the engine's answer, else with the order's rates."""
    tolerance = sheet.ruling.value(TAX)
    if tolerance is None or sheet.released:
        return
    agreed = ((line.where, line.row.line.tax_percent) for line in sheet.lines)
    rates = rates_of(sheet.invoice, {where: rate for where, rate in agreed if rate is not None})
    yield from differences(sheet.invoice, sheet.books.of(TaxAnswer), rates, tolerance=tolerance, ruling=sheet.ruling)
