"""Text of CSV files: encoding, delimiter, and how a file writes numbers and dates. Ambiguous values are refused."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Final, Literal

from tieout.core.values.errors import Malformed

DELIMITERS: Final = (",", ";", "\t", "|")
_GROUPS: Final = re.compile(r"(?<=\d)[\u00a0\u202f' ’](?=\d{3}(?!\d))")
_MARKS: Final = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_FORMULA: Final = re.compile(r"'*[=+\-@\t\r]")
_SLASHED: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


def text_of(content: bytes) -> str:
    """UTF-8 or UTF-16, by byte order mark or zero bytes, else Windows-1252. Raises `Malformed` where it is none of them."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _decoded(content[len(mark) :], encoding)
    head = content[:400]
    if head[1::2].count(0) > len(head) // 4:
        return _decoded(content, "utf-16-le")
    if head[::2].count(0) > len(head) // 4:
        return _decoded(content, "utf-16-be")
    try:
        return content.decode()
    except UnicodeDecodeError:
        return _decoded(content, "cp1252")


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise Malformed(
            "the file is not {encoding}: byte {byte}", remedy="save it as UTF-8", encoding=encoding, byte=error.start
        ) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell with its place, for messages."""

    text: str
    row: int
    column: str

    @property
    def where(self) -> str:
        """ "row 7, column price"."""
        return f"row {self.row}, column {self.column}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How one file writes: the decimal mark, and whether day or month comes first between slashes; "" where it cannot be inferred."""

    decimal: Literal[".", ",", ""] = ""
    first: Literal["day", "month", ""] = ""

    def number(self, cell: Cell) -> Decimal:
        """The number in a cell. Raises `Malformed`, also where "1.234" could be one or one thousand."""
        text = _signed(cell.text)
        if not re.fullmatch(r"[+-]?\d[\d.,]*", text):
            raise Malformed(
                "{value!r} is not a number", where=cell.where, remedy="write digits, as 1234.50", value=cell.text
            )
        mark = self.decimal
        if not mark and re.fullmatch(r"[+-]?\d+", text):
            return Decimal(text)
        if not mark:
            raise Malformed(
                "{value!r} may be {decimal} or {whole}: the file does not show which",
                where=cell.where,
                remedy="write two decimals or no separators, or say in the source's column mapping which decimal mark it uses",
                value=cell.text,
                decimal=text.replace(",", "."),
                whole=re.sub("[.,]", "", text),
            )
        other = "," if mark == "." else "."
        whole, _, decimals = text.partition(mark)
        grouped = re.fullmatch(rf"[+-]?(\d+|\d{{1,3}}(\{other}\d{{3}})+)", whole)
        if grouped is None or not re.fullmatch(r"\d*", decimals):
            raise Malformed(
                "{value!r} does not fit: elsewhere this file writes its decimals with {mark!r}",
                where=cell.where,
                remedy="write all numbers in one way",
                value=cell.text,
                mark=mark,
            )
        return Decimal(f"{whole.replace(other, '')}.{decimals or '0'}" if decimals else whole.replace(other, ""))

    def day(self, cell: Cell) -> date:
        """The day in a cell: ISO, 20260503, 3.5.2026, or with slashes where the file shows which comes first."""
        text = re.sub(r"[ T]00:00(:00(\.0+)?)?$", "", cell.text.strip())
        if (match := re.fullmatch(r"(\d{4})-?(\d\d)-?(\d\d)", text)) is not None:
            year, month, day = match.groups()
        elif (match := re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", text)) is not None:
            day, month, year = match.groups()
        elif (match := _SLASHED.fullmatch(text)) is not None:
            if not self.first:
                raise Malformed(
                    "{value!r} may begin with the day or with the month: the file does not show which",
                    where=cell.where,
                    remedy="write dates as 2026-05-03, or say in the source's column mapping which comes first",
                    value=cell.text,
                )
            one, two, year = match.groups()
            day, month = (one, two) if self.first == "day" else (two, one)
        else:
            raise Malformed(
                "{value!r} is not a date", where=cell.where, remedy="write dates as 2026-05-03", value=cell.text
            )
        try:
            return date(int(year), int(month), int(day))
        except ValueError as error:
            raise Malformed(
                "{value!r} is not a day of the calendar", where=cell.where, remedy="correct it", value=cell.text
            ) from error


PLAIN: Final = Habits()


def _signed(text: str) -> str:
    """A number without spaces between its groups; a minus at its end, as SAP writes it, stands at its beginning."""
    plain = _GROUPS.sub("", text.strip())
    return f"-{plain[:-1].rstrip()}" if plain.endswith("-") and plain[:1] not in {"-", "+"} else plain


def habits_of(numbers: Iterable[Cell], days: Iterable[Cell], *, stated: Habits = PLAIN) -> Habits:
    """How a file writes, from all its numbers and days; `stated` is what its sender was said to write.

    Raises `Malformed` where it mixes two ways, or shows another than the one that was stated.
    """
    shown = Habits(decimal=_decimal(numbers), first=_first(days))
    for mapped, seen in ((stated.decimal, shown.decimal), (stated.first, shown.first)):
        if mapped and seen and mapped != seen:
            raise Malformed(
                "the column mapping of this source says {said!r}, and the file writes {seen!r}",
                where="row 1",
                remedy="correct the mapping, or the file",
                said=mapped,
                seen=seen,
            )
    return Habits(decimal=shown.decimal or stated.decimal, first=shown.first or stated.first)


def _decimal(numbers: Iterable[Cell]) -> Literal[".", ",", ""]:
    proof: dict[str, Cell] = {}
    for cell in numbers:
        text = _signed(cell.text).lstrip("+-")
        marks = [character for character in text if character in ".,"]
        if not marks:
            continue
        last = marks[-1]
        decimals = text.rpartition(last)[2]
        if len(set(marks)) == 2:
            proof.setdefault(last, cell)
        elif len(marks) > 1:  # 1.234.567: this is the thousands separator, so the other one is the decimal mark
            proof.setdefault("," if last == "." else ".", cell)
        elif len(decimals) != 3 or text.startswith("0") or len(text.partition(last)[0]) > 3:
            proof.setdefault(last, cell)
    if len(proof) == 2:
        one, two = proof["."], proof[","]
        raise Malformed(
            "numbers are written in two ways: {one!r} ({place}) and {two!r}",
            where=two.where,
            remedy="write all numbers in one way",
            one=one.text,
            place=one.where,
            two=two.text,
        )
    return "." if "." in proof else "," if "," in proof else ""


def _first(days: Iterable[Cell]) -> Literal["day", "month", ""]:
    proof: dict[str, Cell] = {}
    for cell in days:
        match = _SLASHED.fullmatch(cell.text.strip())
        if match is not None and int(match[1]) > 12:
            proof.setdefault("day", cell)
        elif match is not None and int(match[2]) > 12:
            proof.setdefault("month", cell)
    if len(proof) == 2:
        one, two = proof["day"], proof["month"]
        raise Malformed(
            "dates are written in two ways: {one!r} ({place}) and {two!r}",
            where=two.where,
            remedy="write dates as 2026-05-03",
            one=one.text,
            place=one.where,
            two=two.text,
        )
    return "day" if "day" in proof else "month" if "month" in proof else ""


def inert(text: str) -> str:
    """A text as a cell that no spreadsheet takes for a formula: with an apostrophe before what begins one. `as_meant` undoes it."""
    return f"'{text}" if _FORMULA.match(text) else text


def as_meant(cell: str) -> str:
    """The text of a cell, without the apostrophe that `inert` has put before it."""
    return cell[1:] if cell[:1] == "'" and _FORMULA.match(cell) else cell


def written(rows: Sequence[Sequence[str]]) -> bytes:
    """Rows as CSV: commas, UTF-8, lines ended by a newline."""
    out = StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()
