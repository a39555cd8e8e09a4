"""What a line of a contract costs for some days, exactly: rational arithmetic throughout, rounded once, to money."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final

from tieout.core.values.days import days_after
from tieout.core.values.money import Money, exponent
from tieout.trade.contract_periods import DAY, Days, midnight
from tieout.trade.contract_terms import Terms, Version
from tieout.trade.documents import SubscriptionLine

_HALF: Final = Fraction(1, 2)
_SECOND: Final = timedelta(seconds=1)

Used = Decimal | Mapping[Days, Decimal]
"""What a meter counted in some days: in all of them, or in each part of them."""


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
    return Fraction(line.price) / Fraction(line.price_per) * _kept(line)


def _kept(line: SubscriptionLine) -> Fraction:
    return 1 - Fraction(approved_discount(line)) / 100


def price_of(line: SubscriptionLine, quantity: Fraction, share: Fraction = Fraction(1)) -> Fraction:
    """What a quantity costs by a line: at its price, or by its tiers. `share` is the share of a period in which it was used: the
    tiers are as much smaller.

    The last unit of a tier belongs to it, and whatever is beyond the last tier too. What reaching a tier costs besides is due from its
    first unit on.
    """
    if not line.tiers or not line.tier_mode:
        return quantity * unit_price(line)
    below, owed = Fraction(0), Fraction(0)
    per = Fraction(line.price_per or 1)
    tiers = sorted(line.tiers, key=lambda tier: (tier.up_to is None, tier.up_to or 0))
    for tier in tiers:
        top = None if tier.up_to is None or tier is tiers[-1] else Fraction(tier.up_to) * share
        inside = quantity - below if top is None else min(quantity, top) - below
        if inside > 0 and line.tier_mode == "graduated":
            owed += inside * Fraction(tier.price) / per + Fraction(tier.flat)
        elif inside > 0:
            owed = quantity * Fraction(tier.price) / per + Fraction(tier.flat)
        if top is None or quantity <= top:
            break
        below = top
    return owed * _kept(line)


def full_price(line: SubscriptionLine) -> Fraction:
    """What a recurring line costs for a whole period."""
    return price_of(line, Fraction(line.quantity))


def approved_discount(line: SubscriptionLine) -> Decimal:
    """The discount in percent that counts: 0 where nobody approved it."""
    return line.discount_percent if line.discount_approved_by.strip() else Decimal(0)


def is_once(line: SubscriptionLine) -> bool:
    """Whether a line is charged once and not for a period."""
    return line.basis in {"milestone", "one_time"} or (line.basis == "recurring" and line.interval == "once")


def slot_of(line: SubscriptionLine, first: date | None) -> str:
    """The place on the subscription's ledger that is used up by billing a line: by its period, or once for all."""
    return f"{line.id}/once" if is_once(line) or first is None else f"{line.id}/{first.isoformat()}"


def charge_of(terms: Terms, name: str, days: Days, used: Used | None = None) -> Fraction | None:
    """What a line costs for some days, in the contract's currency. `used` is what its meter counted in them.

    None where that is unknown: the contract has no such line in force on any of the days, or usage is not known.
    """
    parts = list(terms.during(name, days))
    if not parts:
        return None
    line = parts[0][0].line
    if is_once(line):
        return full_price(line)
    if line.basis == "prepaid":
        return None  # what is left of it, and is to be taken off, follows from the invoice: see `prepaid`
    if line.basis == "usage":
        return None if used is None else _overage(terms, name, days, used)
    return _recurring(terms, name, days)


def _recurring(terms: Terms, name: str, days: Days) -> Fraction:
    owed = Fraction(0)
    if any(version.line.proration == "seconds" for version, _ in terms.during(name, days)):
        return _by_seconds(terms, name, days)
    for version, inside in terms.during(name, days):
        full = full_price(version.line)
        day = inside.first
        while day <= inside.last:
            period = terms.period(version.line, day)
            part = Days(first=day, last=min(period.last, inside.last))
            if version.line.proration != "none":
                owed += full * share_of(version.line, part, period)
            elif _begins(terms, name, period) == part.first:
                owed += full
            if part.last == inside.last:  # which may be the last day there is
                break
            day = part.last + DAY
    return owed


