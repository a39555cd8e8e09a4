"""Tax: what the invoice charges against what its own lines come to at the order's rates."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from tieout.core.findings.finding import Finding
from tieout.core.findings.making import finding
from tieout.core.policy.tolerance import assess
from tieout.core.values.money import Money
from tieout.packs.payables.codes import code
from tieout.packs.payables.sheet import DOCUMENT, Sheet
from tieout.trade.expected_tax import nearest_right_tax, rates_of, stated_tax
from tieout.trade.rules import TAX


def taxes(sheet: Sheet) -> Iterator[Finding]:
    """AP-TAX-VAR: the tax total differs from the recalculated one by more than policy allows."""
    tolerance, stated = sheet.ruling.value(TAX), stated_tax(sheet.invoice)
    if tolerance is None or stated is None:
        return
    rates = rates_of(sheet.invoice, _agreed(sheet))
    expected = nearest_right_tax(sheet.invoice, rates, stated)
    if expected is None:
        if stated and tolerance.state != "not_checked":
            yield _unrated(sheet, stated)
        return
    sign = sheet.invoice.sign
    assessment = assess(
        tolerance, expected=expected.amount * sign, actual=stated.amount * sign, currency=stated.currency
    )
    if not assessment.within:
        yield finding(
            code("AP-TAX-VAR"),
            DOCUMENT,
            ruling=sheet.ruling,
            expected=str(expected),
            actual=str(stated),
            variance=str(stated - expected),
            limit=assessment.limit,
            at_stake=abs(stated - expected),
            rates=", ".join(sorted({f"{rate:f} %" for rate in rates.values() if rate is not None})),
        )


def _unrated(sheet: Sheet, stated: Money) -> Finding:
    return finding(
        code("AP-TAX-VAR"),
        DOCUMENT,
        ruling=sheet.ruling,
        actual=str(stated),
        at_stake=abs(stated),
        reason="no rate is given, so that nothing can be computed",
    )


def _agreed(sheet: Sheet) -> dict[str, Decimal | None]:
    """The rate that the order gives for each line of the invoice."""
    agreed = ((line.where, line.order_line.tax_percent) for line in sheet.lines)
    return {where: rate for where, rate in agreed if rate is not None}
