"""Cases: rows that cache the fold of their events."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from tieout.core.values.scope import Scope
from tieout.store.link import query
from tieout.store.table import Table


class CaseRow(NamedTuple):
    """A row of cases, in the order of `CASES`; `at_stake` in minor units, `steady`, `pressing` and `last_day` as in `Pressure`."""

    tenant: str
    id: UUID
    claim: UUID
    cause: str
    code: str
    status: str
    queue: str
    actor: str
    entity: str
    counterparty: str
    number: str
    at_stake: int | None
    currency: str
    opened_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    wait_until: datetime | None
    steady: int
    pressing: int
    last_day: int | None
    seq: int
    head: str
    state: bytes


CASES: Final = Table.of(
    "store_case", tenant="text", id="uuid", claim="uuid", cause="text", code="text", status="text", queue="text",
    actor="text", entity="text", counterparty="text", number="text", at_stake="int8", currency="text",
    opened_at="timestamptz", due_at="timestamptz", closed_at="timestamptz",
    wait_until="timestamptz", steady="int8", pressing="int8", last_day="int4", seq="int4", head="text", state="bytea",
)  # fmt: skip

_COLUMNS: Final = ", ".join(CASES.columns)


def put(scope: Scope, rows: Sequence[CaseRow]) -> None:
    """Write cases, new and existing; the caller holds the locks of their claims."""
    CASES.put(scope, rows)


def of_claims(scope: Scope, claims: Collection[UUID]) -> list[CaseRow]:
    """All cases of these claims."""
    sql = f"select {_COLUMNS} from store_case where tenant = %s and claim = any(%s) order by id"
    return [CaseRow(*row) for row in query(scope, sql, (scope.tenant, list(claims)))]


def by_id(scope: Scope, case: UUID) -> CaseRow | None:
    """A case."""
    rows = query(scope, f"select {_COLUMNS} from store_case where tenant = %s and id = %s", (scope.tenant, case))
    return CaseRow(*rows[0]) if rows else None


def claims_with(scope: Scope, cause: str) -> list[UUID]:
    """The claims that have an open case of this cause, in the order of their ids."""
    sql = "select claim from store_case where tenant = %s and closed_at is null and cause = %s order by claim"
    return [claim for (claim,) in query(scope, sql, (scope.tenant, cause))]
