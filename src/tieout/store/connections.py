"""The connections of a tenant."""

from __future__ import annotations

from collections.abc import Sequence

from psycopg.types.json import Jsonb

from tieout.core.outbox.connection import Connection
from tieout.core.values.scope import Scope
from tieout.store.link import execute, query


def every(scope: Scope) -> tuple[Connection, ...]:
    """All connections, by name."""
    sql = """
        select name, system, entity, queue, settings, secret from store_connection where tenant = %s order by name
    """
    return tuple(
        Connection(name=name, system=system, entity=entity, queue=queue, settings=settings, secret=secret)
        for name, system, entity, queue, settings, secret in query(scope, sql, (scope.tenant,))
    )


def add(scope: Scope, rows: Sequence[Connection]) -> int:
    """Write connections; one of a name that is taken stays as it is. Gives how many are new.

    Raises a `Collision` where another connection has the queue.
    """
    sql = """
        insert into store_connection (tenant, name, system, entity, queue, settings, secret, added_at)
        values (%s, %s, %s, %s, %s, %s, %s, statement_timestamp()) on conflict (tenant, name) do nothing
    """
    return sum(
        execute(
            scope,
            sql,
            (scope.tenant, row.name, row.system, row.entity, row.queue, Jsonb(dict(row.settings)), row.secret),
        )
        for row in rows
    )


def replace(scope: Scope, row: Connection) -> bool:
    """Change a connection's entity, settings and secret; its name, system and queue stay. False where there is none."""
    sql = "update store_connection set entity = %s, settings = %s, secret = %s where tenant = %s and name = %s"
    return bool(execute(scope, sql, (row.entity, Jsonb(dict(row.settings)), row.secret, scope.tenant, row.name)))
