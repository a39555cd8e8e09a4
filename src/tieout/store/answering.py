"""Whether the database answers, whether its tables are those of this release, and which errors say that it does not answer."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import psycopg
from django.db import InterfaceError, OperationalError, connection
from django.db.migrations.loader import MigrationLoader

_SECONDS_MAX: Final = 2
_OUTAGE: Final = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)


def answers(*, of_this_release: bool = False) -> bool:
    """Whether the database answers within two seconds, on a connection of its own; with `of_this_release`, whether its tables are
    those of this release too."""
    given = connection.get_connection_params()
    options = f"{given.get('options', '')} -c statement_timeout={_SECONDS_MAX * 1000}".strip()
    try:
        with psycopg.connect(**{**given, "connect_timeout": _SECONDS_MAX, "options": options}) as asked:
            if not of_this_release:
                return asked.execute("select 1").fetchone() is not None
            applied = set(asked.execute("select app, name from django_migrations").fetchall())
            return applied >= _newest()
    except psycopg.Error:
        return False


@lru_cache(maxsize=1)
def _newest() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).graph.leaf_nodes())


def is_outage(error: BaseException | None) -> bool:
    """Whether an error says that the database does not answer; also where it is what led to the error."""
    while error is not None:
        if isinstance(error, _OUTAGE):
            return True
        error = error.__cause__ or error.__context__
    return False
