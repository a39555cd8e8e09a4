"""Column mappings as a tenant keeps them: by source and kind of document, in versions; made by people who may, never by a document."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final, cast

from django.db import transaction

from tieout.core.access import source as core
from tieout.core.access.authority import authority
from tieout.core.documents.column_mapping import ColumnMapping as Mapping
from tieout.core.values.errors import Malformed, Refused
from tieout.core.values.scope import Scope
from tieout.core.values.who import by_them
from tieout.formats.csv_headings import checked, table_named
from tieout.identity.models import ColumnMapping, Source

_LENGTH_MAX: Final = 150
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_TEXTS_MAX: Final = 2000
MAPS: Final = frozenset({"controller", "engineer"})
"""The roles whose holders say what the headings of a source mean."""


def may_map(by: Scope, *, on: date) -> bool:
    """Whether the person makes mappings for some source."""
    return bool(_companies(by, on=on))


def require_mapper(by: Scope, source: str, *, on: date) -> None:
    """Raises `Refused` GOV-ROLE unless the person may make mappings for this source: for all the companies that it sends for."""
    _require_text(source)
    held = _companies(by, on=on)
    row = Source.objects.filter(tenant_id=by.tenant, name=source).first()
    entities = set(row.entities) if row else set()
    if "" in held or (entities and entities <= held):
        return
    raise Refused(
        "GOV-ROLE",
        "saying what the columns of {source} mean needs one of these roles, for all companies that it sends for: {roles}",
        source=source,
        roles=", ".join(sorted(MAPS)),
    )


def require_some(by: Scope, *, on: date) -> None:
    """Raises `Refused` GOV-ROLE unless the person makes mappings for some source."""
    if not may_map(by, on=on):
        raise Refused("GOV-ROLE", "column mappings need one of these roles: {roles}", roles=", ".join(sorted(MAPS)))


def _companies(by: Scope, *, on: date) -> frozenset[str]:
    """The companies for which the person makes mappings; "" where for all."""
    return frozenset(
        grant.entity
        for grant in by.grants
        if grant.role in MAPS and not grant.queue and authority([grant], entity=grant.entity, queue="", on=on).roles
    )


def in_force(tenant: str, source: str) -> tuple[Mapping, ...]:
    """The mappings by which files of a source are read now, one a kind at most."""
    last: dict[str, ColumnMapping] = {}
    for row in ColumnMapping.objects.filter(tenant_id=tenant, source=source).order_by("version"):
        last[row.kind] = row
    return tuple(value_of(row) for _, row in sorted(last.items()) if row.removed_at is None)


def every(scope: Scope, source: str = "") -> Sequence[ColumnMapping]:
    """All versions, of one source or of all, the latest of each kind first."""
    _require_text(source)
    rows = ColumnMapping.objects.filter(tenant_id=scope.tenant).order_by("source", "kind", "-version")
    return list(rows.filter(source=source) if source else rows)


def with_state(scope: Scope, source: str = "") -> list[tuple[ColumnMapping, bool]]:
    """All versions, each with whether it is the latest of its source and kind."""
    seen: set[tuple[str, str]] = set()
    rows = []
    for row in every(scope, source):
        rows.append((row, (row.source, row.kind) not in seen))
        seen.add((row.source, row.kind))
    return rows


@by_them
def keep(by: Scope, source: str, mapping: Mapping, *, at: datetime) -> ColumnMapping:
    """Keeps a mapping as the next version of its source and kind; the same again is no new one. Raises `Malformed`."""
    checked(mapping)
    pairs = [text for pair in (*mapping.columns, *mapping.fixed) for text in pair]
    _require_text(source, *pairs, *mapping.ignored)
    _require_source(by, source)
    with transaction.atomic():
        rows = ColumnMapping.objects.select_for_update().filter(tenant_id=by.tenant, source=source, kind=mapping.kind)
        last = rows.order_by("-version").first()
        if last is not None and last.removed_at is None and _fields(value_of(last)) == _fields(mapping):
            return last
        return ColumnMapping.objects.create(
            tenant_id=by.tenant,
            source=source,
            kind=mapping.kind,
            version=last.version + 1 if last else 1,
            made_by=by.name or by.actor,
            made_at=at,
            **_fields(mapping),
        )


@by_them
def remove(by: Scope, source: str, kind: str, *, at: datetime) -> ColumnMapping:
    """The mapping no longer holds; its versions stay listed. Raises `Malformed` where none is in force."""
    table_named(kind)
    _require_text(source)
    last = ColumnMapping.objects.filter(tenant_id=by.tenant, source=source, kind=kind).order_by("-version").first()
    if last is None or last.removed_at is not None:
        raise Malformed(
            "there is no mapping of {kind}s from {source}", where="kind", remedy="tieout columns lists them",
            kind=kind.replace("_", " "), source=source,
        )  # fmt: skip
    last.removed_at, last.removed_by = at, by.name or by.actor
    last.save(update_fields=["removed_at", "removed_by"])
    return last


def value_of(row: ColumnMapping) -> Mapping:
    """The mapping of a row."""
    return Mapping(
        kind=row.kind,
        columns=tuple((heading, column) for heading, column in row.columns),
        fixed=tuple((column, value) for column, value in row.fixed),
        ignored=tuple(row.ignored),
        decimal=cast("Any", row.decimal),
        first=cast("Any", row.first),
        version=row.version,
    )


def _fields(mapping: Mapping) -> dict[str, Any]:
    return {
        "columns": [list(pair) for pair in mapping.columns],
        "fixed": [list(pair) for pair in mapping.fixed],
        "ignored": list(mapping.ignored),
        "decimal": mapping.decimal,
        "first": mapping.first,
    }


def _require_text(*texts: str) -> None:
    """Raises `Malformed` for what the store cannot keep, or nobody calls a column."""
    for text in texts:
        if len(text) > _LENGTH_MAX or _CONTROL.search(text):
            raise Malformed(
                "{text!r} is no name and no value of a column", where="columns",
                remedy="write it without control characters, in at most {most} characters", text=text[:_LENGTH_MAX], most=_LENGTH_MAX,
            )  # fmt: skip
    if len(texts) > _TEXTS_MAX:
        raise Malformed("there are too many headings", where="columns", remedy="leave out those that are not read")


def _require_source(by: Scope, name: str) -> None:
    sources = Source.objects.filter(tenant_id=by.tenant)
    if name.startswith(core.PERSON) or sources.filter(name=name, closed_at__isnull=True).exists():
        return
    raise Malformed(
        "no source {name!r} is active", where="source", remedy="one of: {names}; tieout sources allow adds one",
        name=name, names=", ".join(row.name for row in sources if row.closed_at is None),
    )  # fmt: skip
