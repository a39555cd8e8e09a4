"""What a supplier's document is, before anything else is checked: an invoice, a correction, a prepayment, a sale of ours, or none.

See `trade.document_gate`; here is what payables asks besides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from tieout.core.findings.finding import Awaited, Finding
from tieout.core.findings.making import finding
from tieout.core.tie_out.dossier import Likeness
from tieout.core.tie_out.news import DEAD
from tieout.core.values.party import normal_reference
from tieout.packs.payables.codes import code
from tieout.packs.payables.sheet import DOCUMENT, Sheet
from tieout.trade.document_gate import Gate, asked, passed, signed, stated_total, unfit
from tieout.trade.document_types import DocumentType
from tieout.trade.document_types.of_invoice import type_of
from tieout.trade.keys import predecessor_keys

REPLACE: Final = "replace_invoice"


def gate(sheet: Sheet) -> Gate:
    """What the document is, and what of it a person has to decide or has decided."""
    invoice, ruling = sheet.invoice, sheet.ruling
    row = type_of(invoice)
    findings = list(unfit(invoice, row, ruling=ruling))
    if row is not None and row.is_invoice:
        findings += [*_self_billed(sheet, row), *signed(invoice, ruling=ruling), *_asking(sheet, row)]
    answer = passed(invoice, findings, sheet.releases, sheet.dossier.at)
    if answer.decided("DOC-CORR") == REPLACE:
        standing = tuple(_replaced(sheet))
        return Gate(invoice=answer.invoice, findings=(*answer.findings, *standing))
    return answer


def is_prepayment(answer: Gate) -> bool:
    """Whether a person approved that the document is paid in advance."""
    return bool(answer.decided("DOC-PREPAY"))


def _self_billed(sheet: Sheet, row: DocumentType) -> Iterator[Finding]:
    """DOC-SELF: the buyer issues it in the seller's name."""
    if row.self_billed:
        yield finding(
            code("DOC-SELF"),
            DOCUMENT,
            ruling=sheet.ruling,
            actual=row.label,
            at_stake=asked(sheet.invoice),
            supplier=sheet.invoice.supplier.name,
        )


def _asking(sheet: Sheet, row: DocumentType) -> Iterator[Finding]:
    """DOC-CORR, DOC-PREPAY and DOC-FACTOR, of documents that ask for money; a correction that gives money back needs no answer."""
    invoice = sheet.invoice
    if invoice.is_credit:
        return
    if row.nature == "corrective" and stated_total(invoice).minor >= 0:
        yield _correction(sheet)
    if row.nature == "prepayment":
        terms = "; ".join(f"{number}: {order.terms}" for number, order in sheet.orders.items() if order.terms)
        yield finding(
            code("DOC-PREPAY"),
            DOCUMENT,
            ruling=sheet.ruling,
            expected=terms or "none that agree a payment in advance",
            actual="a payment in advance",
            at_stake=asked(invoice),
            total=str(stated_total(invoice)),
        )
    if row.factored and invoice.payee is None:
        yield finding(
            code("DOC-FACTOR"),
            DOCUMENT,
            ruling=sheet.ruling,
            at_stake=asked(invoice),
            supplier=invoice.supplier.name,
        )


def _correction(sheet: Sheet) -> Finding:
    invoice = sheet.invoice
    made = finding(
        code("DOC-CORR"),
        DOCUMENT,
        ruling=sheet.ruling,
        actual=str(stated_total(invoice)),
        at_stake=asked(invoice),
        other=", ".join(invoice.preceding) or "that it does not name",
    )
    if invoice.preceding:
        return made
    return replace(made, resolutions=tuple(name for name in made.resolutions if name != REPLACE))


def _replaced(sheet: Sheet) -> Iterator[Finding]:
    """DOC-REPL: the invoice whose place the document takes is posted, or on its way; or another correction of it is."""
    if sheet.dossier.posted:
        return
    keys = tuple(predecessor_keys(sheet.invoice))
    for first in standing_predecessors(sheet):
        yield finding(
            code("DOC-REPL"),
            DOCUMENT,
            ruling=sheet.ruling,
            expected="rejected, reversed or credited in full",
            actual=first.state,
            at_stake=asked(sheet.invoice),
            awaited=[Awaited(key=key) for key in keys],
            other=first.number,
            other_key=first.key,
            other_state=first.state,
        )


def standing_predecessors(sheet: Sheet) -> Iterator[Likeness]:
    """The invoices that a correction names, and their other corrections, that nothing has taken back; in the order of their keys."""
    own = normal_reference(sheet.invoice.number)
    credited: Counter[str] = Counter()
    for claim in sheet.dossier.alike:
        if claim.kind == "credit_note" and claim.state == "posted" and claim.payable is not None:
            credited[claim.payable.currency] += abs(claim.payable).minor
    for claim in sheet.dossier.alike:
        if claim.kind != "invoice" or normal_reference(claim.number) == own:
            continue
        if claim.reversed or claim.state in DEAD:
            continue
        amount = claim.payable
        if amount is not None and 0 < amount.minor <= credited[amount.currency]:
            credited[amount.currency] -= amount.minor
            continue
        yield claim
