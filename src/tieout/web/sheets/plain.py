"""Any document laid out field by field: for kinds that have no layout of their own, so that none is ever hidden."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Literal, cast, get_origin, get_type_hints

from tieout.core.documents.kind import Document, Kinds
from tieout.core.values.party import Party
from tieout.web.sheets.layout import Column, Sheet, Table, filled, party, table
from tieout.web.sheets.written import text
from tieout.web.words import sentence
from tieout.wording.catalogue import text as worded


def plain(document: Document, kinds: Kinds) -> Sheet:
    """Single values as fields, parties as parties, and a table for each list of lines."""
    values = [(field.name, getattr(document, field.name)) for field in fields(cast("Any", document))]
    states = _states(type(document))
    simple = [
        (_name(name), worded(sentence(value)) if name in states and value else text(value))
        for name, value in values
        if name not in {"kind", "number"}
    ]
    lists = [(name, value) for name, value in values if isinstance(value, tuple) and value and is_dataclass(value[0])]
    return Sheet(
        kind=worded(kinds.of(document).words),
        number=document.number,
        fields=filled(*simple),
        parties=tuple(made for name, value in values if isinstance(value, Party) for made in party(_name(name), value)),
        tables=tuple(made for name, rows in lists for made in _table(name, rows)),
    )


def _name(field: str) -> str:
    """What a field is called: "occurred_at" → "Occurred at"; the catalogue has the names of all fields that come here."""
    return worded(sentence(field))


@cache
def _states(document: type) -> frozenset[str]:
    """The fields that hold a word of a closed list."""
    try:
        hints = get_type_hints(document)
    except NameError:  # a package's class whose types are imported for its type checker alone
        return frozenset()
    return frozenset(name for name, hint in hints.items() if get_origin(hint) is Literal)


def _table(name: str, rows: tuple[object, ...]) -> tuple[Table, ...]:
    names = [field.name for field in fields(rows[0])]  # type: ignore[arg-type]
    return table(
        _name(name),
        [Column(name=_name(column)) for column in names],
        [[text(getattr(row, column)) for column in names] for row in rows],
    )
