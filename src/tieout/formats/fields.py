"""Single values out of an XML paper: text, money, decimals, quantities, dates. What cannot be read is remarked with its place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Final

from lxml import etree

from tieout.core.errors import Malformed
from tieout.core.money import Money, decimal_of, is_currency
from tieout.core.quantity import Quantity
from tieout.core.reading import Remark

Node = etree._Element
Text = Callable[[Node], str]
Nodes = Callable[[Node], list[Node]]

# UNTDID 2379 date formats, all of which begin with a day: CCYYMMDD, with hours and minutes, with seconds.
_DAY_FORMATS: Final = frozenset({"", "102", "203", "204", "205"})


def compiled_text(path: str, namespaces: dict[str, str]) -> Text:
    """A function from a node to the text of the first match, blanks trimmed and runs of blanks made one; "" for none."""
    find = etree.XPath(f"normalize-space({path})", namespaces=namespaces, smart_strings=False)
    return find  # type: ignore[return-value]  # normalize-space gives a str


def compiled_nodes(path: str, namespaces: dict[str, str]) -> Nodes:
    """A function from a node to all matches, in document order."""
    return etree.XPath(path, namespaces=namespaces, smart_strings=False)  # type: ignore[return-value]  # a node path


class Fields:
    """Reads values of one paper and keeps the remarks on those that are wrong. `currency` is the paper's own."""

    __slots__ = ("currency", "remarks")

    def __init__(self, currency: str) -> None:
        self.currency = currency
        self.remarks: list[Remark] = []

    def remark(self, where: str, message: str, *, rule: str = "", fatal: bool = True) -> None:
        """Keeps one remark."""
        self.remarks.append(Remark(code="DOC-EINV", where=where, message=message, rule=rule, fatal=fatal))

    def money(self, nodes: list[Node], where: str, *, currency: str = "") -> Money | None:
        """The first node's amount in its `currencyID`, else `currency`, else the paper's. More decimals are rounded and remarked."""
        if not nodes:
            return None
        text = (nodes[0].text or "").strip()
        stated = (nodes[0].get("currencyID") or "").strip()
        if stated and not is_currency(stated):
            self.remark(where, f"{stated!r} is not an ISO 4217 currency", rule="BR-CL-03")
            stated = ""
        return self.amount(text, where, currency=stated or currency or self.currency)

    def amount(self, text: str, where: str, *, currency: str) -> Money | None:
        """An amount from its text; None if there is none or it is no number (remarked)."""
        value = self.number(text, where)
        if value is None:
            return None
        nearest = Money.rounded(value, currency)
        if nearest.amount != value:
            self.remark(where, f"{text} has more decimals than {currency} allows; read as {nearest}", rule="BR-DEC")
        return nearest

    def number(self, text: str, where: str) -> Decimal | None:
        """A decimal from its text; None if there is none or it is no number (remarked)."""
        if not text:
            return None
        try:
            return decimal_of(text)
        except Malformed as error:
            self.remark(where, f"{error.message}; {error.remedy}" if error.remedy else error.message)
            return None

    def quantity(self, nodes: list[Node], where: str) -> Quantity | None:
        """The first node's value with its `unitCode`; a missing unit is remarked and read as single things (EA)."""
        if not nodes:
            return None
        value = self.number((nodes[0].text or "").strip(), where)
        if value is None:
            return None
        unit = (nodes[0].get("unitCode") or "").strip()
        if not unit:
            self.remark(where, "the quantity has no unit; read as single pieces", rule="BR-23", fatal=False)
            unit = "EA"
        try:
            return Quantity.of(value, unit)
        except Malformed as error:
            self.remark(where, f"{error.message}; {error.remedy}", rule="BR-CL-23")
            return None

    def day(self, text: str, where: str, *, coded: str = "") -> date | None:
        """A date from CCYYMMDD… (with its UNTDID 2379 code) or CCYY-MM-DD…; None if there is none or it is no date (remarked)."""
        if not text:
            return None
        plain = text[:10].replace("-", "") if text[4:5] == "-" else text[:8]
        try:
            if coded not in _DAY_FORMATS or len(plain) != 8:
                raise ValueError(coded)
            return date(int(plain[:4]), int(plain[4:6]), int(plain[6:]))
        except ValueError:
            self.remark(
                where, f"{text!r} is not a date; write it as 20260131 with format 102, or 2026-01-31", rule="BR-CL-date"
            )
            return None
