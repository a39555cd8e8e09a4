"""The connection to PostgreSQL: transactions of one tenant, and cursors that speak the binary protocol and bind on the server.

Every statement runs in a transaction that names its tenant (`tieout.tenant`). `transaction` sets it; a look-up outside of
any transaction opens one for itself. Statements over all tenants are in `store.over_tenants` alone.

Rows with many ids are looked for by `id = any((select %s)::uuid[])`: where the array stands in the statement itself, PostgreSQL weighs
one look-up for each id against reading all rows of the tenant by some index, and has no statistics of tenants (decisions 99 and 103).
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from functools import wraps
from threading import local
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

import psycopg
from django.db import InterfaceError as DatabaseGone
from django.db import OperationalError as DatabaseAway
from django.db import close_old_connections, connection
from django.db import transaction as django_transaction
from psycopg import errors

from tieout.core.audit.records import Form, Key, Row
from tieout.core.values.scope import Scope
from tieout.store.log import INSERT, Noted, entry
from tieout.store.texts import Texts, TextsDumper, with_texts

P = ParamSpec("P")
R = TypeVar("R")
Values = Sequence[object] | Mapping[str, object]

Collision: Final = (errors.UniqueViolation, errors.DeadlockDetected, errors.SerializationFailure)
"""Another transaction was quicker: roll back, read again, decide again."""

Unreachable: Final = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    psycopg.InternalError,
    DatabaseGone,
    DatabaseAway,
    OSError,
    MemoryError,
)
"""The database, the disk or the machine fails, whatever is written: nothing is wrong with one row. Try again later."""

Unfit: Final = (psycopg.DataError, errors.ProgramLimitExceeded, UnicodeEncodeError, OverflowError, struct.error)
"""A value does not fit its column or an index: whoever writes it in a batch finds out which it is, and writes the others."""


class _Session(local):
    """The tenant whose rows this thread's connection sees until its transaction ends; "" between transactions.

    `deleted` is how many rows have been deleted from each stage since it was last truncated, `driver` the connection that knows how
    lists of texts are sent. `speaks` makes the cursors of this thread, and `around` is entered around each of its transactions:
    `store.interposed` puts others in their place. `noted` are the rows that the transaction has written and the log has to name.
    """

    tenant: str = ""
    driver: object = None
    speaks: type[psycopg.Cursor[Any]] = psycopg.Cursor
    around: Callable[[], AbstractContextManager[None]] = nullcontext

    def __init__(self) -> None:
        self.deleted: Counter[str] = Counter()
        self.noted: list[Noted] = []


_session = _Session()
_DELETED_MAX: Final = 10_000


@contextmanager
def transaction(scope: Scope, *, of_one_moment: bool = False) -> Iterator[None]:
    """One transaction of the scope's tenant; the outermost block commits, one inside another is a savepoint.

    `of_one_moment`: all that it reads is as it was when it began, and it writes nothing; inside another it is as that one is.
    Asserts that a block inside another is of the same tenant.
    """
    if _session.tenant:
        _same(scope)
        before, noted = _session.noted, list(_session.noted)
        try:
            with django_transaction.atomic():
                yield
            noted = before
        finally:
            _session.noted = noted  # without what was taken back with the savepoint
        return
    assert scope.tenant, "a scope without a tenant sees nothing"
    _replace_dead()
    with _session.around(), django_transaction.atomic():
        with _cursor() as open_cursor:
            if of_one_moment:
                open_cursor.execute("set transaction isolation level repeatable read, read only")
            open_cursor.execute("select set_config('tieout.tenant', %s, true)", (scope.tenant,), prepare=True)
        _session.tenant = scope.tenant
        try:
            yield
            write_noted(scope)
        finally:
            _session.tenant = ""
            _session.noted.clear()


def note_written(
    scope: Scope,
    form: Form | None,
    rows: Sequence[Row] = (),
    *,
    gone: Sequence[Key] = (),
    change: Mapping[str, Any] | None = None,
    at: datetime | None = None,
    hashed: bool = False,
) -> None:
    """This transaction has written these rows, which have the form's columns in order, or they are gone: an entry at its end says so.

    `change` says in plain what a person changed; `hashed`: the rows have SHA-256 in place of bytes. Asserts that the transaction is
    one of the scope's tenant.
    """
    assert _session.tenant, "what is written without a transaction is not in the log"
    _same(scope)
    if rows or gone or change:
        _session.noted.append(Noted(form=form, rows=rows, gone=gone, change=change, at=at, hashed=hashed))


def write_noted(scope: Scope) -> None:
    """Write the entry about the rows noted so far; at the end of a transaction it is done for what was noted since."""
    if _session.noted:
        execute(scope, INSERT, entry(scope.tenant, scope.actor, _session.noted))
        _session.noted.clear()


def is_open() -> bool:
    """Whether this thread is in a transaction."""
    return bool(_session.tenant)


def scoped(act: Callable[Concatenate[Scope, P], R]) -> Callable[Concatenate[Scope, P], R]:
    """The function in a transaction of its scope: the caller's where there is one, else its own."""

    @wraps(act)
    def within(scope: Scope, /, *args: P.args, **kwargs: P.kwargs) -> R:
        if _session.tenant:
            _same(scope)
            return act(scope, *args, **kwargs)
        with transaction(scope):
            return act(scope, *args, **kwargs)

    return within


