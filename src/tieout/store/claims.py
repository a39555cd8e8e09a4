"""Claims: taken in batches by whoever ties them out, locked in the order of their ids."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import UUID

from tieout.core.values.scope import Scope
from tieout.store.link import execute, query
from tieout.store.table import Table


class ClaimRow(NamedTuple):
    """A row of claims, in the order of `CLAIMS`."""

    tenant: str
    id: UUID
    key: str
    kind: str
    document: UUID
    sha256: str
    number: str
    entity: str
    counterparty: str
    currency: str
    payable: int | None
    issue_date: date | None
    received_at: datetime
    status: str
    dirty: bool
    due_at: datetime | None
    verdict_seq: int
    verdict_sha256: str
    seq: int
    head: str
    state: bytes
    changed_at: datetime


CLAIMS: Final = Table.of(
    "store_claim", tenant="text", id="uuid", key="text", kind="text", document="uuid", sha256="text", number="text",
    entity="text", counterparty="text", currency="text", payable="int8", issue_date="date", received_at="timestamptz",
    status="text", dirty="bool", due_at="timestamptz", verdict_seq="int4", verdict_sha256="text", seq="int4",
    head="text", state="bytea", changed_at="timestamptz",
).packing(state="claim")  # fmt: skip
CHANGES: Final = Table.of(
    "store_claim", tenant="text", id="uuid", status="text", dirty="bool", due_at="timestamptz", verdict_seq="int4",
    verdict_sha256="text", seq="int4", head="text", state="bytea", changed_at="timestamptz",
).packing(state="claim")  # fmt: skip
"""The columns that change in a claim's life."""

_COLUMNS: Final = ", ".join(CLAIMS.columns)
_COPIED: Final = (
    ("c.document", "d.id"),
    ("c.key", "d.key || '@' || d.version"),
    ("c.kind", "d.kind"),
    ("c.sha256", "d.sha256"),
    ("c.number", "d.number"),
    ("c.entity", "d.book"),
    ("c.counterparty", "d.counterparty"),
    ("c.currency", "d.currency"),
    ("c.payable", "d.payable"),
    ("c.issue_date", "d.issue_date"),
    ("c.received_at", "d.recorded_at"),
    ("c.verdict_seq", "coalesce(v.seq, 0)"),
    ("c.verdict_sha256", "coalesce(v.sha256, '')"),
)
"""Columns of a claim, and what of its document or its last verdict they are copies of."""


def add(scope: Scope, rows: Sequence[ClaimRow]) -> None:
    """Insert new claims."""
    CLAIMS.add(scope, rows)


def change(scope: Scope, rows: Sequence[ClaimRow]) -> None:
    """Overwrite what changes of claims; the caller holds their locks."""
    CHANGES.replace(scope, [[getattr(row, column) for column in CHANGES.columns] for row in rows])


def take_dirty(scope: Scope, *, limit: int) -> list[ClaimRow]:
    """Lock and return dirty claims that no other worker has locked, in the order of their ids."""
    sql = f"""
        select {_COLUMNS} from store_claim where tenant = %s and dirty order by id limit %s for update skip locked
    """
    return CLAIMS.read(ClaimRow, query(scope, sql, (scope.tenant, limit)))


def lock(scope: Scope, ids: Collection[UUID]) -> list[ClaimRow]:
    """Lock and return these claims, in the order of their ids; waits for workers that have locked them."""
    sql = (
        f"select {_COLUMNS} from store_claim where tenant = %s and id = any((select %s)::uuid[]) order by id for update"
    )
    return CLAIMS.read(ClaimRow, query(scope, sql, (scope.tenant, list(ids))))


def hold(scope: Scope, ids: Collection[UUID]) -> None:
    """Lock these claims, in the order of their ids, without reading them."""
    if ids:
        execute(
            scope,
            "select from store_claim where tenant = %s and id = any((select %s)::uuid[]) order by id for update",
            (scope.tenant, list(ids)),
        )


def lock_keys(scope: Scope, keys: Collection[str]) -> list[ClaimRow]:
    """The same, by key."""
    sql = f"select {_COLUMNS} from store_claim where tenant = %s and key = any(%s) order by id for update"
    return CLAIMS.read(ClaimRow, query(scope, sql, (scope.tenant, list(keys))))


