"""Actions as rows: taken under a lease, fenced by attempt, begun only while their claim still wants them.

All instants are aware. A lease belongs to an owner and an attempt; a worker that resumes after its lease expired has an
older attempt, and nothing it writes here has any effect.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, cast
from uuid import UUID

from tieout.core.outbox.action import Action, ActionKind
from tieout.core.values.scope import Scope
from tieout.store.link import execute, query, scoped
from tieout.store.packing import unpacked_text
from tieout.store.sentences import words_text
from tieout.store.wanted import ENDED, OUTCOME_COLUMNS, OUTCOMES

State = Literal["due", "leased", "sent", "watched", "unknown", "done", "refused", "withdrawn"]
ActionJob = Literal["perform", "look"]

_COLUMNS: Final = (
    "id, kind, claim, stream, queue, payload, state, due_at, attempts, lease_attempt, created_at, tried_at, sent_at, "
    "handed_at, handovers, ref, done_at"
)
# The states stand in the text of the query, so that the planner sees that the partial index covers them.
STATES: Final[dict[str, str]] = {
    "perform": "'due', 'leased', 'unknown'",
    "look": "'sent', 'watched'",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Leased:
    """An action leased to one worker. `attempt` is the fence; the rest is as it was when it was taken.

    `handed_at`: last handed over, at the latest, without its being sure since that nothing came of it. `handovers`: how often that was.
    """

    action: Action
    stream: UUID
    state: State
    attempts: int
    attempt: int
    created_at: datetime
    tried_at: datetime | None
    sent_at: datetime | None
    handed_at: datetime | None = None
    handovers: int = 0
    ref: str = ""
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The new state of an action; its lease ends."""

    leased: Leased
    state: State
    due_at: datetime
    attempts: int
    ref: str = ""
    error: str = ""
    sent_at: datetime | None = None
    handed_at: datetime | None = None
    handovers: int = 0
    done_at: datetime | None = None


def take(
    scope: Scope, job: ActionJob, queue: str, *, owner: str, limit: int, at: datetime, until: datetime
) -> list[Leased]:
    """Takes up to `limit` actions that are due in a queue, oldest first, and leases them to `owner`. One statement."""
    if limit <= 0:
        return []
    rows = query(
        scope,
        f"""
            with picked as (
                select tenant, id from store_action
                where tenant = %s and queue = %s and due_at <= %s and state in ({STATES[job]})
                  and (lease_until is null or lease_until <= %s)
                order by due_at, id limit %s for update skip locked
            ), taken as (
                update store_action as a
                set lease_owner = %s, lease_until = %s, lease_attempt = lease_attempt + 1
                from picked where a.tenant = picked.tenant and a.id = picked.id and a.id = any(array(select id from picked))
                returning a.*
            )
            select {_COLUMNS} from taken order by due_at, id
            """,
        [scope.tenant, queue, at, at, limit, owner, until],
    )
    return [_leased(row) for row in rows]


def take_these(
    scope: Scope, queue: str, references: Sequence[UUID], *, owner: str, at: datetime, until: datetime
) -> tuple[list[Leased], set[UUID]]:
    """Leases those of these actions of a queue that have ended; and gives all that there are, ended or not, in any queue."""
    rows = query(
        scope,
        f"""
            with picked as (
                select tenant, id from store_action
                where tenant = %s and queue = %s and id = any((select %s)::uuid[]) and state in ('done', 'refused', 'withdrawn')
                  and (lease_until is null or lease_until <= %s)
                order by id for update skip locked
            ), taken as (
                update store_action as a
                set lease_owner = %s, lease_until = %s, lease_attempt = lease_attempt + 1
                from picked where a.tenant = picked.tenant and a.id = picked.id and a.id = any(array(select id from picked))
                returning a.*
            )
            select {_COLUMNS} from taken order by id
            """,
        [scope.tenant, queue, list(references), at, owner, until],
    )
    existing = "select id from store_action where tenant = %s and id = any((select %s)::uuid[])"
    return [_leased(row) for row in rows], {key for (key,) in query(scope, existing, [scope.tenant, list(references)])}


