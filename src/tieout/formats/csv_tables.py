"""CSV: orders, receipts, invoices, contracts, suppliers and products as rows under named columns.

The header determines the table. Rows with the same number are one document. An invalid row makes its document unreadable,
with row, column and remedy; every other document of the file is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from tieout.core.documents.kind import Document, Kinds
from tieout.core.documents.reading import Reading
from tieout.core.documents.remark import Remark
from tieout.core.values.errors import Malformed
from tieout.core.values.sentence import Sentence
from tieout.formats.csv_columns import OF_THE_ROW, Column, Table
from tieout.formats.csv_rows import is_deleted, turned
from tieout.formats.csv_sheet import REFERENCE, Sheet, nearest, sheet_of, table_text
from tieout.formats.csv_text import Cell, Habits, habits_of, text_of
from tieout.formats.csv_writing import write_table
from tieout.formats.format import Format, Source, refusal
from tieout.formats.json_documents import document_of

NAME: Final = "csv"
_HEAD: Final = 8192


@dataclass(slots=True, kw_only=True)
class _Group:
    """The rows of one document."""

    number: str
    rows: list[Mapping[str, Cell]] = field(default_factory=list)


def _sniff(source: Source) -> bool:
    if source.root is not None or source.content[:1] in {b"{", b"[", b"<", b"%"}:
        return False
    try:
        head = text_of(source.content[:_HEAD])
    except Malformed:  # the head may end inside a character
        head = source.content[:_HEAD].decode("utf-8", "ignore")
    return table_text(head, source.mappings) is not None


def _read(source: Source) -> tuple[Reading, ...]:
    try:
        sheet = sheet_of(_counted_text(source), source.mappings)
        groups = _groups(sheet)
        if len(groups) > source.limits.documents_max:
            raise Malformed(
                "the file holds {count} documents, more than {limit}",
                remedy="send them in several files",
                count=len(groups),
                limit=source.limits.documents_max,
            )
    except Malformed as error:
        return (_refused(source, error),)
    readings = []
    for part, group in enumerate(groups, 1):
        try:
            document = _document(group, sheet, source.kinds)
            remarks = _strange(sheet) if part == 1 else ()
            readings.append(Reading(document=document, format=NAME, remarks=remarks, part=part))
        except Malformed as error:
            readings.append(_refused(source, error, part=part, number=group.number))
    return tuple(readings)


def _counted_text(source: Source) -> str:
    """The text of a file with no more rows than are read; they are counted before any is read."""
    text, limit = text_of(source.content), source.limits.rows_max
    if text.count("\n") > limit or text.count("\r") > limit:
        raise Malformed(
            "the file holds more than {limit} rows", remedy="send them in several files", limit=f"{limit:,}"
        )
    return text


def _refused(source: Source, error: Malformed, *, part: int = 1, number: str = "") -> Reading:
    what = Sentence("{number}: {message}", number=number, message=error) if number else error.message
    return refusal(source, what, where=error.where, remedy=error.remedy or REFERENCE, format_name=NAME, part=part)


def _strange(sheet: Sheet) -> tuple[Remark, ...]:
    remarks = []
    for name in sheet.strange:
        near = nearest(name, sheet.table)
        message = (
            Sentence("the column {name!r} is not read; did you mean {other!r}?", name=name, other=near)
            if near
            else Sentence("the column {name!r} is not read", name=name)
        )
        remarks.append(Remark(code="DOC-UNREAD", where=f"column {name}", message=message, fatal=False))
    if sheet.mapped:
        message = Sentence("read by version {version} of the column mapping of its source", version=sheet.mapped)
        remarks.append(Remark(code="DOC-UNREAD", where="document", message=message, fatal=False))
    if sheet.totals:
        message = Sentence.counted(
            "{count} row of totals is not read", "{count} rows of totals are not read", sheet.totals
        )
        remarks.append(Remark(code="DOC-UNREAD", where="document", message=message, fatal=False))
    return tuple(remarks)


def _groups(sheet: Sheet) -> list[_Group]:
    """Rows by number, and for invoices by supplier too: two suppliers may use one number.

    A row that leaves the supplier empty belongs to the row above it, if that has its number.
    """
    names = [sheet.table.key]
    if sheet.table.kind == "invoice":
        names += ["supplier_number", "supplier_vat", "supplier_name"]
    groups: dict[tuple[str, ...], _Group] = {}
    last: tuple[str, ...] | None = None
    for k, row in enumerate(sheet.rows):
        key = tuple(cell.text for name in names if (cell := row.get(name)) is not None)
        if not row.get(sheet.table.key, Cell(text="", row=0, column="")).text:
            key = (*key, f"\x00{k}")  # a row without a number belongs to no document: it is refused alone
        number = row[sheet.table.key].text if sheet.table.key in row else ""
        if last is not None and number and last[0] == number and not any(key[1:]):
            key = last
        last = key
        groups.setdefault(key, _Group(number=number)).rows.append(row)
    return list(groups.values())


def _document(group: _Group, sheet: Sheet, kinds: Kinds) -> Document:
    tree: dict[str, Any] = {"kind": sheet.table.kind, sheet.table.rows: []}
    _defaults(tree, sheet.table)
    whole: dict[str, Cell] = {}
    for row in group.rows:
        first = next(iter(row.values()))
        if first.row in sheet.short:
            raise Malformed(
                sheet.short[first.row], where=f"row {first.row}", remedy="quote cells that hold the delimiter"
            )
        tree[sheet.table.rows] += _line(row, whole, sheet)
    for column in sheet.table.columns:
        if column.required and not column.own and column.name not in whole:
            raise _empty(column, group.rows[0])
    for name, cell in whole.items():
        column = next(candidate for candidate in sheet.table.columns if candidate.name == name)
        _put(tree, column.path, _value(column, cell, whole, sheet.habits))
    _finish(tree, sheet.table)
    if all(is_deleted(row) for row in group.rows):
        tree["status"] = "cancelled"
    try:
        return document_of(tree, kinds)
    except Malformed as error:
        raise Malformed(error.message, where=_where(error.where, group, sheet.table), remedy=error.remedy) from error


def _line(row: Mapping[str, Cell], whole: dict[str, Cell], sheet: Sheet) -> Iterator[dict[str, Any]]:
    """The row's own values, if any; header values are collected and must agree with earlier rows."""
    line: dict[str, Any] = {}
    for column in sheet.table.columns:
        cell = None if column.kind in OF_THE_ROW else row.get(column.name)
        if cell is None or not cell.text:
            if column.required and (column.own or column.name == sheet.table.key):
                raise _empty(column, row)
            continue
        if not column.own:
            earlier = whole.setdefault(column.name, cell)
            if earlier.text != cell.text:
                raise Malformed(
                    "{value!r} contradicts {earlier!r} in row {row}", where=cell.where,
                    remedy="rows of one document repeat header values, or leave them empty",
 value=cell.text, earlier=earlier.text, row=earlier.row
                )  # fmt: skip
        elif column.name != "unit" or column.kind != "text" or column.path.endswith(".unit"):
            _put(line, column.path.partition("[].")[2], _value(column, cell, _around(whole, row), sheet.habits))
    if line and not is_deleted(row):
        yield turned(line, row)


