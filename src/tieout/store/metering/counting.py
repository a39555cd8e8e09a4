"""Usage events: counted once by feed and id, and added to the totals of their hours in the same statement.

Whoever counts locks the feed's row, so that a correction never misses the event that it corrects, and so that no two writers
add to one hour at once: a series belongs to one feed.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final, NamedTuple
from uuid import UUID

from tieout.core.values.scope import Scope
from tieout.store.link import cursor, execute, query
from tieout.store.source_files import SourceFileRow
from tieout.store.table import Table

Run = tuple[int, int]

_DAY: Final = "date '1970-01-01' + {0} / 24"
MONTH: Final = f"(date_part('year', {_DAY}) * 12 + date_part('month', {_DAY}) - 1)::int4"
"""The month, counted as `metering.core.usage.month_of` counts, in which an hour since 1970 lies; for none before."""


SYSTEM: Final = "usage"
"""The system under which pieces of usage files are kept among source files."""


class BatchRow(NamedTuple):
    """A piece of a file that is to be counted, in the order of `BATCHES`."""

    tenant: str
    source_file: UUID
    feed: str
    layout: str
    first_line: int
    received_at: datetime


class EventRow(NamedTuple):
    """An event that was counted; `corrects` is the key of the event whose quantity it replaces."""

    series: int
    hour: int
    occurred_at: datetime
    quantity: Decimal
    corrects: bytes | None


BATCHES: Final = Table.of(
    "store_usagebatch", ("tenant", "source_file"), tenant="text", source_file="uuid", feed="text", layout="text", first_line="int4",
    received_at="timestamptz",
)  # fmt: skip


def waiting(scope: Scope, *, before: datetime, limit: int) -> list[BatchRow]:
    """Pieces that were received before an instant and are not counted yet, oldest first."""
    sql = f"""
        select {", ".join(BATCHES.columns)} from store_usagebatch where tenant = %s and received_at < %s
        order by received_at, source_file limit %s
    """
    return [BatchRow(*row) for row in query(scope, sql, (scope.tenant, before, limit))]


def uncounted(scope: Scope, files: Collection[UUID]) -> list[BatchRow]:
    """Which of these pieces are still to be counted."""
    sql = f"select {', '.join(BATCHES.columns)} from store_usagebatch where tenant = %s and source_file = any(%s)"
    return [BatchRow(*row) for row in query(scope, sql, (scope.tenant, list(files)))]


def counted_piece(scope: Scope, feed: str, sha256: str, version: str) -> UUID | None:
    """The file id of a piece of a feed that we have already. Its version says where in a file it begins."""
    sql = """
        select id from store_sourcefile
        where tenant = %s and system = %s and source_kind = %s and external_id = %s and version = %s
    """
    rows = query(scope, sql, (scope.tenant, SYSTEM, feed, sha256, version))
    return rows[0][0] if rows else None


def add_batches(scope: Scope, files: Sequence[SourceFileRow], batches: Sequence[BatchRow]) -> None:
    """Keep pieces, and list them as to be counted. Raises a `Collision` if one was added meanwhile."""
    from tieout.store.source_files import keep

    keep(scope, files)
    BATCHES.add(scope, batches)


def take_batch(scope: Scope, file_id: UUID) -> bool:
    """Take a piece off the list; False where it was counted already. Waits for a worker that has locked it."""
    return bool(
        execute(scope, "delete from store_usagebatch where tenant = %s and source_file = %s", (scope.tenant, file_id))
    )


def feed_id(scope: Scope, name: str) -> int:
    """The number of a feed, made if it is new."""
    rows = query(scope, "select id from store_usagefeed where tenant = %s and name = %s", (scope.tenant, name))
    if not rows:
        execute(
            scope,
            "insert into store_usagefeed (tenant, name) values (%s, %s) on conflict do nothing",
            (scope.tenant, name),
        )
        rows = query(scope, "select id from store_usagefeed where tenant = %s and name = %s", (scope.tenant, name))
    return int(rows[0][0])


def lock_feeds(scope: Scope, feeds: Collection[int]) -> None:
    """Lock these feeds until the transaction ends; in sorted order, so that there is no deadlock."""
    query(
        scope,
        "select id from store_usagefeed where tenant = %s and id = any(%s) order by id for update",
        (scope.tenant, list(feeds)),
    )


def series_ids(scope: Scope, feed: int, wanted: Collection[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """The numbers of a feed's series by (meter, identifier), made where they are new."""
    names = sorted(wanted)
    given = ([meter for meter, _ in names], [identifier for _, identifier in names])
    execute(
        scope,
        """
        insert into store_usageseries (tenant, feed, meter, identifier)
        select %s, %s, meter, identifier from unnest(%s::text[], %s::text[]) as w (meter, identifier)
        on conflict (tenant, feed, meter, identifier) do nothing
        """,
        (scope.tenant, feed, *given),
    )
    sql = """
        select s.meter, s.identifier, s.id from store_usageseries s
        join unnest(%s::text[], %s::text[]) as w (meter, identifier) using (meter, identifier)
        where s.tenant = %s and s.feed = %s
    """
    return {(row[0], row[1]): row[2] for row in query(scope, sql, (*given, scope.tenant, feed))}


