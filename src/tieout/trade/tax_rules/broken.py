"""Which tax rules an invoice breaks, as remarks: all of them are fatal, because nobody can tell whether its tax is right."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

from tieout.core.documents.remark import Remark
from tieout.core.values.quantity import plain
from tieout.trade.documents import Invoice
from tieout.trade.tax_rules.families import Family, family_of
from tieout.trade.tax_rules.numbers import remarks_on_numbers
from tieout.trade.tax_rules.stated import Stated, remark, stated_categories
from tieout.trade.tax_rules.table import CATEGORIES, SPLIT, Category

_PAID: Final = frozenset({"B2", "S2", "M2"})
_EUROPEAN_RULES: Final = {"line": "BR-CL-18"}
_ITALY: Final = "IT"
_VAT_ID: Final = re.compile(r"[A-Z]{2}|1A")


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
    places = [one for one in stated if one.category == SPLIT]
    if not places:
        return
    countries = {invoice.supplier.country, invoice.buyer.country, invoice.deliver_to} - {""}
    if countries != {_ITALY}:
        where = " and ".join(sorted(countries)) or "no country"
        words = (
            f"split payment is between Italians, and the invoice names {where}: the tax is not the seller's to collect"
        )
        yield remark("BR-B-01", places[0].where, words)
    if any(one.category == "S" for one in stated):
        yield remark("BR-B-02", places[0].where, "split payment and standard rate are on one document")


def _paid(invoice: Invoice) -> Iterator[Remark]:
    """A French frame that says "paid already": then nothing may be due."""
    payable = invoice.totals.payable
    if invoice.process in _PAID and payable is not None and payable.minor:
        words = f"frame {invoice.process} says that it is paid already, and yet {payable} are due"
        yield remark("BR-FR-CO-09", "totals", words)


def _lists(family: Family, stated: Iterable[Stated]) -> Iterator[Remark]:
    told: set[tuple[str, str]] = set()
    for one in stated:
        if not family.categories or not one.category or one.category in family.categories:
            continue
        rule = _EUROPEAN_RULES.get(one.part, family.rule) if family.rule == "BR-CL-17" else family.rule
        if (rule, one.category) not in told:
            told.add((rule, one.category))
            yield remark(
                rule, one.where, f"{family.title} has no tax category {one.category}: what tax it is, nobody can tell"
            )


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


def _missing(stated: Iterable[Stated]) -> Iterator[Remark]:
    for one in stated:
        if not one.category:
            yield remark(_WITHOUT[one.part], one.where, f"the {one.part} has no tax category")
        elif one.part == "breakdown" and one.percent is None and one.category != "O":
            yield remark("BR-48", one.where, f"the row of category {one.category} has no rate")


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
            words = (
                f"{category.name} ({category.code}): {rest} lines, allowances and charges, {rows} rows of the breakdown"
            )
            yield remark(f"BR-{category.letters}-01", f"tax {category.code}", words)


_RATED: Final = frozenset({"S", "L", "M"})
_RATES: Final = {"line": "05", "allowance": "06", "charge": "07"}


def _rate(one: Stated, category: Category) -> Iterator[Remark]:
    """BR-S-05 and its sisters: the rate that a category may have. The breakdown's rows have no such rule, but need none."""
    if one.part not in _RATES or _fits(category, one.percent):
        return
    said = "none is stated" if one.percent is None else f"{plain(one.percent)} % is stated"
    words = f"the rate of {category.name} ({category.code}) is {_DEMAND[category.rate]}, {said}"
    yield remark(f"BR-{category.letters}-{_RATES[one.part]}", one.where, words)


_DEMAND: Final = {"above zero": "more than 0 %", "zero": "0 %", "zero or more": "0 % or more", "none": "left out"}


def _fits(category: Category, percent: Decimal | None) -> bool:
    if category.rate == "none" or percent is None:
        return category.rate == "none" and percent is None
    return {"above zero": percent > 0, "zero": percent == 0, "zero or more": percent >= 0}[category.rate]


def _reason(one: Stated, category: Category) -> Iterator[Remark]:
    if one.part != "breakdown" or bool(one.exemption) is (category.reason == "required"):
        return
    words = (
        f"{category.name} ({category.code}) states no reason, in words or as a code"
        if category.reason == "required"
        else f"{category.name} ({category.code}) states a reason for exemption: {one.exemption}"
    )
    yield remark(f"BR-{category.letters}-10", one.where, words)


def _delivery(invoice: Invoice, stated: Iterable[Stated]) -> Iterator[Remark]:
    row = next((one for one in stated if one.part == "breakdown" and one.category == "K"), None)
    if row is None:
        return
    if invoice.delivered_on is None and invoice.period_from is None and invoice.period_to is None:
        yield remark(
            "BR-IC-11", row.where, "an intra-community supply states no day of delivery and no invoicing period"
        )
    if not invoice.deliver_to:
        yield remark("BR-IC-12", row.where, "an intra-community supply states no country of delivery")


_BESIDE: Final = {"breakdown": "11", "line": "12", "allowance": "13", "charge": "14"}


def _alone(stated: Iterable[Stated]) -> Iterator[Remark]:
    stated = tuple(stated)
    if not any(one.part == "breakdown" and one.category == "O" for one in stated):
        return
    for part, number in _BESIDE.items():
        other = next((one for one in stated if one.part == part and one.category not in {"O", ""}), None)
        if other is not None:
            yield remark(
                f"BR-O-{number}", other.where, f"category {other.category} is beside what is not subject to tax (O)"
            )


def _prefixes(invoice: Invoice) -> Iterator[Remark]:
    parties = (
        ("seller", invoice.supplier),
        ("tax representative", invoice.tax_representative),
        ("buyer", invoice.buyer),
    )
    for role, party in parties:
        if party is not None and party.vat_id and not _VAT_ID.match(party.vat_id.strip().upper()):
            yield remark("BR-CO-09", role, f"the VAT id {party.vat_id} of the {role} does not begin with a country")
