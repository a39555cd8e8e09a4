"""Actions that have not ended, with the reason, and what people may do with one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from tieout.core.outbox.action import Action
from tieout.core.values.scope import Scope
from tieout.store.link import execute, query, scoped
from tieout.store.packing import unpacked_text
from tieout.store.sentences import with_words, words_text
from tieout.store.wanted import ENDED, OUTCOME_COLUMNS, OUTCOMES


@dataclass(frozen=True, slots=True, kw_only=True)
class Outstanding:
    """An action that has not ended. `busy`: a worker has it leased. `begun`: the external system may have it already."""

    action: Action
    tenant: str
    stream: UUID
    state: str
    created_at: datetime
    attempts: int
    error: str
    busy: bool
    begun: bool


def outstanding(
    scope: Scope, *, at: datetime, queue: str = "", ids: Collection[UUID] = (), limit: int = 200
) -> list[Outstanding]:
    """Actions that have not ended, or those with these ids; oldest first."""
    sql = """
        select id, kind, claim, queue, payload, due_at, tenant, stream, state, created_at, attempts, last_error, words,
               coalesce(lease_until > %s, false), tried_at is not null
        from store_action
        where tenant = %s and (%s = '' or queue = %s)
          and (id = any(%s::uuid[]) or (%s and state in ('due', 'leased', 'sent', 'unknown', 'refused')))
        order by created_at, id limit %s
    """
    rows = query(scope, sql, (at, scope.tenant, queue, queue, list(ids), not ids, limit))
    return [_outstanding(row) for row in rows]


def _outstanding(row: Sequence[Any]) -> Outstanding:
    payload = unpacked_text(row[4], "store_action", "payload", row[0])
    action = Action(id=row[0], kind=row[1], claim=row[2], queue=row[3], payload=payload, due_at=row[5])
    tenant, stream, state, created_at, attempts, error, words, busy, begun = row[6:]
    return Outstanding(
        action=action,
        tenant=tenant,
        stream=stream,
        state=state,
        created_at=created_at,
        attempts=attempts,
        error=with_words(words, last_error=error)["last_error"],
        busy=busy,
        begun=begun,
    )


def hurry(scope: Scope, ids: Collection[UUID], *, at: datetime) -> int:
    """These are tried, or looked up, now and not later; nothing else about them changes. Returns how many."""
    sql = """
        update store_action set due_at = %s
        where tenant = %s and id = any((select %s)::uuid[]) and state in ('due', 'leased', 'sent', 'watched', 'unknown')
    """
    return execute(scope, sql, (at, scope.tenant, list(ids)))


@scoped
def conclude(scope: Scope, ended: Collection[tuple[UUID, str, str, str]], *, at: datetime) -> None:
    """A person has recorded how these ended: (id, state, external reference, reason). A worker that has one leased loses it."""
    for action, state, ref, reason in ended:
        sql = f"""
            update store_action a set state = %s, ref = %s, last_error = %s, words = %s, done_at = %s, lease_owner = '',
            lease_until = null where a.tenant = %s and a.id = %s and a.state not in ('done', 'watched') returning {OUTCOME_COLUMNS}
        """
        rows = query(scope, sql, (state, ref, str(reason), words_text(last_error=reason), at, scope.tenant, action))
        OUTCOMES.note(scope, [row for row in rows if row[1] in ENDED])
