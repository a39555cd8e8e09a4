"""A connection that the server has ended is replaced: by the next statement after it was noticed, and after `close_stale` unnoticed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import psycopg
import pytest

from tests.support.server import Database
from tieout.config.postgres.place import ADMIN
from tieout.core.values.scope import Scope
from tieout.store import claims, over_tenants
from tieout.store.link import backend_pid, close_stale

AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
LOOKS = {
    "over all tenants": lambda: over_tenants.pending(at=AT),
    "of a tenant": lambda: claims.counts(Scope(tenant="dead-connections")),
}


def kill(database: Database) -> None:
    """The server ends the connection of this thread, as when it is started again."""
    gone = backend_pid()
    with psycopg.connect(database.dsn, user=ADMIN, autocommit=True) as other:
        other.execute("select pg_terminate_backend(%s, 5000)", [gone])


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_a_connection_that_ended_unnoticed_is_replaced_once_a_job_begins(
    database: Database, look: Callable[[], object]
) -> None:
    look()
    kill(database)
    close_stale()
    look()


@pytest.mark.parametrize("first", LOOKS.values(), ids=LOOKS)
@pytest.mark.parametrize("then", LOOKS.values(), ids=LOOKS)
def test_a_connection_on_which_a_statement_failed_is_replaced_by_the_next(
    database: Database, first: Callable[[], object], then: Callable[[], object]
) -> None:
    close_stale()
    first()
    kill(database)
    with pytest.raises(psycopg.OperationalError):
        first()
    then()
