"""Whose tax numbers a tax category demands: BR-S-02 … 04 and their sisters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from tieout.core.documents.remark import Remark
from tieout.core.values.party import Party
from tieout.core.values.sentence import Sentence
from tieout.trade.documents import Invoice
from tieout.trade.identifiers import vat_form
from tieout.trade.tax_rules.stated import Stated, broken
from tieout.trade.tax_rules.table import CATEGORIES, Category

_PARTS: Final = {"line": "02", "allowance": "03", "charge": "04"}


def remarks_on_numbers(invoice: Invoice, stated: Iterable[Stated]) -> Iterator[Remark]:
    """One remark for each rule that is broken, at the first place that breaks it; and on two VAT ids of one party."""
    reported: set[str] = set()
    for one in stated:
        category = CATEGORIES.get(one.category)
        if category is None or one.part not in _PARTS:
            continue
        rule = f"BR-{category.letters}-{_PARTS[one.part]}"
        if rule not in reported and (words := _lacks(invoice, category)):
            reported.add(rule)
            yield broken(rule, one.where, words)
    for rule, role, party in (("BT-31", "seller", invoice.supplier), ("BT-48", "buyer", invoice.buyer)):
        if len(ids := _vat_ids(party)) > 1:
            words = Sentence("two VAT ids are stated: {numbers}", numbers=", ".join(ids))
            yield broken(rule, role, words)


def _vat_ids(party: Party) -> tuple[str, ...]:
    """The party's VAT ids as written, one of each number: EN 16931 has room for one."""
    written: dict[str, str] = {}
    for one in party.identifiers:
        if one.scheme == "vat" and one.value.strip():
            written.setdefault(vat_form(one.value, party.country), one.value)
    return tuple(written.values())


def _lacks(invoice: Invoice, category: Category) -> str:
    """What is missing or too much, in words; "" where the numbers are as the category demands them."""
    representative = invoice.tax_representative.vat_id if invoice.tax_representative is not None else ""
    seller_vat = invoice.supplier.vat_id or representative
    code, buyer = category.code, invoice.buyer.vat_id
    seller = seller_vat or invoice.supplier.identifier("tax")
    match category.numbers:
        case "none" if seller_vat or buyer:
            return Sentence(
                "category {category} is stated beside the VAT id {number}", category=code, number=seller_vat or buyer
            )
        case "seller" | "seller and buyer" if not seller:
            return Sentence("category {category} is charged without a tax number of the seller", category=code)
        case "seller vat" | "vat of both" if not seller_vat:
            return Sentence("category {category} is stated without a VAT id of the seller", category=code)
        case "seller and buyer" if not buyer and not invoice.buyer_registration:
            return Sentence(
                "category {category} is stated without a VAT id or legal registration of the buyer", category=code
            )
        case "vat of both" if not buyer:
            return Sentence("category {category} is stated without a VAT id of the buyer", category=code)
        case _:
            return ""
