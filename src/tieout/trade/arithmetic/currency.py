"""The currency of a document against its day: one that had ended, or had not begun, is no money that the document can be in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tieout.core.documents.remark import Remark
from tieout.core.values.currencies import CURRENCIES
from tieout.core.values.sentence import Sentence
from tieout.trade.arithmetic.measure import contradiction


def remarks_on_currency(code: str, day: date | None, *, fatal: bool = True) -> Iterator[Remark]:
    """A remark where the currency was no money on the day of the document."""
    currency = CURRENCIES.get(code)
    if currency is None or day is None or currency.is_money_on(day):
        return
    if currency.until is not None:
        words = Sentence(
            "the document of {day} is in {currency}, which ended on {until}, {successor} follows it"
            if currency.successor
            else "the document of {day} is in {currency}, which ended on {until}",
            day=day,
            currency=code,
            until=currency.until,
            successor=currency.successor,
        )
    else:
        words = Sentence(
            "the document of {day} is in {currency}, which began on {since}",
            day=day,
            currency=code,
            since=currency.since,
        )
    yield contradiction("", "currency", words, fatal=fatal)
