"""The connections of a tenant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from psycopg.types.json import Jsonb

from tieout.core.audit.records import Form
from tieout.core.outbox.connection import Connection
from tieout.core.values.scope import Scope
from tieout.store.form_rows import note_rows
from tieout.store.link import execute, query, scoped


def every(scope: Scope) -> tuple[Connection, ...]:
    """All connections, by name."""
    sql = """
        select name, system, entity, queue, settings, secret from store_connection where tenant = %s order by name
    """
    return tuple(
        Connection(name=name, system=system, entity=entity, queue=queue, settings=settings, secret=secret)
        for name, system, entity, queue, settings, secret in query(scope, sql, (scope.tenant,))
    )


CONNECTION: Final = Form(
    name="connection/1",
    table="store_connection",
    key=("name",),
    columns=("name", "system", "entity", "queue", "settings", "secret", "added_at"),
    types=("text", "text", "text", "text", "jsonb", "text", "timestamptz"),
    lasting=False,
)


@scoped
def add(scope: Scope, rows: Sequence[Connection]) -> int:
    """Write connections; one of a name that is taken stays as it is. Gives how many are new.

    Raises a `Collision` where another connection has the queue.
    """
    sql = """
        insert into store_connection (tenant, name, system, entity, queue, settings, secret, added_at)
        values (%s, %s, %s, %s, %s, %s, %s, statement_timestamp()) on conflict (tenant, name) do nothing
    """
    added = [
        row
        for row in rows
        if execute(
            scope,
            sql,
            (scope.tenant, row.name, row.system, row.entity, row.queue, Jsonb(dict(row.settings)), row.secret),
        )
    ]
    for row in added:
        _note(scope, row.name, before=None, after=row)
    return len(added)


@scoped
def replace(scope: Scope, row: Connection) -> bool:
    """Change a connection's entity, settings and secret; its name, system and queue stay. False where there is none."""
    sql = "update store_connection set entity = %s, settings = %s, secret = %s where tenant = %s and name = %s"
    before = next((existing for existing in every(scope) if existing.name == row.name), None)
    values = (row.entity, Jsonb(dict(row.settings)), row.secret, scope.tenant, row.name)
    changed = bool(execute(scope, sql, values))
    if changed:
        _note(scope, row.name, before=before, after=row)
    return changed


def _note(scope: Scope, name: str, *, before: Connection | None, after: Connection) -> None:
    """In the log, with what is shown of a connection before and after: settings say where a secret is, never the secret."""
    ((at,),) = query(scope, "select statement_timestamp()")
    change = {"table": CONNECTION.table, "key": [name], "before": _shown(before), "after": _shown(after)}
    note_rows(scope, CONNECTION, [(name,)], at=at, change=change)


def _shown(row: Connection | None) -> dict[str, Any]:
    if row is None:
        return {}
    return {
        "system": row.system,
        "entity": row.entity,
        "queue": row.queue,
        "settings": dict(row.settings),
        "secret": row.secret,
    }
