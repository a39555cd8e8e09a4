"""Tax: what the invoice charges beside what its own lines, at the order's rates, come to."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from tieout.core.documents import Invoice
from tieout.core.findings import Finding
from tieout.core.found import finding
from tieout.core.money import Money, total
from tieout.core.tolerance import assess
from tieout.packs.payables.codes import code
from tieout.packs.payables.sheet import DOCUMENT, Sheet


def taxes(sheet: Sheet) -> Iterator[Finding]:
    """AP-TAX-VAR: the tax total differs from the recalculated one by more than policy allows."""
    tolerance, stated = sheet.ruling.rules.tax, stated_tax(sheet.invoice)
    if tolerance is None or stated is None:
        return
    expected = expected_tax(sheet)
    if expected is None:
        if stated and tolerance.state != "not_checked":
            yield _unrated(sheet, stated)
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


def stated_tax(invoice: Invoice) -> Money | None:
    """The tax that the paper asks for: its total, else the sum of its breakdown; None where it says nothing of tax."""
    if invoice.totals.tax is not None or not invoice.tax:
        return invoice.totals.tax
    return total((row.tax for row in invoice.tax), invoice.currency)


def _unrated(sheet: Sheet, stated: Money) -> Finding:
    return finding(
        code("AP-TAX-VAR"),
        DOCUMENT,
        ruling=sheet.ruling,
        expected="nothing that could be computed: no rate is given",
        actual=str(stated),
        variance=str(stated),
        limit="0",
        at_stake=abs(stated),
    )


def rates_of(sheet: Sheet) -> dict[str, Decimal | None]:
    """The rate that each invoice line should carry: the order line's, else its own, else the only one of the breakdown."""
    only = only_rate(sheet.invoice)
    rates = {line.id: only if line.tax_percent is None else line.tax_percent for line in sheet.invoice.lines}
    for line in sheet.lines:
        if line.order_line.tax_percent is not None:
            rates[line.where] = line.order_line.tax_percent
    return rates


def only_rate(invoice: Invoice) -> Decimal | None:
    """The one rate of the tax breakdown, where it has just one: that of every line, charge and allowance without one."""
    rates = {row.percent for row in invoice.tax}
    return rates.pop() if len(rates) == 1 else None


def expected_tax(sheet: Sheet) -> Money | None:
    """The tax that the lines, allowances and charges come to, rounded once per rate as EN 16931 does; None without any rate."""
    invoice, rates, only = sheet.invoice, rates_of(sheet), only_rate(sheet.invoice)
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
    for known in invoice.allowances_charges:
        rate = only if known.tax_percent is None else known.tax_percent
        if rate is None:
            if known.amount.minor:
                return None
            continue
        signed = known.amount.minor if known.charge else -known.amount.minor
        taxable[rate] = taxable.get(rate, 0) + signed
    currency = invoice.currency
    return total(
        (Money(minor, currency).percent(rate) for rate, minor in taxable.items()),
        currency,
    )


def _of_breakdown(invoice: Invoice) -> Money | None:
    """What the breakdown of a paper without lines comes to; None where it has none."""
    exact = (row.taxable.amount * (row.percent or Decimal(0)) / 100 for row in invoice.tax)
    return total((Money.rounded(each, invoice.currency) for each in exact), invoice.currency) if invoice.tax else None
