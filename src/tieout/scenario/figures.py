"""The figures of an invoice in a scenario: what the text does not give is calculated as an invoicing program would."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Protocol

from tieout.core.values.money import Money, extend, total
from tieout.scenario import compact
from tieout.trade.documents import AllowanceCharge, InvoiceLine, InvoiceTotals, LineReference, ProductIds, TaxSubtotal


class Figures(Protocol):
    """What every text of an invoice has."""

    @property
    def lines(self) -> tuple[str, ...]:
        """Goods lines."""
        ...

    @property
    def order(self) -> str:
        """The order of the lines."""
        ...

    @property
    def currency(self) -> str:
        """ISO 4217."""
        ...

    @property
    def charges(self) -> tuple[str, ...]:
        """Charges of the whole document."""
        ...

    @property
    def allowances(self) -> tuple[str, ...]:
        """Allowances of the whole document."""
        ...

    @property
    def tax(self) -> Decimal | None:
        """The rate of lines without one."""
        ...

    @property
    def tax_total(self) -> Decimal | None:
        """The tax as stated."""
        ...

    @property
    def net(self) -> Decimal | None:
        """The net total as stated."""
        ...

    @property
    def payable(self) -> Decimal | None:
        """What is to be paid, as stated."""
        ...


def category(rate: Decimal | None) -> str:
    """The tax category of a rate, where the text gives no other."""
    return "" if rate is None else "S" if rate else "Z"


def extras(text: Figures) -> tuple[AllowanceCharge, ...]:
    """Charges and allowances of the whole document."""
    return tuple(
        AllowanceCharge(
            charge=adds,
            amount=Money.of(amount, text.currency),
            reason=label,
            tax_category=category(text.tax),
            tax_percent=text.tax,
        )
        for adds, given in ((True, text.charges), (False, text.allowances))
        for label, amount in map(compact.charge, given)
    )


def entries_of(line: compact.Goods, gross: Money) -> tuple[AllowanceCharge, ...]:
    """A line's allowances and charges, percentages of its gross amount."""
    return tuple(
        AllowanceCharge(
            charge=adds,
            amount=gross.percent(number) if is_percent else Money.of(number, gross.currency),
            percent=number if is_percent else None,
            on=gross if is_percent else None,
            reason="surcharge" if adds else "discount",
        )
        for adds, number, is_percent in line.entries
    )


def billed_line(line: compact.Goods, text: Figures) -> InvoiceLine:
    """An invoice line as written."""
    order, _, order_line = line.to.rpartition("/")
    rate = line.tax if line.tax is not None else text.tax
    gross = extend(line.price or Decimal(0), line.quantity.value, per=line.per, currency=text.currency)
    entries = entries_of(line, gross)
    added = total((entry.amount if entry.charge else -entry.amount for entry in entries), text.currency)
    net = Money.of(line.net, text.currency) if line.net is not None else gross + added
    return InvoiceLine(
        id=line.id,
        net=net,
        quantity=line.quantity,
        price=line.price,
        price_per=line.per,
        order=LineReference(document=order or text.order, line=order_line),
        product=ProductIds(buyer=line.product),
        description=line.words,
        tax_category=category(rate),
        tax_percent=rate,
        allowances_charges=entries,
    )


def sums(
    text: Figures, lines: Iterable[InvoiceLine], added: Iterable[AllowanceCharge]
) -> tuple[tuple[TaxSubtotal, ...], InvoiceTotals]:
    """The tax breakdown and totals: as written, or else calculated from the lines."""
    lines, added, currency = tuple(lines), tuple(added), text.currency
    sums: dict[Decimal | None, int] = {}
    for line in lines:
        sums[line.tax_percent] = sums.get(line.tax_percent, 0) + line.net.minor
    for extra in added:
        signed = extra.amount.minor if extra.charge else -extra.amount.minor
        sums[extra.tax_percent] = sums.get(extra.tax_percent, 0) + signed
    rows = [
        TaxSubtotal(
            category=category(rate),
            percent=rate,
            taxable=Money(minor, currency),
            tax=Money.rounded(Money(minor, currency).amount * rate / 100, currency),
        )
        for rate, minor in sums.items()
        if rate is not None
    ]
    charges = total((extra.amount for extra in added if extra.charge), currency)
    allowances = total((extra.amount for extra in added if not extra.charge), currency)
    of_lines = total((line.net for line in lines), currency)
    net = Money.of(text.net, currency) if text.net is not None else of_lines + charges - allowances
    tax = (
        Money.of(text.tax_total, currency) if text.tax_total is not None else total((row.tax for row in rows), currency)
    )
    if text.tax_total is not None and len(rows) == 1:
        rows = [TaxSubtotal(category=rows[0].category, percent=rows[0].percent, taxable=rows[0].taxable, tax=tax)]
    gross = net + tax
    return tuple(rows), InvoiceTotals(
        lines=of_lines,
        allowances=allowances or None,
        charges=charges or None,
        net=net,
        tax=tax,
        gross=gross,
        payable=Money.of(text.payable, currency) if text.payable is not None else gross,
    )
