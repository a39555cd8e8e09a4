"""Figures and moments in people's words: money, quantities, "due in 3 h", "overdue by 1 d". The same everywhere on the screen."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal

from tieout.core.values.money import Money
from tieout.core.values.quantity import Quantity
from tieout.engine.desk import kinds
from tieout.wording import figures
from tieout.wording.chosen import language


def money(amount: Money | None) -> str:
    """ "12,345.60 EUR", "" for none."""
    return "" if amount is None else figures.money(amount, language())


def moneys(amounts: Iterable[Money]) -> str:
    """Sums in several currencies, largest first; a dash for none."""
    return " + ".join(money(amount) for amount in sorted(amounts, key=lambda each: -each.amount) if amount) or "–"


def figure(value: Decimal | None) -> str:
    """A plain decimal with its thousands apart: "1,200", "0.5"; "" for none."""
    return "" if value is None else figures.number(value, language())


def price(value: Decimal | None, per: Decimal = Decimal(1)) -> str:
    """ "10.80", "108.00 per 10"; at least two decimals, "" for none."""
    return "" if value is None else figures.price(value, language(), per=per)


def quantity(value: Quantity | None) -> str:
    """ "1,200 EA"; "" for none."""
    return "" if value is None else figures.quantity(value, language())


def span(length: timedelta) -> str:
    """A length of time in its largest fitting unit: "40 min", "3 h", "2 d". Never negative; rounded down."""
    minutes = max(int(length.total_seconds()) // 60, 0)
    if minutes < 60:
        return f"{minutes}\u00a0min"
    if minutes < 48 * 60:
        return f"{minutes // 60}\u00a0h"
    return f"{minutes // (24 * 60)}\u00a0d"


def due(when: datetime | None, *, at: datetime) -> str:
    """ "due in 3 h", "overdue by 1 d", "no due time"."""
    if when is None:
        return "no due time"
    if when < at:
        return f"overdue by {span(at - when)}"
    return f"due in {span(when - at)}"


def urgency(when: datetime | None, *, at: datetime) -> str:
    """How pressing a due time is: "late", "soon" (within four hours), "later" or "none"."""
    if when is None:
        return "none"
    if when < at:
        return "late"
    return "soon" if when - at <= timedelta(hours=4) else "later"


def ago(when: datetime, *, at: datetime) -> str:
    """ "3 h ago", "just now"."""
    length = at - when
    return "just now" if length < timedelta(minutes=1) else f"{span(length)} ago"


def day(on: date | None) -> str:
    """ "2 Dec 2026"; a dash for none."""
    return figures.day(on, language()) if on else "–"


def day_of_year(on: date) -> str:
    """ "2 Dec"."""
    return figures.day_of_year(on, language())


def month(on: date) -> str:
    """ "Dec 2026"."""
    return figures.month(on, language())


def moment(when: datetime | None) -> str:
    """ "2 Dec 2026 14:00 UTC"; a dash for none."""
    return figures.moment(when, language()) if when else "–"


def sentence(text: str) -> str:
    """A word of ours as people read it: "needs_someone" → "Needs someone"."""
    spaced = text.replace("_", " ").replace("-", " ") if text.islower() or "_" in text else text
    return spaced[:1].upper() + spaced[1:]


def counterparty(kind: str) -> str:
    """What people call the other side of a document of this kind, as its pack says: "supplier", "customer"."""
    known = kinds().get(kind)
    return (known.other_side if known else "") or "other side"
