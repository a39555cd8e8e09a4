"""What a line of a customer's credit note gives back, and when an invoice line bills a price difference: read once, for every check."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from tieout.core.documents.kind import Document
from tieout.core.tie_out.dossier import Allocated, Dossier
from tieout.core.tie_out.key import same_ledger
from tieout.core.values.key import Key
from tieout.core.values.party import normal_reference
from tieout.trade.books import Chosen, source_of
from tieout.trade.documents import Invoice

ZERO: Final = Decimal(0)


def on_line(dossier: Dossier, ledger: Key, line: str) -> list[Allocated]:
    """What other claims use up of, or give back to, one line of a sales order."""
    return [used for used in dossier.allocated if used.line == line and same_ledger(used.ledger, ledger)]


def named_invoices(chosen: Chosen, invoice: Invoice) -> frozenset[str]:
    """The source keys, without versions, of the invoices that a credit note names."""
    named = {normal_reference(number) for number in invoice.preceding} if invoice.is_credit else set()
    return frozenset(
        source_of(recorded.key)
        for recorded in chosen.evidence
        if isinstance(recorded.document, Invoice)
        and not recorded.document.is_credit
        and normal_reference(recorded.document.number) in named
    )


def own_credit_notes(chosen: Chosen, claim: Document) -> frozenset[str]:
    """The source keys, without versions, of the credit notes that take an invoice back: they follow it."""
    if not isinstance(claim, Invoice) or claim.is_credit:
        return frozenset()
    mine = normal_reference(claim.number)
    return frozenset(
        source_of(recorded.key)
        for recorded in chosen.evidence
        if isinstance(recorded.document, Invoice)
        and recorded.document.is_credit
        and mine in {normal_reference(number) for number in recorded.document.preceding}
    )
