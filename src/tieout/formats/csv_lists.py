"""Where the table is in a text: under titles, in a frame of bars and dashes, after a leading empty column, as list reports export it."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import islice
from typing import Final

from tieout.core.values.errors import Malformed
from tieout.formats.csv_text import DELIMITERS

FRAMED: Final = "|framed|"
"""In place of a delimiter: rows between bars, with lines of dashes between them, as SAP writes an unconverted list."""
_TITLES_MAX: Final = 40
_CELLS_MIN: Final = 3
_HEADING_MAX: Final = 60
_RULE: Final = re.compile(r"[|+\s]*-{3,}[-|+\s]*")
_FIGURES: Final = re.compile(r"[\d.,\s/:+-]+")
_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")
_TOTAL: Final = re.compile(r"\*+")

Row = tuple[int, list[str]]
"""The number of the line on which a row ends, and its cells."""
Recognises = Callable[[Sequence[str]], bool]
"""Whether cells are the headings of a table that is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableText:
    """A table as text: its delimiter, its headings and the line on which they stand. `recognised`: its headings are those of a known table.

    A heading that occurs several times is numbered from its second occurrence: "Menge", "Menge (2)".
    """

    delimiter: str
    line: int
    headings: tuple[str, ...]
    recognised: bool


def table_in(text: str, recognises: Recognises) -> TableText | None:
    """The first table with known headings; else the first that looks like one: at least three headings, and rows as wide under them."""
    lines = list(islice(((number, line) for number, line in _lines(text) if line.strip()), _TITLES_MAX))
    tables = list(_tables(lines))
    return next(
        (table for table in _checked(tables, recognises) if table.recognised), next(iter(_unknown(tables, lines)), None)
    )


def rows_under(text: str, table: TableText) -> tuple[list[Row], int]:
    """The rows of a table, without titles, repeated headings and totals; and how many rows of totals were left out. Raises `Malformed`."""
    rows = list(_framed(text) if table.delimiter == FRAMED else _delimited(text, table.delimiter))
    rows = [(line, cells) for line, cells in rows if line > table.line and numbered(cells) != table.headings]
    kept = [(line, _fitted(cells, len(table.headings))) for line, cells in rows if not _is_total(cells)]
    return kept, len(rows) - len(kept)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines of a text as the reader of CSV counts them."""
    return enumerate((match[0].rstrip("\r\n") for match in _LINE.finditer(text)), 1)


def numbered(cells: Sequence[str]) -> tuple[str, ...]:
    """Headings without blanks around them; the second of one name is "Menge (2)"."""
    seen: dict[str, int] = {}
    headings = []
    for cell in cells:
        name = cell.strip()
        seen[name.lower()] = seen.get(name.lower(), 0) + 1
        headings.append(f"{name} ({seen[name.lower()]})" if name and seen[name.lower()] > 1 else name)
    return tuple(headings)


def _tables(lines: Sequence[tuple[int, str]]) -> Iterator[tuple[str, int, list[str]]]:
    """Every line as the headings that it may be: with each delimiter that it holds."""
    framed = any(_RULE.fullmatch(line) for _, line in lines)
    for number, line in lines:
        if line.lower().startswith("sep=") or _RULE.fullmatch(line):
            continue
        if framed and (cells := _between_bars(line)) is not None:
            yield FRAMED, number, cells
            continue
        for delimiter in DELIMITERS:
            if delimiter in line:
                yield delimiter, number, next(csv.reader([line], delimiter=delimiter))


def _checked(tables: Sequence[tuple[str, int, list[str]]], recognises: Recognises) -> Iterator[TableText]:
    for delimiter, line, cells in tables:
        headings = numbered(cells)
        yield TableText(delimiter=delimiter, line=line, headings=headings, recognised=recognises(headings))


def _unknown(tables: Sequence[tuple[str, int, list[str]]], lines: Sequence[tuple[int, str]]) -> Iterator[TableText]:
    order = [number for number, line in lines if not _RULE.fullmatch(line)]
    for delimiter, line, cells in tables:
        names = [cell.strip() for cell in cells if cell.strip()]
        wide = len(names) >= _CELLS_MIN and len(set(names)) * 2 > len(names)
        words = all(len(name) <= _HEADING_MAX and not _FIGURES.fullmatch(name) for name in names)
        under = [other for mark, number, other in tables if mark == delimiter and number in _next(order, line)]
        if wide and words and under and len(under[0]) == len(cells):
            yield TableText(delimiter=delimiter, line=line, headings=numbered(cells), recognised=False)


def _next(order: Sequence[int], line: int) -> Sequence[int]:
    at = order.index(line)
    return order[at + 1 : at + 2]


def _between_bars(line: str) -> list[str] | None:
    plain = line.strip()
    return plain[1:-1].split("|") if len(plain) > 1 and plain.startswith("|") and plain.endswith("|") else None


def _framed(text: str) -> Iterator[Row]:
    for number, line in _lines(text):
        if not _RULE.fullmatch(line) and (cells := _between_bars(line)) is not None:
            yield number, cells


def _delimited(text: str, delimiter: str) -> Iterator[Row]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    try:
        rows = [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except csv.Error as error:
        if delimiter == "\t":  # lists separated by tabs are written without quotes
            split = ((number, line.split(delimiter)) for number, line in _lines(text))
            rows = [(number, cells) for number, cells in split if any(cell.strip() for cell in cells)]
        else:
            where = f"line {reader.line_num}"
            raise Malformed(
                "not CSV: {error}", where=where, remedy='double a quote inside quotes: ""', error=error
            ) from error
    yield from rows


def _fitted(cells: list[str], width: int) -> list[str]:
    """Cells without blank ones beyond the headings."""
    while len(cells) > width and not cells[-1].strip():
        cells = cells[:-1]
    return cells


def _is_total(cells: Sequence[str]) -> bool:
    """A row of sums: list reports mark it with stars in its first cell."""
    first = next((cell.strip() for cell in cells if cell.strip()), "")
    return _TOTAL.fullmatch(first) is not None
