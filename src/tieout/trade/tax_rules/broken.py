"""Which tax rules an invoice breaks, as remarks: all of them are fatal, because whether the tax is right cannot be judged then."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

from tieout.core.documents.remark import Remark
from tieout.core.values.sentence import Sentence
from tieout.trade.documents import Invoice
from tieout.trade.tax_rules.families import Family, family_of
from tieout.trade.tax_rules.numbers import remarks_on_numbers
from tieout.trade.tax_rules.stated import Stated, broken, stated_categories
from tieout.trade.tax_rules.table import CATEGORIES, SPLIT, Category

_PAID: Final = frozenset({"B2", "S2", "M2"})
_EUROPEAN_RULES: Final = {"line": "BR-CL-18"}
_ITALY: Final = "IT"
_VAT_ID: Final = re.compile(r"[A-Z]{2}|1A")
_RATED: Final = frozenset({"S", "L", "M"})


def remarks_on_tax_rules(invoice: Invoice) -> tuple[Remark, ...]:
    """Every tax rule of the invoice's profile family that it breaks; empty where it breaks none, or names no profile."""
    family = family_of(invoice)
    stated = tuple(stated_categories(invoice))
    return (
        *_split(invoice, stated),
        *_paid(invoice),
        *_lists(family, stated),
        *(_standard(invoice, stated) if family.standard else ()),
    )


def _split(invoice: Invoice, stated: Iterable[Stated]) -> Iterator[Remark]:
    stated = tuple(stated)
    place = next((one for one in stated if one.category == SPLIT), None)
    if place is None:
        return
    countries = {invoice.supplier.country, invoice.buyer.country, invoice.deliver_to} - {""}
    if countries != {_ITALY}:
        words = Sentence(
            "split payment (category B) needs both parties in Italy, and the invoice names {countries}: "
            "the tax is not the seller's to collect",
            countries=", ".join(sorted(countries)) or Sentence("no country"),
        )
        yield broken("BR-B-01", place.where, words)
    if any(one.category == "S" for one in stated):
        yield broken("BR-B-02", place.where, Sentence("split payment and standard rate are on one document"))


def _paid(invoice: Invoice) -> Iterator[Remark]:
    """A French frame that says "paid already": then nothing may be due."""
    payable = invoice.totals.payable
    if invoice.process.strip().upper() in _PAID and payable is not None and payable.minor:
        words = Sentence(
            "frame {frame} says that it is paid already, and yet {amount} are due",
            frame=invoice.process,
            amount=payable,
        )
        yield broken("BR-FR-CO-09", "totals", words)


def _lists(family: Family, stated: Iterable[Stated]) -> Iterator[Remark]:
    noted: set[tuple[str, str]] = set()
    for one in stated:
        if not family.categories or not one.category or one.category in family.categories:
            continue
        rule = _EUROPEAN_RULES.get(one.part, family.rule) if family.rule == "BR-CL-17" else family.rule
        if (rule, one.category) not in noted:
            noted.add((rule, one.category))
            words = Sentence(
                "{profile} has no tax category {category}, so its tax cannot be judged",
                profile=family.title,
                category=one.category,
            )
            yield broken(rule, one.where, words)


def _standard(invoice: Invoice, stated: tuple[Stated, ...]) -> Iterator[Remark]:
    yield from _missing(stated)
    yield from _rows(invoice, stated)
    for one in stated:
        if (category := CATEGORIES.get(one.category)) is not None:
            yield from _rate(one, category)
            yield from _reason(one, category)
    yield from remarks_on_numbers(invoice, stated)
    yield from _delivery(invoice, stated)
    yield from _alone(stated)
    yield from _prefixes(invoice)


_WITHOUT: Final = {"line": "BR-CO-04", "allowance": "BR-32", "charge": "BR-37", "breakdown": "BR-47"}
_LACKING: Final = {
    "line": Sentence("the line has no tax category"),
    "allowance": Sentence("the allowance has no tax category"),
    "charge": Sentence("the charge has no tax category"),
    "breakdown": Sentence("the row of the tax breakdown has no category"),
}


def _missing(stated: Iterable[Stated]) -> Iterator[Remark]:
    for one in stated:
        if not one.category:
            yield broken(_WITHOUT[one.part], one.where, _LACKING[one.part])
        elif one.part == "breakdown" and one.percent is None and one.category != "O":
            words = Sentence("the row of category {category} has no rate", category=one.category)
            yield broken("BR-48", one.where, words)


