"""Which of a sender's column headings mean which of our columns: kept as data by source, and read from then on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

ROW_NUMBER: Final = "#"
"""As the fixed value of a line's number: the lines of a document are numbered in the order of their rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMapping:
    """The headings of one kind of document ("order", "receipt" …) from one source; version 1 is the first, 0 none that is kept.

    `columns` are pairs of heading and column; a heading that a file has twice is "Menge" and "Menge (2)". `fixed` are pairs of column
    and value, for what the files do not say. `ignored` are headings that are not read. `decimal` is the decimal mark, and `first`
    what comes first in dates with slashes; "" where each file shows it itself.
    """

    kind: str
    columns: tuple[tuple[str, str], ...]
    fixed: tuple[tuple[str, str], ...] = ()
    ignored: tuple[str, ...] = ()
    decimal: Literal[".", ",", ""] = ""
    first: Literal["day", "month", ""] = ""
    version: int = 0
