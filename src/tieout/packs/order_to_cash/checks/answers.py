"""What others answer of an invoice: a customer's dispute, its system's refusal, and the books that do not have it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from tieout.core.findings.finding import Awaited, Finding
from tieout.core.findings.making import finding, instant_text
from tieout.core.policy.rule import HOURS
from tieout.core.values.calendar import add
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
    """AR-DISPUTE for each open dispute, on the line that it names; who can clear it goes by the customer's reason."""
    for dispute in disputes_of(sheet.invoice, sheet.books.of(Dispute)):
        yield _dispute(sheet, dispute)


def _dispute(sheet: Sheet, dispute: Dispute) -> Finding:
    where = place_of(dispute, sheet.invoice)
    line = next((known for known in sheet.lines if known.where == where), None)
    customer = sheet.books.customer
    return objection(
        dispute,
        sheet.invoice,
        ruling=sheet.ruling,
        customer=customer.name if customer else "",
        unit=_unit(line) if line else "",
        papers=_papers(sheet, line),
    )


def _unit(line: SheetLine) -> str:
    quantity = line.invoice_line.quantity
    return quantity.unit if quantity else line.row.ledger.unit


def _papers(sheet: Sheet, line: SheetLine | None) -> str:
    """What speaks for the invoice: what left, what was signed for, and where the price is from."""
    shipments = [f"shipment {paper.number}" for paper in sheet.books.of(Shipment)]
    proofs = [f"proof of delivery {paper.number}" for paper in sheet.books.of(DeliveryProof)]
    prices = [known.row.agreed.source for known in sheet.lines if line is None or known is line]
    return ", ".join(dict.fromkeys([*shipments, *proofs, *prices]))


def disputed(sheet: Sheet, line: SheetLine) -> Decimal | None:
    """How much of a line is in dispute, in the order line's unit; None where nothing is, or no quantity is said of it."""
    open_ones = disputes_of(sheet.invoice, sheet.books.of(Dispute))
    mine = [each for each in open_ones if each.line == line.where]
    said = [each.quantity for each in mine if each.quantity is not None]
    billed = line.invoice_line.quantity
    if not said or len(said) < len(mine) or billed is None or not billed.value or line.billed is None:
        return None
    return abs(line.billed) * min(sum(said, Decimal(0)) / billed.value, Decimal(1))


def refusals(sheet: Sheet) -> Iterator[Finding]:
    """AR-DLV-REJ: the last word of the receiving side is that it does not take the invoice."""
    answers = sheet.books.of(DeliveryAnswer)
    yield from refused(sheet.invoice, answers, ruling=sheet.ruling, since=sheet.dossier.resent_at)


def follows_up(sheet: Sheet) -> bool:
    """Whether a posting has to be found in the books: policy says that they report each."""
    return sheet.ruling.value(BOOKING) == "expected"


def bookings(sheet: Sheet) -> Iterator[Finding]:
    """AR-UNPOSTED: the invoice is out, and the books say that they do not have it, or say nothing where policy expects them to.

    Where they say why, it is somebody's at once; else it may be under way, and we wait as long as policy allows, from when it
    was posted.
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
        expected="a booking",
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
