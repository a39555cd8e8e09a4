"""Discounts for paying early that a message states in fields of their own, as words of the payment terms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from tieout.core.values.money import Money
from tieout.core.values.quantity import plain
from tieout.trade.terms import discounts_of

_DAYS: Final = {"DAY": 1, "D": 1, "WEE": 7}
_HUNDRED: Final = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedDiscount:
    """A discount as its fields state it: for payment within `length` of a `unit` (UN/ECE; "" days), or by the day `until`.

    It is `percent` of `base`, else the `amount` off it. None where a field is not there.
    """

    percent: Decimal | None = None
    amount: Money | None = None
    base: Money | None = None
    length: Decimal | None = None
    unit: str = ""
    until: date | None = None


def with_discounts(text: str, stated: Iterable[StatedDiscount]) -> str:
    """The terms' text with a line for each discount that it does not say already."""
    worded = [words for discount in stated if (words := _words(discount))]
    if not worded:
        return text
    lines = [text] if text else []
    stated_steps = {(step.percent, step.days, step.until) for step in discounts_of(text)}
    for words in worded:
        steps = {(step.percent, step.days, step.until) for step in discounts_of(words)}
        if not steps <= stated_steps:
            stated_steps |= steps
            lines.append(words)
    return "\n".join(lines)


def _words(discount: StatedDiscount) -> str:
    percent = discount.percent
    if percent is None and discount.amount is not None and discount.base:
        percent = round(discount.amount.amount / discount.base.amount * _HUNDRED, 6)
    if percent is None or not 0 < percent < _HUNDRED:
        return ""
    if discount.until is not None:
        return f"{plain(percent)} % until {discount.until}"
    factor = _DAYS.get(discount.unit or "DAY")
    if discount.length is None or factor is None or discount.length != int(discount.length):
        return ""
    days = int(discount.length) * factor
    if discount.base is not None:
        return f"#SKONTO#TAGE={days}#PROZENT={percent:f}#BASISBETRAG={discount.base.amount:f}#"
    return f"{plain(percent)} % {days} days"
