"""What the column headings of a source's tables mean: proposed from a file, kept by people who may, never by a document."""

from __future__ import annotations

from typing import Literal

from django.http import HttpRequest
from ninja import Field, File, Form, Router, Schema
from ninja.files import UploadedFile

from tieout.api.access import now, scope
from tieout.api.forms import REFUSALS, Problem
from tieout.core.access.source import SETUP
from tieout.core.documents.column_mapping import ColumnMapping
from tieout.core.values.errors import Malformed
from tieout.engine.application import application
from tieout.formats.csv_headings import proposed, table_named
from tieout.formats.csv_sheet import table_text
from tieout.formats.csv_text import text_of
from tieout.identity import column_mappings
from tieout.identity.models import ColumnMapping as Row

router = Router(tags=["columns"])


class Meaning(Schema):
    """What headings mean: `columns` by heading; `fixed` values by column, for what the files do not say ("line": "#" numbers lines
    by their rows); `ignored` headings, which are not read. `decimal` is "." or ",", `dates` "day" or "month", which comes first;
    "" where each file shows it."""

    columns: dict[str, str]
    fixed: dict[str, str] = Field(default_factory=dict)
    ignored: list[str] = Field(default_factory=list)
    decimal: Literal[".", ",", ""] = ""
    dates: Literal["day", "month", ""] = ""


class Kept(Meaning):
    """A version of a mapping: `state` is in_force, replaced or removed."""

    source: str
    kind: str
    version: int
    state: str
    made_by: str


class Keep(Meaning):
    """A mapping to be kept for a source; "" is `setup`."""

    source: str = ""
    kind: str


class Proposed(Schema):
    """What a file's headings may mean as a document of `kind`: `columns` are recognised, `open` and `doubled` have to be chosen,
    `unknown` are not recognised, `missing` are required and not there. `or_kinds` are kinds that fit as well."""

    kind: str
    headings: list[str]
    columns: dict[str, str]
    open: dict[str, list[str]]
    doubled: dict[str, list[str]]
    unknown: list[str]
    missing: list[str]
    or_kinds: list[str]


class Read(Kept):
    """The mapping that is in force now, and of how many files of its source that could not be read how many are read now."""

    tried: int
    read: int


@router.get("", response={**REFUSALS, 200: list[Kept], 409: Problem})
def index(request: HttpRequest, source: str = "") -> list[Kept]:
    """All versions of all mappings, or of one source's, the latest first. 409 GOV-ROLE: not with the caller's roles."""
    asker = scope(request)
    column_mappings.require_some(asker, on=now().date())
    return [kept(row, latest=latest) for row, latest in column_mappings.with_state(asker, source)]


@router.post("/proposals", response={**REFUSALS, 200: Proposed, 409: Problem})
def propose(request: HttpRequest, file: File[UploadedFile], kind: Form[str] = "") -> Proposed:
    """What the headings of a file may mean (multipart, field `file`). Nothing is kept, and nothing is read by it."""
    column_mappings.require_some(scope(request), on=now().date())
    if kind:
        table_named(kind)
    table = table_text(text_of(file.read()), ())
    if table is None:
        raise Malformed("the file holds no table", where="file", remedy="a table has at least three headings")
    one = proposed(table.headings, kind)
    return Proposed(
        kind=one.kind,
        headings=list(one.headings),
        columns=dict(one.columns),
        open={heading: list(columns) for heading, columns in one.open},
        doubled={column: list(headings) for column, headings in one.doubled},
        unknown=list(one.unknown),
        missing=list(one.missing),
        or_kinds=list(one.or_kinds),
    )


@router.put("", response={**REFUSALS, 200: Read, 409: Problem})
def keep(request: HttpRequest, mapping: Keep) -> Read:
    """Keeps a mapping as the next version, and reads again what could not be read of its source."""
    asker, at, source = scope(request), now(), mapping.source or SETUP
    column_mappings.require_mapper(asker, source, on=at.date())
    row = column_mappings.keep(
        asker,
        source,
        ColumnMapping(
            kind=mapping.kind,
            columns=tuple(mapping.columns.items()),
            fixed=tuple(mapping.fixed.items()),
            ignored=tuple(mapping.ignored),
            decimal=mapping.decimal,
            first=mapping.dates,
        ),
        at=at,
    )
    done = application().replay(asker, source, at=at)
    return Read(**kept(row, latest=True).dict(), tried=done.tried, read=done.read)


@router.delete("", response={**REFUSALS, 200: Kept, 409: Problem})
def remove(request: HttpRequest, kind: str, source: str = "") -> Kept:
    """The mapping of that kind no longer holds; its versions stay listed."""
    asker, at = scope(request), now()
    column_mappings.require_mapper(asker, source or SETUP, on=at.date())
    return kept(column_mappings.remove(asker, source or SETUP, kind, at=at), latest=True)


def kept(row: Row, *, latest: bool) -> Kept:
    """A version as the calls give it."""
    value = column_mappings.value_of(row)
    return Kept(
        source=row.source,
        kind=row.kind,
        version=row.version,
        state="removed" if row.removed_at else "in_force" if latest else "replaced",
        made_by=row.made_by,
        columns=dict(value.columns),
        fixed=dict(value.fixed),
        ignored=list(value.ignored),
        decimal=value.decimal,
        dates=value.first,
    )
