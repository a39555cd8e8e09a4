"""A table as cells by column: by our own names and synonyms, or by the mapping that is kept for its source.

What the headings lack is settled of all of them at once, with the proposal of a mapping; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from tieout.core.documents.column_mapping import ROW_NUMBER, ColumnMapping
from tieout.core.values.errors import Malformed
from tieout.core.values.sentence import Sentence
from tieout.formats.csv_columns import Column, Table, normal, table_of
from tieout.formats.csv_headings import checked, fitting, proposed, recognises, refused_headings, table_named
from tieout.formats.csv_lists import TableText, rows_under, table_in
from tieout.formats.csv_text import Cell, Habits, as_meant, habits_of
from tieout.formats.csv_vocabulary import spelled

REFERENCE: Final = "see docs/reference/csv.md"
_NO_DAY: Final = frozenset({"00000000", "00.00.0000", "0000-00-00", "00/00/0000"})
"""How SAP writes that there is no date."""
_NEAR: Final = 17 / 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A file with its table: rows as cells by column name; by row what is wrong with its width; headings that are not read.

    `totals` is the number of rows of sums that were left out, `mapped` the version of the mapping it was read by, 0 for none.
    """

    table: Table
    rows: tuple[Mapping[str, Cell], ...]
    short: Mapping[int, str]
    strange: tuple[str, ...]
    habits: Habits = Habits()
    totals: int = 0
    mapped: int = 0


def table_text(text: str, mappings: Sequence[ColumnMapping]) -> TableText | None:
    """The table of a text, if there is any."""
    return table_in(text, lambda headings: recognises(headings, mappings))


def sheet_of(text: str, mappings: Sequence[ColumnMapping]) -> Sheet:
    """The table of a text. Raises `Malformed` where it has none, or its headings do not say what is needed."""
    where = table_text(text, mappings)
    if where is None:
        raise Malformed("the header matches no known table", where="row 1", remedy=REFERENCE)
    mapping = fitting(where.headings, mappings)
    fixed = dict(mapping.fixed) if mapping else {}
    if mapping is not None:
        columns, table = _mapped(where.headings, mapping), table_named(mapping.kind)
        settled = {spelled(heading) for heading in mapping.ignored}
    else:
        ours = table_of(where.headings)
        if ours is None:
            raise refused_headings(proposed(where.headings))
        fixed = _by_rows(where.headings, ours)
        columns, table, settled = _named(where.headings, ours, fixed), ours, set()
    strange = [
        heading
        for heading, column in zip(where.headings, columns, strict=True)
        if column is None and heading and spelled(heading) not in settled
    ]
    rows, totals = rows_under(text, where)
    if not rows:
        raise Malformed("the file has a header and no rows", where="row 1", remedy="add rows")
    cells, short = _cells(rows, where.headings, columns, fixed)
    stated = Habits(decimal=mapping.decimal, first=mapping.first) if mapping else Habits()
    return Sheet(
        table=table,
        rows=_counted(cells, table) if fixed.get("line") == ROW_NUMBER else tuple(cells),
        short=short,
        strange=tuple(strange),
        habits=_habits(cells, table, stated),
        totals=totals,
        mapped=mapping.version if mapping else 0,
    )


def _cells(
    rows: Sequence[tuple[int, list[str]]],
    headings: Sequence[str],
    columns: Sequence[Column | None],
    fixed: Mapping[str, str],
) -> tuple[list[Mapping[str, Cell]], dict[int, str]]:
    cells: list[Mapping[str, Cell]] = []
    short: dict[int, str] = {}
    for row, texts in rows:
        if len(texts) != len(headings):
            short[row] = Sentence(
                "the row has {cells} cells, the header has {headings}", cells=len(texts), headings=len(headings)
            )
        given = {
            column.name: Cell(text=_plain(column, as_meant(text.strip())), row=row, column=heading)
            for heading, column, text in zip(headings, columns, texts, strict=False)
            if column is not None
        }
        cells.append(given | {name: Cell(text=value, row=row, column=name) for name, value in fixed.items()})
    return cells, short


