"""The tax breakdown of an invoice that we issue: by category and rate, with the tax that was posted, to the cent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from tieout.core.tie_out.verdict import PostingLine
from tieout.core.values.money import Money
from tieout.trade.documents import Invoice, TaxSubtotal
from tieout.trade.issued_lines import Parts, entry_name

# The words that EN 16931 wants where a category itself is the reason (BR-AE-10, BR-IC-10, BR-G-10, BR-O-10).
_REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "AE": "Reverse charge",
        "K": "Intra-Community supply",
        "G": "Export outside the EU",
        "O": "Not subject to VAT",
    }
)
Rate = tuple[str, Decimal | None]


def breakdown(invoice: Invoice, parts: Parts, lines: Sequence[PostingLine], *, whole: bool) -> tuple[TaxSubtotal, ...]:
    """A row for every category and rate, in the order of the invoice. The rows' tax is exactly the tax of the posting lines."""
    if whole and invoice.tax:
        return tuple(_reasoned(row) for row in invoice.tax)
    rates = _rates(invoice)
    currency = invoice.currency
    taxable: dict[Rate, Money] = {}
    for line in parts.lines:
        _add(taxable, rates.get(line.id, _only(invoice)), line.net)
    for number, entry in enumerate(invoice.allowances_charges):
        posted = [line.net for line in lines if line.claim_line == entry_name(number, entry)]
        if posted:
            _add(taxable, rates[entry_name(number, entry)], sum(posted, Money.zero(currency)))
    taxes: dict[Rate, Money] = dict.fromkeys(taxable, Money.zero(currency))
    for posting in lines:
        rate = rates.get(posting.claim_line, _only(invoice))
        if rate in taxes:
            taxes[rate] += posting.tax
    return tuple(
        _reasoned(_row(invoice, rate, taxable[rate], taxes[rate])) for rate in taxable if taxable[rate] or taxes[rate]
    )


def _add(sums: dict[Rate, Money], rate: Rate, amount: Money) -> None:
    sums[rate] = sums[rate] + amount if rate in sums else amount


def _rates(invoice: Invoice) -> dict[str, Rate]:
    rates: dict[str, Rate] = {line.id: (line.tax_category, line.tax_percent) for line in invoice.lines}
    for number, entry in enumerate(invoice.allowances_charges):
        rates[entry_name(number, entry)] = (entry.tax_category, entry.tax_percent)
    return rates


def _only(invoice: Invoice) -> Rate:
    """The rate of what has no line of its own: the invoice's, where it has one only."""
    return (invoice.tax[0].category, invoice.tax[0].percent) if len(invoice.tax) == 1 else ("", None)


def _row(invoice: Invoice, rate: Rate, taxable: Money, tax: Money) -> TaxSubtotal:
    category, percent = rate
    stated = next((row for row in invoice.tax if row.category == category and row.percent == percent), None)
    reason = stated.exemption if stated else ""
    return TaxSubtotal(category=category, percent=percent, taxable=taxable, tax=tax, exemption=reason)


def _reasoned(row: TaxSubtotal) -> TaxSubtotal:
    reason = row.exemption or _REASONS.get(row.category, "")
    return TaxSubtotal(category=row.category, percent=row.percent, taxable=row.taxable, tax=row.tax, exemption=reason)
