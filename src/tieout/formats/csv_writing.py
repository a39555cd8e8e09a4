"""Writes CSV: documents of one kind as rows under those documented columns that are used."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from io import StringIO
from typing import Any, Final

from tieout.core.documents.kind import Document
from tieout.core.values.errors import Malformed
from tieout.core.values.money import Money
from tieout.core.values.quantity import Quantity
from tieout.formats.csv_columns import TABLE_OF_KIND, Column, Table
from tieout.formats.csv_text import as_meant, inert, written

_NOTHING: Final = ("", None, ())


def write_table(documents: Sequence[Document]) -> bytes:
    """One CSV file. Raises `Malformed` for a kind without a table, or for documents of several tables.

    A text that a spreadsheet would take for a formula has an apostrophe before it, which reading it undoes; numbers have none.
    Only documented columns are written: allowances or tax subtotals of an invoice, for example, have none.
    """
    tables = {
        TABLE_OF_KIND[document.kind].kind: TABLE_OF_KIND[document.kind]
        for document in documents
        if document.kind in TABLE_OF_KIND
    }
    if len(tables) != 1 or any(document.kind not in TABLE_OF_KIND for document in documents):
        kinds = ", ".join(sorted({document.kind for document in documents})) or "nothing"
        raise Malformed(
            "there is no single table for {kinds}",
            remedy="write each kind into its own file, others as JSON",
            kinds=kinds,
        )
    table = next(iter(tables.values()))
    rows = [row for document in documents for row in _rows(document, table)]
    used = [column for k, column in enumerate(table.columns) if column.required or any(row[k] for row in rows)]
    places = [table.columns.index(column) for column in used]
    return written([[column.name for column in used], *([row[k] for k in places] for row in rows)])


def made_inert(table: bytes) -> int:
    """How many cells of a written table have an apostrophe before what a spreadsheet would take for a formula."""
    cells = (cell for row in csv.reader(StringIO(table.decode(), newline="")) for cell in row)
    return sum(as_meant(cell) != cell for cell in cells)


def _rows(document: Document, table: Table) -> Iterator[list[str]]:
    lines: tuple[Any, ...] = getattr(document, table.rows)
    for line in lines or (None,):
        yield [_cell(column, document, line) for column in table.columns]


def _cell(column: Column, document: Document, line: Any) -> str:
    if not column.path:
        return ""
    value = _at(line, column.path.partition("[].")[2]) if column.own else _at(document, column.path)
    if column.path == "lines[].order.document" and not value:
        value = getattr(document, "order_number", "")
    if isinstance(value, Quantity):
        if column.name == "catch_weight":
            return str(value)
        return value.unit if column.name == "unit" else f"{value.value:f}"
    return _text(value)


def _at(value: Any, path: str) -> Any:
    for name in path.split("."):
        if value is None:
            return None
        match = re.fullmatch(r"(\w+)\[(\w+)\]", name)
        if match is None:
            value = getattr(value, name)
        elif match[2] == "0":
            entries = getattr(value, match[1])
            value = entries[0] if entries else None
        else:
            values = (identifier.value for identifier in getattr(value, match[1]) if identifier.scheme == match[2])
            value = next(values, "")
    return value


def _text(value: Any) -> str:
    if value in _NOTHING:
        return ""
    match value:
        case bool():
            return "yes" if value else "no"
        case Money():
            return f"{value.amount:f}"
        case Decimal():
            return f"{value:f}"
        case datetime():
            return value.isoformat()
        case date() | Fraction():
            return str(value)
        case tuple():
            return inert("|".join(str(entry) for entry in value))
        case _:
            return inert(str(value))
