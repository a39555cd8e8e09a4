"""What others answer of an invoice: a customer's dispute, its system's refusal, and the books that do not have it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from tieout.core.calendar import add
from tieout.core.delivery import Reply
from tieout.core.disputes import QUEUES, disputed_money, disputes_of, place_of
from tieout.core.documents import Booking, DeliveryAnswer, DeliveryProof, Dispute, Shipment
from tieout.core.findings import Awaited, Finding
from tieout.core.found import finding, instant_text, quantity_text
from tieout.core.party import normal_reference
from tieout.core.ranking import asked
from tieout.core.reject_reasons import reject_reason
from tieout.core.selling_keys import about_key
from tieout.packs.order_to_cash.codes import code
from tieout.packs.order_to_cash.sheet import DOCUMENT, Sheet, SheetLine

A = TypeVar("A", Booking, DeliveryAnswer)
_STATUS = "WAIT-BOOKING"


def disputes(sheet: Sheet) -> Iterator[Finding]:
    """AR-DISPUTE for each open dispute, on the line that it names; who can clear it goes by the customer's reason."""
    for dispute in disputes_of(sheet.invoice, sheet.books.of(Dispute)):
        yield _dispute(sheet, dispute)


def _dispute(sheet: Sheet, dispute: Dispute) -> Finding:
    where, money = place_of(dispute, sheet.invoice), disputed_money(dispute, sheet.invoice)
    line = next((known for known in sheet.lines if known.where == where), None)
    about = str(money) if line is None else f"{money} of line {where}"
    if dispute.quantity is not None and line is not None:
        about += f" ({quantity_text(dispute.quantity, _unit(line))})"
    customer = sheet.books.customer
    return finding(
        code("AR-DISPUTE"),
        where,
        ruling=sheet.ruling,
        queue=QUEUES[dispute.reason],
        expected="an invoice that the customer agrees with",
        actual=dispute.number,
        variance=str(money),
        at_stake=money,
        awaited=[Awaited(key=about_key(sheet.invoice.number))],
        customer=customer.name if customer else sheet.invoice.buyer.name,
        reason=f"{dispute.reason}: {dispute.text}" if dispute.text else dispute.reason,
        disputed=about,
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
    """AR-DLV-REJ: the last word of the receiving side is that it does not take the invoice; who can mend it goes by why."""
    answer = _answer(sheet)
    if answer is None or answer.state != "rejected":
        return
    known = reject_reason(answer.reason, answer.reason_code)
    yield finding(
        code("AR-DLV-REJ"),
        DOCUMENT,
        ruling=sheet.ruling,
        queue=known.queue,
        expected="taken by the customer's system",
        actual=answer.reason_code or "refused",
        at_stake=asked(sheet.invoice),
        awaited=[Awaited(key=about_key(sheet.invoice.number))],
        reason=(answer.reason or answer.reason_code or "no reason is given").rstrip("."),
        remedy=known.words,
        request=answer.reference,
        correlation=answer.correlation,
    )


def reply(sheet: Sheet) -> Reply | None:
    """The last word of the receiving side, for the delivery that it answers; None where it has said nothing of it."""
    answer = _answer(sheet)
    if answer is None:
        return None
    return Reply(
        number=answer.number,
        taken=answer.state == "accepted",
        reason=answer.reason or answer.reason_code or "no reason is given",
        code=answer.reason_code,
        correlation=answer.correlation,
    )


def _answer(sheet: Sheet) -> DeliveryAnswer | None:
    """The last word; what was said before we sent it again is about another sending."""
    again = sheet.dossier.resent_at
    said = sheet.books.of(DeliveryAnswer)
    return _last(sheet, tuple(each for each in said if again is None or each.occurred_at >= again))


def follows_up(sheet: Sheet) -> bool:
    """Whether a posting has to be found in the books: policy says that they report each."""
    return sheet.ruling.rules.booking == "expected"


def bookings(sheet: Sheet) -> Iterator[Finding]:
    """AR-UNPOSTED: the invoice is out, and the books say that they do not have it, or say nothing where policy expects them to.

    Where they say why, it is somebody's at once; else it may be under way, and we wait as long as policy allows, from when it
    was posted.
    """
    answer = _last(sheet, sheet.books.of(Booking))
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
    window, hours = sheet.ruling.rules.booking_window, sheet.ruling.rules.hours
    until = None if window is None or hours is None else add(window, since, hours)
    return until if until is not None and sheet.dossier.at < until else None


def _last(sheet: Sheet, answers: tuple[A, ...]) -> A | None:
    """The latest answer about this invoice; of one moment, the one with the greatest number."""
    number = normal_reference(sheet.invoice.number)
    mine = [answer for answer in answers if normal_reference(answer.invoice) == number]
    return max(mine, key=lambda answer: (answer.occurred_at, answer.number), default=None)
