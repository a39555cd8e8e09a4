"""Rows of forms as they are in the database, for tables that are not written by `store.table`: read back, and noted in the log."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from tieout.core.audit.records import Form, Key
from tieout.core.values.scope import Scope
from tieout.store.link import note_written, query
from tieout.store.log import condition, selected


def rows_now(scope: Scope, form: Form, keys: Collection[Key]) -> dict[Key, Sequence[Any]]:
    """Those of these rows that are there, by key: the columns of the form, SHA-256 in place of bytes."""
    names = ", ".join(f"k{place}" for place in range(len(form.key)))
    arrays = ", ".join("%s::text[]" for _ in form.key)
    joined = " and ".join(
        f't."{column}" = k.k{place}::{kind}'
        for place, (column, kind) in enumerate(zip(form.key, form.key_types, strict=True))
    )
    sql = f"""
        select {selected(form)} from unnest({arrays}) as k ({names}) join {form.table} t on {joined}
        where {of_tenant(form)} and {condition(form)}
    """
    values: list[object] = [[key[place] for key in keys] for place in range(len(form.key))]
    rows = query(scope, sql, (*values, scope.tenant))
    return {as_text(key): row for key, row in zip(form.keys_of(rows), rows, strict=True)}


def note_rows(
    scope: Scope, form: Form, keys: Sequence[Key], *, at: datetime, change: Mapping[str, Any] | None = None
) -> None:
    """These rows are as they are now, or gone: in the log of the caller's transaction."""
    rows = rows_now(scope, form, keys)
    gone = [key for key in keys if key not in rows]
    note_written(scope, form, list(rows.values()), gone=gone, change=change, at=at, hashed=True)


def of_tenant(form: Form) -> str:
    """The condition that a row is of the scope's tenant, whose code is its one parameter."""
    return f't."{form.tenant}" = %s' if form.tenant else "%s <> ''"


def as_text(key: Sequence[Any]) -> Key:
    """A key as entries have it."""
    return tuple(str(part) for part in key)
