"""The connection to PostgreSQL: transactions, and cursors that speak the binary protocol and bind on the server."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from django.db import close_old_connections, connection
from django.db import transaction as django_transaction
from psycopg import errors

Collision: Final = (errors.UniqueViolation, errors.DeadlockDetected, errors.SerializationFailure)
"""Somebody else was quicker: roll back, look again, decide again."""


@contextmanager
def transaction() -> Iterator[None]:
    """One transaction; the outermost block commits. In tests it may stand inside another."""
    with django_transaction.atomic():
        yield


def close_stale() -> None:
    """Drops connections of this thread that are broken or too old; the next use opens a new one."""
    close_old_connections()


def backend_pid() -> int:
    """The process that serves this thread's connection, on the server's machine."""
    connection.ensure_connection()
    raw: Any = connection.connection
    return int(raw.info.backend_pid)


def cursor() -> psycopg.Cursor[Any]:
    """A cursor of this thread's connection. Rows come as tuples; values keep PostgreSQL's binary form on the way."""
    connection.ensure_connection()
    raw: Any = connection.connection
    return psycopg.Cursor(raw)


def query(sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """All rows of a statement."""
    with cursor() as open_cursor:
        return open_cursor.execute(sql, values, binary=True, prepare=True).fetchall()


def execute(sql: str, values: Sequence[object] = ()) -> int:
    """Run a statement; give back how many rows it touched."""
    with cursor() as open_cursor:
        return open_cursor.execute(sql, values, prepare=bool(values)).rowcount


def copy(sql: str, types: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """COPY rows in. `types` are PostgreSQL's names, one a column."""
    with cursor() as open_cursor, open_cursor.copy(sql) as writer:
        writer.set_types(types)
        write = writer.write_row
        for row in rows:
            write(row)


def copy_text(sql: str, content: str) -> None:
    """COPY rows in that are written already, as lines of text with tabs: a third of the time of `copy`."""
    with cursor() as open_cursor, open_cursor.copy(sql) as writer:
        writer.write(content)
