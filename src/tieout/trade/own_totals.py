"""The totals of an invoice that we make ourselves: its breakdown by tax rate, rounded once for each, and the sums."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from tieout.core.values.money import Money, total
from tieout.trade.documents import InvoiceLine, InvoiceTotals, TaxSubtotal


def totals_of(lines: Sequence[InvoiceLine], currency: str) -> tuple[tuple[TaxSubtotal, ...], InvoiceTotals]:
    """Tax breakdown and totals of lines that are all in `currency`, without charges of the whole invoice."""
    nets: dict[tuple[str, Decimal | None], int] = {}
    for line in lines:
        key = (line.tax_category, line.tax_percent)
        nets[key] = nets.get(key, 0) + line.net.minor
    rows = tuple(
        TaxSubtotal(
            category=category,
            percent=percent,
            taxable=Money(minor, currency),
            tax=Money(minor, currency).percent(percent or Decimal(0)),
        )
        for (category, percent), minor in sorted(nets.items(), key=str)
    )
    net, tax = total((line.net for line in lines), currency), total((row.tax for row in rows), currency)
    return rows, InvoiceTotals(lines=net, net=net, tax=tax, gross=net + tax, payable=net + tax)
