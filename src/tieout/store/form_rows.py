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
    rows = query(scope, f"select {selected(form)} {_of_keys(form)} and {condition(form)}", _values(scope, form, keys))
    return {as_text(key): row for key, row in zip(form.keys_of(rows), rows, strict=True)}


def lock_rows(scope: Scope, form: Form, keys: Collection[Key]) -> None:
    """Holds these rows as they are until the transaction ends. Those that lock several do it in the order of their keys."""
    order = ", ".join(f't."{column}"' for column in form.key)
    sql = f"select 1 {_of_keys(form)} order by {order} for no key update of t"
    query(scope, sql, _values(scope, form, keys))


def note_rows(
    scope: Scope, form: Form, keys: Sequence[Key], *, at: datetime, change: Mapping[str, Any] | None = None
) -> None:
    """These rows are as they are now, or gone: in the log of the caller's transaction."""
    rows = rows_now(scope, form, keys)
    gone = [key for key in keys if key not in rows]
    note_written(scope, form, list(rows.values()), gone=gone, change=change, at=at, hashed=True)


def _of_keys(form: Form) -> str:
    """From where rows of these keys are read: takes what `_values` gives."""
    names = ", ".join(f"k{place}" for place in range(len(form.key)))
    arrays = ", ".join("%s::text[]" for _ in form.key)
    joined = " and ".join(
        f't."{column}" = k.k{place}::{kind}'
        for place, (column, kind) in enumerate(zip(form.key, form.key_types, strict=True))
    )
    return f"from unnest({arrays}) as k ({names}) join {form.table} t on {joined} where {of_tenant(form)}"


def _values(scope: Scope, form: Form, keys: Collection[Key]) -> list[object]:
    return [*([key[place] for key in keys] for place in range(len(form.key))), scope.tenant]


def of_tenant(form: Form) -> str:
    """The condition that a row is of the scope's tenant, whose code is its one parameter."""
    return f't."{form.tenant}" = %s' if form.tenant else "%s <> ''"


def as_text(key: Sequence[Any]) -> Key:
    """A key as entries have it."""
    return tuple(str(part) for part in key)
