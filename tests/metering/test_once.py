"""An event counts once for its feed and id: in one file, in several, of several feeds and tenants, at once; whatever its id looks like."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from threading import Barrier, Thread
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import sql
from psycopg.conninfo import make_conninfo

from tests.metering.motor import engine
from tests.metering.test_counting import AT, START, company, count, event, folded, lines, totals
from tests.metering.test_hostile import EVENTS
from tests.support import server
from tests.support.peek import peek
from tieout.config.migrating import bring_up_to_date
from tieout.config.role_name import OWNER_ALIAS
from tieout.core.values.scope import Scope
from tieout.metering.core.usage import UsageEvent, event_key, event_keys
from tieout.metering.engine.counting import Ingested, ingest_usage
from tieout.metering.engine.publish import publish
from tieout.metering.formats import pieces, read_piece
from tieout.store.models import UsageEvent as EventTable
from tieout.store.models import UsageHour

if TYPE_CHECKING:
    from tests.support.server import Database

LONGEST = 499
SHAPES = {
    "the longest that are kept as they are": ["x" * 63 + "a", "x" * 63 + "b"],
    "a byte longer": ["x" * 64 + "a", "x" * 64 + "b"],
    "the longest that are read": ["x" * (LONGEST - 1) + "a", "x" * (LONGEST - 1) + "b"],
    "the longest of letters of four bytes": ["🜁" * (LONGEST - 1) + "a", "🜁" * (LONGEST - 1) + "b"],
    "one begins with the other": ["order-1", "order-10", "order-1\u0301", "order-"],
    "small and great letters": ["abc", "ABC"],
    "with a blank": ["abc", "abc ", " abc"],
    "one is the key of the other": ["e1", "te1", "tte1"],
    "a UUID and the same in other letters": [
        "550e8400-e29b-41d4-a716-446655440000",
        "550E8400-E29B-41D4-A716-446655440000",
        "550e8400e29b41d4a716446655440000",
        "{550e8400-e29b-41d4-a716-446655440000}",
    ],
    "almost a UUID, with tabs in other places": [
        "550e8400-e29b-41d4-a716-4466554400\t\t",
        "550e8400-e29b-41d4-a716-44665544\t\t00",
        "550e8400-e29b-41d4-\t\t16-446655440000",
    ],
}


@pytest.mark.parametrize("shape", SHAPES)
def test_ids_that_differ_are_two_and_the_same_id_is_one(shape: str, database: Database) -> None:
    motor = engine()
    scope = company(motor)
    events = [event(n, id=id_, quantity=str(n + 1)) for n, id_ in enumerate(SHAPES[shape])]
    done = ingest_usage(motor, scope, [lines(events)], at=AT, feed="core")
    assert (done.new, done.repeated, done.refused) == (len(events), 0, 0)
    again = ingest_usage(motor, scope, [lines(events[::-1])], at=AT, feed="core")
    assert (again.new, again.repeated, again.refused) == (0, len(events), 0)
    assert totals(scope) == folded(events)


def test_keys_of_many_are_those_of_each() -> None:
    ids = [id_ for shape in SHAPES.values() for id_ in shape] + [str(uuid4()), "", "x" * 35, "x" * 36, "é" * 18]
    assert event_keys(ids) == [event_key(id_) for id_ in ids]
    assert len(set(event_keys(ids))) == len(set(ids))


def test_twice_in_one_file_and_in_several(database: Database) -> None:
    motor = engine()
    scope = company(motor)
    done = ingest_usage(motor, scope, [lines([event(1), event(2), event(1), event(1)])], at=AT, feed="core")
    assert (done.read, done.new, done.repeated) == (4, 2, 2)
    # before, between and after those that have come; the greatest again, alone and last
    for sent, new in (([2, 1], 0), ([0, 1, 3], 2), ([3], 0), ([2, 3, 4, 3], 1)):
        done = ingest_usage(motor, scope, [lines([event(n) for n in sent])], at=AT, feed="core")
        assert (done.new, done.repeated) == (new, len(sent) - new)
    assert totals(scope) == folded([event(n) for n in range(5)])


def test_the_same_id_of_other_feeds_and_tenants_is_another_event(database: Database) -> None:
    motor = engine()
    one, other = company(motor), company(motor)
    for scope in (one, other):
        for feed in ("core", "edge"):
            for new in (1, 0):
                done = ingest_usage(motor, scope, [lines([event(1, feed=feed)]), b"\n" * (1 - new)], at=AT, feed="x")
                assert (done.new, done.repeated) == (new, 1 - new)
    for scope in (one, other):
        assert sum(row.events for row in peek(UsageHour).filter(tenant=scope.tenant)) == 2
        assert peek(EventTable).filter(tenant=scope.tenant).count() == 2


def test_another_meaning_is_refused_wherever_the_first_was_counted(database: Database) -> None:
    motor = engine()
    scope = company(motor)
    count(motor, scope, event(1), event(2), event(9))
    for changed in (
        event(1, quantity="3"),
        event(1, "bolt"),
        event(1, occurred_at=START),
        event(9, corrects="e1"),
    ):
        done = ingest_usage(motor, scope, [lines([changed])], at=AT, feed="core")
        assert (done.new, done.refused) == (0, 1)
    assert totals(scope) == folded([event(1), event(2), event(9)])


def test_all_at_once(database: Database) -> None:
    """Each of four threads sends the same ids, cut and ordered in another way: random ones, of which each lies anywhere in the index."""
    motor = engine()
    scope = company(motor)
    ids = [str(UUID(int=n * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128)) for n in range(300)]
    events = [event(n % 100, id=id_, quantity=str(n)) for n, id_ in enumerate(ids)]
    start, troubles, done = Barrier(4), [], []

    def send(parts: Sequence[Sequence[UsageEvent]]) -> None:
        try:
            start.wait(30)
            done.extend([ingest_usage(motor, scope, [lines(part)], at=AT, feed="core") for part in parts])
        except BaseException as trouble:  # noqa: BLE001  the test reports it
            troubles.append(trouble)
        finally:
            connections.close_all()

    orders = (
        [events],
        [events[::-1]],
        [events[:150], events[100:]],
        [events[200:], events[:50], sorted(events, key=lambda one: one.id)],
    )
    threads = [Thread(target=send, args=(order,)) for order in orders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == []
    assert sum(one.new for one in done) == len(events)
    assert totals(scope) == folded(events)


@settings(max_examples=25, deadline=None)
@given(files=st.lists(st.lists(st.integers(0, 40), min_size=1, max_size=12), min_size=1, max_size=5))
def test_whatever_comes_in_whatever_order(database: Database, files: list[list[int]]) -> None:
    """Ids whose order is that of the numbers, and instants whose order is another one; every fifth is a correction of the one before."""
    motor = engine()
    scope = company(motor)
    made = {
        n: event(n * 17 % 41, id=f"e{n:03}", quantity=str(n), corrects=f"e{n - 1:03}" if n % 5 == 4 else "")
        for n in range(41)
    }
    seen: set[int] = set()
    for numbers in files:
        done = ingest_usage(motor, scope, [lines([made[n] for n in numbers])], at=AT, feed="core")
        assert done.new + done.corrections == len(set(numbers) - seen) or done.counted_pieces
        seen |= set(numbers)
    assert totals(scope) == folded([made[n] for n in sorted(seen)])


@given(st.lists(EVENTS, min_size=1, max_size=6))
def test_lines_are_read_alike_all_at_once_and_one_by_one(values: list[dict[str, Any]]) -> None:
    content = b"".join(json.dumps(value).encode() + b"\n" for value in values)
    (fast,), (slow,) = ([read_piece(piece) for piece in pieces([text])] for text in (content, content + b"\n \n"))
    assert list(fast.events) == list(slow.events)
    assert list(fast.lines) == list(slow.lines)
    assert list(fast.refused) == list(slow.refused)


def test_events_of_the_release_before_are_kept_and_count_once(database: Database) -> None:
    """Two tenants, one id; a correction that waits. What came then is a repeat now, and the correction finds its event."""
    name = f"{database.name}_events"
    with psycopg.connect(database.admin, autocommit=True) as connection:
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    dsn = make_conninfo(database.admin, dbname=name)
    server._point_django_to(dsn)
    try:
        executor = MigrationExecutor(connections[OWNER_ALIAS])
        others = [leaf for leaf in executor.loader.graph.leaf_nodes() if leaf[0] != "store"]
        executor.migrate([("store", "0030_short_watches"), *others])
        with psycopg.connect(dsn, autocommit=True) as connection:
            for tenant in ("one", "two"):
                _written_then(connection, tenant)
        bring_up_to_date(say=lambda _: None)
        motor = engine()
        for tenant in ("one", "two"):
            scope = Scope(tenant=tenant, actor="anna")
            done = ingest_usage(motor, scope, [lines([event(1), event(2), event(3)])], at=AT, feed="core")
            assert done == Ingested(pieces=1, read=3, new=2)
            assert totals(scope) == folded([event(1), event(2), event(3), event(9, corrects="e2", quantity="7")])
            publish(motor, scope, at=AT)
    finally:
        connections.close_all()
        server._point_django_to(database.dsn)
        database.drop(name)


def _written_then(connection: psycopg.Connection[Any], tenant: str) -> None:
    """What the release before wrote for event 1, and for a correction of event 2, which has not come."""
    connection.execute("select set_config('tieout.tenant', %s, false)", [tenant])
    feed = _number(connection, "insert into store_usagefeed (tenant, name) values (%s, 'core') returning id", tenant)
    series = _number(
        connection,
        f"insert into store_usageseries (tenant, feed, meter, identifier) values (%s, {feed}, 'api', 'acme') returning id",
        tenant,
    )
    hour, at, came = int(START.timestamp()) // 3600, START + timedelta(minutes=10), int(AT.timestamp()) // 60
    connection.execute(
        "insert into store_usageevent (tenant, feed, key, series, hour, occurred_at, quantity, corrects, waits, came) values"
        " (%(t)s, %(f)s, %(one)s, %(s)s, %(h)s, %(at)s, 2, null, false, %(c)s),"
        " (%(t)s, %(f)s, %(fix)s, %(s)s, %(h)s + 1, %(then)s, 7, %(two)s, true, %(c)s)",
        {
            "t": tenant, "f": feed, "s": series, "h": hour, "at": at, "c": came, "then": START + timedelta(minutes=90),
            "one": event_key("e1"), "fix": event_key("e9"), "two": event_key("e2"),
        },
    )  # fmt: skip
    connection.execute(
        "insert into store_usagehour (tenant, series, hour, total, largest, latest, first_at, latest_at, latest_key, events, late,"
        " corrected, came_first, came_last) values (%s, %s, %s, 2, 2, 2, %s, %s, %s, 1, 0, 0, %s, %s)",
        [tenant, series, hour, at, at, event_key("e1"), came, came],
    )
    connection.execute("insert into identity_tenant (code, name) values (%s, %s)", [tenant, tenant])


def _number(connection: psycopg.Connection[Any], statement: str, tenant: str) -> int:
    row = connection.execute(statement, [tenant]).fetchone()
    assert row is not None
    return int(row[0])