def take_due(scope: Scope, *, at: datetime, limit: int) -> list[ClaimRow]:
    """Lock and return claims that are due and that no other worker has locked; dirty ones are tied out first."""
    sql = f"""
        select {_COLUMNS} from store_claim where id in (
            select id from store_claim where tenant = %s and due_at <= %s and not dirty order by due_at limit %s
        ) and tenant = %s and due_at <= %s and not dirty order by id for update skip locked
    """
    return CLAIMS.read(ClaimRow, query(scope, sql, (scope.tenant, at, limit, scope.tenant, at)))


def by_ids(scope: Scope, ids: Collection[UUID]) -> list[ClaimRow]:
    """These claims, without locks."""
    sql = f"select {_COLUMNS} from store_claim where tenant = %s and id = any((select %s)::uuid[])"
    return CLAIMS.read(ClaimRow, query(scope, sql, (scope.tenant, list(ids))))


def of_documents(scope: Scope, documents: Collection[UUID]) -> list[ClaimRow]:
    """The claims that these documents make: each has its document's id."""
    return by_ids(scope, documents)


def every(scope: Scope, *, after: UUID, limit: int) -> list[ClaimRow]:
    """All claims in the order of their ids, a page at a time."""
    sql = f"select {_COLUMNS} from store_claim where tenant = %s and id > %s order by id limit %s"
    return CLAIMS.read(ClaimRow, query(scope, sql, (scope.tenant, after, limit)))


def clean(scope: Scope, ids: Collection[UUID]) -> None:
    """Tied out, and nothing changed."""
    if ids:
        execute(
            scope,
            "update store_claim set dirty = false where tenant = %s and id = any((select %s)::uuid[])",
            (scope.tenant, list(ids)),
        )


def unlike_documents(scope: Scope, ids: Collection[UUID]) -> list[tuple[UUID, list[str]]]:
    """Which of these claims have columns that are not those of their document, or not those of their last verdict; which ones."""
    pairs = ", ".join(f"case when {ours} is distinct from {theirs} then '{ours[2:]}' end" for ours, theirs in _COPIED)
    sql = f"""
        select id, columns from (
            select c.id, array_remove(array[{pairs}], null) as columns from store_claim c
            left join store_document d on d.tenant = c.tenant and d.id = c.document
            left join lateral (
                select seq, sha256 from store_verdict v where v.tenant = c.tenant and v.claim = c.id order by seq desc limit 1
            ) as v on true
            where c.tenant = %s and c.id = any((select %s)::uuid[])
        ) as compared where columns <> array[]::text[] order by id
    """
    return [(claim, columns) for claim, columns in query(scope, sql, (scope.tenant, list(ids)))]


def mark_dirty(scope: Scope, ids: Collection[UUID]) -> int:
    """These have to be tied out (again). Returns how many were not dirty before.

    Two statements: the second sees what a tie-out that we waited for has committed. In one statement, a claim that was
    dirty in its snapshot and has been cleaned since would be passed over.
    """
    if not ids:
        return 0
    hold(scope, ids)
    return execute(
        scope,
        "update store_claim set dirty = true where tenant = %s and id = any((select %s)::uuid[]) and not dirty",
        (scope.tenant, list(ids)),
    )


def mark_open_dirty(scope: Scope) -> int:
    """Every claim that is not final has to be tied out again: the policy has changed."""
    sql = """
        select id from store_claim where tenant = %s and status not in ('posted', 'superseded', 'rejected')
    """
    return mark_dirty(scope, [claim for (claim,) in query(scope, sql, (scope.tenant,))])


def waiting(scope: Scope) -> tuple[int, datetime | None]:
    """How many claims are dirty, and since when the oldest came in."""
    rows = query(
        scope, "select count(*), min(received_at) from store_claim where tenant = %s and dirty", (scope.tenant,)
    )
    return rows[0][0], rows[0][1]


def counts(scope: Scope) -> dict[str, int]:
    """How many claims there are by status."""
    return dict(
        query(scope, "select status, count(*) from store_claim where tenant = %s group by status", (scope.tenant,))
    )
