"""Tax before an invoice is final: whether the tax engine has answered, and whether the invoice agrees with it."""

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
            sheet.documents_of(TaxAnswer),
            ruling=sheet.ruling,
            at=sheet.dossier.at,
            since=sheet.dossier.received_at,
        )


def taxes(sheet: Sheet) -> Iterator[Finding]:
    """AR-TAX-DIFF: the stated tax compared with the engine's answer, else with the contract's rates."""
    tolerance = sheet.ruling.value(TAX)
    if tolerance is None or sheet.is_final or sheet.foreign:
        return
    agreed = {line.where: line.version.line.tax_percent for line in sheet.lines if line.version is not None}
    rates = rates_of(sheet.invoice, agreed)
    yield from differences(
        sheet.invoice, sheet.documents_of(TaxAnswer), rates, tolerance=tolerance, ruling=sheet.ruling
    )
