"""Our credit notes before they go out, also those that follow from late usage: approved by amount, and covered by what was billed."""

from __future__ import annotations

from collections.abc import Iterator

from tieout.core.findings.finding import Finding
from tieout.core.values.sentence import Sentence
from tieout.packs.subscription_billing.ledger import bills_of
from tieout.packs.subscription_billing.reading import ledger_of_line, named_invoices
from tieout.packs.subscription_billing.sheet import Sheet
from tieout.trade.credit_notes import approval, assumed, contradictions, unfounded
from tieout.trade.keys import is_negative
from tieout.trade.rules import CREDIT_NOTE


def approvals(sheet: Sheet) -> Iterator[Finding]:
    """BIL-CM-APPR: it is above the amount that needs no approval. An invoice of less than nothing gives as much back."""
    tolerance = sheet.ruling.value(CREDIT_NOTE)
    gives_back = sheet.invoice.is_credit or is_negative(sheet.invoice)
    if gives_back and not sheet.is_final and tolerance is not None:
        yield from approval(sheet.invoice, tolerance=tolerance, ruling=sheet.ruling)


def readings(sheet: Sheet) -> Iterator[Finding]:
    """BIL-CM-VALUE, a note: a line below the billed amount does not say what it gives back, and is taken as a value-only credit."""
    for line in sheet.lines if sheet.invoice.is_credit else ():
        if line.reading is not None and line.reading.assumed:
            place = f"{line.line.order.document or sheet.invoice.order_number}/{line.slot}".replace("/once", "")
            yield assumed(sheet.invoice, line.where, place, abs(line.billed), sheet.ruling)


def founded(sheet: Sheet) -> Iterator[Finding]:
    """BIL-CM-APPR that nobody can accept: an invoice is unknown or not out, bills less than is credited, or bills other days."""
    if sheet.invoice.is_credit and not sheet.is_final and not sheet.foreign:
        contradicting = list(
            contradictions(sheet.invoice, sheet.chosen, sheet.dossier.allocated, ruling=sheet.ruling, chain=True)
        )
        yield from contradicting or _elsewhere(sheet)


def _elsewhere(sheet: Sheet) -> Iterator[Finding]:
    """A line takes back what the invoices that are named do not bill, be it billed by another one."""
    named = named_invoices(sheet.chosen, sheet.invoice)
    for line in sheet.lines:
        ledger = ledger_of_line(sheet.chosen, sheet.invoice, line)
        if line.version is None or line.line.basis == "true_up" or line.corrects or line.is_prepaid:
            continue
        if not bills_of(ledger, sheet.dossier.allocated, line.slot, line.days, named):
            reason = Sentence(
                "line {line} takes back what {named} does not bill: {place}",
                line=line.where,
                named=", ".join(sheet.invoice.preceding),
                place=f"{line.line.order.document or sheet.invoice.order_number}/{line.slot}".replace("/once", ""),
            )
            yield unfounded(sheet.invoice, reason, sheet.ruling)
