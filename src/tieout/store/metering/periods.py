"""Usage by the periods of contracts: what they add up to, and the statements in force."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final, NamedTuple

from tieout.core.values.scope import Scope
from tieout.store.link import query
from tieout.store.metering.months import TotalRow, runs_in
from tieout.store.table import Table

Key = tuple[str, str, date, date, str]
"""Meter, account, first and last day, time zone."""


class Sought(NamedTuple):
    """A series' hours from the first to the last, of the period with a number; an event that came in the minute `ends` is late."""

    period: int
    series: int
    first: int
    last: int
    ends: int


class SoughtPart(NamedTuple):
    """The events of a series in an hour, from an instant until before another."""

    period: int
    series: int
    hour: int
    begins_at: datetime
    ends_at: datetime
    ends: int


class StatedRow(NamedTuple):
    """The statement in force of an account's period, in the order of `STATED`."""

    tenant: str
    meter: str
    owner: str
    first: date
    last: date
    zone: str
    interval: str
    quantity: Decimal
    events: int
    hours: int
    missing: int
    body: bytes


STATED: Final = Table.of(
    "store_usageperiod", ("tenant", "meter", "owner", "first", "last", "zone"), tenant="text", meter="text", owner="text",
    first="date", last="date", zone="text", interval="text", quantity="numeric", events="int8", hours="int4", missing="int4",
    body="bytea",
)  # fmt: skip


def totals(scope: Scope, wanted: Sequence[Sought]) -> list[tuple[int, TotalRow]]:
    """What series have in some hours, each with the number of its period.

    An hour of which all or no events came late says so itself; only of others the events are looked at.
    """
    if not wanted:
        return []
    sql = """
        select w.period, h.series, sum(h.total), max(h.largest),
               (array_agg(h.latest order by h.latest_at desc, h.latest_key desc))[1], min(h.first_at), max(h.latest_at),
               (array_agg(h.latest_key order by h.latest_at desc, h.latest_key desc))[1], sum(h.events)::int8,
               sum(case when h.came_first >= w.ends then h.events when h.came_last >= w.ends then (
                   select count(*) from store_usageevent e where e.tenant = h.tenant and e.series = h.series and e.hour = h.hour
                   and e.corrects is null and e.came >= w.ends
               ) else 0 end)::int8, sum(h.corrected)::int8, range_agg(int4range(h.hour, h.hour + 1))::text
        from unnest(%s::int4[], %s::int8[], %s::int4[], %s::int4[], %s::int4[]) as w (period, series, first, last, ends)
        join store_usagehour h on h.tenant = %s and h.series = w.series and h.hour between w.first and w.last
        group by w.period, h.series
    """
    rows = query(scope, sql, (*map(list, zip(*wanted, strict=True)), scope.tenant))
    return [(row[0], TotalRow(*(*row[1:11], runs_in(row[11])))) for row in rows]


def parts(scope: Scope, wanted: Sequence[SoughtPart]) -> list[tuple[int, TotalRow]]:
    """What series have in parts of hours, from their events, each with the quantity of its last correction."""
    if not wanted:
        return []
    sql = """
        select w.period, e.series, sum(coalesce(c.quantity, e.quantity)), max(coalesce(c.quantity, e.quantity)),
               (array_agg(coalesce(c.quantity, e.quantity) order by e.occurred_at desc, e.key desc))[1],
               min(e.occurred_at), max(e.occurred_at), (array_agg(e.key order by e.occurred_at desc, e.key desc))[1],
               count(*), count(*) filter (where e.came >= w.ends), count(c.quantity), w.hour
        from unnest(%s::int4[], %s::int8[], %s::int4[], %s::timestamptz[], %s::timestamptz[], %s::int4[])
             as w (period, series, hour, begins_at, ends_at, ends)
        join store_usageevent e on e.tenant = %s and e.series = w.series and e.hour = w.hour and e.corrects is null
             and e.occurred_at >= w.begins_at and e.occurred_at < w.ends_at
        left join lateral (
            select c.quantity from store_usageevent c
            where c.tenant = e.tenant and c.feed = e.feed and c.corrects = e.key
            order by c.occurred_at desc, c.key desc limit 1
        ) c on true
        group by w.period, e.series, w.hour
    """
    rows = query(scope, sql, (*map(list, zip(*wanted, strict=True)), scope.tenant))
    return [(row[0], TotalRow(*(*row[1:11], ((row[11], row[11]),)))) for row in rows]


def stated(scope: Scope, owners: Iterable[tuple[str, str]]) -> list[StatedRow]:
    """The statements in force of these (meter, account), without their bodies."""
    wanted = list(owners)
    sql = """
        select p.tenant, p.meter, p.owner, p.first, p.last, p.zone, p.interval, p.quantity, p.events, p.hours, p.missing, ''::bytea
        from store_usageperiod p join unnest(%s::text[], %s::text[]) as w (meter, owner) using (meter, owner) where p.tenant = %s
    """
    given = ([meter for meter, _ in wanted], [owner for _, owner in wanted])
    return [StatedRow(*row) for row in query(scope, sql, (*given, scope.tenant))]


def bodies(scope: Scope, keys: Collection[Key]) -> dict[Key, bytes]:
    """The canonical JSON of the statements in force of these (meter, account, first day, last day, zone)."""
    wanted = list(keys)
    sql = """
        select p.meter, p.owner, p.first, p.last, p.zone, p.body from store_usageperiod p
        join unnest(%s::text[], %s::text[], %s::date[], %s::date[], %s::text[]) as w (meter, owner, first, last, zone)
             using (meter, owner, first, last, zone)
        where p.tenant = %s
    """
    given = tuple([key[k] for key in wanted] for k in range(5))
    return {
        (row[0], row[1], row[2], row[3], row[4]): bytes(row[5]) for row in query(scope, sql, (*given, scope.tenant))
    }


def put_stated(scope: Scope, rows: Sequence[StatedRow]) -> None:
    """These statements are in force."""
    STATED.put(scope, rows)


def everything_stated(scope: Scope, days: tuple[date, date] | None) -> list[StatedRow]:
    """Statements in force, those with the most missing hours first; of periods that have one of these days, or of all."""
    first, last = days or (date.min, date.max)
    sql = f"""
        select {", ".join(STATED.columns)} from store_usageperiod where tenant = %s and last >= %s and first <= %s
        order by missing desc, meter, owner, first, last, zone
    """
    return [StatedRow(*row) for row in query(scope, sql, (scope.tenant, first, last))]
