"""Our credit notes before they go out: approved by amount, and covered by what the credited invoice bills."""

from __future__ import annotations

from collections.abc import Iterator

from tieout.core.findings.finding import Finding
from tieout.core.findings.making import quantity_text
from tieout.core.values.money import Money
from tieout.core.values.sentence import Sentence
from tieout.packs.order_to_cash.ledger import ZERO
from tieout.packs.order_to_cash.reading import named_invoices, on_line
from tieout.packs.order_to_cash.sheet import Sheet
from tieout.trade.books import source_of
from tieout.trade.credit_notes import approval, assumed, contradictions, unfounded
from tieout.trade.keys import is_negative
from tieout.trade.posting_lines import CRUMB
from tieout.trade.rules import CREDIT_NOTE


def approvals(sheet: Sheet) -> Iterator[Finding]:
    """BIL-CM-APPR: it is above the amount that needs no approval. An invoice of less than nothing gives as much back."""
    tolerance = sheet.ruling.value(CREDIT_NOTE)
    gives_back = sheet.invoice.is_credit or is_negative(sheet.invoice)
    if gives_back and not sheet.released and tolerance is not None:
        yield from approval(sheet.invoice, tolerance=tolerance, ruling=sheet.ruling)


def founded(sheet: Sheet) -> Iterator[Finding]:
    """BIL-CM-APPR that nobody can accept: the invoice is unknown or not out, or it bills less than is credited."""
    if not sheet.invoice.is_credit or sheet.released:
        return
    contradicted = list(contradictions(sheet.invoice, sheet.books.chosen, sheet.dossier.allocated, ruling=sheet.ruling))
    yield from contradicted
    for reason in (
        *_too_much(sheet),
        *_too_dear(sheet),
        *_nowhere(sheet),
        *(() if contradicted else _elsewhere(sheet)),
    ):
        yield unfounded(sheet.invoice, reason, sheet.ruling)


def readings(sheet: Sheet) -> Iterator[Finding]:
    """BIL-CM-VALUE, a note: a line below the billed price does not say what it gives back, and is taken as a value-only credit."""
    for line in sheet.lines:
        if line.reading is not None and line.reading.assumed and sheet.invoice.is_credit:
            place = Sentence("{order} line {line}", order=line.row.order.number, line=line.row.line.id)
            yield assumed(sheet.invoice, line.where, place, abs(line.net), sheet.ruling)


def _too_dear(sheet: Sheet) -> Iterator[str]:
    """More money than is billed on the order line."""
    for line in sheet.lines:
        row, left = line.row, line.minor_before
        same = row.order.currency == sheet.invoice.currency
        if (
            same
            and line.net.minor < 0
            and left + line.net.minor < -1
            and line.billed_before + (line.named or ZERO) >= 0
        ):
            before = Money(max(0, left), sheet.invoice.currency)
            yield Sentence(
                "it takes back {net} of {order} line {line}, and {before} are billed",
                net=abs(line.net),
                order=row.order.number,
                line=row.line.id,
                before=before,
            )


def _too_much(sheet: Sheet) -> Iterator[str]:
    for line in sheet.lines:
        taken = line.named or ZERO
        if taken < 0 and line.billed_before + taken < -CRUMB:
            unit, order = line.row.ledger.unit, line.row.order.number
            before = quantity_text(max(ZERO, line.billed_before), unit)
            yield Sentence(
                "it takes back {quantity} of {order} line {line}, and {before} are billed",
                quantity=quantity_text(-taken, unit),
                order=order,
                line=line.row.line.id,
                before=before,
            )


def _elsewhere(sheet: Sheet) -> Iterator[str]:
    """A line takes back what the invoice that is named does not bill, be it billed by another one."""
    named = named_invoices(sheet.books.chosen, sheet.invoice)
    for line in sheet.lines:
        order, place = line.row.order.number, line.row.line.id
        entries = on_line(sheet.dossier, sheet.books.ledger_name(order), place)
        if line.net.minor < 0 and not any(used.amount.minor > 0 and source_of(used.claim) in named for used in entries):
            yield Sentence(
                "line {line} takes back what {named} does not bill: {place}",
                line=line.where,
                named=", ".join(sheet.invoice.preceding),
                place=f"{order}/{place}",
            )


def _nowhere(sheet: Sheet) -> Iterator[str]:
    for match in sheet.matches:
        if not match.shares and match.line.quantity is not None:
            yield Sentence(
                "line {line} takes back goods of no line of a sales order: {problem}",
                line=match.line.id,
                problem=match.problem,
            )
