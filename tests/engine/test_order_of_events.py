"""Events of one transaction are written, and exported, in the order that they have in their stream, however many they are."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random
from uuid import UUID

import psycopg

from tests.support.server import Database
from tieout.config.postgres.place import ADMIN
from tieout.core.values.scope import Scope
from tieout.store import events
from tieout.store.events import EventRow
from tieout.store.link import query, transaction

AT = datetime(2026, 3, 2, 8, tzinfo=UTC)


def rows(tenant: str, streams: int, random: Random) -> list[EventRow]:
    """Three events for every one of so many streams."""
    return [
        EventRow(tenant, stream, seq, "Noted", 1, b"x" * random.randint(50, 3000), "", f"{stream}-{seq}", AT, "")
        for stream in (UUID(int=random.getrandbits(128)) for _ in range(streams))
        for seq in (1, 2, 3)
    ]


def test_many_events_are_numbered_in_the_order_in_which_they_are_given(empty_database: Database) -> None:
    scope, random, given = Scope(tenant="order"), Random(1), []
    for _ in range(20):
        batch = rows(scope.tenant, random.randint(25, 150), random)
        with transaction(scope):
            events.add(scope, batch)
        given += [(row.stream, row.seq) for row in batch]
    assert query(scope, "select stream, seq from store_event order by position") == given


def test_an_export_of_events_that_were_numbered_otherwise_is_in_their_order(empty_database: Database) -> None:
    scope = Scope(tenant="order")
    one, other = UUID(int=1), UUID(int=2)
    made = [EventRow(scope.tenant, one, seq, "Noted", 1, b"{}", "", f"{seq}", AT, "") for seq in (1, 2, 3, 4)]
    made += [EventRow(scope.tenant, other, seq, "Noted", 1, b"{}", "", f"{seq}", AT, "") for seq in (1, 3, 2)]
    with transaction(scope):
        events.add(scope, [made[k] for k in (0, 4, 2, 5, 3, 1, 6)])
    assert [(row.stream, row.seq) for row in events.every(scope) if row.stream == one] == [
        (one, k) for k in (1, 2, 3, 4)
    ]
    assert [(row.stream, row.seq) for row in events.every(scope) if row.stream == other] == [
        (other, k) for k in (1, 2, 3)
    ]
    with psycopg.connect(empty_database.dsn, user=ADMIN, autocommit=True) as connection:
        connection.execute("delete from store_event where stream = %s and seq = 2", [one])
    left = [row.seq for row in events.every(scope) if row.stream == one]
    assert left == [1, 3, 4], "what is missing stays missing, and nothing else is lost"
