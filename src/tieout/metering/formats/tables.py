"""Usage events as CSV: a header that names the columns, one event a line, with the field names of `UsageEvent`."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Final

from tieout.core.values.errors import Malformed
from tieout.metering.formats.cutting import Piece

_NAMES: Final = {
    **dict.fromkeys(("id", "event_id", "event"), "id"),
    **dict.fromkeys(("meter", "metric", "code"), "meter"),
    **dict.fromkeys(("identifier", "account", "customer"), "identifier"),
    **dict.fromkeys(("occurred_at", "time", "timestamp", "date"), "occurred_at"),
    **dict.fromkeys(("quantity", "value", "amount"), "quantity"),
    **dict.fromkeys(("feed", "source"), "feed"),
    **{name: name for name in ("sequence", "corrects", "kind")},
}
_REMEDY: Final = "name the columns id, meter, identifier, occurred_at, quantity (and feed, sequence, corrects, kind)"


def rows_of(piece: Piece) -> Iterator[tuple[int, bytes, object]]:
    """Line number, bytes, and the row as a mapping by the names of `UsageEvent`; a `Malformed` where it cannot be one."""
    header, _, rest = piece.content.partition(b"\n")
    lines = enumerate(rest.split(b"\n"), start=piece.first_line)
    columns = _columns(header)
    if isinstance(columns, Malformed):
        yield piece.first_line - 1, header, columns
    for line, content in lines:
        stripped = content.rstrip(b"\r")
        if stripped.strip():
            yield line, stripped, columns if isinstance(columns, Malformed) else _row(stripped, *columns)


def _columns(header: bytes) -> tuple[list[str], str] | Malformed:
    try:
        text = header.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        return Malformed("the file is neither JSON nor text in UTF-8", remedy="save it as UTF-8")
    delimiter = max(",;\t", key=text.count)
    try:
        cells = next(csv.reader([text], delimiter=delimiter), [])
    except csv.Error as error:
        return Malformed(
            "the line cannot be taken apart: {error}", remedy="close quotation marks on the same line", error=error
        )
    names = [_NAMES.get(name.strip().lower(), "") for name in cells]
    missing = {"meter", "occurred_at"} - set(names)
    if missing:
        return Malformed(
            "the header has no column {one} and no column {other}"
            if len(missing) > 1
            else "the header has no column {one}",
            remedy=_REMEDY,
            one=min(missing),
            other=max(missing),
        )
    if len({name for name in names if name}) < len([name for name in names if name]):
        return Malformed("two columns of the header mean the same", remedy=_REMEDY)
    return names, delimiter


def _row(content: bytes, names: list[str], delimiter: str) -> object:
    try:
        cells = next(csv.reader([content.decode("utf-8")], delimiter=delimiter, strict=True))
    except UnicodeDecodeError:
        return Malformed("the line is not text in UTF-8", remedy="save the file as UTF-8")
    except csv.Error as error:
        return Malformed(
            "the line cannot be taken apart: {error}", remedy="close quotation marks on the same line", error=error
        )
    if len(cells) != len(names):
        return Malformed(
            "the line has {cells} cells, the header {columns}",
            remedy="fill every column",
            cells=len(cells),
            columns=len(names),
        )
    return {name: cell.strip() for name, cell in zip(names, cells, strict=True) if name and cell.strip()}
