"""Tax computed again: what an invoice's own lines come to at given rates, against what it states."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final

from tieout.core.values.money import Money, total
from tieout.trade.customs import is_whole
from tieout.trade.documents import Invoice

_UNTAXED: Final = frozenset({"Z", "E", "AE", "K", "G", "O", "N"})
"""Tax categories by which no tax is charged: UNTDID 5305, and N for margin schemes in the Emirates."""
Rates = Mapping[str, Decimal | None]
"""The rate that each line should carry, by its id; None where none is given."""


def stated_tax(invoice: Invoice) -> Money | None:
    """The tax that the invoice asks for: its total, else the sum of its breakdown; None where it says nothing of tax."""
    if invoice.totals.tax is not None or not invoice.tax:
        return invoice.totals.tax
    return total((row.tax for row in invoice.tax), invoice.currency)


def is_untaxed(invoice: Invoice) -> bool:
    """Whether the profile is that of sellers who show rates and may charge no tax: those in Japan who are not registered."""
    return "nontaxinvoice" in invoice.profile.lower()


def only_rate(invoice: Invoice) -> Decimal | None:
    """The one rate of the tax breakdown, where it has just one: that of every line, charge and allowance without one."""
    rates = {row.percent for row in invoice.tax}
    return rates.pop() if len(rates) == 1 else None


def rates_of(invoice: Invoice, agreed: Rates) -> dict[str, Decimal | None]:
    """The rate of each line: the agreed one (its order line's), else its own, else the only one of the breakdown.

    A line of a category that bears no tax may state no rate, or the one that would be due otherwise (reverse charge in the
    Emirates): its rate is 0, unless another one was agreed.
    """
    unrated = [line for line in invoice.lines if line.tax_percent is None]
    only = only_rate(invoice) if unrated else None
    rates = {line.id: _own(line.tax_category, line.tax_percent, only) for line in invoice.lines}
    stated = {line.id: line.tax_percent for line in invoice.lines}
    return rates | {
        name: rate for name, rate in agreed.items() if rate is not None and (rates[name] or rate != stated[name])
    }


def _own(category: str, percent: Decimal | None, only: Decimal | None) -> Decimal | None:
    if category in _UNTAXED:
        return Decimal(0)
    return only if percent is None else percent


def expected_tax(invoice: Invoice, rates: Rates) -> Money | None:
    """The tax that the lines, allowances and charges come to, rounded once per rate as EN 16931 does; None without any rate."""
    exact = _by_rate(invoice, rates)
    return None if exact is None else _rounded(invoice, exact)


def nearest_right_tax(invoice: Invoice, rates: Rates, stated: Money) -> Money | None:
    """The tax that the lines come to, as near to the stated one as the currency's custom of rounding lets it be.

    Where taxes are in whole units, the tax of each rate may be rounded down, up or to the nearest: everything between both sums
    is right. Elsewhere it is `expected_tax`. None without any rate.
    """
    if not stated and is_untaxed(invoice):
        return stated
    exact = _by_rate(invoice, rates)
    if exact is None or not is_whole(invoice.currency) or stated.currency != invoice.currency:
        return None if exact is None else _rounded(invoice, exact)
    low = sum((amount.to_integral_value(ROUND_FLOOR) for amount in exact), Decimal(0))
    high = sum((amount.to_integral_value(ROUND_CEILING) for amount in exact), Decimal(0))
    return Money.rounded(min(max(stated.amount, low), high), invoice.currency)


def _rounded(invoice: Invoice, exact: tuple[Decimal, ...]) -> Money:
    """The tax of all rates, each rounded by itself."""
    return total((Money.rounded(amount, invoice.currency) for amount in exact), invoice.currency)


def _by_rate(invoice: Invoice, rates: Rates) -> tuple[Decimal, ...] | None:
    """The tax of each rate, not rounded; None where something bears no rate."""
    if not invoice.lines:
        return _of_breakdown(invoice)
    taxable: dict[Decimal, int] = {}
    for line in invoice.lines:
        rate = rates[line.id]
        if rate is None:
            if line.net.minor:
                return None
            continue
        taxable[rate] = taxable.get(rate, 0) + line.net.minor
    only = only_rate(invoice) if invoice.allowances_charges else None
    for entry in invoice.allowances_charges:
        rate = _own(entry.tax_category, entry.tax_percent, only)
        if rate is None:
            if entry.amount.minor:
                return None
            continue
        signed = entry.amount.minor if entry.charge else -entry.amount.minor
        taxable[rate] = taxable.get(rate, 0) + signed
    return tuple(Money(minor, invoice.currency).amount * rate / 100 for rate, minor in taxable.items())


def _of_breakdown(invoice: Invoice) -> tuple[Decimal, ...] | None:
    """What the breakdown of an invoice without lines comes to; None where it has none."""
    return tuple(row.taxable.amount * (row.percent or Decimal(0)) / 100 for row in invoice.tax) or None
