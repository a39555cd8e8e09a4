"""Tax before an invoice is final: whether its engine has answered, and whether the invoice says the same."""

from __future__ import annotations

from collections.abc import Iterator

from tieout.core.findings.finding import Finding
from tieout.packs.subscription_billing.sheet import Sheet
from tieout.trade.documents import TaxAnswer
from tieout.trade.expected_tax import rates_of
from tieout.trade.rules import TAX, TAX_ANSWER
from tieout.trade.tax_answers import differences, unavailable


def answers(sheet: Sheet) -> Iterator[Finding]:
    """AR-TAX-UNAVAIL: policy wants a tax engine's answer and there is none."""
    if sheet.ruling.value(TAX_ANSWER) == "required" and not sheet.is_final:
        yield from unavailable(
            sheet.invoice,
            sheet.papers_of(TaxAnswer),
            ruling=sheet.ruling,
            at=sheet.dossier.at,
            since=sheet.dossier.received_at,
        )


def taxes(sheet: Sheet) -> Iterator[Finding]:
    """AR-TAX-DIFF: the tax as stated beside the engine's answer, else beside the contract's rates."""
    tolerance = sheet.ruling.value(TAX)
    if tolerance is None or sheet.is_final or sheet.foreign:
        return
    agreed = {known.where: known.version.line.tax_percent for known in sheet.lines if known.version is not None}
    rates = rates_of(sheet.invoice, agreed)
    yield from differences(sheet.invoice, sheet.papers_of(TaxAnswer), rates, tolerance=tolerance, ruling=sheet.ruling)
