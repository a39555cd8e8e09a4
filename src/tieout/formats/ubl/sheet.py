"""One UBL document while it is read: its currency, and the remarks on its values. Nothing is dropped without a remark."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from functools import lru_cache
from typing import Final

from lxml.etree import _Element

from tieout.core.documents.remark import Remark
from tieout.core.values.errors import Malformed
from tieout.core.values.money import Money, decimal_of, exponent
from tieout.core.values.quantity import Quantity
from tieout.core.values.sentence import Sentence
from tieout.core.values.units import unit_of_code

_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})")
_DAY: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:Z|[+-][0-9]{2}:[0-9]{2}|T[0-9:.Z+-]*)?")
_CLOCK: Final = re.compile(r"([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?:\.([0-9]{1,9}))?(Z|[+-][0-9]{2}:[0-9]{2})?")
UNKNOWN_UNIT: Final = (
    "ZZ"  # UN/CEFACT: mutually defined; converts into nothing, so nothing is compared with it by mistake
)
_REMEMBERED_MAX: Final = 20_000
"""Elements whose children are remembered; more are looked at again, so that a long document takes no more memory."""

Fields = Mapping[str, _Element]
_NONE: Final[Fields] = {}


def text(element: _Element | None) -> str:
    """The text of an element without blanks around it; "" where there is none."""
    if element is None:
        return ""
    content = element.text
    return content.strip() if content else ""


def first(element: _Element, tag: str) -> _Element | None:
    """The first child of an element with a tag; None where there is none."""
    return next(element.iterchildren(tag), None)


def local(tag: str) -> str:
    """A tag without its namespace."""
    return tag.rpartition("}")[2]


@lru_cache(maxsize=8192)
def number_of(content: str) -> Decimal:
    """A decimal as XML Schema writes it. Raises `Malformed` for anything else, such as exponents and thousands separators."""
    if _NUMBER.fullmatch(content) is None:
        raise Malformed("{content!r} is not a decimal number", content=content[:60])
    return decimal_of(content)


@lru_cache(maxsize=8192)
def _money(content: str, currency: str) -> tuple[Money, bool]:
    """The amount, and whether it had to be rounded to the currency's decimals."""
    value = number_of(content)
    money = Money.rounded(value, currency)
    return money, money.amount != value


def amount_in(element: _Element, currency: str) -> Money | None:
    """An amount in another currency than the document's; None where it cannot be read."""
    try:
        return _money(text(element), currency)[0]
    except Malformed:
        return None


