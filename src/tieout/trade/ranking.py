"""Priority: what is lost by waiting, as a number. A discount that runs out outranks a variance that does not.

On invoices of ours no discount is lost: what counts is how much money waits, whose it is, and how near the month's end is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from tieout.core.claim.priority import FINE, pressure_of
from tieout.core.documents.kind import Document
from tieout.core.tie_out.follows import Urgency
from tieout.core.values.days import days_after
from tieout.core.values.money import Money, total
from tieout.trade.documents import Invoice
from tieout.trade.terms import discounts_of

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
    """The largest discount that can still be had on a day; None without readable terms, date, or when it is too late.

    A step whose days do not run from the invoice's date has no last day that is known here.
    """
    issued, whole = invoice.issue_date, asked(invoice).amount
    if invoice.sign < 0 or issued is None:
        return None
    steps = [step for step in discounts_of(invoice.terms) if not step.start and not step.working]
    possible = [
        Discount(amount=Money.rounded(amount, invoice.currency), last_day=last_day, days_left=(last_day - on).days)
        for step in steps
        if on <= (last_day := step.last_day(issued))
        and (amount := (whole if step.base is None else min(whole, step.base)) * step.percent / 100) > 0
    ]
    return max(possible, key=lambda one: (one.amount, one.last_day), default=None)


def next_step(invoice: Invoice, on: date) -> date | None:
    """The day from which another discount is the largest that can be had; None where none follows."""
    now = discount(invoice, on)
    following = now and discount(invoice, days_after(now.last_day, 1))
    return days_after(now.last_day, 1) if now and following else None


def rank(invoice: Invoice, variance: Money | None, on: date, *, weight: int = 1) -> Rank:
    """The priority of a case of this invoice on a day, given the money that its findings are about.

    `weight` is the customer's, for invoices of ours: by tier (`TieOut.weight`).
    """
    zero = Money.zero(invoice.currency)
    obtainable = None if invoice.is_ours else discount(invoice, on)
    pressure = pressure_of(priority_of(invoice, weight, on=on), variance)
    return Rank(
        value_at_stake=obtainable.amount if obtainable else zero,
        variance=variance if variance is not None else zero,
        discount=obtainable,
        priority=round(Fraction(pressure.on(on), FINE // 100)),
    )


def priority_of(document: Document, weight: int = 1, *, on: date | None = None) -> Urgency:
    """What it costs to let this claim wait; `weight` is the customer's, where we bill. `on` is the day from which it waits, else the
    invoice's own: of several discounts the largest that can still be had then.
    """
    if not isinstance(document, Invoice):
        return Urgency(ours=document.kind in OUTGOING, weight=weight)
    if document.is_ours:
        return Urgency(ours=True, weight=weight, amount=abs(asked(document)))
    issued = document.issue_date
    obtainable = discount(document, max(on or issued, issued)) if issued else None
    return Urgency(
        discount=obtainable.amount if obtainable else None, last_day=obtainable.last_day if obtainable else None
    )