def same_number(scope: Scope, queue: str, done: Sequence[UUID]) -> list[tuple[UUID, str, str]]:
    """Which of these postings have the number of another posting in their company: action, number, and the other's claim."""
    # Plain statements by index and not one join: PostgreSQL plans that badly as soon as its statistics are old.
    kinds = "kind in ('post_voucher', 'post_debit_note')"
    sql = f"select ref from store_action where tenant = %s and queue = %s and id = any((select %s)::uuid[]) and ref <> '' and {kinds}"
    numbers = sorted({ref for (ref,) in query(scope, sql, [scope.tenant, queue, list(done)])})
    if not numbers:
        return []
    sql = f"""
        select ref, id, stream, claim, done_at from store_action
        where tenant = %s and queue = %s and ref = any(%s) and ref <> '' and {kinds}
        """
    by_number: dict[str, list[tuple[bool, datetime | None, UUID, UUID, str]]] = {}
    for ref, key, stream, claim, done_at in query(scope, sql, [scope.tenant, queue, numbers]):
        by_number.setdefault(ref, []).append((done_at is None, done_at, key, stream, claim))
    several = {ref: sorted(alike) for ref, alike in by_number.items() if len(alike) > 1}
    streams = {stream for alike in several.values() for *_, stream, _ in alike}
    if not streams:
        return []
    sql = "select id, entity from store_claim where tenant = %s and id = any((select %s)::uuid[])"
    companies = dict(query(scope, sql, [scope.tenant, sorted(streams)]))
    mine = set(done)
    return sorted(
        (key, ref, others[0])
        for ref, alike in several.items()
        for _, _, key, stream, _ in alike
        if key in mine
        and (
            others := [
                claim
                for _, _, other, of, claim in alike
                if other != key and of in companies and companies[of] == companies.get(stream)
            ]
        )
    )


def begin(
    scope: Scope, leased: Sequence[Leased], *, owner: str, clock: Callable[[], datetime]
) -> dict[UUID, tuple[datetime, datetime]]:
    """Marks actions as begun, if they are still ours and their claims still want them. Returns which, with the instant and the end of
    their lease, until when they may be handed over: for whoever hears nothing of us again, they count as handed over then.

    In a transaction. A worker whose lease has run out begins nothing: another may have begun meanwhile. The instant is read when all
    locks are held, since waiting for them may take longer than the lease.

    The claims are locked meanwhile: a withdrawal comes either before us, and then we do not begin, or after us, and then
    finds the action begun. A claim that is to be tied out again, or whose timer has run out, comes first; so does one of which
    it is not known yet whether news came while it was tied out (its recheck is still to be done).
    """
    rows = query(
        scope,
        """
            select id, due_at from store_claim
            where tenant = %s and id = any((select %s)::uuid[]) and not dirty
              and not exists (select 1 from store_recheck r where r.tenant = store_claim.tenant and store_claim.id = any(r.claims))
            order by id for share
            """,
        [scope.tenant, sorted({lease.stream for lease in leased})],
    )
    ours = dict(rows)
    # no action without its claim: whoever ties another out may hold that one and want this
    lock_held(scope, [lease for lease in leased if lease.stream in ours], owner=owner)
    at = clock()
    wanted = [lease for lease in leased if lease.stream in ours and ((due := ours[lease.stream]) is None or due > at)]
    rows = query(
        scope,
        """
            update store_action as a
            set state = 'leased', tried_at = coalesce(a.tried_at, %s), handed_at = a.lease_until, handovers = a.handovers + 1
            from unnest(%s::uuid[], %s::int[]) as w(id, attempt)
            where a.tenant = %s and a.id = any((select %s)::uuid[]) and a.id = w.id and a.lease_attempt = w.attempt and a.lease_owner = %s
              and a.state in ('due', 'leased', 'unknown') and a.lease_until > %s
            returning a.id, a.lease_until
            """,
        [at, *_fences(wanted), scope.tenant, _ids(wanted), owner, at],
    )
    return {key: (at, until) for key, until in rows}