@contextmanager
def through(speaks: type[psycopg.Cursor[Any]], around: Callable[[], AbstractContextManager[None]]) -> Iterator[None]:
    """This thread speaks to the database through these cursors, and enters `around` around each transaction, while the block runs."""
    before = _session.speaks, _session.around
    _session.speaks, _session.around = speaks, around
    try:
        yield
    finally:
        _session.speaks, _session.around = before


def close_stale() -> None:
    """Drops connections of this thread that are broken or too old; the next use opens a new one."""
    close_old_connections()


def close() -> None:
    """Ends this thread's connection; for a thread that ends."""
    connection.close()


def backend_pid() -> int:
    """The process that serves this thread's connection, on the server's machine."""
    connection.ensure_connection()
    driver: Any = connection.connection
    return int(driver.info.backend_pid)


@contextmanager
def cursor(scope: Scope) -> Iterator[psycopg.Cursor[Any]]:
    """A cursor of this thread's connection. Rows come as tuples; values are sent in PostgreSQL's binary form."""
    if _session.tenant:
        _same(scope)
        with _cursor() as open_cursor:
            yield open_cursor
    else:
        with transaction(scope), _cursor() as open_cursor:
            yield open_cursor


def query(scope: Scope, sql: str, values: Values = ()) -> list[tuple[Any, ...]]:
    """All rows of a statement."""
    with cursor(scope) as open_cursor:
        return open_cursor.execute(sql, with_texts(values), binary=True, prepare=True).fetchall()


def execute(scope: Scope, sql: str, values: Values = ()) -> int:
    """Run a statement; give back how many rows it touched."""
    with cursor(scope) as open_cursor:
        return open_cursor.execute(sql, with_texts(values), prepare=bool(values)).rowcount


def copy(scope: Scope, sql: str, types: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """COPY rows in. `types` are PostgreSQL's names, one a column."""
    with cursor(scope) as open_cursor, open_cursor.copy(sql) as writer:
        writer.set_types(types)
        write = writer.write_row
        for row in rows:
            write(row)


def copy_bytes(scope: Scope, sql: str, content: bytes) -> None:
    """COPY rows that are already in PostgreSQL's binary form: a quarter of the time of `copy`."""
    with cursor(scope) as open_cursor, open_cursor.copy(sql) as writer:
        writer.write(content)


def empty(scope: Scope, stage: str, rows: int) -> None:
    """Empties a stage that holds so many rows.

    Deleted rows keep their space in the file, so it is truncated from time to time; truncating each time, or at each commit,
    costs as much as copying a thousand rows.
    """
    _session.deleted[stage] += rows
    if _session.deleted[stage] > _DELETED_MAX:
        execute(scope, f"truncate {stage}")
        del _session.deleted[stage]
    else:
        execute(scope, f"delete from {stage}")


def query_over_tenants(sql: str, values: Values = ()) -> list[tuple[Any, ...]]:
    """All rows of a statement over all tenants; for `store.over_tenants` alone."""
    _replace_dead()
    with _cursor() as open_cursor:
        return open_cursor.execute(sql, with_texts(values), binary=True, prepare=True).fetchall()


def _replace_dead() -> None:
    """Drops this thread's connection if the server has ended it, so that the next use opens a new one.

    Our cursors go past Django's, which would notice: whether the server answers is asked once after `close_stale`, and a
    connection on which a statement has failed for good is seen without asking.
    """
    if connection.in_atomic_block:
        return
    connection.close_if_health_check_failed()
    driver: Any = connection.connection
    if driver is not None and driver.closed:
        connection.close()


def _cursor() -> psycopg.Cursor[Any]:
    connection.ensure_connection()
    driver: Any = connection.connection
    if _session.driver is not driver:
        driver.adapters.register_dumper(Texts, TextsDumper)
        _session.driver = driver
    return _session.speaks(driver)


def _same(scope: Scope) -> None:
    assert _session.tenant == scope.tenant, f"a transaction of {_session.tenant} was given rows of {scope.tenant}"