class Sheet:
    """The currency of one document, the remarks on it, in order, and the children of its elements."""

    __slots__ = ("_again", "_children", "_whole", "currency", "fractions", "remarks")

    def __init__(self, currency: str, root: _Element | None = None, *, fractions: bool = False) -> None:
        """`root`: the document, looked through at once. `fractions`: its customization writes a percentage as a factor (0.1 for 10 %)."""
        self.currency = currency
        self.fractions = fractions
        self.remarks: list[Remark] = []
        self._children: dict[_Element, Fields] = {}
        self._again: dict[_Element, dict[str, list[_Element]]] = {}
        self._whole = root is not None and self._look_through(root)

    def _look_through(self, root: _Element) -> bool:
        """Look at every element of a document once, so that nothing looks again. False where it is too long for that."""
        children: dict[_Element, Fields] = {root: {}}
        again: dict[_Element, dict[str, list[_Element]]] = {}
        last: _Element | None = None
        by_tag: dict[str, _Element] = {}
        for element in root.iterdescendants():
            parent = element.getparent()
            assert parent is not None, "it is below the root"
            if parent is not last:
                last = parent
                by_tag = children.get(parent) or children.setdefault(parent, {})  # type: ignore[assignment]
                if len(children) > _REMEMBERED_MAX:
                    return False
            tag = element.tag
            one = by_tag.setdefault(tag, element)
            if one is not element:
                again.setdefault(parent, {}).setdefault(tag, [one]).append(element)
        self._children, self._again = children, again
        return True

    def every(self, element: _Element, tag: str) -> Iterable[_Element]:
        """The children of an element with a tag, in order."""
        if not self._whole:
            return element.iterchildren(tag)
        repeated = self._again.get(element)
        if repeated is not None and tag in repeated:
            return repeated[tag]
        one = self._children.get(element, _NONE).get(tag)
        return () if one is None else (one,)

    def repeats(self, once: Mapping[str, frozenset[str]]) -> bool:
        """Whether an element may have, by its tag, a child that is named here several times. True where nobody has looked."""
        if not self._whole:
            return True
        for parent, repeated in self._again.items():
            names = once.get(parent.tag)
            if names is not None and not names.isdisjoint(repeated):
                return True
        return False

    def fields(self, element: _Element | None) -> Fields:
        """The children of an element by tag, the first of each. Remembered: to look at an element costs more than to look it up."""
        if element is None:
            return _NONE
        by_tag = self._children.get(element)
        if by_tag is None:
            if self._whole:
                return _NONE
            children = element[:]  # type: ignore[index]  # a slice is made faster than a list is filled
            by_tag = {child.tag: child for child in children}
            if len(by_tag) < len(children):
                by_tag = {child.tag: child for child in reversed(children)}
            if len(self._children) >= _REMEMBERED_MAX:
                self._children.clear()
            self._children[element] = by_tag
        return by_tag

    def below(self, children: Fields, *tags: str) -> str:
        """The text at the end of a path of first children, "" where the path ends early."""
        element = children.get(tags[0])
        for tag in tags[1:]:
            if element is None:
                return ""
            element = self.fields(element).get(tag)
        return text(element)

    def remark(self, message: str, at: _Element | str, *, rule: str = "", fatal: bool = True) -> None:
        """Adds a remark: what is wrong and where, as an element (path and line) or in words."""
        where = at if isinstance(at, str) else place(at)
        self.remarks.append(Remark(code="DOC-EINV", where=where, message=message, rule=rule, fatal=fatal))

    def money(self, element: _Element | None) -> Money | None:
        """An amount in the document's currency; None where there is none, or none that can be read (with a remark)."""
        if element is None:
            return None
        stated = element.get("currencyID")
        if stated != self.currency:
            self._other_currency(element, stated)
        content = text(element)
        try:
            money, rounded = _money(content, self.currency)
        except Malformed as error:
            self.remark(Sentence("{message}, so this amount could not be read", message=error), element)
            return None
        if rounded:
            allowed = exponent(self.currency)
            self.remark(
                Sentence(
                    "{content} has more than {decimals} decimals and was rounded to {money}",
                    content=content,
                    decimals=allowed,
                    money=money,
                ),
                element,
                fatal=False,
            )
        return money

    def _other_currency(self, element: _Element, stated: str | None) -> None:
        if stated is None:
            self.remark(
                Sentence("the amount has no currencyID; it was read as {currency}", currency=self.currency),
                element,
                fatal=False,
            )
        else:
            words = Sentence(
                "the amount is in {stated} but the document is in {currency}; it was read as {currency}",
                stated=stated,
                currency=self.currency,
            )
            self.remark(words, element, rule="PEPPOL-EN16931-R051")

    def number(self, element: _Element | None) -> Decimal | None:
        """A decimal; None where there is none, or none that can be read (with a remark)."""
        if element is None:
            return None
        try:
            return number_of(text(element))
        except Malformed as error:
            self.remark(error.message, element)
            return None

    def percent(self, element: _Element | None) -> Decimal | None:
        """A percentage, with or without a percent sign behind it."""
        if element is not None and text(element).endswith("%"):
            content = text(element).removesuffix("%").strip()
            return number_of(content) if _NUMBER.fullmatch(content) else self.number(element)
        return self.number(element)

    def quantity(self, element: _Element | None) -> Quantity | None:
        """A quantity; None where there is none that can be read. A missing unit becomes "ZZ" (unknown), with a remark."""
        value = self.number(element)
        if value is None or element is None:
            return None
        return Quantity(value, self.unit(element))

    def unit(self, element: _Element) -> str:
        """The unit of an element's unitCode; "ZZ" where none can be read. A word in the place of a code gives a remark."""
        try:
            read = unit_of_code(element.get("unitCode", ""))
        except Malformed:
            self.remark("the quantity has no unit that can be read (unitCode)", element, rule="BR-23")
            return UNKNOWN_UNIT
        if read.remark:
            self.remark(read.remark, element, rule="BR-CL-23", fatal=False)
        return read.unit

    def day(self, element: _Element | None, *, fatal: bool = True) -> date | None:
        """A business date; None where there is none, or none that can be read (with a remark)."""
        if element is None:
            return None
        matched = _DAY.fullmatch(text(element))
        try:
            return date.fromisoformat(matched.group(1) if matched else "")
        except ValueError:
            self.remark(Sentence("{text!r} is not a date (YYYY-MM-DD)", text=text(element)[:40]), element, fatal=fatal)
            return None

    def instant(self, day: _Element | None, clock: _Element | None) -> datetime | None:
        """A date with its time, in UTC. Without a time the end of that day; without a time zone UTC."""
        on = self.day(day)
        if on is None:
            return None
        if clock is None:
            return datetime.combine(on, time(23, 59, 59), tzinfo=UTC)
        try:
            return datetime.combine(on, _clock(text(clock))).astimezone(UTC)
        except (ValueError, OverflowError):
            self.remark(Sentence("{text!r} is not a time (HH:MM:SS)", text=text(clock)[:40]), clock, fatal=False)
            return datetime.combine(on, time(23, 59, 59), tzinfo=UTC)


def _clock(content: str) -> time:
    matched = _CLOCK.fullmatch(content)
    if matched is None:
        raise ValueError(content)
    clock, fraction, zone = matched.groups()
    bare = time.fromisoformat(clock)
    if fraction:
        bare = bare.replace(microsecond=int(fraction[:6].ljust(6, "0")))
    if zone in {None, "Z"}:
        return bare.replace(tzinfo=UTC)
    hours, minutes = int(zone[1:3]), int(zone[4:6])
    return bare.replace(tzinfo=timezone((1 if zone[0] == "+" else -1) * timedelta(hours=hours, minutes=minutes)))


def place(element: _Element) -> str:
    """The place of an element: a readable path, and its line in the file."""
    path = element.getroottree().getpath(element)
    return f"{path} (line {element.sourceline})"
