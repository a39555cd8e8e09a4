"""Which case first: what is lost by waiting, as a number. A discount that runs out outranks a variance that does not.

On invoices of ours no discount is lost: what counts is how much money waits, whose it is, and how near the month's end is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final

from tieout.core.documents import Document, Invoice
from tieout.core.money import Money, total
from tieout.core.terms import terms_of

# What a day of delay costs beside lost discounts: about 7 % a year of the money that is stuck.
_CARRY_A_DAY: Final = Decimal("0.0002")
_FINE: Final = 1_000_000
OUTGOING: Final = frozenset({"sales_order", "subscription", "amendment", "stray_usage", "rebate"})
"""Kinds of claims, invoices apart, by which we bill."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Discount:
    """A discount for paying early that can still be had: its money, and the last day to pay."""

    amount: Money
    last_day: date
    days_left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rank:
    """`value_at_stake` is what waiting loses; `variance` what the findings are about; the higher `priority`, the sooner.

    `priority` is the cost of one day of delay in hundredths of the currency's unit, as a whole number.
    """

    value_at_stake: Money
    variance: Money
    discount: Discount | None
    priority: int


def asked(invoice: Invoice) -> Money:
    """What the invoice asks for: as it states, else the sum of its lines."""
    stated = invoice.totals.payable or invoice.totals.gross
    return stated if stated is not None else total((line.net for line in invoice.lines), invoice.currency)


def discount(invoice: Invoice, on: date) -> Discount | None:
    """The discount that can still be had on a day; None without readable terms, date, or when it is too late."""
    terms = terms_of(invoice.terms)
    if terms is None or terms.discount_percent is None or terms.discount_days is None or invoice.issue_date is None:
        return None
    last_day = invoice.issue_date + timedelta(days=terms.discount_days)
    if invoice.sign < 0 or on > last_day:
        return None
    amount = Money.rounded(asked(invoice).amount * terms.discount_percent / 100, invoice.currency)
    return Discount(amount=amount, last_day=last_day, days_left=(last_day - on).days)


def rank(invoice: Invoice, variance: Money | None, on: date, *, weight: int = 1) -> Rank:
    """How urgent a case of this invoice is on a day, given the money that its findings are about.

    `weight` is the customer's, for invoices of ours: by tier (`TieOut.weight`).
    """
    zero = Money.zero(invoice.currency)
    obtainable = None if invoice.is_ours else discount(invoice, on)
    pressure = pressure_of(urgency_of(invoice, weight), variance)
    return Rank(
        value_at_stake=obtainable.amount if obtainable else zero,
        variance=variance if variance is not None else zero,
        discount=obtainable,
        priority=round(Fraction(pressure.on(on), _FINE // 100)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Urgency:
    """What makes waiting dear, whatever a case is about. It follows from the claim's papers alone and not from the day.

    `ours`: we bill, so that what counts is how much waits (`amount`, where the claim asks for any), how much the customer
    counts (`weight`) and how near the month's end is. Else `discount` is lost after `last_day`, where there is one.
    """

    ours: bool = False
    weight: int = 1
    amount: Money | None = None
    discount: Money | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressure:
    """An urgency with the money of one case, as numbers that a table can be ordered by on any day, without reading papers.

    In millionths of the currency's unit: `steady` is what each day costs; `pressing` is shared out over the days that are left
    until `last_day` (as an ordinal; nothing after it), or, where there is none, until the end of the month that it is.
    """

    steady: int = 0
    pressing: int = 0
    last_day: int | None = None

    def on(self, day: date) -> int:
        """What one day of waiting costs, on that day."""
        if self.last_day is None:
            return self.steady + self.pressing // days_to_month_end(day)
        left = self.last_day - day.toordinal()
        return self.steady + (self.pressing // max(left, 1) if left >= 0 else 0)


def urgency_of(document: Document, weight: int) -> Urgency:
    """How dear it is to let this claim wait; `weight` is the customer's, where we bill."""
    if not isinstance(document, Invoice):
        return Urgency(ours=document.kind in OUTGOING, weight=weight)
    if document.is_ours:
        return Urgency(ours=True, weight=weight, amount=abs(asked(document)))
    obtainable = discount(document, document.issue_date) if document.issue_date else None
    return Urgency(
        discount=obtainable.amount if obtainable else None, last_day=obtainable.last_day if obtainable else None
    )


def pressure_of(urgency: Urgency | None, stake: Money | None) -> Pressure:
    """The numbers of a case with this money at stake; all zero where neither says anything."""
    urgency = urgency or Urgency()
    if urgency.ours:
        waits = urgency.amount or stake
        return Pressure(pressing=_fine(urgency.weight * abs(waits).amount * _CARRY_A_DAY) if waits else 0)
    return Pressure(
        steady=_fine(abs(stake).amount * _CARRY_A_DAY) if stake else 0,
        pressing=_fine(urgency.discount.amount) if urgency.discount else 0,
        last_day=urgency.last_day.toordinal() if urgency.last_day else None,
    )


def days_to_month_end(on: date) -> int:
    """How many days are left to bill in a month, the day itself counted: 1 on its last day."""
    following = (on.replace(day=28) + timedelta(days=4)).replace(day=1)
    return (following - on).days


def _fine(amount: Decimal) -> int:
    return int((amount * _FINE).to_integral_value())
