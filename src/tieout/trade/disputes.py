"""Disputes: which objections to an invoice of ours are open, what they are about, and who can clear which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from tieout.core.findings.finding import Awaited, Finding
from tieout.core.findings.making import finding, quantity_text
from tieout.core.policy.policy import Ruling
from tieout.core.values.money import Money
from tieout.core.values.party import normal_reference
from tieout.core.values.sentence import Sentence
from tieout.trade.documents import Dispute, Invoice
from tieout.trade.documents.answers import DisputeReason
from tieout.trade.ranking import asked
from tieout.trade.selling_keys import about_key
from tieout.trade.taxonomy import KERNEL

QUEUES: Final[Mapping[DisputeReason, str]] = MappingProxyType(
    {
        "price": "pricing",
        "quantity": "logistics",
        "delivery": "logistics",
        "quality": "customer-service",
        "tax": "tax",
        "usage": "revenue-operations",
        "reference": "ar-operations",
        "other": "dispute-desk",
    }
)
"""Who can clear a dispute, by the customer's reason."""


def disputes_of(invoice: Invoice, disputes: Iterable[Dispute], *, state: str = "open") -> tuple[Dispute, ...]:
    """The disputes of an invoice that are in this state, by their numbers."""
    number = normal_reference(invoice.number)
    mine = (dispute for dispute in disputes if normal_reference(dispute.invoice) == number and dispute.state == state)
    return tuple(sorted(mine, key=lambda dispute: dispute.number))


def place_of(dispute: Dispute, invoice: Invoice) -> str:
    """The line of the invoice that a dispute is about, else the whole invoice."""
    return dispute.line if dispute.line in {line.id for line in invoice.lines} else "document"


def disputed_money(dispute: Dispute, invoice: Invoice) -> Money:
    """How much of the invoice is in dispute: what the dispute says, else its quantity's or line's share, else all of it."""
    if dispute.amount is not None:
        return abs(dispute.amount)
    line = next((candidate for candidate in invoice.lines if candidate.id == dispute.line), None)
    if line is None:
        return abs(asked(invoice))
    billed = line.quantity.value if line.quantity else None
    if dispute.quantity is None or not billed:
        return abs(line.net)
    return abs(Money.rounded(line.net.amount * dispute.quantity / billed, line.net.currency))


def objection(
    dispute: Dispute, invoice: Invoice, *, ruling: Ruling, customer: str = "", unit: str = "", evidence: str = ""
) -> Finding:
    """AR-DISPUTE for an open dispute, on the line that it names; who can clear it goes by the customer's reason.

    `unit` is that of the disputed quantity ("" as the line says), `evidence` names the documents that prove the invoice.
    """
    where, money = place_of(dispute, invoice), disputed_money(dispute, invoice)
    line = next((candidate for candidate in invoice.lines if candidate.id == where), None)
    about = str(money) if line is None else Sentence("{money} of line {line}", money=money, line=where)
    if dispute.quantity is not None and line is not None:
        counted = quantity_text(dispute.quantity, unit or (line.quantity.unit if line.quantity else ""))
        about = Sentence("{money} of line {line} ({quantity})", money=money, line=where, quantity=counted)
    return finding(
        KERNEL["AR-DISPUTE"],
        where,
        ruling=ruling,
        queue=QUEUES[dispute.reason],
        expected="an invoice that the customer agrees with",
        actual=dispute.number,
        at_stake=money,
        awaited=[Awaited(key=about_key(invoice.number))],
        customer=customer or invoice.buyer.name,
        reason=Sentence("{reason}: {text}", reason=Sentence(dispute.reason), text=dispute.text)
        if dispute.text
        else dispute.reason,
        disputed=about,
        papers=evidence,
    )
