"""Any document laid out field by field: for kinds that have no layout of their own, so that none is ever hidden."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast

from tieout.core.documents.kind import Document
from tieout.core.values.money import Money
from tieout.core.values.party import Party
from tieout.core.values.quantity import Quantity
from tieout.trade.documents import LineReference, ProductIds
from tieout.web.sheets.layout import Sheet, Table, columns, filled, party, product, reference, table
from tieout.web.words import day, figure, moment, money, quantity, sentence


def plain(document: Document) -> Sheet:
    """Single values as fields, parties as parties, and a table for each list of lines."""
    values = [(known.name, getattr(document, known.name)) for known in fields(cast("Any", document))]
    simple = [(sentence(name), text(value)) for name, value in values if name not in {"kind", "number"}]
    lists = [(name, value) for name, value in values if isinstance(value, tuple) and value and is_dataclass(value[0])]
    return Sheet(
        kind=sentence(document.kind),
        number=document.number,
        fields=filled(*simple),
        parties=tuple(
            made for name, value in values if isinstance(value, Party) for made in party(sentence(name), value)
        ),
        tables=tuple(made for name, rows in lists for made in _table(name, rows)),
    )


def _table(name: str, rows: tuple[object, ...]) -> tuple[Table, ...]:
    names = [known.name for known in fields(rows[0])]  # type: ignore[arg-type]
    return table(
        sentence(name),
        columns(*(sentence(each) for each in names)),
        [[text(getattr(row, each)) for each in names] for row in rows],
    )


def text(value: object) -> str:  # noqa: PLR0911  one line a type
    """A value as people read it; "" for nothing, and for what stands elsewhere on the sheet."""
    match value:
        case bool():
            return "yes" if value else ""
        case str() | int():
            return str(value)
        case Money():
            return money(value)
        case Quantity():
            return quantity(value)
        case Decimal():
            return figure(value)
        case datetime():
            return moment(value)
        case date():
            return day(value)
        case LineReference():
            return reference(value)
        case ProductIds():
            return product(value)
        case tuple() if not value or not is_dataclass(value[0]):
            return ", ".join(text(each) for each in value)
        case _:
            return ""
