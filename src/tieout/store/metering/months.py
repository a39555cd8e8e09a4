"""Usage by month: which months have news, what they add up to, what proves them, and the statements that are in force."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final, NamedTuple
from uuid import UUID

from tieout.core.values.scope import Scope
from tieout.store.link import cursor, execute, query
from tieout.store.metering.counting import MONTH, Run
from tieout.store.packing import unpacked
from tieout.store.table import Table


class SeriesRow(NamedTuple):
    """A series; `account` "" means that it is unmapped."""

    id: int
    feed: int
    meter: str
    identifier: str
    account: str


class TotalRow(NamedTuple):
    """Hours of a series, added up. `present` are runs of hours."""

    series: int
    total: Decimal
    largest: Decimal
    latest: Decimal
    first_at: datetime
    latest_at: datetime
    latest_key: bytes
    events: int
    late: int
    corrected: int
    present: tuple[Run, ...]


class PublishedRow(NamedTuple):
    """The statement in force, in the order of `PUBLISHED`."""

    tenant: str
    meter: str
    unmapped: bool
    owner: str
    month: int
    quantity: Decimal
    events: int
    hours: int
    missing: int
    worth: int | None
    currency: str
    body: bytes


PUBLISHED: Final = Table.of(
    "store_usagepublished", ("tenant", "meter", "unmapped", "owner", "month"), tenant="text", meter="text", unmapped="bool",
    owner="text", month="int4", quantity="numeric", events="int8", hours="int4", missing="int4", worth="int8",
    currency="text", body="bytea",
)  # fmt: skip
_OWNERS: Final = ("account/", "customer/", "mapping/", "metered/", "metered-by/", "subscription/")
_SERIES: Final = "select id, feed, meter, identifier, account from store_usageseries"


def lock_publishing(scope: Scope) -> None:
    """Only one writes statements of a tenant at a time: otherwise a slower writer could overwrite newer statements with older ones."""
    query(scope, "select pg_advisory_xact_lock(hashtextextended(%s, 1))::text", (f"usage/{scope.tenant}",))


def take_touched(scope: Scope, *, limit: int) -> list[tuple[int, int, str]]:
    """Take (series, month, former account) off the list of those with news. Later changes put them on it again.

    Waits for writers that have locked one of them, so that later reads contain what they wrote.
    """
    sql = """
        delete from store_usagetouched t using (
            select series, month, former from store_usagetouched where tenant = %s and series > 0
            order by series, month, former limit %s for update
        ) as g where t.tenant = %s and t.series = g.series and t.month = g.month and t.former = g.former
        returning t.series, t.month, t.former
    """
    return sorted((row[0], row[1], row[2]) for row in query(scope, sql, (scope.tenant, limit, scope.tenant)))


def touched(scope: Scope) -> int:
    """How many months of series have news."""
    return int(
        query(scope, "select count(*) from store_usagetouched where tenant = %s and series > 0", (scope.tenant,))[0][0]
    )


def wake(scope: Scope, lookups: Collection[tuple[str, UUID]]) -> None:
    """Documents were recorded under these (key, document's id): where they may change statements, a worker is woken.

    Such a row is on the list of news without a series: month 0 stands for accounts and expected usage, 1 for the months of a
    meter, 2 for the worth of unmapped usage.
    """
    rows: set[tuple[int, str]] = set()
    for key, document in sorted(lookups):
        if key.startswith(_OWNERS):
            rows.add((0, str(document)))
        elif key.startswith("meter/"):
            rows.add((1, key.removeprefix("meter/")))
        elif key == "price-list/*":
            rows.add((2, str(document)))
    if rows:
        execute(
            scope,
            """
            insert into store_usagetouched (tenant, series, month, former)
            select %s, 0, * from unnest(%s::int4[], %s::text[]) as w (month, former) order by 3, 4
            on conflict (tenant, series, month, former) do update set month = excluded.month where false
            """,
            (scope.tenant, [month for month, _ in sorted(rows)], [former for _, former in sorted(rows)]),
        )


def take_woken(scope: Scope) -> None:
    """Remove what `wake` noted; the months of its meters, and of unmapped usage where a price came, have news instead."""
    sql = "delete from store_usagetouched where tenant = %s and series = 0 returning month, former"
    woken = query(scope, sql, (scope.tenant,))
    _touch_contracts(scope, [former for month, former in woken if month == 0])
    meters = [former for month, former in woken if month == 1]
    prices = any(month == 2 for month, _ in woken)
    if meters or prices:
        sql = "select id from store_usageseries where tenant = %s and (meter = any(%s) or (%s and account = ''))"
        touch(scope, {row[0]: "" for row in query(scope, sql, (scope.tenant, meters, prices))})


def _touch_contracts(scope: Scope, documents: Sequence[str]) -> None:
    """Where contracts or amendments with usage are among these documents, the months of their accounts have news: other periods may
    be billed now."""
    if documents:
        sql = """
            with amended as materialized (  -- step by step: before PostgreSQL knows the tables, a join of all of it takes minutes
                select id from store_document where tenant = %(t)s and id = any(%(d)s::uuid[]) and kind = 'amendment'
            ),
            named as materialized (  -- an amendment names the subscription, and that is found under its account
                select key from store_lookup
                where tenant = %(t)s and key >= 'subscription/' and key < 'subscription0' and document in (select id from amended)
            ),
            contracts as materialized (
                select document from store_lookup
                where tenant = %(t)s and key >= 'metered/' and key < 'metered0' and document = any(%(d)s::uuid[])
                union select o.document from named join store_lookup o on o.tenant = %(t)s and o.key = named.key
            ),
            accounts as materialized (
                select distinct substr(key, 9) as account from store_lookup
                where tenant = %(t)s and key >= 'account/' and key < 'account0' and document in (select document from contracts)
            )
            insert into store_usagetouched (tenant, series, month)
            select distinct %(t)s, s.id, p.month from accounts as c
            join store_usageseries s on s.tenant = %(t)s and s.account = c.account
            join store_usagepublished p on p.tenant = %(t)s and p.meter = s.meter and p.owner = s.account and not p.unmapped
            order by 2, 3 on conflict (tenant, series, month, former) do update set month = excluded.month where false
        """
        with cursor(scope) as open_cursor:
            open_cursor.execute(sql, {"t": scope.tenant, "d": sorted(documents)})


def touch(scope: Scope, series: Mapping[int, str]) -> None:
    """Every month of these series has news, also for their former accounts ("": none)."""
    ids = sorted(series)
    execute(
        scope,
        f"""
        insert into store_usagetouched (tenant, series, month, former)
        select distinct h.tenant, h.series, {MONTH.format("h.hour")}, w.former
        from unnest(%s::int8[], %s::text[]) as w (series, former)
        join store_usagehour h on h.tenant = %s and h.series = w.series order by 2, 3, 4
        on conflict (tenant, series, month, former) do update set month = excluded.month where false
        """,
        (ids, [series[id_] for id_ in ids], scope.tenant),
    )


def touch_pairs(scope: Scope, pairs: Collection[tuple[int, int]]) -> None:
    """These (series, month) have news."""
    given = sorted(pairs)
    execute(
        scope,
        """
        insert into store_usagetouched (tenant, series, month)
        select %s, * from unnest(%s::int8[], %s::int4[]) as w (series, month) order by 2, 3
        on conflict (tenant, series, month, former) do update set month = excluded.month where false
        """,
        (scope.tenant, [series for series, _ in given], [month for _, month in given]),
    )


def series(scope: Scope, ids: Collection[int]) -> list[SeriesRow]:
    """These series."""
    return [
        SeriesRow(*row)
        for row in query(scope, f"{_SERIES} where tenant = %s and id = any(%s)", (scope.tenant, list(ids)))
    ]


def series_named(scope: Scope, identifiers: Collection[str] | None) -> list[SeriesRow]:
    """All series of these identifiers; None: of all."""
    if identifiers is None:
        return [SeriesRow(*row) for row in query(scope, f"{_SERIES} where tenant = %s", (scope.tenant,))]
    sql = f"{_SERIES} where tenant = %s and identifier = any(%s)"
    return [SeriesRow(*row) for row in query(scope, sql, (scope.tenant, list(identifiers)))]


def expect(scope: Scope) -> int:
    """Make series of accounts that are billed by a meter and have sent nothing although the meter's hours are closed.

    So an account without usage has a statement of zero. Returns how many are new; their closed months have news.
    """
    sql = "select meter, min(feed) from store_usageclosed where tenant = %s group by meter"
    billed = [
        (feed, meter, account)
        for meter, feed in query(scope, sql, (scope.tenant,))
        for account in sorted(_billed_by(scope, meter))
    ]
    if not billed:
        return 0
    sql = """
        insert into store_usageseries (tenant, feed, meter, identifier)
        select %(t)s, w.feed, w.meter, w.account from unnest(%(f)s::int8[], %(m)s::text[], %(a)s::text[]) as w (feed, meter, account)
        where not exists (select from store_usageseries s where s.tenant = %(t)s and s.meter = w.meter and s.account = w.account)
            and not exists (select from store_usageseries s where s.tenant = %(t)s and s.meter = w.meter and s.identifier = w.account)
        on conflict do nothing returning id
    """
    feeds, meters, accounts = (list(column) for column in zip(*billed, strict=True))
    new = [row[0] for row in query(scope, sql, {"t": scope.tenant, "f": feeds, "m": meters, "a": accounts})]
    if new:
        month = MONTH.format("c.hour")
        execute(
            scope,
            f"""
            insert into store_usagetouched (tenant, series, month)
            select distinct s.tenant, s.id, {month} from store_usageseries s
            join store_usageclosed c on c.tenant = s.tenant and c.meter = s.meter
            where s.tenant = %s and s.id = any(%s) order by 2, 3
            on conflict (tenant, series, month, former) do update set month = excluded.month where false
            """,
            (scope.tenant, new),
        )
    return len(new)


def _billed_by(scope: Scope, meter: str) -> set[str]:
    """The accounts that are billed by a meter, by their contract or an amendment. Each look-up is a range of keys: one after the other,
    because joined, with statistics from before the contracts came, PostgreSQL compares each with each."""
    keys = "select key from store_lookup where tenant = %s and key >= %s and key < %s"
    prefix = f"metered/{meter}/"
    accounts = {key.removeprefix(prefix) for (key,) in query(scope, keys, (scope.tenant, prefix, f"metered/{meter}0"))}
    prefix = f"metered-by/{meter}/"
    amended = query(scope, keys, (scope.tenant, prefix, f"metered-by/{meter}0"))
    if amended:  # an amendment names the subscription, and that is found under its account
        subscriptions = [f"subscription/{key.removeprefix(prefix)}" for (key,) in amended]
        sql = "select distinct document from store_lookup where tenant = %s and key = any(%s)"
        documents = [document for (document,) in query(scope, sql, (scope.tenant, subscriptions))]
        sql = "select key from store_lookup where tenant = %s and key >= 'account/' and key < 'account0' and document = any(%s)"
        accounts |= {key.removeprefix("account/") for (key,) in query(scope, sql, (scope.tenant, documents))}
    return accounts


def unmapped(scope: Scope) -> list[str]:
    """All unmapped identifiers."""
    sql = "select distinct identifier from store_usageseries where tenant = %s and account = '' order by 1"
    return [row[0] for row in query(scope, sql, (scope.tenant,))]


def mapped(scope: Scope) -> list[str]:
    """All identifiers that were ever mapped."""
    sql = (
        "select distinct substr(key, 9) from store_lookup where tenant = %s and key >= 'mapping/' and key < 'mapping0'"
    )
    return [row[0] for row in query(scope, sql, (scope.tenant,))]


def series_of(scope: Scope, owners: Iterable[tuple[str, bool, str]]) -> list[SeriesRow]:
    """The series of these (meter, unmapped, owner): of an account, or of an unmapped identifier."""
    wanted = list(owners)
    rows = []
    for unmapped, column in ((False, "account"), (True, "identifier")):
        pairs = [(meter, owner) for meter, is_unmapped, owner in wanted if is_unmapped is unmapped]
        if pairs:
            sql = f"""
                select s.id, s.feed, s.meter, s.identifier, s.account from store_usageseries s
                join unnest(%s::text[], %s::text[]) as w (meter, owner) on w.meter = s.meter and w.owner = s.{column}
                where s.tenant = %s {"and s.account = ''" if unmapped else ""}
            """
            given = ([meter for meter, _ in pairs], [owner for _, owner in pairs])
            rows += [SeriesRow(*row) for row in query(scope, sql, (*given, scope.tenant))]
    return rows


def set_accounts(scope: Scope, accounts: Mapping[int, str]) -> None:
    """Set the accounts of these series, by their numbers."""
    ids = sorted(accounts)
    execute(
        scope,
        """
        update store_usageseries s set account = w.account from unnest(%s::int8[], %s::text[]) as w (id, account)
        where s.tenant = %s and s.id = w.id
        """,
        (ids, [accounts[id_] for id_ in ids], scope.tenant),
    )


def months(scope: Scope, ids: Collection[int], hours: Run) -> list[TotalRow]:
    """What these series have from the first hour to the last, inclusive."""
    sql = """
        select series, sum(total), max(largest), (array_agg(latest order by latest_at desc, latest_key desc))[1],
               min(first_at), max(latest_at), (array_agg(latest_key order by latest_at desc, latest_key desc))[1],
               sum(events)::int8, sum(late)::int8, sum(corrected)::int8, range_agg(int4range(hour, hour + 1))::text
        from store_usagehour where tenant = %s and series = any(%s) and hour between %s and %s group by series
    """
    return [TotalRow(*(*row[:10], runs_in(row[10]))) for row in query(scope, sql, (scope.tenant, list(ids), *hours))]


def closed(scope: Scope, meters: Collection[str], hours: Run) -> dict[tuple[str, int], tuple[Run, ...]]:
    """Runs of hours that were closed, by (meter, feed)."""
    sql = """
        select meter, feed, range_agg(int4range(hour, hour + 1))::text from store_usageclosed
        where tenant = %s and meter = any(%s) and hour between %s and %s group by meter, feed
    """
    return {(row[0], row[1]): runs_in(row[2]) for row in query(scope, sql, (scope.tenant, list(meters), *hours))}


def runs_in(text: str) -> tuple[Run, ...]:
    """Ranges of hours as runs: PostgreSQL writes them as "{[5,7),[9,10)}"."""
    if text == "{}":
        return ()
    parts = text.strip("{}").replace("[", "").split("),")
    pairs = [part.strip(")").split(",") for part in parts]
    return tuple((int(first), int(end) - 1) for first, end in pairs)


def published(scope: Scope, owners: Iterable[tuple[str, bool, str]], months_: Run) -> list[PublishedRow]:
    """Statements in force of these (meter, unmapped, owner), for months from the first to the last, in order."""
    wanted = list(owners)
    sql = f"""
        select {", ".join(f"p.{column}" for column in PUBLISHED.columns)} from store_usagepublished p
        join unnest(%s::text[], %s::bool[], %s::text[]) as w (meter, unmapped, owner) using (meter, unmapped, owner)
        where p.tenant = %s and p.month between %s and %s order by p.month
    """
    given = ([key[0] for key in wanted], [key[1] for key in wanted], [key[2] for key in wanted])
    return [PublishedRow(*row) for row in query(scope, sql, (*given, scope.tenant, *months_))]


def put_published(scope: Scope, rows: Sequence[PublishedRow]) -> None:
    """These statements are in force."""
    PUBLISHED.put(scope, rows)


def everything_published(scope: Scope, month: int | None, *, unmapped: bool) -> list[PublishedRow]:
    """Statements in force, largest worth first, then most events; of one month, or of all."""
    sql = f"""
        select {", ".join(PUBLISHED.columns)} from store_usagepublished
        where tenant = %s and unmapped = %s and (%s::int4 is null or month = %s)
        order by worth desc nulls last, events desc, meter, owner, month
    """
    return [PublishedRow(*row) for row in query(scope, sql, (scope.tenant, unmapped, month, month))]


def counts(scope: Scope) -> dict[str, int]:
    """How many events, refused lines, uncounted pieces, and corrections without their event."""
    sql = """
        select (select coalesce(sum(events), 0) from store_usagehour where tenant = %(t)s),
               (select count(*) from store_usagerefused where tenant = %(t)s),
               (select count(*) from store_usagebatch where tenant = %(t)s),
               (select count(*) from store_usageevent where tenant = %(t)s and waits)
    """
    with cursor(scope) as open_cursor:
        row = open_cursor.execute(sql, {"t": scope.tenant}).fetchone()
    assert row is not None
    return dict(zip(("events", "refused", "uncounted", "adrift"), map(int, row), strict=True))


def mapped_bodies(scope: Scope) -> list[bytes]:
    """The canonical JSON of every mapping in force."""
    sql = """
        select body, id from store_document
        where tenant = %s and kind = 'account_mapping' and superseded_at is null and erased_at is null
    """
    return [unpacked(body, "store_document", "body", id_) for body, id_ in query(scope, sql, (scope.tenant,))]


def accounts(scope: Scope) -> list[str]:
    """Every account that has a subscription or usage."""
    sql = """
        select substr(key, 9) from store_lookup where tenant = %s and key >= 'account/' and key < 'account0'
        union select account from store_usageseries where tenant = %s and account <> '' order by 1
    """
    return [row[0] for row in query(scope, sql, (scope.tenant, scope.tenant))]
