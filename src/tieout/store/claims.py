"""Claims: taken in batches by whoever ties them out, locked in the order of their ids."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import UUID

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
    supplier: str
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
    entity="text", supplier="text", currency="text", payable="int8", issue_date="date", received_at="timestamptz",
    status="text", dirty="bool", due_at="timestamptz", verdict_seq="int4", verdict_sha256="text", seq="int4",
    head="text", state="bytea", changed_at="timestamptz",
)  # fmt: skip
CHANGES: Final = Table.of(
    "store_claim", tenant="text", id="uuid", status="text", dirty="bool", due_at="timestamptz", verdict_seq="int4",
    verdict_sha256="text", seq="int4", head="text", state="bytea", changed_at="timestamptz",
)  # fmt: skip
"""The columns that change in a claim's life."""

_COLUMNS: Final = ", ".join(CLAIMS.columns)


def add(rows: Sequence[ClaimRow]) -> None:
    """Insert new claims."""
    CLAIMS.add(rows)


def change(rows: Sequence[ClaimRow]) -> None:
    """Overwrite what changes of claims; the caller holds their locks."""
    CHANGES.replace([[getattr(row, column) for column in CHANGES.columns] for row in rows])


def take_dirty(tenant: str, *, limit: int) -> list[ClaimRow]:
    """Lock and give dirty claims that nobody else has in hand, in the order of their ids."""
    sql = f"""
        select {_COLUMNS} from store_claim where tenant = %s and dirty order by id limit %s for update skip locked
    """
    return [ClaimRow(*row) for row in query(sql, (tenant, limit))]


def lock(tenant: str, ids: Collection[UUID]) -> list[ClaimRow]:
    """Lock and give these claims, in the order of their ids; waits for who has them in hand."""
    sql = f"select {_COLUMNS} from store_claim where tenant = %s and id = any(%s) order by id for update"
    return [ClaimRow(*row) for row in query(sql, (tenant, list(ids)))]


def hold(tenant: str, ids: Collection[UUID]) -> None:
    """Lock these claims, in the order of their ids, without reading them."""
    if ids:
        execute(
            "select from store_claim where tenant = %s and id = any(%s) order by id for update", (tenant, list(ids))
        )


def lock_keys(tenant: str, keys: Collection[str]) -> list[ClaimRow]:
    """The same by key."""
    sql = f"select {_COLUMNS} from store_claim where tenant = %s and key = any(%s) order by id for update"
    return [ClaimRow(*row) for row in query(sql, (tenant, list(keys)))]


def take_due(tenant: str, *, at: datetime, limit: int) -> list[ClaimRow]:
    """Lock and give claims whose time has come and that nobody else has in hand; dirty ones are tied out first."""
    sql = f"""
        select {_COLUMNS} from store_claim where id in (
            select id from store_claim where tenant = %s and due_at <= %s and not dirty order by due_at limit %s
        ) and tenant = %s and due_at <= %s and not dirty order by id for update skip locked
    """
    return [ClaimRow(*row) for row in query(sql, (tenant, at, limit, tenant, at))]


def by_ids(tenant: str, ids: Collection[UUID]) -> list[ClaimRow]:
    """These claims, without locks."""
    return [
        ClaimRow(*row)
        for row in query(f"select {_COLUMNS} from store_claim where tenant = %s and id = any(%s)", (tenant, list(ids)))
    ]


def of_documents(tenant: str, documents: Collection[UUID]) -> list[ClaimRow]:
    """The claims that these documents make."""
    sql = f"select {_COLUMNS} from store_claim where tenant = %s and document = any(%s)"
    return [ClaimRow(*row) for row in query(sql, (tenant, list(documents)))]


def every(tenant: str, *, after: UUID, limit: int) -> list[ClaimRow]:
    """All claims in the order of their ids, a page at a time."""
    sql = f"select {_COLUMNS} from store_claim where tenant = %s and id > %s order by id limit %s"
    return [ClaimRow(*row) for row in query(sql, (tenant, after, limit))]


def clean(tenant: str, ids: Collection[UUID]) -> None:
    """Tied out, and nothing changed."""
    if ids:
        execute("update store_claim set dirty = false where tenant = %s and id = any(%s)", (tenant, list(ids)))


def mark_dirty(tenant: str, ids: Collection[UUID]) -> int:
    """These have to be tied out (again). Gives how many were not dirty before.

    Two statements: the second sees what a tie-out that we waited for has committed. In one statement, a claim that was
    dirty in its snapshot and has been cleaned since would be passed over.
    """
    if not ids:
        return 0
    hold(tenant, ids)
    return execute(
        "update store_claim set dirty = true where tenant = %s and id = any(%s) and not dirty", (tenant, list(ids))
    )


def mark_open_dirty(tenant: str) -> int:
    """Every claim that still waits for something has to be tied out again: the rules changed."""
    sql = """
        select id from store_claim where tenant = %s and status not in ('posted', 'superseded', 'rejected')
    """
    return mark_dirty(tenant, [claim for (claim,) in query(sql, (tenant,))])


def waiting(tenant: str) -> tuple[int, datetime | None]:
    """How many claims are dirty, and since when the oldest came in."""
    found = query("select count(*), min(received_at) from store_claim where tenant = %s and dirty", (tenant,))
    return found[0][0], found[0][1]


def counts(tenant: str) -> dict[str, int]:
    """How many claims there are by status."""
    return dict(query("select status, count(*) from store_claim where tenant = %s group by status", (tenant,)))
