"""Figures, moments and names as people read them: money, quantities, "due in 3 h", "overdue by 1 d". The same on every page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from tieout.core.values.money import Money
from tieout.core.values.quantity import Quantity
from tieout.engine.application import kinds
from tieout.web.sides import BySide
from tieout.wording import figures, findings
from tieout.wording.catalogue import marked, text
from tieout.wording.chosen import language


def money(amount: Money | None) -> str:
    """ "12,345.60 EUR", "" for none."""
    return "" if amount is None else figures.money(amount, language())


def moneys(amounts: Iterable[Money]) -> str:
    """Sums in several currencies, largest first; a dash for none."""
    return " + ".join(money(amount) for amount in sorted(amounts, key=lambda amount: -amount.amount) if amount) or "–"


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
        return text("{minutes}\u00a0min", minutes=minutes)
    if minutes < 48 * 60:
        return text("{hours}\u00a0h", hours=minutes // 60)
    return text("{days}\u00a0d", days=minutes // (24 * 60))


def due(when: datetime | None, *, at: datetime) -> str:
    """ "due in 3 h", "overdue by 1 d", "no due time"."""
    if when is None:
        return text("no due time")
    if when < at:
        return text("overdue by {time}", time=span(at - when))
    return text("due in {time}", time=span(when - at))


def nearness(when: datetime | None, *, at: datetime) -> str:
    """How near a due time is: "late", "soon" (within four hours), "later" or "none"."""
    if when is None:
        return "none"
    if when < at:
        return "late"
    return "soon" if when - at <= timedelta(hours=4) else "later"


def ago(when: datetime, *, at: datetime) -> str:
    """ "3 h ago", "just now"."""
    length = at - when
    return text("just now") if length < timedelta(minutes=1) else text("{time} ago", time=span(length))


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


def sentence(word: str) -> str:
    """A technical word that has no name of its own, as people read it: "issue_date" → "Issue date"."""
    spaced = word.replace("_", " ").replace("-", " ") if word.islower() or "_" in word else word
    return spaced[:1].upper() + spaced[1:]


def kind_name(kind: str) -> str:
    """What a kind of document is called, as its pack names it: "Goods receipt"."""
    row = kinds().get(kind)
    return text(row.words) if row else sentence(kind)


def process_name(process: str) -> str:
    """What a process is called: "Order to cash"."""
    return text(sentence(process))


def other_side(kind: str) -> str:
    """The role of the other side of a document of this kind, as its pack names it: "supplier", "customer"; "" where it has none."""
    row = kinds().get(kind)
    return row.other_side if row else ""


def place(where: str) -> str:
    """Where on a document something is: "line 2", "the whole document"."""
    return findings.place(where)


_ROLE: Final = BySide(marked("Supplier"), marked("Customer"), marked("Counterparty"))
_ROLES: Final = frozenset({"supplier", "customer"})
_UNKNOWN: Final = BySide(marked("supplier unknown"), marked("customer unknown"), marked("counterparty unknown"))


def counterparty(kind: str) -> str:
    """What people call the other side of a document of this kind: "Supplier", "Customer", or "Employee" of a pack that says so."""
    side = other_side(kind)
    return _ROLE.about(side) if side in _ROLES or not side else sentence(text(side))


def counterparty_unknown(kind: str) -> str:
    """Where a document of this kind does not name the other side: "supplier unknown"."""
    return _UNKNOWN.about(other_side(kind))


def not_an_amount(written: str) -> str:
    """Why something typed is no amount, with an example in the manner of the language."""
    example = figures.money(Money.of("1234.50", "EUR"), language())
    return text(
        '"{written}" is not an amount with a currency. Write it as "{example}".', written=written, example=example
    )
