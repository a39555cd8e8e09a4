"""Our credit notes before they go out: approved by amount, and covered by what the credited invoice bills."""

from __future__ import annotations

from collections.abc import Iterator

from tieout.core.findings.finding import Finding
from tieout.core.findings.making import quantity_text
from tieout.packs.order_to_cash.ledger import ZERO
from tieout.packs.order_to_cash.sheet import Sheet
from tieout.trade.credit_notes import approval, contradictions, unfounded
from tieout.trade.posting_lines import CRUMB
from tieout.trade.rules import CREDIT_NOTE


def approvals(sheet: Sheet) -> Iterator[Finding]:
    """BIL-CM-APPR: it is above the amount that needs no approval."""
    tolerance = sheet.ruling.value(CREDIT_NOTE)
    if sheet.invoice.is_credit and not sheet.released and tolerance is not None:
        yield from approval(sheet.invoice, tolerance=tolerance, ruling=sheet.ruling)


def founded(sheet: Sheet) -> Iterator[Finding]:
    """BIL-CM-APPR that nobody can accept: the invoice is unknown or not out, or it bills less than is credited."""
    if not sheet.invoice.is_credit or sheet.released:
        return
    yield from contradictions(sheet.invoice, sheet.books.chosen, sheet.dossier.allocated, ruling=sheet.ruling)
    for reason in (*_too_much(sheet), *_nowhere(sheet)):
        yield unfounded(sheet.invoice, reason, sheet.ruling)


def _too_much(sheet: Sheet) -> Iterator[str]:
    for line in sheet.lines:
        taken = line.billed or ZERO
        if taken < 0 and line.billed_before + taken < -CRUMB:
            unit, order = line.row.ledger.unit, line.row.order.number
            before = quantity_text(max(ZERO, line.billed_before), unit)
            yield f"it takes back {quantity_text(-taken, unit)} of {order} line {line.row.line.id}, and {before} are billed"


def _nowhere(sheet: Sheet) -> Iterator[str]:
    for match in sheet.matches:
        if not match.shares and match.line.quantity is not None:
            yield f"line {match.line.id} takes back goods of no line of a sales order: {match.problem}"
