"""Actions as claims request and withdraw them; the caller holds the claims' locks. Performing is `store.actions`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final, NamedTuple, cast
from uuid import UUID

from tieout.core.values.scope import Scope
from tieout.store.link import note_written, query, scoped
from tieout.store.table import Table


class ActionRow(NamedTuple):
    """A new action, in the order of `ACTIONS`; `stream` is the claim's id, `claim` its key."""

    tenant: str
    id: UUID
    kind: str
    claim: str
    stream: UUID
    queue: str
    payload: str
    state: str
    created_at: datetime
    due_at: datetime


ENDED: Final = ("done", "refused", "withdrawn")
"""The states of actions of which nothing more comes by itself."""

ACTIONS: Final = Table.of(
    "store_action", tenant="text", id="uuid", kind="text", claim="text", stream="uuid", queue="text", payload="text",
    state="text", created_at="timestamptz", due_at="timestamptz",
).packing(payload="action").sealed("action/1", instant="created_at", without=("state", "due_at"), lasting=False)  # fmt: skip
OUTCOMES: Final = Table.of(
    "store_action", id="uuid", state="text", due_at="timestamptz", attempts="int4", ref="text", last_error="text", words="text",
    tried_at="timestamptz", sent_at="timestamptz", handed_at="timestamptz", handovers="int4", done_at="timestamptz",
).sealed("action_outcome/1", instant="done_at", only=("state", ENDED), lasting=False)  # fmt: skip
"""How actions ended; one that is tried again has no outcome until it ends again."""

OUTCOME_COLUMNS: Final = ", ".join(f"a.{column}" for column in OUTCOMES.columns)


@scoped
def ask(scope: Scope, rows: Sequence[ActionRow]) -> None:
    """Insert actions. An existing one that is withdrawn or refused becomes due again; any other stays as it is."""
    by_id = {row.id: row for row in rows}
    sql = "select id, state from store_action where tenant = %s and id = any((select %s)::uuid[])"
    states: dict[UUID, str] = dict(query(scope, sql, (scope.tenant, list(by_id))))
    ACTIONS.add(scope, [row for row in by_id.values() if row.id not in states])
    again = [row for row in by_id.values() if states.get(row.id) in {"withdrawn", "refused"}]
    for row in again:
        sql = """
            update store_action set state = 'due', due_at = %s, payload = %s, attempts = 0, last_error = '', words = '', ref = '',
            tried_at = null, sent_at = null, done_at = null, lease_owner = '', lease_until = null
            where tenant = %s and id = %s and state in ('withdrawn', 'refused')
            returning tenant, id, kind, claim, stream, queue, payload, state, created_at, due_at
        """
        changed = query(scope, sql, (row.due_at, ACTIONS.packed("payload", row.payload), scope.tenant, row.id))
        ACTIONS.note(scope, changed)
        _without_outcome(scope, [row.id for _ in changed], at=row.created_at)


@scoped
def withdraw(scope: Scope, ids: Collection[UUID], at: datetime) -> None:
    """These must not begin any more. One that has begun is left as it is: ask `begun` first."""
    sql = f"""
        update store_action a set state = 'withdrawn', done_at = %s, lease_owner = '', lease_until = null
        where a.tenant = %s and a.id = any((select %s)::uuid[]) and a.state = 'due' returning {OUTCOME_COLUMNS}
    """
    OUTCOMES.note(scope, query(scope, sql, (at, scope.tenant, list(ids))))


def begun(scope: Scope, claims: Collection[UUID]) -> frozenset[UUID]:
    """Actions of these claims that have begun and can no longer be withdrawn.

    Beginning needs the claim's lock, which the caller holds, so the answer stays true until the transaction ends.
    """
    sql = """
        select id from store_action where tenant = %s and stream = any((select %s)::uuid[])
        and state <> all(array['due', 'withdrawn', 'refused'])
    """
    return frozenset(action for (action,) in query(scope, sql, (scope.tenant, list(claims))))


def may_come_until(scope: Scope, claim: UUID, at: datetime) -> datetime | None:
    """Until when something of this claim that was handed over and not answered may still be carried out; None if nothing can be."""
    sql = """
        select max(a.handed_at + l.quiet * interval '1 second') from store_action a
        join store_queue l on l.tenant = a.tenant and l.name = a.queue
        where a.tenant = %s and a.stream = %s and a.state in ('leased', 'unknown') and a.sent_at is null
        and a.handed_at + l.quiet * interval '1 second' > %s
    """
    ((until,),) = query(scope, sql, (scope.tenant, claim, at))
    return cast("datetime | None", until)


@scoped
def retry(scope: Scope, ids: Collection[UUID], at: datetime) -> None:
    """Refused actions become due again, as if they had not been tried; what is under way stays as it is."""
    sql = """
        update store_action set state = 'due', due_at = %s, attempts = 0, last_error = '', words = '', tried_at = null,
        sent_at = null, done_at = null, lease_owner = '', lease_until = null
        where tenant = %s and id = any((select %s)::uuid[]) and state in ('refused', 'withdrawn') returning id
    """
    _without_outcome(scope, [action for (action,) in query(scope, sql, (at, scope.tenant, list(ids)))], at=at)


def _without_outcome(scope: Scope, ids: Sequence[UUID], *, at: datetime) -> None:
    assert OUTCOMES.form is not None
    note_written(scope, OUTCOMES.form, (), gone=[(str(action),) for action in ids], at=at)
