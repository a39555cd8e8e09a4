"""Soundness: what must hold inside one document before anything is compared, whatever file it came from.

The kernel relies on it (one currency per document, no division by zero, distinct line ids), so readers of freely written
files check it first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from tieout.core.documents.kind import Document
from tieout.core.values.errors import Malformed
from tieout.core.values.money import Money, decimal_of, is_currency
from tieout.core.values.quantity import Conversion, Quantity
from tieout.core.values.sentence import Sentence
from tieout.trade.documents import Contract, Invoice, Order, ReceiptLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """What does not hold: the path from the document ("lines[0].price"), what is wrong, and the remedy."""

    path: str
    what: str
    remedy: str


_YEAR_FIRST: Final = 1900
_YEAR_LAST: Final = 9000
_ACCOUNTED: Final = "totals.accounted"
_POSITIVE: Final = frozenset({"price_per"})


def flaws(document: Document) -> Iterator[Flaw]:
    """Everything that does not hold, in the order of the document's fields."""
    if isinstance(document, Invoice | Order | Contract) and not is_currency(document.currency):
        yield Flaw(
            path="currency",
            what=Sentence("{currency!r} is not an ISO 4217 currency", currency=document.currency),
            remedy="write a three-letter code such as EUR",
        )
    if isinstance(document, Invoice):
        yield from _accounted(document)
    currency = document.currency if isinstance(document, Invoice | Order) else None
    yield from _inside(document, "", currency)
    yield from _twice(document)


def _accounted(invoice: Invoice) -> Iterator[Flaw]:
    """The tax for the general ledger is the one amount that is stated in another currency: that of the tax."""
    stated = invoice.totals.accounted
    if stated is not None and stated.currency != invoice.tax_currency:
        yield Flaw(
            path=_ACCOUNTED,
            what=Sentence("{value} is not in the tax currency", value=stated),
            remedy=Sentence("write it in the currency of tax_currency"),
        )


def _inside(value: Any, path: str, currency: str | None) -> Iterator[Flaw]:
    kind: Any = type(value)
    if isinstance(value, tuple):
        for k, entry in enumerate(value):
            if type(entry) not in _SOUND:
                yield from _inside(entry, f"{path}[{k}]", currency)
    elif (names := _names_in(kind)) is not None:
        for name in names:
            field = getattr(value, name)
            if type(field) not in _SOUND and field != ():
                yield from _inside(field, f"{path}.{name}" if path else name, currency)
        yield from _together(value, path)
    else:
        yield from _alone(value, path, currency)


_SOUND: Final = frozenset({str, bool, int, type(None), Sentence})
"""Nothing of these can be wrong by itself: most fields are such, and need no path."""


@lru_cache(maxsize=512)
def _names_in(kind: type) -> tuple[str, ...] | None:
    """The fields of a dataclass; None for any other type."""
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else None


def _alone(value: Any, path: str, currency: str | None) -> Iterator[Flaw]:
    if isinstance(value, Money) and currency is not None and value.currency != currency and path != _ACCOUNTED:
        yield Flaw(
            path=path,
            what=Sentence("{value} is not in the document's currency {currency}", value=value, currency=currency),
            remedy="use one currency per document",
        )
    elif isinstance(value, datetime) and value.tzinfo is None:
        yield Flaw(
            path=path,
            what=Sentence("{value!r} has no time zone", value=value.isoformat()),
            remedy=Sentence("write it as {value}Z", value=value.isoformat()),
        )
    elif isinstance(value, date) and (
        value.year < _YEAR_FIRST or (isinstance(value, datetime) and value.year > _YEAR_LAST)
    ):
        yield Flaw(
            path=path,
            what=Sentence("{value} is no plausible date", value=value),
            remedy="leave out what is not known, and write 9999-12-31 for never",
        )
    elif isinstance(value, Decimal | Quantity):
        number = value.value if isinstance(value, Quantity) else value
        try:
            decimal_of(number)
        except Malformed:
            yield Flaw(
                path=path,
                what=Sentence("{number} is no usable number", number=number),
                remedy="write a plain number such as 12.50",
            )
        else:
            if path.rpartition(".")[2] in _POSITIVE and number <= 0:
                yield Flaw(
                    path=path,
                    what=Sentence("a price cannot be for {number}", number=number),
                    remedy="write 1, or 100 for a price per hundred",
                )


def _together(value: Any, path: str) -> Iterator[Flaw]:
    if isinstance(value, ReceiptLine):
        for name in ("in_inspection", "rejected"):
            other = getattr(value, name)
            if other is not None and other.unit != value.accepted.unit:
                yield Flaw(
                    path=f"{path}.{name}",
                    what=Sentence(
                        "{other} is not in {unit}, the unit of what was accepted", other=other, unit=value.accepted.unit
                    ),
                    remedy="use one unit per line",
                )
    elif isinstance(value, Conversion) and value.factor <= 0:
        yield Flaw(
            path=f"{path}.factor",
            what=Sentence(
                "one {unit} cannot be {factor} {into}", unit=value.unit, factor=value.factor, into=value.into
            ),
            remedy="write 12 or 1/12",
        )


def _twice(document: Document) -> Iterator[Flaw]:
    seen: set[str] = set()
    for k, line in enumerate(getattr(document, "lines", ())):
        own = getattr(line, "id", None)
        if own is None:
            return
        if own in seen:
            yield Flaw(
                path=f"lines[{k}].id",
                what=Sentence("line {own!r} appears twice", own=own),
                remedy="give each line its own id",
            )
        seen.add(own)
