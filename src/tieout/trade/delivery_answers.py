"""What the receiving side answers to an invoice of ours: whether it takes it, and who can correct it if not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TypeVar

from tieout.core.findings.finding import Awaited, Finding
from tieout.core.findings.making import finding
from tieout.core.policy.policy import Ruling
from tieout.core.tie_out.follows import Reply
from tieout.core.tie_out.judging import DOCUMENT
from tieout.core.values.party import normal_reference
from tieout.trade.documents import Booking, DeliveryAnswer, Invoice
from tieout.trade.ranking import asked
from tieout.trade.reject_reasons import reject_reason
from tieout.trade.selling_keys import about_key
from tieout.trade.taxonomy import KERNEL

A = TypeVar("A", Booking, DeliveryAnswer)


def last_answer(invoice: Invoice, answers: Iterable[A]) -> A | None:
    """The latest answer about an invoice; of one moment, the one with the greatest number."""
    number = normal_reference(invoice.number)
    mine = [answer for answer in answers if normal_reference(answer.invoice) == number]
    return max(mine, key=lambda answer: (answer.occurred_at, answer.number), default=None)


def _last_since(invoice: Invoice, answers: Iterable[DeliveryAnswer], since: datetime | None) -> DeliveryAnswer | None:
    decided = (answer for answer in answers if answer.state != "pending")
    return last_answer(invoice, [answer for answer in decided if since is None or answer.occurred_at >= since])


def reply_of(invoice: Invoice, answers: Iterable[DeliveryAnswer], *, since: datetime | None) -> Reply | None:
    """The latest answer of the receiving side, for the delivery that it answers; None where it has not answered, or not decided.

    What was answered before `since`, when we sent it again, is about another sending.
    """
    answer = _last_since(invoice, answers, since)
    if answer is None:
        return None
    return Reply(
        number=answer.number,
        taken=answer.state == "accepted",
        reason=answer.reason or answer.reason_code or "no reason is given",
        code=answer.reason_code,
        correlation=answer.correlation,
    )


def refused(
    invoice: Invoice, answers: Iterable[DeliveryAnswer], *, ruling: Ruling, since: datetime | None
) -> Iterator[Finding]:
    """AR-DLV-REJ: the latest answer of the receiving side is that it does not take the invoice; who can correct it depends on the reason.

    What was answered before `since`, when we sent it again, is about another sending.
    """
    answer = _last_since(invoice, answers, since)
    if answer is None or answer.state != "rejected":
        return
    sort = reject_reason(answer.reason, answer.reason_code)
    yield finding(
        KERNEL["AR-DLV-REJ"],
        DOCUMENT,
        ruling=ruling,
        queue=sort.queue,
        expected="taken by the customer's system",
        actual=answer.reason_code or "refused",
        at_stake=asked(invoice),
        awaited=[Awaited(key=about_key(invoice.number))],
        reason=(answer.reason or answer.reason_code or "no reason is given").rstrip("."),
        remedy=sort.words,
        request=answer.reference,
        correlation=answer.correlation,
    )
