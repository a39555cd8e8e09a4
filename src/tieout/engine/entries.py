"""Writing settlements: events with their chain, claims, cases and actions, for a whole batch at once.

The caller holds the locks of the claims and has its transaction open; what this writes becomes true with its commit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from tieout.core.audit.chain import GENESIS, canonical_bytes, link
from tieout.core.case.settlement import CaseChange, Settlement
from tieout.core.case.state import Case
from tieout.core.claim.priority import pressure_of
from tieout.core.claim.state import ClaimState
from tieout.core.outbox.action import Action
from tieout.core.values.event import Event
from tieout.core.values.scope import Scope
from tieout.engine.standing import Standing
from tieout.formats import canonical_json
from tieout.store import cases, claims, events, verdicts, wanted
from tieout.store.cases import CaseRow
from tieout.store.claims import ClaimRow
from tieout.store.events import EventRow
from tieout.store.verdicts import VerdictRow
from tieout.store.wanted import ActionRow

DEAD: Final = frozenset({"rejected", "superseded"})
"""Claims in these states use up nothing, and nothing is a duplicate of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What happened to one claim. `verdict` where a new one was reached; `dirty`: it has to be tied out again."""

    standing: Standing
    settlement: Settlement
    verdict: VerdictRow | None = None
    dirty: bool = False


def chained(
    scope: Scope, stream: UUID, happened: Sequence[Event], *, seq: int, head: str
) -> tuple[list[EventRow], str]:
    """Event rows after the head of their stream, and the new head."""
    rows = []
    name = str(stream)
    for event in happened:
        seq += 1
        payload = canonical_json.encode(event)
        type_ = type(event).__name__
        hash_ = link(head, canonical_bytes(name, seq, type_, event.version, payload))
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
            )
        )
        head = hash_
    return rows, head


def write(scope: Scope, entries: Sequence[Entry], *, at: datetime) -> list[ClaimRow]:
    """Write them all; gives the claims' rows as they are now."""
    log: list[EventRow] = []
    claim_rows: list[ClaimRow] = []
    case_rows: list[CaseRow] = []
    for entry in entries:
        row, happened = _claim(scope, entry, at=at)
        claim_rows.append(row)
        log += happened
        for change in entry.settlement.cases:
            case_row, happened = _case(scope, entry, change)
            case_rows.append(case_row)
            log += happened
        case_rows += _pressed(entry)
    events.add(scope, log)
    cases.put(scope, case_rows)
    verdicts.add(scope, [entry.verdict for entry in entries if entry.verdict is not None])
    _act(scope, entries, at=at)
    claims.change(scope, claim_rows)
    return claim_rows


def _claim(scope: Scope, entry: Entry, *, at: datetime) -> tuple[ClaimRow, list[EventRow]]:
    before, settlement, verdict = entry.standing.row, entry.settlement, entry.verdict
    happened, head = chained(scope, before.id, settlement.claim_events, seq=before.seq, head=before.head)
    row = before._replace(
        status=settlement.claim.status,
        dirty=entry.dirty or settlement.tie_out,
        due_at=settlement.due_at,
        verdict_seq=verdict.seq if verdict else before.verdict_seq,
        verdict_sha256=verdict.sha256 if verdict else before.verdict_sha256,
        seq=before.seq + len(happened),
        head=head,
        state=canonical_json.encode(settlement.claim) if happened else before.state,
        changed_at=at,
    )
    return row, happened


def _pressed(entry: Entry) -> Iterator[CaseRow]:
    """The open cases about which nothing happened but how much their claim presses."""
    changed = {str(change.case.id) for change in entry.settlement.cases}
    for name, case in entry.standing.cases.items():
        if name in changed or case.ended:
            continue
        row = entry.standing.case_rows[name]
        now = pressed(row, entry.settlement.claim, case)
        if now != row:
            yield now


def pressed(row: CaseRow, claim: ClaimState, case: Case) -> CaseRow:
    """The row with the numbers that a case of this claim is ordered by."""
    known = pressure_of(claim.urgency, case.at_stake)
    return row._replace(steady=known.steady, pressing=known.pressing, last_day=known.last_day)


def _case(scope: Scope, entry: Entry, change: CaseChange) -> tuple[CaseRow, list[EventRow]]:
    standing, case = entry.standing, change.case
    claim, known = standing.row, pressure_of(entry.settlement.claim.urgency, case.at_stake)
    before = standing.case_rows.get(str(case.id))
    seq, head = (before.seq, before.head) if before else (0, GENESIS)
    happened, head = chained(scope, case.id, change.events, seq=seq, head=head)
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
        supplier=claim.supplier,
        number=claim.number,
        at_stake=case.at_stake.minor if case.at_stake else None,
        currency=case.at_stake.currency if case.at_stake else claim.currency,
        opened_at=case.opened_at,
        due_at=case.due_at,
        closed_at=case.resolved_at if case.ended else None,
        wait_until=None if case.ended else case.wait_until,
        steady=known.steady,
        pressing=known.pressing,
        last_day=known.last_day,
        seq=seq + len(happened),
        head=head,
        state=canonical_json.encode(case),
    )
    return row, happened


def _act(scope: Scope, entries: Sequence[Entry], *, at: datetime) -> None:
    taken_back = [action for entry in entries for action in entry.settlement.withdrawn]
    if taken_back:
        wanted.withdraw(scope, taken_back, at)
    asked = list(_asked(scope, entries, at))
    if asked:
        wanted.ask(scope, asked)


def _asked(scope: Scope, entries: Sequence[Entry], at: datetime) -> Iterator[ActionRow]:
    for entry in entries:
        for action in entry.settlement.actions:
            yield _action(scope, action, entry.standing.row.id, at)


def _action(scope: Scope, action: Action, stream: UUID, at: datetime) -> ActionRow:
    return ActionRow(
        tenant=scope.tenant,
        id=action.id,
        kind=action.kind,
        claim=action.claim,
        stream=stream,
        lane=action.lane,
        payload=action.payload,
        state="due",
        created_at=at,
        due_at=action.due_at,
    )
