"""The arithmetic of the tax breakdown: each row against its lines, its tax against its rate, the tax total against the rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from tieout.core.documents.remark import Remark
from tieout.core.values.money import Money, total
from tieout.core.values.quantity import plain
from tieout.core.values.sentence import Sentence
from tieout.trade.arithmetic.measure import claims_standard, contradiction, is_minimum, shown, slack_of_rounding
from tieout.trade.documents import Invoice, TaxSubtotal
from tieout.trade.expected_tax import is_untaxed

# UNTDID 5305 category -> the family of rules that EN 16931 gives it.
_FAMILIES: Final = {
    "S": "S", "Z": "Z", "E": "E", "AE": "AE", "K": "IC", "G": "G", "O": "O", "L": "AF", "M": "AG",
}  # fmt: skip
_RATED: Final = frozenset({"S", "L", "M"})
_WHOLE_UNIT: Final = Decimal(1)


def remarks_on_tax(invoice: Invoice) -> Iterator[Remark]:
    """Every contradiction in the breakdown and the tax total; all amounts must be in the invoice's currency."""
    yield from _total(invoice)
    for row in invoice.tax:
        if row.tax or not is_untaxed(invoice):
            yield from _tax_of(row)
    yield from _taxables(invoice)


def _total(invoice: Invoice) -> Iterator[Remark]:
    stated = invoice.totals.tax
    if not invoice.tax:
        if claims_standard(invoice):
            yield contradiction("BR-CO-18", "tax", "there is no tax breakdown")
        return
    added = total((row.tax for row in invoice.tax), invoice.currency)
    if stated is None:
        if added:
            words = Sentence("the rows of the tax breakdown add up to {added}, the tax total is missing", added=added)
            yield contradiction("BR-CO-15", "totals", words, fatal=claims_standard(invoice) and not is_minimum(invoice))
    elif abs((added - stated).amount) > slack_of_rounding(invoice.currency):
        words = Sentence(
            "the rows of the tax breakdown add up to {added}, the tax total says {stated}", added=added, stated=stated
        )
        yield contradiction("BR-CO-14", "totals", words)


def _tax_of(row: TaxSubtotal) -> Iterator[Remark]:
    where = _place(row.category, row.percent)
    family = _FAMILIES.get(row.category)
    if family is not None and row.category not in _RATED:
        if row.tax:
            yield contradiction(
                f"BR-{family}-09",
                where,
                Sentence(
                    "tax category {category} bears no tax, the row says {tax}", category=row.category, tax=row.tax
                ),
            )
        return
    if family is None and row.category and not row.tax:
        return  # a national category (margin schemes and the like), of which we do not know that it bears tax
    percent = row.percent or Decimal(0)
    expected = abs(row.taxable.amount) * percent / 100
    if abs(abs(row.tax.amount) - expected) >= _WHOLE_UNIT:
        words = Sentence(
            "{percent} % of {taxable} is {due}, the row says {tax}",
            percent=plain(percent),
            taxable=row.taxable,
            due=shown(expected, row.tax.currency),
            tax=row.tax,
        )
        yield contradiction("BR-CO-17", where, words)


def _taxables(invoice: Invoice) -> Iterator[Remark]:
    """Rated categories row by row with their rate; the others by category alone, as the rules have it."""
    if not any(line.tax_category for line in invoice.lines):
        return
    billed = _billed(invoice)
    stated: dict[tuple[str, Decimal | None], Money] = {}
    for row in invoice.tax:
        key = _key(row.category, row.percent)
        stated[key] = stated.get(key, Money.zero(invoice.currency)) + row.taxable
    for (category, percent), taxable in stated.items():
        family = _FAMILIES.get(category)
        if family is None:
            continue
        added = billed.get((category, percent), Money.zero(invoice.currency))
        apart = abs((added - taxable).amount)
        if apart >= _WHOLE_UNIT if category in _RATED else apart:
            words = Sentence(
                "lines, charges and allowances of this category add up to {added}, the row says {taxable}",
                added=added,
                taxable=taxable,
            )
            yield contradiction(f"BR-{family}-08", _place(category, percent), words)
    yield from _unstated(invoice, billed, stated)


def is_even(invoice: Invoice) -> bool:
    """Whether each rated row's taxable amount is to the cent what lines, charges and allowances of its rate come to: what goes
    out in CII has to be (BR-S-08), while in UBL, and of what comes in, almost a unit may be between. Amounts of several currencies
    never are."""
    amounts = [line.net for line in invoice.lines] + [entry.amount for entry in invoice.allowances_charges]
    amounts += [row.taxable for row in invoice.tax]
    if any(amount.currency != invoice.currency for amount in amounts):
        return False
    billed = _billed(invoice)
    zero = Money.zero(invoice.currency)
    stated: dict[tuple[str, Decimal | None], Money] = {}
    for row in invoice.tax:
        if row.category in _RATED:
            key = _key(row.category, row.percent)
            stated[key] = stated.get(key, zero) + row.taxable
    return all(billed.get(key, zero) == taxable for key, taxable in stated.items())


def _unstated(
    invoice: Invoice, billed: dict[tuple[str, Decimal | None], Money], stated: dict[tuple[str, Decimal | None], Money]
) -> Iterator[Remark]:
    for (category, percent), added in billed.items():
        if category not in _RATED and claims_standard(invoice):
            continue  # BR-Z-01 and its sisters, with the other rules of tax categories
        if stated and category in _FAMILIES and (category, percent) not in stated and added:
            rule = f"BR-{_FAMILIES[category]}-01" if category not in _RATED else f"BR-{_FAMILIES[category]}-08"
            words = Sentence(
                "lines, charges and allowances of this category add up to {added}, the tax breakdown has no row for it",
                added=added,
            )
            yield contradiction(rule, _place(category, percent), words)


def _billed(invoice: Invoice) -> dict[tuple[str, Decimal | None], Money]:
    sums: defaultdict[tuple[str, Decimal | None], Money] = defaultdict(lambda: Money.zero(invoice.currency))
    for line in invoice.lines:
        sums[_key(line.tax_category, line.tax_percent)] += line.net
    for entry in invoice.allowances_charges:
        sums[_key(entry.tax_category, entry.tax_percent)] += entry.amount if entry.charge else -entry.amount
    return dict(sums)


def _key(category: str, percent: Decimal | None) -> tuple[str, Decimal | None]:
    return category, percent if category in _RATED else None


def _place(category: str, percent: Decimal | None) -> str:
    rate = "" if percent is None else f" {plain(percent)} %"
    return f"tax {category or '?'}{rate}"
