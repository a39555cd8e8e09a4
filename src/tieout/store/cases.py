"""Cases: rows that cache the fold of their events."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from tieout.core.claim.priority import days_to_month_end
from tieout.core.values.scope import Scope
from tieout.store.link import execute, query, scoped
from tieout.store.table import Table
from tieout.store.waiting import note


class CaseRow(NamedTuple):
    """A row of cases, in the order of `CASES`; `at_stake` in minor units, `steady`, `pressing` and `last_day` as in `Pressure`;
    `priority` on the day `priority_on`, as an ordinal: None, where it is the same on all that are still to come."""

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
    priority: int
    priority_on: int | None
    seq: int
    head: str
    state: bytes


CASES: Final = Table.of(
    "store_case", tenant="text", id="uuid", claim="uuid", cause="text", code="text", status="text", queue="text",
    actor="text", entity="text", counterparty="text", number="text", at_stake="int8", currency="text",
    opened_at="timestamptz", due_at="timestamptz", closed_at="timestamptz",
    wait_until="timestamptz", steady="int8", pressing="int8", last_day="int4",
    priority="int8", priority_on="int4", seq="int4", head="text", state="bytea",
).packing(state="case")  # fmt: skip

_COLUMNS: Final = ", ".join(CASES.columns)


def put(scope: Scope, rows: Sequence[CaseRow]) -> None:
    """Write cases, new and existing; the caller holds the locks of their claims."""
    CASES.put(scope, rows)
    days = [row.priority_on for row in rows if row.priority_on is not None and row.closed_at is None]
    if days:
        following = date.fromordinal(min(days)) + timedelta(days=1)
        note(scope, "priority", "", at=datetime.combine(following, time(), tzinfo=UTC))


@scoped
def prioritise(scope: Scope, day: date, *, limit: int) -> int:
    """Work out the priority of up to `limit` open cases anew whose number is of an earlier day. Returns how many; those that another
    worker has locked are written by it, or are left for the next time."""
    sql = """
        with outdated as (
            select id from store_case where tenant = %(tenant)s and closed_at is null and priority_on < %(day)s
            order by priority_on limit %(limit)s for update skip locked
        )
        update store_case c set
            priority = c.steady + case when c.last_day is null then c.pressing / %(days)s
                                       when c.last_day >= %(day)s then c.pressing / greatest(c.last_day - %(day)s, 1) else 0 end,
            priority_on = case when c.last_day < %(day)s then null else %(day)s end
        from outdated where c.tenant = %(tenant)s and c.id = outdated.id
    """
    values = {"tenant": scope.tenant, "day": day.toordinal(), "days": days_to_month_end(day), "limit": limit}
    return execute(scope, sql, values)


def of_claims(scope: Scope, claims: Collection[UUID]) -> list[CaseRow]:
    """All cases of these claims."""
    sql = f"select {_COLUMNS} from store_case where tenant = %s and claim = any((select %s)::uuid[]) order by id"
    return CASES.read(CaseRow, query(scope, sql, (scope.tenant, list(claims))))


def by_id(scope: Scope, case: UUID) -> CaseRow | None:
    """A case."""
    rows = query(scope, f"select {_COLUMNS} from store_case where tenant = %s and id = %s", (scope.tenant, case))
    return next(iter(CASES.read(CaseRow, rows)), None)


def claims_with(scope: Scope, cause: str) -> list[UUID]:
    """The claims that have an open case of this cause, in the order of their ids."""
    sql = "select claim from store_case where tenant = %s and closed_at is null and cause = %s order by claim"
    return [claim for (claim,) in query(scope, sql, (scope.tenant, cause))]


def open_with(scope: Scope, actor: str) -> list[str]:
    """The numbers of the claims whose open cases are assigned to this actor."""
    sql = "select number from store_case where tenant = %s and closed_at is null and actor = %s order by number, id"
    return [number for (number,) in query(scope, sql, (scope.tenant, actor))]
