"""One document of this family while it is read: like other sheets, but amounts need no currency and dates have a format code."""

from __future__ import annotations

from datetime import date
from typing import Final

from lxml.etree import _Element

from tieout.core.values.money import Money
from tieout.core.values.sentence import Sentence
from tieout.formats.ubl.sheet import Sheet, text

# UNTDID 2379 formats that begin with a day: CCYYMMDD, then with hours and minutes, seconds, time zone.
_DAY_FORMATS: Final = frozenset({"", "102", "203", "204", "205"})


class Page(Sheet):
    """A sheet with the conventions of UN/CEFACT messages."""

    __slots__ = ()

    def money(self, element: _Element | None) -> Money | None:
        """An amount; without a currencyID it is in the document's currency, as usual in these messages."""
        if element is not None and not element.get("currencyID"):
            element.set("currencyID", self.currency)
        return super().money(element)

    def day(self, element: _Element | None, *, fatal: bool = True) -> date | None:
        """A business date, written CCYYMMDD… with its UNTDID 2379 code, or CCYY-MM-DD…; else None (with a remark)."""
        if element is None:
            return None
        content = text(element)
        if content[4:5] == "-":
            return super().day(element, fatal=fatal)
        try:
            if element.get("format", "") not in _DAY_FORMATS or not content[:8].isdecimal() or len(content) < 8:
                raise ValueError(content)
            return date(int(content[:4]), int(content[4:6]), int(content[6:8]))
        except ValueError:
            self.remark(
                Sentence(
                    "{content!r} is not a date in format {element}; 20260131 in 102 would be one",
                    content=content[:40],
                    element=element.get("format", "102"),
                ),
                element,
                fatal=fatal,
            )
            return None


def day_of(page: Page, node: _Element | None, *, fatal: bool = True) -> date | None:
    """A day of a billing period; None for a week or month, which older invoices state and which is no day."""
    return page.day(node, fatal=fatal) if node is not None and node.get("format", "102") == "102" else None
