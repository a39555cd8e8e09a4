"""The actions of processes about invoices: vouchers, issued invoices, messages to suppliers, debit notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID

from tieout.core.documents.kind import Document
from tieout.core.tie_out.actions import About, Debit, Issue, Letter, Refusal, debit_text, letter_text
from tieout.core.tie_out.correspondence import Correspondence
from tieout.core.tie_out.verdict import PostingLine
from tieout.core.values.money import Money
from tieout.trade import ranking
from tieout.trade.correspondence import correspondence_of
from tieout.trade.documents import Invoice
from tieout.trade.documents.invoice import INCOMING, OURS
from tieout.trade.issued import delivery_payload, issued
from tieout.trade.reject_reasons import reject_reason
from tieout.trade.taxonomy.receivables import RECEIVABLES
from tieout.trade.voucher import voucher

_REFUSED: Final = next(code for code in RECEIVABLES if code.id == "AR-DLV-REJ")


class InvoiceActions:
    """`core.tie_out.actions.Actions` for invoices and credit notes, a supplier's and our own."""

    def asks_for(self, document: Document) -> Money | None:
        """What an invoice asks for: as it states, else the sum of its lines."""
        return ranking.asked(document) if isinstance(document, Invoice) else None

    def line_amounts(self, document: Document) -> Mapping[str, Money] | None:
        """The net amounts of an invoice's lines."""
        return {line.id: line.net for line in document.lines} if isinstance(document, Invoice) else None

    def posting(
        self, document: Document, lines: tuple[PostingLine, ...], *, part: int, action: UUID, claim: str, final: bool
    ) -> str:
        """The voucher. Asserts that the document is an invoice: nothing else is posted."""
        return voucher(_invoice(document), lines, part, action, claim=claim, final=final)

    def issues(self, kind: str) -> bool:
        """Whether it is an invoice or credit note of ours."""
        return kind in OURS

    def issued(self, document: Document, issue: Issue) -> Invoice:
        """The invoice as the customer gets it, with the customer's order number as a person entered it."""
        invoice = _invoice(document)
        named = replace(invoice, customer_order=issue.their_order or invoice.customer_order)
        return issued(named, issue.lines, part=issue.part, earlier=issue.earlier, to=issue.to)

    def delivery(self, document: Document, issue: Issue, *, action: UUID, claim: str, attempt: int) -> str:
        """The issued invoice whole, and where it goes."""
        return delivery_payload(self.issued(document, issue), action, to=issue.to, claim=claim, attempt=attempt)

    def correspondence(self, document: Document, masters: Sequence[Document], *, company: str) -> Correspondence:
        """The supplier or the customer, by their record."""
        return correspondence_of(document, masters, company=company)

    def letter(self, about: About, letter: Letter) -> str | None:
        """Messages about its invoice go to a supplier; to a customer of ours goes only what a person asks."""
        if about.kind in OURS and letter.purpose != "question":
            return None
        return letter_text(about, letter, counterparty="customer" if about.kind in OURS else "supplier")

    def debit(self, about: About, debit: Debit) -> str:
        """The debit note to a supplier."""
        return debit_text(about, debit, counterparty="supplier", refs="invoice_refs")

    def informs(self, kind: str) -> bool:
        """Suppliers are: of what is not paid, and of a question that needs no answer any more."""
        return kind in INCOMING

    def refusal(self, reason: str, code: str) -> Refusal:
        """AR-DLV-REJ, with who can correct such a reason."""
        sort = reject_reason(reason, code)
        return Refusal(code=_REFUSED, queue=sort.queue, remedy=sort.words)


def _invoice(document: Document) -> Invoice:
    assert isinstance(document, Invoice), f"{document.kind} {document.number} is no invoice"
    return document


ACTIONS: Final = InvoiceActions()