def _rows(invoice: Invoice, stated: Iterable[Stated]) -> Iterator[Remark]:
    """BR-S-01 and its sisters: what lines, allowances and charges state has its row in the breakdown.

    Categories without a rate have one row (more in extended profiles, one for each reason), those with rates at least one,
    and no row without a line.
    """
    stated, extended = tuple(stated), "extended" in invoice.profile.lower()
    for category in CATEGORIES.values():
        rows = sum(1 for one in stated if one.category == category.code and one.part == "breakdown")
        rest = sum(1 for one in stated if one.category == category.code and one.part != "breakdown")
        rated = category.code in _RATED
        if (not rest and rated and rows) or (rest and not rows) or (rest and rows > 1 and not rated and not extended):
            words = Sentence(
                "category {category}: lines, allowances and charges {count}, rows of the breakdown {rows}",
                category=category.code,
                count=rest,
                rows=rows,
            )
            yield broken(f"BR-{category.letters}-01", f"tax {category.code}", words)


_RATES: Final = {"line": "05", "allowance": "06", "charge": "07"}
_DEMAND: Final = {
    "above zero": Sentence("more than 0 %"),
    "zero": Sentence("0 %"),
    "zero or more": Sentence("0 % or more"),
    "none": Sentence("left out"),
}


def _rate(one: Stated, category: Category) -> Iterator[Remark]:
    """BR-S-05 and its sisters: the rate that a category may have. The breakdown's rows have no such rule, but need none."""
    if one.part not in _RATES or _fits(category, one.percent):
        return
    stated = (
        Sentence("none is stated") if one.percent is None else Sentence("{percent} % is stated", percent=one.percent)
    )
    words = Sentence(
        "the rate of category {category} is to be {demand}, and {stated}",
        category=category.code,
        demand=_DEMAND[category.rate],
        stated=stated,
    )
    yield broken(f"BR-{category.letters}-{_RATES[one.part]}", one.where, words)


def _fits(category: Category, percent: Decimal | None) -> bool:
    if category.rate == "none" or percent is None:
        return category.rate == "none" and percent is None
    return {"above zero": percent > 0, "zero": percent == 0, "zero or more": percent >= 0}[category.rate]


def _reason(one: Stated, category: Category) -> Iterator[Remark]:
    if one.part != "breakdown" or bool(one.exemption) is (category.reason == "required"):
        return
    if category.reason == "required":
        words = Sentence("category {category} states no reason, in words or as a code", category=category.code)
    else:
        words = Sentence(
            "category {category} states a reason for exemption: {reason}", category=category.code, reason=one.exemption
        )
    yield broken(f"BR-{category.letters}-10", one.where, words)


def _delivery(invoice: Invoice, stated: Iterable[Stated]) -> Iterator[Remark]:
    row = next((one for one in stated if one.part == "breakdown" and one.category == "K"), None)
    if row is None:
        return
    if invoice.delivered_on is None and invoice.period_from is None and invoice.period_to is None:
        words = Sentence("an intra-community supply states no day of delivery and no invoicing period")
        yield broken("BR-IC-11", row.where, words)
    if not invoice.deliver_to:
        yield broken("BR-IC-12", row.where, Sentence("an intra-community supply states no country of delivery"))


_BESIDE: Final = {"breakdown": "11", "line": "12", "allowance": "13", "charge": "14"}


def _alone(stated: Iterable[Stated]) -> Iterator[Remark]:
    stated = tuple(stated)
    if not any(one.part == "breakdown" and one.category == "O" for one in stated):
        return
    for part, number in _BESIDE.items():
        other = next((one for one in stated if one.part == part and one.category not in {"O", ""}), None)
        if other is not None:
            words = Sentence("category {category} stands with what is not subject to tax (O)", category=other.category)
            yield broken(f"BR-O-{number}", other.where, words)


def _prefixes(invoice: Invoice) -> Iterator[Remark]:
    parties = (("seller", invoice.supplier), ("representative", invoice.tax_representative), ("buyer", invoice.buyer))
    for role, party in parties:
        if party is not None and party.vat_id and not _VAT_ID.match(party.vat_id.strip().upper()):
            words = Sentence("the VAT id {number} does not begin with a country", number=party.vat_id)
            yield broken("BR-CO-09", role, words)