def _around(whole: Mapping[str, Cell], row: Mapping[str, Cell]) -> Mapping[str, Cell]:
    """The cells beside one: the row's own, and those of the document where the row leaves them empty."""
    return {**row, **{name: cell for name, cell in whole.items() if not (name in row and row[name].text)}}


def _empty(column: Column, row: Mapping[str, Cell]) -> Malformed:
    where = row[column.name].where if column.name in row else f"row {next(iter(row.values())).row}"
    return Malformed("{column} is empty", where=where, remedy="fill it in", column=column.name)


def _value(column: Column, cell: Cell, around: Mapping[str, Cell], habits: Habits) -> Any:
    match column.kind:
        case "number":
            return str(habits.number(cell))
        case "amount":
            currency = around.get("currency")
            return {"amount": str(habits.number(cell)), "currency": currency.text if currency else ""}
        case "quantity":
            unit = around.get("unit")
            if unit is None or not unit.text:
                where = unit.where if unit else cell.where
                raise Malformed("{value} has no unit", where=where, remedy="fill in the column unit", value=cell.text)
            return {"value": str(habits.number(cell)), "unit": unit.text}
        case "date":
            return habits.day(cell).isoformat()
        case _:
            return _word(column, cell)


def _word(column: Column, cell: Cell) -> Any:
    match column.kind:
        case "yes_no":
            return _yes_no(cell)
        case "list":
            return [part.strip() for part in cell.text.split("|") if part.strip()]
        case "ratio":
            return cell.text if "/" in cell.text else str(_plain(cell))
        case "instant":
            return _instant(cell)
        case _:
            return cell.text


