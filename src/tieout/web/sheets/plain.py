"""Any document laid out field by field: for kinds that have no layout of their own, so that none is ever hidden."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any, cast

from tieout.core.documents.kind import Document, Kinds
from tieout.core.values.party import Party
from tieout.web.sheets.layout import Column, Sheet, Table, filled, party, table
from tieout.web.sheets.written import text
from tieout.web.words import sentence
from tieout.wording.catalogue import text as worded


def plain(document: Document, kinds: Kinds) -> Sheet:
    """Single values as fields, parties as parties, and a table for each list of lines."""
    values = [(field.name, getattr(document, field.name)) for field in fields(cast("Any", document))]
    simple = [(sentence(name), text(value)) for name, value in values if name not in {"kind", "number"}]
    lists = [(name, value) for name, value in values if isinstance(value, tuple) and value and is_dataclass(value[0])]
    return Sheet(
        kind=worded(kinds.of(document).words),
        number=document.number,
        fields=filled(*simple),
        parties=tuple(
            made for name, value in values if isinstance(value, Party) for made in party(sentence(name), value)
        ),
        tables=tuple(made for name, rows in lists for made in _table(name, rows)),
    )


def _table(name: str, rows: tuple[object, ...]) -> tuple[Table, ...]:
    names = [field.name for field in fields(rows[0])]  # type: ignore[arg-type]
    return table(
        sentence(name),
        [Column(name=sentence(column)) for column in names],
        [[text(getattr(row, column)) for column in names] for row in rows],
    )
