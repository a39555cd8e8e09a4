"""The layout that every document is shown in: a title, named fields, parties, tables of text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tieout.core.values.party import Party
from tieout.web.sheets.usage_map import HoursMap
from tieout.wording.catalogue import text

Field = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: `number` columns are aligned right."""

    name: str
    number: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """The text of one column of a row."""

    text: str
    number: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table; columns that no row fills are left out when it is made by `table`."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parties:
    """One party in its role, with its identifiers."""

    role: str
    name: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """`kind` in words ("Credit note"), its number, and its content. Empty fields are left out. `map` shows which hours are proven."""

    kind: str
    number: str
    fields: tuple[Field, ...]
    parties: tuple[Parties, ...] = ()
    tables: tuple[Table, ...] = ()
    totals: tuple[Field, ...] = ()
    notes: tuple[str, ...] = ()
    map: HoursMap | None = None


def filled(*fields: Field) -> tuple[Field, ...]:
    """The fields that are filled."""
    return tuple((name, value) for name, value in fields if value and value != "–")


def party(role: str, who: Party | None) -> tuple[Parties, ...]:
    """A party in its role; none if it has neither name nor identifiers."""
    if who is None or not (who.name or who.identifiers):
        return ()
    schemes = {"vat": text("VAT ID"), "tax": text("Tax number"), "ours": text("Our number"), "0088": text("GLN")}
    identifiers = [(schemes.get(id_.scheme, id_.scheme or text("ID")), id_.value) for id_ in who.identifiers]
    return (Parties(role=role, name=who.name, fields=filled((text("Country"), who.country), *identifiers)),)


def table(title: str, columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> tuple[Table, ...]:
    """A table without its empty columns; none without rows."""
    rows = list(rows)
    kept = [k for k, _ in enumerate(columns) if any(row[k] for row in rows)]
    if not rows:
        return ()
    return (
        Table(
            title=title,
            columns=tuple(columns[k] for k in kept),
            rows=tuple(tuple(Cell(text=row[k], number=columns[k].number) for k in kept) for row in rows),
        ),
    )
