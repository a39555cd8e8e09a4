"""The rows of changes: events with their chain, claims, cases, actions, for a whole batch at once. Nothing is written here."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from tieout.core.audit.chain import GENESIS, digest_bytes, digest_of, link
from tieout.core.audit.records import SALT_BYTES
from tieout.core.case.claim_change import CaseChange
from tieout.core.case.state import Case
from tieout.core.claim.priority import kept, pressure_of
from tieout.core.claim.state import ClaimState
from tieout.core.outbox.action import Action
from tieout.core.values.event import Event
from tieout.core.values.scope import Scope
from tieout.engine.changes import RecordChange
from tieout.formats import canonical_json
from tieout.store.cases import CaseRow
from tieout.store.claims import ClaimRow
from tieout.store.events import EventRow
from tieout.store.verdicts import VerdictRow
from tieout.store.wanted import ActionRow


class Rows(NamedTuple):
    """The rows of a batch of changes."""

    events: list[EventRow]
    claims: list[ClaimRow]
    cases: list[CaseRow]
    verdicts: list[VerdictRow]
    actions: list[ActionRow]


def chained(
    scope: Scope, stream: UUID, happened: Sequence[Event], *, seq: int, head: str
) -> tuple[list[EventRow], str]:
    """Event rows after the head of their stream, and the new head. Each has a salt, so that its content can be erased."""
    rows = []
    name = str(stream)
    for event in happened:
        seq += 1
        payload, salt = canonical_json.encode(event), os.urandom(SALT_BYTES)
        type_ = type(event).__name__
        hash_ = link(head, digest_bytes(name, seq, type_, event.version, digest_of(payload, salt)))
        rows.append(
            EventRow(
                tenant=scope.tenant,
                stream=stream,
                seq=seq,
                type=type_,
                version=event.version,
                payload=payload,
                prev_hash=head,
                hash=hash_,
                at=event.at,
                actor=event.actor,
                salt=salt,
            )
        )
        head = hash_
    return rows, head


def rows_of(scope: Scope, changes: Sequence[RecordChange], *, at: datetime) -> Rows:
    """The rows of claims, cases and events as they are after these changes, and of the actions that are asked for."""
    made = Rows([], [], [], [], [])
    for change in changes:
        row, happened = _claim(scope, change, at=at)
        made.claims.append(row)
        made.events.extend(happened)
        for of_case in change.claim_change.cases:
            case_row, happened = _case(scope, change, of_case, on=at.date())
            made.cases.append(case_row)
            made.events.extend(happened)
        made.cases.extend(_reprioritised(change, on=at.date()))
        if change.judged is not None and change.judged.verdict is not None:
            made.verdicts.append(change.judged.verdict)
        made.actions.extend(_action(scope, action, change.id, at) for action in change.claim_change.actions)
    return made


def _claim(scope: Scope, change: RecordChange, *, at: datetime) -> tuple[ClaimRow, list[EventRow]]:
    before, claim_change = change.record.row, change.claim_change
    verdict = change.judged.verdict if change.judged else None
    happened, head = chained(scope, before.id, claim_change.claim_events, seq=before.seq, head=before.head)
    row = before._replace(
        status=claim_change.claim.status,
        dirty=change.dirty or claim_change.tie_out,
        due_at=claim_change.due_at,
        verdict_seq=verdict.seq if verdict else before.verdict_seq,
        verdict_sha256=verdict.sha256 if verdict else before.verdict_sha256,
        seq=before.seq + len(happened),
        head=head,
        state=canonical_json.encode(claim_change.claim) if happened else before.state,
        changed_at=at,
    )
    return row, happened


def _reprioritised(change: RecordChange, *, on: date) -> Iterator[CaseRow]:
    """The open cases of which nothing changed but the priority."""
    changed = {str(of_case.case.id) for of_case in change.claim_change.cases}
    for name, case in change.record.cases.items():
        if name in changed or case.ended:
            continue
        row = change.record.case_rows[name]
        now = with_priority(row, change.claim_change.claim, case, on=on)
        if now != row:
            yield now


def with_priority(row: CaseRow, claim: ClaimState, case: Case, *, on: date) -> CaseRow:
    """The row with the numbers that a case of this claim is ordered by, on a day."""
    pressure = pressure_of(claim.urgency, case.at_stake)
    return row._replace(
        steady=pressure.steady,
        pressing=pressure.pressing,
        last_day=pressure.last_day,
        priority=pressure.on(on),
        priority_on=pressure.holds_on(on),
    )


def _case(scope: Scope, change: RecordChange, of_case: CaseChange, *, on: date) -> tuple[CaseRow, list[EventRow]]:
    record, case = change.record, of_case.case
    claim, pressure = record.row, pressure_of(change.claim_change.claim.urgency, case.at_stake)
    before = record.case_rows.get(str(case.id))
    seq, head = (before.seq, before.head) if before else (0, GENESIS)
    happened, head = chained(scope, case.id, of_case.events, seq=seq, head=head)
    row = CaseRow(
        tenant=scope.tenant,
        id=case.id,
        claim=claim.id,
        cause=case.cause,
        code=case.code,
        status=case.state,
        queue=case.queue,
        actor=case.assignee,
        entity=claim.entity,
        counterparty=claim.counterparty,
        number=claim.number,
        at_stake=kept(case.at_stake.minor) if case.at_stake else None,
        currency=case.at_stake.currency if case.at_stake else claim.currency,
        opened_at=case.opened_at,
        due_at=case.due_at,
        closed_at=case.resolved_at if case.ended else None,
        wait_until=None if case.ended else case.wait_until,
        steady=pressure.steady,
        pressing=pressure.pressing,
        last_day=pressure.last_day,
        priority=pressure.on(on),
        priority_on=pressure.holds_on(on),
        seq=seq + len(happened),
        head=head,
        state=canonical_json.encode(case),
    )
    return row, happened


def _action(scope: Scope, action: Action, stream: UUID, at: datetime) -> ActionRow:
    return ActionRow(
        tenant=scope.tenant,
        id=action.id,
        kind=action.kind,
        claim=action.claim,
        stream=stream,
        queue=action.queue,
        payload=action.payload,
        state="due",
        created_at=at,
        due_at=action.due_at,
    )
