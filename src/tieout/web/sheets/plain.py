"""Any document laid out field by field: for kinds that have no layout of their own, so that none is ever hidden."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Final, Literal, cast, get_origin, get_type_hints

from tieout.core.documents.kind import Document, Kinds
from tieout.core.values.party import Party
from tieout.web.sheets.layout import Column, Sheet, Table, filled, party, table
from tieout.web.sheets.written import text
from tieout.web.words import sentence
from tieout.wording.catalogue import marked
from tieout.wording.catalogue import text as worded

_NAMES: Final[Mapping[tuple[str, str], str]] = {
    ("carrier_event", "order_number"): marked("Sales order"),
    ("customer_return", "order"): marked("Sales order"),
    ("price_override", "order"): marked("Sales order"),
    ("milestone", "order"): marked("Sales order or subscription"),
    ("credit_standing", "limit"): marked("Credit limit"),
    ("amendment_effect", "system"): marked("System to be updated"),
}
"""What a field of a kind of document is called where its own name says too little: by kind and field."""


def plain(document: Document, kinds: Kinds) -> Sheet:
    """Single values as fields, parties as parties, and a table for each list of lines."""
    values = [(field.name, getattr(document, field.name)) for field in fields(cast("Any", document))]
    states = _states(type(document))
    simple = [
        (worded(name_of(document.kind, name)), worded(sentence(value)) if name in states and value else text(value))
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


def name_of(kind: str, field: str) -> str:
    """The message that names a field of a kind of document, in English."""
    return _NAMES.get((kind, field)) or sentence(field)


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