def _instant(cell: Cell) -> str:
    try:
        return datetime.fromisoformat(cell.text).isoformat()
    except ValueError as error:
        remedy = "write it as 2026-05-04T08:30Z"
        raise Malformed("{value!r} is not an instant", where=cell.where, remedy=remedy, value=cell.text) from error


def _plain(cell: Cell) -> Decimal:
    return habits_of([cell], []).number(cell)


def _yes_no(cell: Cell) -> bool:
    word = cell.text.lower()
    if word in {"true", "yes", "y", "1", "x", "ja", "j"}:
        return True
    if word in {"false", "no", "n", "0", "nein"}:
        return False
    raise Malformed("{value!r} is neither yes nor no", where=cell.where, remedy="write yes or no", value=cell.text)


def _put(tree: dict[str, Any], path: str, value: Any) -> None:
    """Sets a value at a path: "a.b", "a[scheme]" for an identifier, "a[0].b" for the one entry of a list."""
    name, _, rest = path.partition(".")
    match = re.fullmatch(r"(\w+)\[(\w+)\]", name)
    if match is not None and not rest:
        tree.setdefault(match[1], []).append({"scheme": match[2], "value": value})
    elif match is not None:
        entries = tree.setdefault(match[1], [])
        entries or entries.append({})
        _put(entries[0], rest, value)
    elif rest:
        _put(tree.setdefault(name, {}), rest, value)
    else:
        tree[name] = value


def _defaults(tree: dict[str, Any], table: Table) -> None:
    """Required fields of the kind that a table may leave out."""
    if table.kind in {"order", "invoice"}:
        tree |= {"issue_date": None, "supplier": {}, "buyer": {}}
    if table.kind == "invoice":
        tree["totals"] = {}
    if table.kind == "receipt":
        tree["occurred_at"] = None
    if table.kind == "contract":
        tree["supplier"] = {}


def _finish(tree: dict[str, Any], table: Table) -> None:
    """Values derived from the rows: the common order of all lines; a product is identified by its own number."""
    if table.kind in {"receipt", "invoice"}:
        orders = {line.get("order", {}).get("document", "") for line in tree["lines"]}
        if len(orders) == 1:
            tree["order_number"] = orders.pop()
    if table.kind == "product":
        tree.setdefault("ids", {})["buyer"] = tree["number"]


def _where(path: str, group: _Group, table: Table) -> str:
    """Row and column of a path in the document ("lines[1].quantity")."""
    match = re.match(r"\w+\[(\d+)\]", path)
    row = group.rows[int(match[1])] if match and int(match[1]) < len(group.rows) else group.rows[0]
    general = re.sub(r"\[\d+\]", "[]", path)
    column = next((candidate for candidate in table.columns if candidate.path == general), None)
    column = column or next((candidate for candidate in table.columns if general.startswith(candidate.path)), None)
    cell = row.get(column.name) if column else None
    return cell.where if cell else f"row {next(iter(row.values())).row}"


def _write(document: Document) -> bytes:
    return write_table([document])


FORMAT: Final = Format(name=NAME, sniff=_sniff, read=_read, write=_write)
