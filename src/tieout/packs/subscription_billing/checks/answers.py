"""What others answer of an invoice: a customer's dispute, and its system's refusal."""

from __future__ import annotations

from collections.abc import Iterator

from tieout.core.findings.finding import Finding
from tieout.packs.subscription_billing.sheet import Sheet, SheetLine
from tieout.trade.delivery_answers import refused
from tieout.trade.disputes import disputes_of, objection, place_of
from tieout.trade.documents import DeliveryAnswer, Dispute


def disputes(sheet: Sheet) -> Iterator[Finding]:
    """AR-DISPUTE for each open dispute, on the line that it names, with what speaks for the invoice."""
    customer = sheet.customer
    for dispute in disputes_of(sheet.invoice, sheet.papers_of(Dispute)):
        where = place_of(dispute, sheet.invoice)
        about = [known for known in sheet.lines if known.where == where] or list(sheet.lines)
        papers = dict.fromkeys(name for known in about for name in _papers(known))
        yield objection(
            dispute,
            sheet.invoice,
            ruling=sheet.ruling,
            customer=customer.name if customer else "",
            papers=", ".join(papers),
        )


def _papers(known: SheetLine) -> Iterator[str]:
    """What a line stands on: the contract as it was in force, usage, a milestone."""
    if known.version is not None:
        yield known.version.source
    if known.reliance is not None and known.reliance.statement is not None:
        yield f"usage statement {known.reliance.statement.number}"
    if known.milestone is not None and known.milestone.accepted:
        yield f"milestone {known.milestone.number}"


def refusals(sheet: Sheet) -> Iterator[Finding]:
    """AR-DLV-REJ: the last word of the receiving side is that it does not take the invoice."""
    answers = sheet.papers_of(DeliveryAnswer)
    yield from refused(sheet.invoice, answers, ruling=sheet.ruling, since=sheet.dossier.resent_at)
