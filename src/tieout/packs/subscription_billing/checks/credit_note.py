"""Our credit notes before they go out, also those that follow from late usage: approved by amount, and covered by what was billed."""

from __future__ import annotations

from collections.abc import Iterator

from tieout.core.findings.finding import Finding
from tieout.packs.subscription_billing.sheet import Sheet
from tieout.trade.credit_notes import approval, assumed, contradictions
from tieout.trade.rules import CREDIT_NOTE


def approvals(sheet: Sheet) -> Iterator[Finding]:
    """BIL-CM-APPR: it is above the amount that needs no approval."""
    tolerance = sheet.ruling.value(CREDIT_NOTE)
    if sheet.invoice.is_credit and not sheet.is_final and tolerance is not None:
        yield from approval(sheet.invoice, tolerance=tolerance, ruling=sheet.ruling)


def readings(sheet: Sheet) -> Iterator[Finding]:
    """BIL-CM-VALUE, a note: a line below the billed amount does not say what it gives back, and is taken as money alone."""
    for line in sheet.lines if sheet.invoice.is_credit else ():
        if line.reading is not None and line.reading.assumed:
            place = f"{line.line.order.document or sheet.invoice.order_number}/{line.slot}".replace("/once", "")
            yield assumed(sheet.invoice, line.where, place, abs(line.billed), sheet.ruling)


def founded(sheet: Sheet) -> Iterator[Finding]:
    """BIL-CM-APPR that nobody can accept: an invoice is unknown or not out, or it bills less than is credited."""
    if sheet.invoice.is_credit and not sheet.is_final and not sheet.foreign:
        yield from contradictions(sheet.invoice, sheet.chosen, sheet.dossier.allocated, ruling=sheet.ruling, chain=True)
