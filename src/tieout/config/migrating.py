"""Bring the tables up to date: one process at a time, with a line for each step."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Final

from django.core.management import call_command
from django.db import ProgrammingError, connections
from django.db.migrations.executor import MigrationExecutor

from tieout.config.errors import CannotRunError
from tieout.config.role_name import OWNER_ALIAS
from tieout.config.roles import ensure_role, grant_tables, tables_granted
from tieout.wording.catalogue import text

_LOCK: Final = 0x7469656F7574  # a number of ours for pg_advisory_lock


def bring_up_to_date(*, say: Callable[[str], None]) -> int:
    """Apply the migrations that are due; give back how many. Processes that start together take turns.

    Raises `CannotRunError` where the login may not do what has to be done.
    """
    connection = connections[OWNER_ALIAS]
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [_LOCK])
        try:
            ensure_role()
            executor = MigrationExecutor(connection)
            due = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
            if due:
                _migrate(say, due)
            if due or not tables_granted():
                grant_tables()
            return due
        finally:
            connection.close()  # and with it the lock: a statement would fail after an interrupted one


def _migrate(say: Callable[[str], None], due: int) -> None:
    try:
        call_command(
            "migrate", database=OWNER_ALIAS, interactive=False, verbosity=1, no_color=True, stdout=_Steps(say, due)
        )
    except ProgrammingError as trouble:
        if "must be owner" not in str(trouble) and "permission denied" not in str(trouble):
            raise
        raise CannotRunError(
            "The tables are {due} steps behind this release, and the login of DATABASE_URL may not change them ({trouble}). "
            "Start once with the address of their owner.",
            due=due,
            trouble=trouble,
        ) from trouble


class _Steps(io.TextIOBase):
    """Takes what `migrate` writes, and says one line for each step that it begins."""

    def __init__(self, say: Callable[[str], None], due: int) -> None:
        self._say = say
        self._due = due
        self._begun = 0

    def write(self, written: str) -> int:
        name = written.strip().removeprefix("Applying ")
        if name != written.strip():
            self._begun += 1
            self._say(text("Tables {begun}/{due}: {name}", begun=self._begun, due=self._due, name=name.rstrip(".")))
        return len(written)
