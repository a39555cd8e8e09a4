"""Documents laid out for people as their kind defines, in the language of the page."""

from __future__ import annotations

from tieout.core.documents import sheet as values
from tieout.core.documents.kind import Document, Kinds
from tieout.web.sheets.layout import Column, Field, Sheet, filled, party, table
from tieout.web.sheets.plain import plain
from tieout.web.sheets.usage_map import hours_map
from tieout.web.sheets.written import text
from tieout.wording.catalogue import text as worded

__all__ = ["Sheet", "sheet"]


def sheet(document: Document, kinds: Kinds) -> Sheet:
    """The layout of a document; field by field where its kind defines none, so that nothing is ever hidden."""
    lay_out = kinds.of(document).sheet
    return plain(document, kinds) if lay_out is None else _written(lay_out(document))


def _written(made: values.Sheet) -> Sheet:
    return Sheet(
        kind=worded(made.title),
        number=made.number,
        fields=_fields(made.fields),
        parties=tuple(shown for named in made.parties for shown in party(worded(named.role), named.party)),
        tables=tuple(
            shown
            for lines in made.tables
            for shown in table(
                worded(lines.title),
                [Column(name=worded(column.name), number=column.number) for column in lines.columns],
                [[text(value) for value in row] for row in lines.rows],
            )
        ),
        totals=_fields(made.totals),
        notes=tuple(worded(note) for note in made.notes),
        map=None if made.proven is None else hours_map(made.proven),
    )


def _fields(fields: tuple[values.Field, ...]) -> tuple[Field, ...]:
    return filled(*((worded(name), text(value)) for name, value in fields))
