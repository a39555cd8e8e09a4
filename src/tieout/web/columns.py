"""What the column headings of a source's tables mean: the mappings that are kept, and the files that wait for one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from tieout.core.documents.column_mapping import ColumnMapping
from tieout.core.values.errors import Malformed, Refused
from tieout.core.values.scope import Scope
from tieout.engine.application import application
from tieout.formats.csv_columns import Column
from tieout.formats.csv_headings import KINDS, Proposal, proposed, table_named
from tieout.formats.csv_sheet import table_text
from tieout.formats.csv_text import text_of
from tieout.identity import column_mappings
from tieout.identity.models import Source
from tieout.store import source_files
from tieout.store.source_files import SourceFileRow
from tieout.web.asking import now, scoped
from tieout.wording.catalogue import text
from tieout.wording.sentences import sentence

_SHOWN: Final = 50
_OFTEN: Final = ("currency", "unit", "entity", "site", "supplier_number")
"""What files of ERP systems often do not say, since all of theirs is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading with the column that is chosen or proposed for it, and whether a person has to choose."""

    name: str
    column: str
    open: bool


@scoped
def show(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The mappings; with `file` the form for its headings."""
    _require(scope)
    row = _file(scope, request.GET.get("file", "")) if request.GET.get("file") else None
    return _page(request, scope, row, kind=request.GET.get("kind", ""))


@require_POST
@scoped
def keep(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Keeps a mapping for the source of a file, and reads again what could not be read of that source."""
    _require(scope)
    row = _file(scope, request.POST.get("file", ""))
    kind, headings = request.POST.get("kind", ""), _headings(row)
    try:
        table = table_named(kind)
        chosen = {name: request.POST.get(f"column-{k}", "") for k, name in enumerate(headings)}
        fixed = {column.name: request.POST.get(f"fixed-{column.name}", "").strip() for column in table.columns}
        mapping = ColumnMapping(
            kind=kind,
            columns=tuple((name, column) for name, column in chosen.items() if column),
            fixed=tuple((column, value) for column, value in fixed.items() if value),
            ignored=tuple(name for name, column in chosen.items() if not column),
            decimal=cast("Any", request.POST.get("decimal", "")),
            first=cast("Any", request.POST.get("dates", "")),
        )
        column_mappings.require_mapper(scope, row.origin, on=now().date())
        made = column_mappings.keep(scope, row.origin, mapping, at=now())
    except Refused as refused:
        return _page(request, scope, row, kind=kind, refused=sentence(refused.message), status=409)
    except Malformed as error:
        why = f"{sentence(error.message)}; {sentence(error.remedy)}" if error.remedy else sentence(error.message)
        return _page(request, scope, row, kind=kind, refused=why, status=422)
    done = application().replay(scope, row.origin, at=now())
    messages.success(
        request,
        text(
            "Version {version} is in force for {source}. {read} of {tried} files that could not be read are read now.",
            version=made.version, source=made.shown, read=done.read, tried=done.tried,
        ),
    )  # fmt: skip
    return redirect("columns")


@require_POST
@scoped
def remove(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The mapping no longer holds."""
    _require(scope)
    source, kind = request.POST.get("source", ""), request.POST.get("kind", "")
    try:
        column_mappings.require_mapper(scope, source, on=now().date())
        column_mappings.remove(scope, source, kind, at=now())
    except (Refused, Malformed) as error:
        status = 409 if isinstance(error, Refused) else 422
        return _page(request, scope, None, refused=sentence(error.message), status=status)
    messages.success(request, text("The mapping is no longer in force."))
    return redirect("columns")


def _require(scope: Scope) -> None:
    if not column_mappings.may_map(scope, on=now().date()):
        raise Http404


def _waiting(scope: Scope) -> list[SourceFileRow]:
    """Files that could not be read and hold a table."""
    rows = source_files.parked(scope, system="", after=UUID(int=0), limit=_SHOWN)
    return [row for row in rows if scope.sees(row.entity) and _headings(row)]


def _file(scope: Scope, named: str) -> SourceFileRow:
    try:
        row = source_files.content(scope, UUID(named))
    except ValueError as error:
        raise Http404 from error
    if row is None or not scope.sees(row.entity) or not _headings(row):
        raise Http404
    return row


def _headings(row: SourceFileRow) -> tuple[str, ...]:
    """The headings of a file's table; none where it holds none."""
    try:
        table = table_text(text_of(row.content), ()) if row.content[:1] not in {b"{", b"[", b"<", b"%"} else None
    except Malformed:
        return ()
    return tuple(name for name in table.headings if name) if table else ()


def _page(
    request: HttpRequest,
    scope: Scope,
    row: SourceFileRow | None,
    *,
    kind: str = "",
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    page: dict[str, Any] = {"here": "columns", "refused": refused, "mappings": column_mappings.with_state(scope)}
    page["waiting"] = [(file, Source(name=file.origin).shown) for file in _waiting(scope)]
    if row is not None:
        one = proposed(_headings(row), kind if kind in KINDS else "")
        if not one.kind:
            one = proposed(_headings(row), "order")
        page |= {
            "file": row,
            "source": Source(name=row.origin).shown,
            "kinds": KINDS,
            "proposal": one,
            **_form(request, one),
        }
    return render(request, "web/columns.html", page, status=status)


def _form(request: HttpRequest, one: Proposal) -> dict[str, Any]:
    """The fields of the form: as they were sent, else as they are proposed."""
    sent = request.POST if request.method == "POST" else {}
    means, table = dict(one.columns), table_named(one.kind)
    undecided = {*dict(one.open), *(heading for _, headings in one.doubled for heading in headings)}
    headings = [
        Heading(name=name, column=sent.get(f"column-{k}", means.get(name, "")), open=name in undecided)
        for k, name in enumerate(one.headings)
    ]
    fixed: list[tuple[Column, str]] = [
        (column, sent.get(f"fixed-{column.name}", ""))
        for column in table.columns
        if column.name in one.missing or (column.name in _OFTEN and column.name not in means.values())
    ]
    return {
        "headings": headings,
        "columns": table.columns,
        "fixed": fixed,
        "decimal": sent.get("decimal", ""),
        "dates": sent.get("dates", ""),
    }
