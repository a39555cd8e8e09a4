"""Which case first: what is lost by waiting, as a number. A discount that runs out outranks a variance that does not.

On invoices of ours no discount is lost: what counts is how much money waits, whose it is, and how near the month's end is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from tieout.core.documents import Invoice
from tieout.core.money import Money, total
from tieout.core.terms import terms_of

# What a day of delay costs beside lost discounts: about 7 % a year of the money that is stuck.
_CARRY_A_DAY: Final = Decimal("0.0002")


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
    if invoice.is_ours:
        return _ours(invoice, variance, on, weight)
    obtainable = discount(invoice, on)
    about = variance if variance is not None else Money.zero(invoice.currency)
    stuck = abs(about).amount * _CARRY_A_DAY
    lost = obtainable.amount.amount / max(obtainable.days_left, 1) if obtainable else Decimal(0)
    return Rank(
        value_at_stake=obtainable.amount if obtainable else Money.zero(invoice.currency),
        variance=about,
        discount=obtainable,
        priority=_hundredths(lost + stuck),
    )


def _ours(invoice: Invoice, variance: Money | None, on: date, weight: int) -> Rank:
    zero = Money.zero(invoice.currency)
    stuck = weight * abs(asked(invoice)).amount * _CARRY_A_DAY / days_to_month_end(on)
    return Rank(
        value_at_stake=zero,
        variance=variance if variance is not None else zero,
        discount=None,
        priority=_hundredths(stuck),
    )


def days_to_month_end(on: date) -> int:
    """How many days are left to bill in a month, the day itself counted: 1 on its last day."""
    following = (on.replace(day=28) + timedelta(days=4)).replace(day=1)
    return (following - on).days


def _hundredths(amount: Decimal) -> int:
    return int((amount * 100).to_integral_value())