@scoped
def handed_over_late(scope: Scope, ids: Collection[UUID], at: datetime) -> None:
    """These were handed over by this instant, by a worker whose lease had run out: whoever has them now waits from then on."""
    execute(
        scope,
        f"""
            with earlier as (
                select id from store_action
                where tenant = %s and id = any((select %s)::uuid[]) and handed_at < %s and state in ({STATES["perform"]})
                order by id for update
            )
            update store_action as a set handed_at = %s from earlier where a.id = earlier.id
            """,
        [scope.tenant, sorted(ids), at, at],
    )


def lock_held(scope: Scope, leased: Sequence[Leased], *, owner: str) -> dict[UUID, State]:
    """Which of these are still ours, and their states; the rows are locked. In a transaction, after the claims were locked."""
    rows = query(
        scope,
        """
            select a.id, a.state from store_action a
            join unnest(%s::uuid[], %s::int[]) as w(id, attempt) on a.id = w.id and a.lease_attempt = w.attempt
            where a.tenant = %s and a.id = any((select %s)::uuid[]) and a.lease_owner = %s order by a.id for update of a
            """,
        [*_fences(leased), scope.tenant, _ids(leased), owner],
    )
    return dict(rows)


@scoped
def finish(scope: Scope, changes: Sequence[Change], *, owner: str) -> set[UUID]:
    """Writes the states of actions and ends their leases; those that are no longer ours stay as they are. Returns which were ours."""
    rows = query(
        scope,
        f"""
            update store_action as a
            set state = w.state, due_at = w.due_at, attempts = w.attempts, ref = w.ref, last_error = w.error,
                words = w.words,
                sent_at = w.sent_at, handed_at = w.handed_at, handovers = w.handovers,
                done_at = w.done_at, lease_owner = '', lease_until = null
            from unnest(%s::uuid[], %s::int[], %s::text[], %s::timestamptz[], %s::int[], %s::text[], %s::text[],
                        %s::text[], %s::timestamptz[], %s::timestamptz[], %s::int[], %s::timestamptz[])
              as w(id, attempt, state, due_at, attempts, ref, error, words, sent_at, handed_at, handovers, done_at)
            where a.tenant = %s and a.id = any((select %s)::uuid[]) and a.id = w.id and a.lease_attempt = w.attempt and a.lease_owner = %s
              and (a.state <> 'withdrawn' or w.state in ('done', 'watched'))
            returning {OUTCOME_COLUMNS}
            """,
        [
            *_fences([change.leased for change in changes]),
            [change.state for change in changes],
            [change.due_at for change in changes],
            [change.attempts for change in changes],
            [change.ref for change in changes],
            [str(change.error) for change in changes],
            [words_text(last_error=change.error) for change in changes],
            [change.sent_at for change in changes],
            [change.handed_at for change in changes],
            [change.handovers for change in changes],
            [change.done_at for change in changes],
            scope.tenant,
            _ids([change.leased for change in changes]),
            owner,
        ],
    )
    OUTCOMES.note(scope, [row for row in rows if row[1] in ENDED])
    return {row[0] for row in rows}


def _leased(row: Sequence[Any]) -> Leased:
    key, kind, claim, stream, queue, payload, state, due_at, attempts, attempt, *rest = row
    created_at, tried_at, sent_at, handed_at, handovers, ref, done_at = rest
    return Leased(
        action=Action(
            id=key,
            kind=cast("ActionKind", kind),
            claim=claim,
            queue=queue,
            payload=unpacked_text(payload, "store_action", "payload", key),
            due_at=due_at,
        ),
        stream=stream,
        state=state,
        attempts=attempts,
        attempt=attempt,
        created_at=created_at,
        tried_at=tried_at,
        sent_at=sent_at,
        handed_at=handed_at,
        handovers=handovers,
        ref=ref,
        done_at=done_at,
    )


def _ids(leased: Sequence[Leased]) -> list[UUID]:
    """Beside the join with the fences, by which alone PostgreSQL reads all actions of the tenant: see `store.link`."""
    return [lease.action.id for lease in leased]


def _fences(leased: Sequence[Leased]) -> tuple[list[UUID], list[int]]:
    return (
        [lease.action.id for lease in leased],
        [lease.attempt for lease in leased],
    )
