"""Answers to an invoice: the customer's dispute, a rejection by the customer's system, and a missing booking in the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from tieout.core.findings.finding import Awaited, Finding
from tieout.core.findings.making import finding, instant_text
from tieout.core.policy.rule import HOURS
from tieout.core.values.calendar import add
from tieout.core.values.money import Money
from tieout.core.values.sentence import Sentence, joined
from tieout.packs.order_to_cash.codes import code
from tieout.packs.order_to_cash.rules import BOOKING, BOOKING_WINDOW
from tieout.packs.order_to_cash.sheet import DOCUMENT, Sheet, SheetLine
from tieout.trade.delivery_answers import last_answer, refused
from tieout.trade.disputes import disputes_of, objection, place_of
from tieout.trade.documents import Booking, DeliveryAnswer, DeliveryProof, Dispute, Shipment
from tieout.trade.ranking import asked
from tieout.trade.selling_keys import about_key

_STATUS = "WAIT-BOOKING"


def disputes(sheet: Sheet) -> Iterator[Finding]:
    """AR-DISPUTE for each open dispute, on the line that it names; its queue depends on the customer's reason."""
    for dispute in disputes_of(sheet.invoice, sheet.books.of(Dispute)):
        yield _dispute(sheet, dispute)


def _dispute(sheet: Sheet, dispute: Dispute) -> Finding:
    where = place_of(dispute, sheet.invoice)
    line = next((line for line in sheet.lines if line.where == where), None)
    customer = sheet.books.customer
    return objection(
        dispute,
        sheet.invoice,
        ruling=sheet.ruling,
        customer=customer.name if customer else "",
        unit=_unit(line) if line else "",
        evidence=_evidence(sheet, line),
    )


def _unit(line: SheetLine) -> str:
    quantity = line.invoice_line.quantity
    return quantity.unit if quantity else line.row.ledger.unit


def _evidence(sheet: Sheet, line: SheetLine | None) -> str:
    """What supports the invoice: shipments, proofs of delivery, and the sources of its prices."""
    shipments = [Sentence("shipment {shipment}", shipment=shipment.number) for shipment in sheet.books.of(Shipment)]
    proofs = [Sentence("proof of delivery {proof}", proof=proof.number) for proof in sheet.books.of(DeliveryProof)]
    prices = [candidate.row.agreed.source for candidate in sheet.lines if line is None or candidate is line]
    return joined(", ", dict.fromkeys([*shipments, *proofs, *prices]))


def disputed(sheet: Sheet, line: SheetLine) -> Decimal | None:
    """How much of a line is in dispute, in the order line's unit; None where nothing is, or a dispute states no quantity."""
    open_ones = disputes_of(sheet.invoice, sheet.books.of(Dispute))
    mine = [dispute for dispute in open_ones if dispute.line == line.where]
    quantities = [dispute.quantity for dispute in mine if dispute.quantity is not None]
    billed = line.invoice_line.quantity
    if not quantities or len(quantities) < len(mine) or billed is None or not billed.value or line.billed is None:
        return None
    return abs(line.billed) * min(sum(quantities, Decimal(0)) / billed.value, Decimal(1))


def refusals(sheet: Sheet) -> Iterator[Finding]:
    """AR-DLV-REJ: the last answer of the receiving side rejects the invoice."""
    answers = sheet.books.of(DeliveryAnswer)
    yield from refused(sheet.invoice, answers, ruling=sheet.ruling, since=sheet.dossier.resent_at)


def follows_up(sheet: Sheet) -> bool:
    """Whether a booking is expected for each posting: policy says that the ledger reports every one."""
    return sheet.ruling.value(BOOKING) == "expected"


def bookings(sheet: Sheet) -> Iterator[Finding]:
    """AR-UNPOSTED: the invoice is out, and the ledger reports that it is not booked, or reports nothing where policy expects it.

    With a reason it needs a person at once; else it may be under way, and we wait as long as policy allows, from when it was
    posted.
    """
    answer = last_answer(sheet.invoice, sheet.books.of(Booking))
    silent = answer is None and follows_up(sheet)
    if not sheet.released or not (silent or (answer is not None and answer.state == "not_booked")):
        return
    reason = answer.reason if answer else ""
    since = sheet.dossier.posted_at or (answer.occurred_at if answer else None)
    until = None if reason or since is None else _patience(sheet, since)
    label = _STATUS if until else ""
    yield finding(
        code("AR-UNPOSTED"),
        DOCUMENT,
        ruling=sheet.ruling,
        stage="wait" if until else "hold",
        status=label,
        expected=str(Money.zero(asked(sheet.invoice).currency)),
        actual=str(asked(sheet.invoice)),
        at_stake=asked(sheet.invoice),
        awaited=[Awaited(key=about_key(sheet.invoice.number), until=until, label=label)],
        reason=reason,
        until=instant_text(until) if until else "",
    )


def _patience(sheet: Sheet, since: datetime) -> datetime | None:
    window, hours = sheet.ruling.value(BOOKING_WINDOW), sheet.ruling.value(HOURS)
    until = None if window is None or hours is None else add(window, since, hours)
    return until if until is not None and sheet.dossier.at < until else None
