"""The tax totals of a UBL invoice and their breakdown. A total that only repeats another is counted once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml.etree import _Element

from tieout.core.values.money import Money, total
from tieout.core.values.sentence import Sentence
from tieout.formats.ubl import parts
from tieout.formats.ubl import tags as t
from tieout.formats.ubl.sheet import Sheet, amount_in, text
from tieout.trade.documents import TaxSubtotal


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stated:
    """One TaxTotal in the document's currency."""

    element: _Element
    amount: Money | None
    rows: tuple[TaxSubtotal, ...]


def read_taxes(sheet: Sheet, root: _Element, between: Money | None) -> tuple[Money | None, tuple[TaxSubtotal, ...]]:
    """Tax and its breakdown in the document's currency. `between` is what lies between the stated net and gross.

    Totals in the accounting currency only repeat it and are ignored. Several in the document's own currency add up (one for
    each tax, as in Colombia), unless one repeats the others (ZATCA states the tax once more for an accounting currency that is
    the same): which of both holds is what the stated net and gross leave room for.
    """
    stated = list(_stated(sheet, root))
    if len(stated) > 1:
        stated = list(_distinct(sheet, stated, between))
    amounts = [one.amount for one in stated if one.amount is not None]
    rows = tuple(row for one in stated for row in one.rows)
    return (total(amounts, sheet.currency) if amounts else None), rows


def accounted(sheet: Sheet, root: _Element) -> Money | None:
    """The tax in the accounting currency (BT-111): the total of it that is stated once; None where there is none or several."""
    currency = text(sheet.fields(root).get(t.TAX_CURRENCY_CODE))
    if currency == sheet.currency:
        return None
    totals = (sheet.fields(one).get(t.TAX_AMOUNT) for one in sheet.every(root, t.TAX_TOTAL))
    mine = [amount for amount in totals if amount is not None and amount.get("currencyID") == currency]
    return amount_in(mine[0], currency) if len(mine) == 1 else None


def remark_schemes(sheet: Sheet, root: _Element, lines: str) -> None:
    """Remarks on every tax category of a scheme that is not VAT, the only one of EN 16931. `lines` is the tag of a line."""
    for one in sheet.every(root, lines):
        for item in sheet.every(one, t.ITEM):
            _remark_scheme(sheet, sheet.fields(item).get(t.CLASSIFIED_TAX_CATEGORY), "BR-CO-04")
    for entry in sheet.every(root, t.ALLOWANCE_CHARGE):
        allowance = text(sheet.fields(entry).get(t.CHARGE_INDICATOR)).lower() in {"false", "0"}
        _remark_scheme(sheet, sheet.fields(entry).get(t.TAX_CATEGORY), "BR-32" if allowance else "BR-37")
    for whole in sheet.every(root, t.TAX_TOTAL):
        for row in sheet.every(whole, t.TAX_SUBTOTAL):
            _remark_scheme(sheet, sheet.fields(row).get(t.TAX_CATEGORY), "BR-47")


def _remark_scheme(sheet: Sheet, category: _Element | None, rule: str) -> None:
    if category is None:
        return  # has a rule of its own
    scheme = text(sheet.fields(sheet.fields(category).get(t.TAX_SCHEME)).get(t.ID))
    if (words := not_vat(scheme)) is not None:
        sheet.remark(words, category, rule=rule)


def not_vat(scheme: str) -> Sentence | None:
    """What is wrong with the scheme of a tax under EN 16931; None for VAT."""
    if scheme.upper() == "VAT":
        return None
    if not scheme:
        return Sentence("the tax category does not say of which tax it is; EN 16931 knows VAT alone")
    return Sentence("the tax is {scheme}; EN 16931 knows VAT alone, so it cannot be judged", scheme=scheme)


def _stated(sheet: Sheet, root: _Element) -> Iterator[_Stated]:
    for one in sheet.every(root, t.TAX_TOTAL):
        children = sheet.fields(one)
        amount = children.get(t.TAX_AMOUNT)
        if amount is not None and (other := amount.get("currencyID", sheet.currency)) != sheet.currency:
            if other != text(sheet.fields(root).get(t.TAX_CURRENCY_CODE)):
                words = Sentence("the tax is in {currency}, neither the invoice's nor the tax currency", currency=other)
                sheet.remark(words, amount, rule="PEPPOL-EN16931-R051")
            continue
        money = sheet.money(amount)
        rows: tuple[TaxSubtotal, ...] = ()
        if t.TAX_SUBTOTAL in children:
            read = (_subtotal(sheet, sub) for sub in sheet.every(one, t.TAX_SUBTOTAL))
            rows = tuple(row for row in read if row is not None)
        yield _Stated(element=one, amount=money, rows=rows)


def _distinct(sheet: Sheet, stated: Sequence[_Stated], between: Money | None) -> Iterator[_Stated]:
    """The totals without those that repeat another one; a repetition that says something else gives a fatal remark."""
    divided = [one for one in stated if one.rows] or stated[:1]
    bare = [one for one in stated if one not in divided]
    whole = _sum(divided, sheet.currency)
    together = between is None or between == _sum([*divided, *bare], sheet.currency)
    if all(one.amount == whole for one in bare) and (between is None or not together):
        bare = []
    elif bare and not together:
        words = Sentence(
            "the tax total is stated as {first} and once more as {second}", first=whole, second=bare[0].amount
        )
        sheet.remark(words, bare[0].element, rule="BR-CO-15")
        bare = []
    once = _without_copies(divided)
    if len(once) < len(divided) and whole != between == _sum(once, sheet.currency):
        sheet.remark("the same tax total is stated twice; it counts once", divided[-1].element, fatal=False)
        divided = once
    yield from (*divided, *bare)


def _without_copies(stated: Sequence[_Stated]) -> list[_Stated]:
    once: dict[tuple[Money | None, tuple[TaxSubtotal, ...]], _Stated] = {}
    for one in stated:
        once.setdefault((one.amount, one.rows), one)
    return list(once.values())


def _sum(stated: Sequence[_Stated], currency: str) -> Money:
    return total((one.amount for one in stated if one.amount is not None), currency)


def _subtotal(sheet: Sheet, element: _Element) -> TaxSubtotal | None:
    children = sheet.fields(element)
    category_element = children.get(t.TAX_CATEGORY)
    category, percent = parts.tax_category(sheet, category_element)
    if percent is None:
        percent = sheet.percent(children.get(t.PERCENT))
    tax = sheet.money(children.get(t.TAX_AMOUNT))
    if tax is None:
        sheet.remark("a row of the tax breakdown has no tax amount and was left out", element, rule="BR-46")
        return None
    taxable = sheet.money(children.get(t.TAXABLE_AMOUNT))
    if taxable is None:
        sheet.remark("a row of the tax breakdown has no taxable amount; it counts as 0", element, rule="BR-45")
    return TaxSubtotal(
        category=category,
        percent=percent,
        taxable=taxable or Money.zero(sheet.currency),
        tax=tax,
        exemption=_exemption(sheet, category_element),
    )


def _exemption(sheet: Sheet, category: _Element | None) -> str:
    children = sheet.fields(category)
    return text(children.get(t.TAX_EXEMPTION_REASON)) or text(children.get(t.TAX_EXEMPTION_REASON_CODE))
