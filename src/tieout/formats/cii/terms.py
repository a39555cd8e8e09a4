"""Payment terms of this family: what they say in words, and the discounts that they state in fields of their own."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from tieout.formats.cii.dialect import Dialect, Node
from tieout.formats.cii.page import Page
from tieout.formats.discount_terms import StatedDiscount, with_discounts
from tieout.formats.ubl.sheet import text as text_of

TERMS: Final = "ram:SpecifiedTradePaymentTerms"
_DISCOUNT: Final = "ram:ApplicableTradePaymentDiscountTerms"


class TermsReader:
    """The compiled paths below a settlement part; build once per dialect."""

    def __init__(self, dialect: Dialect) -> None:
        first, nodes = dialect.first, dialect.nodes
        self._words, self._terms = nodes(f"{TERMS}/ram:Description"), nodes(f"{TERMS}[{_DISCOUNT}]")
        self._due = first("ram:DueDateDateTime/*")
        self._discounts = nodes(_DISCOUNT)
        self._begins, self._length = first("ram:BasisDateTime/*"), first("ram:BasisPeriodMeasure")
        self._percent, self._base = first("ram:CalculationPercent"), first("ram:BasisAmount")
        self._amount = first("ram:ActualDiscountAmount")

    def read(self, page: Page, settlement: Node) -> str:
        """The terms as one text, a line for each thing that they say."""
        lines = dict.fromkeys(line for element in self._words(settlement) if (line := text_of(element)))
        stated = [
            self._discount(page, terms, node) for terms in self._terms(settlement) for node in self._discounts(terms)
        ]
        return with_discounts("\n".join(lines), stated)

    def _discount(self, page: Page, terms: Node, node: Node) -> StatedDiscount:
        measure, begins = self._length(node), page.day(self._begins(node))
        length, unit = page.number(measure), "" if measure is None else measure.get("unitCode", "")
        until = page.day(self._due(terms)) if length is None else None
        if begins is not None and length is not None and unit in {"", "DAY"}:
            until = begins + timedelta(days=int(length))
        return StatedDiscount(
            percent=page.percent(self._percent(node)),
            amount=page.money(self._amount(node)),
            base=page.money(self._base(node)),
            length=length,
            unit=unit,
            until=until,
        )
