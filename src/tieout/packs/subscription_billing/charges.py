"""What a line of a contract costs for some days, exactly: rational arithmetic throughout, rounded once, to money."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from tieout.core.values.money import Money, exponent
from tieout.packs.subscription_billing.terms import DAY, Days, Terms
from tieout.trade.documents import SubscriptionLine

_HALF: Final = Fraction(1, 2)


def money_of(exact: Fraction, currency: str) -> Money:
    """The nearest amount that the currency can express, half away from zero."""
    scaled = abs(exact) * 10 ** exponent(currency)
    minor = int(scaled + _HALF)
    return Money(-minor if exact < 0 else minor, currency)


def unit_price(line: SubscriptionLine) -> Fraction:
    """The price of one unit for one interval. A discount that nobody approved does not count.

    A price per zero units counts as zero, so that whatever is billed differs.
    """
    if not line.price_per:
        return Fraction(0)
    return Fraction(line.price) / Fraction(line.price_per) * (1 - Fraction(approved_discount(line)) / 100)


def approved_discount(line: SubscriptionLine) -> Decimal:
    """The discount in percent that counts: 0 where nobody approved it."""
    return line.discount_percent if line.discount_approved_by.strip() else Decimal(0)


def is_once(line: SubscriptionLine) -> bool:
    """Whether a line is charged once and not for a period."""
    return line.basis in {"milestone", "one_time"} or (line.basis == "recurring" and line.interval == "once")


def slot_of(line: SubscriptionLine, first: date | None) -> str:
    """The place on the subscription's ledger that is used up by billing a line: by its period, or once for all."""
    return f"{line.id}/once" if is_once(line) or first is None else f"{line.id}/{first.isoformat()}"


def charge_of(terms: Terms, name: str, days: Days, used: Decimal | None = None) -> Fraction | None:
    """What a line costs for some days, in the contract's currency. `used` is what its meter counted in them.

    None where that is unknown: the contract has no such line in force on any of the days, or usage is not known.
    """
    parts = list(terms.during(name, days))
    if not parts:
        return None
    line = parts[0][0].line
    if is_once(line):
        return unit_price(line) * Fraction(line.quantity)
    if line.basis == "usage":
        return None if used is None else _overage(terms, name, days, used)
    return _recurring(terms, name, days)


def _recurring(terms: Terms, name: str, days: Days) -> Fraction:
    owed = Fraction(0)
    for version, inside in terms.during(name, days):
        full = unit_price(version.line) * Fraction(version.line.quantity)
        day = inside.first
        while day <= inside.last:
            period = terms.period(version.line, day)
            part = Days(first=day, last=min(period.last, inside.last))
            if version.line.proration == "days":
                owed += full * part.count / period.count
            elif _begins(terms, name, period) == part.first:
                owed += full
            day = part.last + DAY
    return owed


def _begins(terms: Terms, name: str, period: Days) -> date | None:
    """The first day of a period on which the line is in force at all: a line that is not prorated is charged whole by it."""
    return next((inside.first for _, inside in terms.during(name, period)), None)


def _overage(terms: Terms, name: str, days: Days, used: Decimal) -> Fraction:
    """Usage beyond what is included. Where the terms change within the period, each has its days' share of both."""
    parts = list(terms.during(name, days))
    in_force = sum(inside.count for _, inside in parts)
    owed = Fraction(0)
    for version, inside in parts:
        line = version.line
        share = Fraction(inside.count, in_force)
        whole = terms.period(line, inside.first).count
        free = Fraction(line.included) * (Fraction(inside.count, whole) if line.proration == "days" else share)
        owed += max(Fraction(0), Fraction(used) * share - free) * unit_price(line)
    return owed
