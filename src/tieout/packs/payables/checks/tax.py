"""Tax: what the invoice charges beside what its own lines, at the order's rates, come to."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from tieout.core.findings import Finding
from tieout.core.money import Money, total
from tieout.core.tolerance import assess
from tieout.packs.payables.codes import code
from tieout.packs.payables.found import finding
from tieout.packs.payables.sheet import DOCUMENT, Sheet


def taxes(sheet: Sheet) -> Iterator[Finding]:
    """AP-TAX-VAR: the tax total differs from the recalculated one by more than policy allows."""
    tolerance, stated = sheet.ruling.rules.tax, sheet.invoice.totals.tax
    if tolerance is None or stated is None:
        return
    expected = expected_tax(sheet)
    if expected is None:
        return
    sign = sheet.invoice.sign
    found = assess(tolerance, expected=expected.amount * sign, actual=stated.amount * sign)
    if not found.within:
        yield finding(
            code("AP-TAX-VAR"),
            DOCUMENT,
            ruling=sheet.ruling,
            expected=str(expected),
            actual=str(stated),
            variance=str(stated - expected),
            limit=found.limit,
            at_stake=abs(stated - expected),
            rates=", ".join(sorted({f"{rate:f} %" for rate in rates_of(sheet).values() if rate is not None})),
        )


def rates_of(sheet: Sheet) -> dict[str, Decimal | None]:
    """The rate that each invoice line should carry: the order line's, else its own."""
    rates = {line.id: line.tax_percent for line in sheet.invoice.lines}
    for line in sheet.lines:
        if line.order_line.tax_percent is not None:
            rates[line.where] = line.order_line.tax_percent
    return rates


def expected_tax(sheet: Sheet) -> Money | None:
    """The tax that the lines, allowances and charges come to, rounded once per rate as EN 16931 does; None without any rate."""
    invoice, rates = sheet.invoice, rates_of(sheet)
    taxable: dict[Decimal, int] = {}
    for line in invoice.lines:
        rate = rates[line.id]
        if rate is None:
            if line.net.minor:
                return None
            continue
        taxable[rate] = taxable.get(rate, 0) + line.net.minor
    for known in invoice.allowances_charges:
        if known.tax_percent is None:
            if known.amount.minor:
                return None
            continue
        signed = known.amount.minor if known.charge else -known.amount.minor
        taxable[known.tax_percent] = taxable.get(known.tax_percent, 0) + signed
    currency = invoice.currency
    return total(
        (Money.rounded(Money(minor, currency).amount * rate / 100, currency) for rate, minor in taxable.items()),
        currency,
    )