def counted_before(scope: Scope, feed: int, least: bytes) -> list[int]:
    """The positions of those on the stage, whose least key is given, that were counted before.

    Only keys up to the greatest one of the feed can be: of ids that ascend these are few, or none. They are found by the index, whose
    leaves are read in order, whatever statistics say of the table.
    """
    sql = "select key from store_usageevent where tenant = %s and feed = %s order by key desc limit 1"
    greatest = query(scope, sql, (scope.tenant, feed))
    if not greatest or bytes(greatest[0][0]) < least:
        return []
    sql = """
        with counted as materialized (
            select key from store_usageevent
            where tenant = %s and feed = %s and key = any(array(select key from pg_temp.stage_usage where key <= %s))
        )
        select position from pg_temp.stage_usage join counted using (key)
    """
    return [position for (position,) in query(scope, sql, (scope.tenant, feed, greatest[0][0]))]


def take_off_stage(scope: Scope, positions: Sequence[int]) -> None:
    """Take these off the stage."""
    if positions:
        execute(scope, "delete from pg_temp.stage_usage where position = any(%s)", (list(positions),))


def count(scope: Scope, feed: int, *, came: int, late_before: int, by_key: bool) -> None:
    """Count the events on the stage, add them to the totals of their hours and note the months with news. In one statement.

    All of them are new, and the feed is locked: so they are written plainly, which costs less than asking on conflict for each. They
    are staged in the order of instant and key, so that the last one of an hour has the greatest position; `by_key`: they go into
    the index in the order of their keys, which is another one. They came in the minute
    `came`; those of hours before `late_before` came after the end of their month.
    """
    month = MONTH.format("hour")
    sql = f"""
        with written as (
            insert into store_usageevent (tenant, feed, key, series, hour, occurred_at, quantity, corrects, waits, came)
            select %(tenant)s, %(feed)s, key, series, hour, occurred_at, quantity::numeric, corrects, corrects is not null, %(came)s
            from pg_temp.stage_usage {"order by key" if by_key else ""}
        ), grouped as materialized (
            select g.*, s.quantity::numeric as latest, s.occurred_at as latest_at, s.key as latest_key,
                   case when g.hour < %(late_before)s then g.events else 0 end as late
            from (
                select series, hour, sum(quantity) as total, max(quantity) as largest, min(occurred_at) as first_at,
                       max(position) as position, count(*) as events
                from (  -- each quantity is read once; the condition is taken to hold for half of the rows, not for few
                    select series, hour, quantity::numeric as quantity, occurred_at, position
                    from pg_temp.stage_usage where case when corrects is null then true else false end offset 0
                ) as u group by series, hour
            ) as g join pg_temp.stage_usage s using (position, series, hour)
        ), added as (
            insert into store_usagehour as h (tenant, series, hour, total, largest, latest, first_at, latest_at, latest_key,
                                              events, late, corrected, came_first, came_last)
            select %(tenant)s, series, hour, total, largest, latest, first_at, latest_at, latest_key, events, late, 0,
                   %(came)s, %(came)s
            from grouped
            on conflict (tenant, series, hour) do update set
                total = h.total + excluded.total, largest = greatest(h.largest, excluded.largest),
                latest = case when (excluded.latest_at, excluded.latest_key) > (h.latest_at, h.latest_key)
                              then excluded.latest else h.latest end,
                latest_key = case when (excluded.latest_at, excluded.latest_key) > (h.latest_at, h.latest_key)
                                  then excluded.latest_key else h.latest_key end,
                first_at = least(h.first_at, excluded.first_at), latest_at = greatest(h.latest_at, excluded.latest_at),
                events = h.events + excluded.events, late = h.late + excluded.late,
                came_first = case when h.came_first is not null then least(h.came_first, excluded.came_first) end,
                came_last = greatest(h.came_last, excluded.came_last)
        )
        insert into store_usagetouched (tenant, series, month)
        select distinct %(tenant)s, g.series, m.month from grouped g join (  -- a month is dear to work out: once for each hour
            select hour, {month} as month from (select distinct hour from grouped) as h
        ) as m using (hour) order by 2, 3
        on conflict (tenant, series, month, former) do update set month = excluded.month where false
    """
    with cursor(scope) as open_cursor:
        open_cursor.execute(
            sql, {"tenant": scope.tenant, "feed": feed, "came": came, "late_before": late_before}, prepare=True
        )


