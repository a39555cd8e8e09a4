"""Watches, signals, rechecks and holds: what makes tie-out incremental and free of races."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Final, NamedTuple
from uuid import UUID

from tieout.core.values.scope import Scope
from tieout.store.link import execute, query
from tieout.store.table import Table


class WatchRow(NamedTuple):
    """A watch: the claim wants to know of news under the key."""

    tenant: str
    key: str
    claim: UUID
    seen: int


WATCHES: Final = Table.of("store_watch", ("key", "claim"), tenant="text", key="int8", claim="uuid", seen="int8")
"""Here `key` is a number of eight bytes that stands for organisation and key: see `short`."""
SIGNALS: Final = Table.of("store_signal", tenant="text", key="text", claim="uuid")


def short(tenant: str, key: str) -> int:
    """What stands for a key in watches: the first eight bytes of a digest. Of two keys with one number both have news, and a claim is tied
    out once more than it need be."""
    return int.from_bytes(sha256(f"{tenant}\n{key}".encode()).digest()[:8], "big", signed=True)


def rewatch(scope: Scope, gone: Sequence[tuple[str, UUID]], rows: Sequence[WatchRow], *, fresh: bool) -> None:
    """Claims now watch these keys, and no longer the (key, claim) pairs in `gone`. `fresh`: none of the rows is there."""
    if gone:
        sql = """
            delete from store_watch w using unnest(%s::int8[], %s::uuid[]) as g (key, claim)
            where w.tenant = %s and w.key = g.key and w.claim = g.claim
        """
        keys = [short(scope.tenant, key) for key, _ in gone]
        execute(scope, sql, (keys, [claim for _, claim in gone], scope.tenant))
    stored = [(row.tenant, short(row.tenant, row.key), row.claim, row.seen) for row in rows]
    if fresh:
        WATCHES.add(scope, stored)
    else:
        WATCHES.put(scope, stored)


def signal(scope: Scope, news: Collection[tuple[str, UUID | None]]) -> None:
    """There is news under these keys; each with the claim that need not be notified."""
    SIGNALS.add(scope, [(scope.tenant, key, claim) for key, claim in news])


def take_signals(scope: Scope, *, limit: int) -> list[tuple[int, str, UUID | None]]:
    """Lock and return signals that no other worker has locked."""
    sql = "select id, key, claim from store_signal where tenant = %s order by id limit %s for update skip locked"
    return [(row[0], row[1], row[2]) for row in query(scope, sql, (scope.tenant, limit))]


def drop_signals(scope: Scope, ids: Collection[int]) -> None:
    """They have been passed on."""
    execute(scope, "delete from store_signal where id = any(%s)", (list(ids),))


def watchers(scope: Scope, keys: Collection[str]) -> list[tuple[str, UUID]]:
    """Who watches these keys, as (key, claim)."""
    by_number: dict[int, list[str]] = {}
    for key in keys:
        by_number.setdefault(short(scope.tenant, key), []).append(key)
    sql = "select key, claim from store_watch where tenant = %s and key = any(%s)"
    rows = query(scope, sql, (scope.tenant, list(by_number)))
    return [(key, claim) for number, claim in rows for key in by_number[number]]


def add_recheck(scope: Scope, recheck: UUID, claims: Sequence[UUID], at: datetime) -> None:
    """To be done once the transaction has committed: has news come for these claims in between?"""
    execute(
        scope,
        "insert into store_recheck (tenant, id, claims, at) values (%s, %s, %s, %s)",
        (scope.tenant, recheck, list(claims), at),
    )


def take_rechecks(scope: Scope, *, recheck: UUID | None = None, limit: int = 20) -> list[tuple[UUID, list[UUID]]]:
    """Lock and return rechecks (or one) that no other worker has locked."""
    sql = """
        select id, claims from store_recheck where tenant = %s and (%s::uuid is null or id = %s)
        order by at limit %s for update skip locked
    """
    return [(row[0], row[1]) for row in query(scope, sql, (scope.tenant, recheck, recheck, limit))]


def drop_rechecks(scope: Scope, ids: Collection[UUID]) -> None:
    """They have been looked at."""
    execute(scope, "delete from store_recheck where tenant = %s and id = any(%s)", (scope.tenant, list(ids)))


def overtaken(scope: Scope, watching: Mapping[UUID, Collection[str]]) -> set[UUID]:
    """Of these claims with the keys that they watch, which watch something that has changed since they looked.

    Ids of look-ups only grow, and a look-up that means something else gets a new id: so the sum under a key shows every
    change, in whichever order the changes commit. Two plain statements: as one join, PostgreSQL plans it badly as soon
    as its statistics are old.
    """
    pairs = [(short(scope.tenant, key), claim, key) for claim, keys in watching.items() for key in keys]
    now = sums(scope, {key for _, _, key in pairs})
    sql = """
        select w.key, w.claim, w.seen from unnest(%s::int8[], %s::uuid[]) as p (key, claim)
        join store_watch w on w.tenant = %s and w.key = p.key and w.claim = p.claim
    """
    rows = query(scope, sql, ([number for number, _, _ in pairs], [claim for _, claim, _ in pairs], scope.tenant))
    seen = {(number, claim): sum_ for number, claim, sum_ in rows}
    return {claim for number, claim, key in pairs if (number, claim) in seen and seen[number, claim] != now.get(key, 0)}


def sums(scope: Scope, keys: Collection[str]) -> dict[str, int]:
    """The sum of look-up ids under each of these keys by now; a key with nothing under it is left out."""
    sql = "select key, sum(id)::bigint from store_lookup where tenant = %s and key = any(%s) group by key"
    return dict(query(scope, sql, (scope.tenant, list(keys))))


def hold(scope: Scope, keys: Sequence[str]) -> None:
    """Lock these keys until the transaction ends; waits for other holders.

    Rows and not advisory locks: PostgreSQL keeps row locks in the rows, while a batch of advisory locks fills the shared
    lock table of the whole server. Every key is made before the first is locked, both in sorted order: whoever waits
    for a key that is being made holds none that its maker could want (docs/decisions/0012).
    """
    if keys:
        ordered = sorted(keys)
        sql = """
            insert into store_held (tenant, key) select %s, key from unnest(%s::text[]) as k (key) order by key
            on conflict do nothing
        """
        execute(scope, sql, (scope.tenant, ordered))
        execute(
            scope,
            "select from store_held where tenant = %s and key = any(%s) order by key for update",
            (scope.tenant, ordered),
        )