def share_of(line: SubscriptionLine, part: Days, period: Days) -> Fraction:
    """Which share of a period some of its days are, as the line counts them."""
    if line.proration == "thirty_days":
        return Fraction(
            _thirty(days_after(part.last, 1)) - _thirty(part.first),
            _thirty(days_after(period.last, 1)) - _thirty(period.first),
        )
    return Fraction(part.count, period.count)


def _thirty(day: date) -> int:
    """Days before a day where every month has 30: the 31st is none, and the last of February are several."""
    return day.year * 360 + day.month * 30 + min(day.day - 1, 30)


def _by_seconds(terms: Terms, name: str, days: Days) -> Fraction:
    """By the seconds of each version's share of each period; a day on which the clocks change has as many as it really has."""
    owed = Fraction(0)
    first, last = midnight(days.first, terms.zone), midnight(days_after(days.last, 1), terms.zone)
    for version, begins, ends in _spans(terms, name):
        at, until = max(begins, first), min(ends, last)
        day = days.first
        while at < until:
            period = terms.period(version.line, day)
            start, end = midnight(period.first, terms.zone), midnight(days_after(period.last, 1), terms.zone)
            inside = min(end, until) - max(start, at)
            if inside > timedelta():
                owed += full_price(version.line) * Fraction(inside // _SECOND, (end - start) // _SECOND)
            if end >= until:
                break
            day = period.last + DAY
    return owed


def _spans(terms: Terms, name: str) -> Iterator[tuple[Version, datetime, datetime]]:
    """The versions of a line with the instants from which and until which each holds."""
    for version in terms.lines.get(name, ()):
        begins = version.begins_at or midnight(version.days.first, terms.zone)
        yield version, begins, version.ends_at or midnight(min(version.days.last, date.max - DAY) + DAY, terms.zone)


def _begins(terms: Terms, name: str, period: Days) -> date | None:
    """The first day of a period on which the line is in force at all: a line that is not prorated is charged whole by it."""
    return next((inside.first for _, inside in terms.during(name, period)), None)


def _overage(terms: Terms, name: str, days: Days, used: Used) -> Fraction:
    """Usage beyond what is included, and at least the minimum. Where the terms change within the period, by what was used in each
    part; where that is not known, each has its days' share."""
    owed = Fraction(0)
    for line, beyond, share in _beyond(terms, name, days, used):
        owed += max(price_of(line, beyond, share), Fraction(line.minimum or 0) * share)
    return owed


def beyond_included(terms: Terms, name: str, days: Days, used: Decimal) -> Fraction:
    """How much was used beyond what is included for these days, in the line's unit."""
    return sum((beyond for _, beyond, _ in _beyond(terms, name, days, used)), Fraction(0))


def _beyond(terms: Terms, name: str, days: Days, used: Used) -> Iterator[tuple[SubscriptionLine, Fraction, Fraction]]:
    """The line as it holds in each part of the days, what was used beyond what it includes, and the part's share of a period."""
    parts = terms.segments(name, days)
    in_force = sum(inside.count for _, inside in parts)
    for line, inside in parts:
        by_days = Fraction(inside.count, in_force)
        share = by_days if line.proration == "none" else share_of(line, inside, terms.period(line, inside.first))
        counted = Fraction(used) * by_days if isinstance(used, Decimal) else Fraction(used.get(inside, Decimal(0)))
        yield line, max(Fraction(0), counted - Fraction(line.included) * share), share


def bounds_of(terms: Terms, name: str, days: Days, used: Decimal) -> tuple[Fraction, Fraction]:
    """The least and the most that usage can cost where the terms change within the days: all of it used in one part."""
    parts = terms.segments(name, days)
    charges = [_overage(terms, name, days, {inside: used}) for _, inside in parts] or [Fraction(0)]
    charges.append(_overage(terms, name, days, used))
    return min(charges), max(charges)
