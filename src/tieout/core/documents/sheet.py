"""How a document is laid out for people, as values: named fields, parties, tables. Its kind decides the layout.

Values stay what they are (money, a quantity, a day); whoever shows the sheet formats them in the reader's language.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from tieout.core.values.key import Key
from tieout.core.values.money import Money
from tieout.core.values.party import Party
from tieout.core.values.quantity import Quantity
from tieout.core.values.sentence import Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """A price for `per` units."""

    amount: Decimal | None
    per: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """The month of a day, without the day."""

    of: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOfYear:
    """A day without its year."""

    of: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """Values and words one after the other, nothing between them: (Decimal(5), " of ", Decimal(6))."""

    parts: tuple[Any, ...]


Value = str | int | bool | Money | Quantity | Decimal | datetime | date | Price | Month | DayOfYear | Phrase | None
"""What a field or a cell may hold. None, "" and a bare False are not shown."""

Field = tuple[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table: `number` columns are right-aligned."""

    name: str
    number: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table, row by row; columns that no row fills are not shown, and no table without rows."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InRole:
    """A party in its role on the document."""

    role: str
    party: Party | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursProven:
    """The hours of a period from a day on (UTC, `hours` of them), and which of them are unproven, by number from 0."""

    first_day: date
    hours: int
    missing: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """`title` is the kind for people ("Credit note"), before its number. `proven` is drawn as a map of hours."""

    title: str
    number: str
    fields: tuple[Field, ...] = ()
    parties: tuple[InRole, ...] = ()
    tables: tuple[Table, ...] = ()
    totals: tuple[Field, ...] = ()
    notes: tuple[str, ...] = ()
    proven: HoursProven | None = None


def table(title: str, columns: str, rows: Iterable[Sequence[Value]]) -> Table:
    """A table. `columns` are names with "|" between them; a leading "#" makes a column of numbers: "Line | #Net"."""
    names = [name.strip() for name in columns.split("|")]
    made = tuple(Column(name=name.removeprefix("#"), number=name.startswith("#")) for name in names)
    filled = tuple(tuple(row) for row in rows)
    assert all(len(row) == len(made) for row in filled), f"{title}: a row has not {len(made)} cells"
    return Table(title=title, columns=made, rows=filled)


def phrase(*parts: Value) -> Phrase:
    """Values and words one after the other."""
    return Phrase(parts=parts)


def worded(text: str) -> Sentence:
    """A word of ours as people read it: "needs_someone" becomes "Needs someone"; shown in the reader's language."""
    spaced = text.replace("_", " ").replace("-", " ") if text.islower() or "_" in text else text
    return Sentence(spaced[:1].upper() + spaced[1:])


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """What a document is connected with: what is found under these keys, and the claims that use up these ledgers."""

    keys: tuple[Key, ...] = ()
    ledgers: tuple[Key, ...] = ()


UNRELATED: Final = Related()
