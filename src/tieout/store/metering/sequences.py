"""The numbers that feeds give to their events: which have come, and in which months and hours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tieout.core.values.scope import Scope
from tieout.store.link import cursor, execute, query
from tieout.store.metering.counting import Run


def runs(scope: Scope, feed: int, *, within: Run | None = None) -> list[Run]:
    """The numbers of a feed that have come, as runs that touch `within`, ascending."""
    first, last = within or (-1, 2**62)
    sql = """
        select first, last from store_usagerun
        where tenant = %s and feed = %s and last >= %s and first <= %s order by first
    """
    return [(row[0], row[1]) for row in query(scope, sql, (scope.tenant, feed, first - 1, last + 1))]


def replace_runs(scope: Scope, feed: int, *, old: Sequence[Run], new: Sequence[Run]) -> None:
    """Replace runs that have grown together by the new ones."""
    gone, come = sorted(set(old) - set(new)), sorted(set(new) - set(old))
    if gone:
        sql = "delete from store_usagerun where tenant = %s and feed = %s and first = any(%s)"
        execute(scope, sql, (scope.tenant, feed, [first for first, _ in gone]))
    if come:
        execute(
            scope,
            "insert into store_usagerun (tenant, feed, first, last) "
            "select %s, %s, * from unnest(%s::int8[], %s::int8[])",
            (scope.tenant, feed, [first for first, _ in come], [last for _, last in come]),
        )


def widen_spans(scope: Scope, feed: int, spans: Mapping[int, Run]) -> None:
    """Record the least and greatest numbers that the feed has sent in these months."""
    months = sorted(spans)
    execute(
        scope,
        """
        insert into store_usagespan as s (tenant, feed, month, first, last)
        select %s, %s, * from unnest(%s::int4[], %s::int8[], %s::int8[])
        on conflict (tenant, feed, month) do update
        set first = least(s.first, excluded.first), last = greatest(s.last, excluded.last)
        """,
        (scope.tenant, feed, months, [spans[month][0] for month in months], [spans[month][1] for month in months]),
    )


def months_of(scope: Scope, feed: int, numbers: Run) -> set[int]:
    """The months in which a gap counts where these numbers have come: those whose numbers, from the least to the greatest, reach the
    numbers before and after them."""
    sql = """
        select s.month from store_usagespan s where s.tenant = %(t)s and s.feed = %(feed)s
        and s.first <= greatest(%(last)s + 1, (
            select min(r.first) from store_usagerun r where r.tenant = %(t)s and r.feed = %(feed)s and r.first > %(last)s
        )) and s.last >= least(%(first)s - 1, (
            select max(r.last) from store_usagerun r where r.tenant = %(t)s and r.feed = %(feed)s and r.last < %(first)s
        ))
    """
    with cursor(scope) as open_cursor:
        given = {"t": scope.tenant, "feed": feed, "first": numbers[0], "last": numbers[1]}
        return {row[0] for row in open_cursor.execute(sql, given).fetchall()}


def touch_months(scope: Scope, feed: int, months: Iterable[int]) -> None:
    """The missing numbers of a feed have changed: every series of it that is published for these months has news."""
    execute(
        scope,
        """
        insert into store_usagetouched (tenant, series, month)
        select %s, s.id, m from store_usageseries s, unnest(%s::int4[]) as m
        where s.tenant = %s and s.feed = %s and exists (
            select 1 from store_usagepublished p where p.tenant = s.tenant and p.meter = s.meter and p.month = m
            and not p.unmapped and p.owner = s.account
        )
        order by 2, 3 on conflict (tenant, series, month, former) do update set month = excluded.month where false
        """,
        (scope.tenant, sorted(months), scope.tenant, feed),
    )


def numbers_in(scope: Scope, hours: Sequence[Run]) -> list[tuple[int, int, str, Run]]:
    """By position in `hours` and by feed: the feed's name, and the least and greatest number of its sequence in these hours."""
    sql = """
        select w.n, s.feed, f.name, min(s.first), max(s.last)
        from unnest(%s::int4[], %s::int4[], %s::int4[]) as w (n, first, last)
        join store_usagesequence s on s.tenant = %s and s.hour between w.first and w.last
        join store_usagefeed f on f.tenant = s.tenant and f.id = s.feed
        group by w.n, s.feed, f.name
    """
    given = (list(range(len(hours))), [first for first, _ in hours], [last for _, last in hours])
    return [(row[0], row[1], row[2], (row[3], row[4])) for row in query(scope, sql, (*given, scope.tenant))]


def widen_sequences(scope: Scope, feed: int, spans: Mapping[int, Run]) -> None:
    """Record the least and greatest numbers that the feed has sent in these hours."""
    hours = sorted(spans)
    execute(
        scope,
        """
        insert into store_usagesequence as s (tenant, feed, hour, first, last)
        select %s, %s, * from unnest(%s::int4[], %s::int8[], %s::int8[])
        on conflict (tenant, feed, hour) do update
        set first = least(s.first, excluded.first), last = greatest(s.last, excluded.last)
        """,
        (scope.tenant, feed, hours, [spans[hour][0] for hour in hours], [spans[hour][1] for hour in hours]),
    )


def spans(scope: Scope, month: int) -> dict[int, tuple[str, Run]]:
    """By feed: its name, and the least and greatest number of its sequence in a month."""
    sql = """
        select s.feed, f.name, s.first, s.last from store_usagespan s
        join store_usagefeed f on f.tenant = s.tenant and f.id = s.feed where s.tenant = %s and s.month = %s
    """
    return {row[0]: (row[1], (row[2], row[3])) for row in query(scope, sql, (scope.tenant, month))}
