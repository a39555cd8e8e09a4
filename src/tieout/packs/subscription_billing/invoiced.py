"""The invoices of a subscription as its own tie-out sees them: what they ask for already; and what was accepted on an invoice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tieout.core.documents.acceptance import Release
from tieout.core.documents.kind import Document
from tieout.core.findings.acceptance import accepted_up_to
from tieout.core.tie_out.dossier import Dossier, RecordedDocument
from tieout.core.values.money import Money
from tieout.trade.books import source_of
from tieout.trade.documents import Invoice, InvoiceLine

_DEAD: Final = frozenset({"rejected", "superseded"})
PRICE: Final = frozenset({"BIL-PRC-CRM"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoiced:
    """The lines of a subscription's invoices that were not rejected."""

    lines: tuple[InvoiceLine, ...] = ()

    def of(self, name: str, place: str) -> Iterator[InvoiceLine]:
        """The lines that bill a line of the contract, on one place of the ledger ("2026-03-01" or "once")."""
        for line in self.lines:
            first = line.period_from.isoformat() if line.period_from else "once"
            if line.order.line == name and place in {first, "once"} and line.basis != "true_up":
                yield line


def invoiced(dossier: Dossier, evidence: Sequence[RecordedDocument[Document]], number: str) -> Invoiced:
    """The invoices of a subscription that count for its claim."""
    dead = {source_of(claim.key) for claim in dossier.alike if claim.state in _DEAD}
    lines: list[InvoiceLine] = []
    for recorded in evidence:
        invoice = recorded.document
        if isinstance(invoice, Invoice) and not invoice.is_credit and source_of(recorded.key) not in dead:
            mine = [line for line in invoice.lines if (line.order.document or invoice.order_number).strip() == number]
            lines += mine
    return Invoiced(lines=tuple(lines))


def less_accepted(difference: Money, releases: Sequence[Release], where: str) -> Money:
    """What of a difference (negative: too much was billed) nobody has accepted on a line."""
    over = difference.minor < 0
    accepted = accepted_up_to(releases, PRICE, where, over=over, currency=difference.currency).minor
    left = max(0, abs(difference.minor) - accepted)
    return Money(-left if over else left, difference.currency)
