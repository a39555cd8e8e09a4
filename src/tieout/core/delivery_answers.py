"""What the receiving side says of an invoice of ours that it was sent: whether it takes it, and who can mend it if not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from tieout.core.documents import Booking, DeliveryAnswer, Invoice
from tieout.core.findings import Awaited, Finding
from tieout.core.found import finding
from tieout.core.judging import DOCUMENT
from tieout.core.party import normal_reference
from tieout.core.policy import Ruling
from tieout.core.ranking import asked
from tieout.core.reject_reasons import reject_reason
from tieout.core.selling_keys import about_key
from tieout.core.taxonomy import KERNEL

A = TypeVar("A", Booking, DeliveryAnswer)


def last_answer(invoice: Invoice, answers: Iterable[A]) -> A | None:
    """The latest answer about an invoice; of one moment, the one with the greatest number."""
    number = normal_reference(invoice.number)
    mine = [answer for answer in answers if normal_reference(answer.invoice) == number]
    return max(mine, key=lambda answer: (answer.occurred_at, answer.number), default=None)


def refused(invoice: Invoice, answers: Iterable[DeliveryAnswer], *, ruling: Ruling) -> Iterator[Finding]:
    """AR-DLV-REJ: the last word of the receiving side is that it does not take the invoice; who can mend it goes by why."""
    answer = last_answer(invoice, answers)
    if answer is None or answer.state != "rejected":
        return
    known = reject_reason(answer.reason, answer.reason_code)
    yield finding(
        KERNEL["AR-DLV-REJ"],
        DOCUMENT,
        ruling=ruling,
        queue=known.queue,
        expected="taken by the customer's system",
        actual=answer.reason_code or "refused",
        at_stake=asked(invoice),
        awaited=[Awaited(key=about_key(invoice.number))],
        reason=(answer.reason or answer.reason_code or "no reason is given").rstrip("."),
        remedy=known.words,
        request=answer.reference,
        correlation=answer.correlation,
    )