def events_by_key(scope: Scope, feed: int, keys: Collection[bytes]) -> dict[bytes, EventRow]:
    """What was counted under these keys."""
    sql = """
        select key, series, hour, occurred_at, quantity, corrects from store_usageevent
        where tenant = %s and feed = %s and key = any(%s)
    """
    return {bytes(row[0]): EventRow(*row[1:]) for row in query(scope, sql, (scope.tenant, feed, list(keys)))}


def corrections_met(scope: Scope, feed: int) -> list[tuple[int, int]]:
    """The (series, hour) of events that have come after their corrections; these corrections no longer wait."""
    sql = "select key, corrects from store_usageevent where tenant = %s and feed = %s and waits"
    waiting_for = [(bytes(row[0]), bytes(row[1])) for row in query(scope, sql, (scope.tenant, feed))]
    if not waiting_for:
        return []
    events = events_by_key(scope, feed, {named for _, named in waiting_for})
    met = {key: events[named] for key, named in waiting_for if named in events and events[named].corrects is None}
    sql = "update store_usageevent set waits = false where tenant = %s and feed = %s and key = any(%s)"
    execute(scope, sql, (scope.tenant, feed, list(met)))
    return sorted({(row.series, row.hour) for row in met.values()})


def add_up_again(scope: Scope, hours: Sequence[tuple[int, int]]) -> None:
    """The totals of these (series, hour) from their events, each with the quantity of its last correction."""
    if not hours:
        return
    series, at = [pair[0] for pair in hours], [pair[1] for pair in hours]
    sql = """
        update store_usagehour h set total = n.total, largest = n.largest, latest = n.latest, corrected = n.corrected
        from (
            select e.series, e.hour, sum(coalesce(c.quantity, e.quantity)) as total,
                   max(coalesce(c.quantity, e.quantity)) as largest,
                   (array_agg(coalesce(c.quantity, e.quantity) order by e.occurred_at desc, e.key desc))[1] as latest,
                   count(c.quantity) as corrected
            from unnest(%s::int8[], %s::int4[]) as w (series, hour)
            join store_usageevent e on e.tenant = %s and e.series = w.series and e.hour = w.hour and e.corrects is null
            left join lateral (
                select c.quantity from store_usageevent c
                where c.tenant = e.tenant and c.feed = e.feed and c.corrects = e.key
                order by c.occurred_at desc, c.key desc limit 1
            ) c on true
            group by e.series, e.hour
        ) n
        where h.tenant = %s and h.series = n.series and h.hour = n.hour
    """
    execute(scope, sql, (series, at, scope.tenant, scope.tenant))
    execute(
        scope,
        f"""
        insert into store_usagetouched (tenant, series, month)
        select distinct %s, w.series, {MONTH.format("w.hour")} from unnest(%s::int8[], %s::int4[]) as w (series, hour)
        order by 2, 3 on conflict (tenant, series, month, former) do update set month = excluded.month where false
        """,
        (scope.tenant, series, at),
    )


def close_hours(scope: Scope, feed: int, closed: Collection[tuple[str, int]]) -> int:
    """The feed has closed these (meter, hour). Returns how many were open; all accounts of these meters have news."""
    pairs = sorted(closed)
    given = ([meter for meter, _ in pairs], [hour for _, hour in pairs])
    new = execute(
        scope,
        """
        insert into store_usageclosed (tenant, meter, feed, hour)
        select %s, meter, %s, hour from unnest(%s::text[], %s::int4[]) as w (meter, hour) order by 2, 4
        on conflict do nothing
        """,
        (scope.tenant, feed, *given),
    )
    if new:
        execute(
            scope,
            f"""
            insert into store_usagetouched (tenant, series, month)
            select distinct %s, s.id, {MONTH.format("w.hour")}
            from unnest(%s::text[], %s::int4[]) as w (meter, hour)
            join store_usageseries s on s.tenant = %s and s.meter = w.meter
            order by 2, 3 on conflict (tenant, series, month, former) do update set month = excluded.month where false
            """,
            (scope.tenant, *given, scope.tenant),
        )
    return new
