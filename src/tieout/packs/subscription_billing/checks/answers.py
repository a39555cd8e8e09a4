"""Answers to an invoice: the customer's dispute, and a rejection by the customer's system."""

from __future__ import annotations

from collections.abc import Iterator

from tieout.core.findings.finding import Finding
from tieout.core.values.sentence import Sentence, joined
from tieout.packs.subscription_billing.sheet import Sheet, SheetLine
from tieout.trade.delivery_answers import refused
from tieout.trade.disputes import disputes_of, objection, place_of
from tieout.trade.documents import DeliveryAnswer, Dispute


def disputes(sheet: Sheet) -> Iterator[Finding]:
    """AR-DISPUTE for each open dispute, on the line that it names, with the documents that support the invoice."""
    customer = sheet.customer
    for dispute in disputes_of(sheet.invoice, sheet.documents_of(Dispute)):
        where = place_of(dispute, sheet.invoice)
        about = [line for line in sheet.lines if line.where == where] or list(sheet.lines)
        evidence = dict.fromkeys(name for line in about for name in _evidence(line))
        yield objection(
            dispute,
            sheet.invoice,
            ruling=sheet.ruling,
            customer=customer.name if customer else "",
            evidence=joined(", ", evidence),
        )


def _evidence(line: SheetLine) -> Iterator[str]:
    """What supports a line: the contract as it was in force, usage, a milestone."""
    if line.version is not None:
        yield line.version.source
    if line.reliance is not None and line.reliance.statement is not None:
        yield Sentence("usage statement {statement}", statement=line.reliance.statement.number)
    if line.milestone is not None and line.milestone.accepted:
        yield Sentence("milestone {milestone}", milestone=line.milestone.number)


def refusals(sheet: Sheet) -> Iterator[Finding]:
    """AR-DLV-REJ: the last answer of the receiving side rejects the invoice."""
    answers = sheet.documents_of(DeliveryAnswer)
    yield from refused(sheet.invoice, answers, ruling=sheet.ruling, since=sheet.dossier.resent_at)