def _plain(column: Column, text: str) -> str:
    return "" if column.kind in {"date", "instant"} and text in _NO_DAY else text


def _counted(cells: Sequence[Mapping[str, Cell]], table: Table) -> tuple[Mapping[str, Cell], ...]:
    """The lines of each document numbered in the order of their rows."""
    seen: dict[str, int] = {}
    rows = []
    for row in cells:
        number = row[table.key].text
        seen[number] = seen.get(number, 0) + 1
        rows.append({**row, "line": Cell(text=str(seen[number]), row=row["line"].row, column="line")})
    return tuple(rows)


def _habits(cells: Sequence[Mapping[str, Cell]], table: Table, stated: Habits) -> Habits:
    kinds = {column.name: column.kind for column in table.columns}
    full = [
        cell
        for row in cells
        for name, cell in row.items()
        if cell.text and kinds[name] in {"number", "amount", "quantity"} and name != "unit"
    ]
    days = [cell for row in cells for name, cell in row.items() if kinds[name] == "date"]
    return habits_of(full, days, stated=stated)


def _mapped(headings: Sequence[str], mapping: ColumnMapping) -> list[Column | None]:
    """The columns of headings by a mapping, which says all of them. Raises `Malformed` for a second heading of a name it maps."""
    table = table_named(checked(mapping).kind)
    columns = {column.name: column for column in table.columns}
    by_heading = {spelled(heading): columns[name] for heading, name in mapping.columns}
    settled = {*by_heading, *(spelled(heading) for heading in mapping.ignored)}
    for heading in headings:
        first = heading.rpartition(" (")[0]
        if first and spelled(first) in by_heading and spelled(heading) not in settled and first in headings:
            raise Malformed(
                "the heading {heading!r} is there twice, and the column mapping of this source knows one",
                where="row 1",
                remedy="map the second one, or say that it is not read",
                heading=first,
            )
    return [by_heading.get(spelled(heading)) for heading in headings]


def _by_rows(headings: Sequence[str], table: Table) -> dict[str, str]:
    """What the rows say by their order: the lines of a receipt that states the order's lines only."""
    names = {column.name for heading in headings if (column := table.named(_first(heading))) is not None}
    return {"line": ROW_NUMBER} if table.kind == "receipt" and "order_line" in names and "line" not in names else {}


def _named(headings: Sequence[str], table: Table, fixed: Mapping[str, str]) -> list[Column | None]:
    """The columns of headings by our names and synonyms; `fixed` need none. Raises `Malformed` with all that is wrong with them."""
    columns = [table.named(_first(heading)) for heading in headings]
    present = [column.name for column in columns if column is not None]
    absent = [column.name for column in table.columns if column.name not in {*present, *fixed}]
    near = [
        (heading, close[0])
        for heading, column in zip(headings, columns, strict=True)
        if column is None and (close := get_close_matches(normal(heading), absent, n=1, cutoff=_NEAR))
    ]
    missing = [name for name in absent if next(column for column in table.columns if column.name == name).required]
    if near and not missing and len(set(present)) == len(present):
        raise Malformed(
            "there is no column {header!r}",
            where="row 1",
            remedy="did you mean {other!r}?",
            header=near[0][0],
            other=near[0][1],
        )
    if missing or len(set(present)) < len(present):
        raise refused_headings(proposed(headings, table.kind))
    return columns


def _first(heading: str) -> str:
    """A heading without the number that tells it from an earlier one of the same name."""
    name, _, number = heading.rpartition(" (")
    return name if name and number[:-1].isdigit() else heading


def nearest(heading: str, table: Table) -> str:
    """The column whose name is most like a heading, "" where none is."""
    return next(
        iter(get_close_matches(normal(heading), [column.name for column in table.columns], n=1, cutoff=7 / 10)), ""
    )
