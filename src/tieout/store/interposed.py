"""Between the store and PostgreSQL, for simulations: each call of a thread is a point where another may go on, fail or be slow.

`interposed` is entered by each thread that takes part. One thread runs at a time, so whoever holds a lock that is wanted cannot give it
back meanwhile: a statement that would wait is given up after a few milliseconds, taken back to a savepoint, and repeated when `Turns`
gives the thread its turn again. What is injected is `Lost`; everything else that is raised is the program's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Final, Protocol, Self, TypeVar

import psycopg
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from psycopg import errors

from tieout.store.link import close_stale, through

T = TypeVar("T")
_MAY_WAIT: Final = re.compile(
    r"\b(for (no key )?update|for (key )?share|insert|update|delete|truncate|lock table|pg_advisory(_xact)?_lock)\b",
    re.IGNORECASE,
)
_INTO_ITS_OWN: Final = re.compile(r"^\s*(delete from|truncate)\s+pg_temp\.", re.IGNORECASE)
"""Of a table that only this session sees: nobody else can hold a lock on it."""
_MOMENT: Final = "set local lock_timeout = '5ms'"
_PATIENCE: Final = "set local lock_timeout = '30s'"
_MOMENT_ALONE: Final = "set lock_timeout = '5ms'"
_PATIENCE_ALONE: Final = "set lock_timeout = '30s'"
_SETTINGS: Final = f"{_PATIENCE_ALONE}; set synchronous_commit = off"
"""A statement that may have to wait for an actor does so for a moment, and is then repeated when its turn comes. Any other waits for
nobody but the server's own housekeeping (a vacuum that cuts off empty pages locks the whole table), and simply waits."""


class Lost(psycopg.OperationalError):
    """The connection was lost, because the simulation wanted it."""


class Turns(Protocol):
    """Who goes on after each call. The thread that calls has the turn, and has it again when a method returns."""

    def call(self, what: str) -> bool:
        """A statement comes; whether it is to fail."""
        ...

    def called(self, what: str, rows: int) -> None:
        """It has been carried out, and touched so many rows."""
        ...

    def waits(self, what: str) -> bool:
        """It has to wait for a lock; returns when it may be tried again, False where everybody waits for somebody."""
        ...

    def ended(self, what: str) -> bool:
        """A transaction is "committed" or "rolled back"; whether the answer to a commit is to be lost."""
        ...


@contextmanager
def unless_lost() -> Iterator[None]:
    """What the simulation itself broke goes no further, as at a door; everything else does."""
    close_stale()
    try:
        yield
    except (psycopg.Error, DatabaseError, InterfaceError) as error:
        if not isinstance(error.__cause__ or error, Lost):
            raise


@contextmanager
def interposed(turns: Turns) -> Iterator[None]:
    """This thread's calls are made in turns while the block runs; its connection is closed afterwards."""

    class Spoken(_Cursor):
        _turns = turns

    def through_django(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        driver = context["connection"].connection
        return _in_turn(turns, driver, sql, lambda: execute(sql, params, many, context))

    with through(Spoken, partial(_around, turns)), connection.execute_wrapper(through_django):
        try:
            yield
        finally:
            connection.close()


class _Cursor(psycopg.Cursor[Any]):
    """A cursor each of whose statements is a call."""

    _turns: Turns

    def execute(self, query: Any, params: Any = None, **options: Any) -> Self:
        """As psycopg does it, in turns."""
        return _in_turn(self._turns, self.connection, str(query), partial(super().execute, query, params, **options))

    @contextmanager
    def copy(self, statement: Any, params: Any = None, **options: Any) -> Iterator[psycopg.Copy]:
        """As psycopg does it: into a table of this session alone, for which nobody waits."""
        if self._turns.call(called(str(statement))):
            _lose(self.connection)
        with super().copy(statement, params, **options) as copy:
            yield copy
        self._turns.called(called(str(statement)), self.rowcount)


def called(sql: str) -> str:
    """What a statement is, for the trace: its first words and its table."""
    words = sql.lower().replace('"', "").split()
    table = next((word.strip("();,") for word in words if word.startswith(("store_", "identity_", "pg_temp."))), "")
    return f"{words[0] if words else ''} {table}".strip()


def _in_turn(turns: Turns, driver: Any, sql: str, execute: Callable[[], T]) -> T:
    what = called(sql)
    if turns.call(what):
        _lose(driver)
    may_wait = _MAY_WAIT.search(sql) and not _INTO_ITS_OWN.match(sql)
    answer = _patiently(turns, driver, what, execute) if may_wait else execute()
    turns.called(what, getattr(answer, "rowcount", -1))
    return answer


def _patiently(turns: Turns, driver: Any, what: str, execute: Callable[[], T]) -> T:
    """Repeats a statement that would wait for a lock, until it need not."""
    inside = driver.info.transaction_status == psycopg.pq.TransactionStatus.INTRANS
    while True:
        driver.execute(f"savepoint in_turn; {_MOMENT}" if inside else _MOMENT_ALONE, prepare=False)
        try:
            answer = execute()
        except (errors.LockNotAvailable, OperationalError) as error:
            if not isinstance(error.__cause__ or error, errors.LockNotAvailable):
                raise
            if inside:
                driver.execute("rollback to savepoint in_turn")
            if not turns.waits(what):
                raise errors.DeadlockDetected("everybody waits for somebody (simulated)") from error
            continue
        finally:
            if not inside and not driver.closed:
                driver.execute(_PATIENCE_ALONE)
        if inside:
            driver.execute(f"release savepoint in_turn; {_PATIENCE}", prepare=False)
        return answer


@contextmanager
def _around(turns: Turns) -> Iterator[None]:
    """Around a transaction: afterwards its locks are free, and the answer to its commit may be lost."""
    connection.ensure_connection()
    _prepare(connection.connection)
    done = "rolled back"
    try:
        yield
        done = "committed"
    finally:
        lost = turns.ended(done)
    if lost:
        _lose(connection.connection)


def _prepare(driver: Any) -> None:
    """A new connection waits only a moment for locks."""
    if driver.info.parameter_status("application_name") != "simulated":
        driver.execute(f"{_SETTINGS}; set application_name = 'simulated'", prepare=False)


def _lose(driver: Any) -> None:
    """The connection ends here. Its locks are given back before, so that nobody has to wait until the server notices."""
    if driver is not None and not driver.closed:
        driver.rollback()
        driver.close()
    raise Lost("the connection was lost (simulated)")
