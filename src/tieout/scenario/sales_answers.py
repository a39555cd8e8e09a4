"""Answers of other systems about customers and invoices in scenarios: credit, taxes, refusals, bookings, disputes."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from tieout.core.documents.kind import Document
from tieout.core.values.errors import Malformed
from tieout.core.values.money import Money, decimal_of
from tieout.scenario import text_sales as texts
from tieout.trade.documents import Booking, CreditStanding, DeliveryAnswer, Dispute, TaxAnswer, TaxLine


def answer_document(text: object, at: datetime) -> Document:
    """The document of another system's answer at a moment. Raises `Malformed`."""
    match text:
        case texts.CreditText():
            return CreditStanding(
                entity=text.entity,
                number=text.customer,
                as_of=at,
                limit=_money(text.limit, text.currency),
                receivables=Money.of(text.receivables, text.currency),
                on_order=_money(text.on_order, text.currency),
                overdue=_money(text.overdue, text.currency),
                overdue_days=text.overdue_days,
                review_on=text.review,
            )
        case texts.TaxAnswerText():
            return TaxAnswer(
                entity=text.entity,
                number=text.number,
                invoice=text.invoice,
                state=text.state,
                occurred_at=at,
                tax=_money(text.tax, text.currency),
                lines=tuple(_tax_line(line, text.currency) for line in text.lines),
                correlation=text.correlation,
                request=text.request,
                response=text.response,
            )
        case texts.DeliveryAnswerText():
            return DeliveryAnswer(
                entity=text.entity,
                number=text.number,
                invoice=text.invoice,
                state=text.state,
                occurred_at=at,
                channel=text.channel,
                reason_code=text.code,
                reason=text.reason,
                correlation=text.correlation,
            )
        case texts.BookingText():
            return Booking(
                entity=text.entity,
                number=text.number,
                invoice=text.invoice,
                state=text.state,
                occurred_at=at,
                reason=text.reason,
            )
        case texts.DisputeText():
            return Dispute(
                entity=text.entity,
                number=text.number,
                invoice=text.invoice,
                reason=text.reason,
                opened_at=at,
                state=text.state,
                line=text.line,
                amount=_money(text.amount, text.currency),
                quantity=text.quantity,
                text=text.text,
            )
        case _:
            raise AssertionError(f"{type(text).__name__} is not a document of order to cash")


def standing(text: texts.CustomerText, limit: Decimal) -> CreditStanding:
    """The credit that a customer of a scenario has from the start, as version 0: any `credit` document is later."""
    begun = datetime(2000, 1, 1, tzinfo=UTC)
    return CreditStanding(number=text.number, as_of=begun, limit=Money.of(limit, "EUR"), receivables=Money.of(0, "EUR"))


def _money(amount: Decimal | None, currency: str) -> Money | None:
    return None if amount is None else Money.of(amount, currency)


def _tax_line(text: str, currency: str) -> TaxLine:
    where, colon, rest = text.partition(":")
    percent, _, amount = rest.replace("%", " ").strip().partition(" ")
    if not colon or not amount.strip():
        raise Malformed("{text!r} is not a line of a tax determination", remedy='write "1: 19 % 114.00"', text=text)
    return TaxLine(where=where.strip(), percent=decimal_of(percent), tax=Money.of(amount.strip(), currency))
