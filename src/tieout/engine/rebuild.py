"""Folding all events anew, and saying where the rows of claims and cases differ: the proof that they are only a cache."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from uuid import UUID

import msgspec

from tieout.core import claim as claims_core
from tieout.core.case.evolve import evolve
from tieout.core.case.state import Case
from tieout.core.case.upcast import CASE_EVENTS, CLAIM_EVENTS, type_of, upcast
from tieout.core.claim import ClaimState
from tieout.formats import canonical_json
from tieout.store import cases, claims, events
from tieout.store.cases import CaseRow
from tieout.store.claims import ClaimRow
from tieout.store.events import EventRow

_PAGE: Final = 500


def differences(tenant: str) -> Iterator[str]:
    """One line for each thing in which a row of a claim or case is not what its events say; none: all is proven."""
    told: set[UUID] = set()
    after = UUID(int=0)
    while rows := claims.every(tenant, after=after, limit=_PAGE):
        after = rows[-1].id
        known = cases.of_claims(tenant, [row.id for row in rows])
        streams = events.of_streams(tenant, [row.id for row in (*rows, *known)])
        for row in rows:
            yield from _claim(row, streams.get(row.id, []))
        for case in known:
            yield from _case(case, streams.get(case.id, []))
        told |= streams.keys()
    for stream in sorted(events.streams(tenant) - told):
        yield f"stream {stream} has events, and no claim or case has its id"


def event_of(row: EventRow) -> object:
    """The event in a row, in today's version. Raises `Malformed` for one that no version of this program has written."""
    type_ = type_of(row.type)
    if row.version == type_.version:
        return canonical_json.decode_as(type_, row.payload)
    fields = upcast(row.type, row.version, msgspec.json.decode(row.payload, type=dict[str, object]))
    return canonical_json.decode_as(type_, msgspec.json.encode(fields))


def fold_claim(rows: Sequence[EventRow]) -> ClaimState | None:
    """The claim that its events tell of."""
    claim: ClaimState | None = None
    for row in rows:
        if row.type in CLAIM_EVENTS:
            claim = claims_core.evolve(claim, event_of(row))  # type: ignore[arg-type]
    return claim


def fold_case(rows: Sequence[EventRow]) -> Case | None:
    """The case that its events tell of."""
    case: Case | None = None
    for row in rows:
        if row.type in CASE_EVENTS:
            case = evolve(case, event_of(row))  # type: ignore[arg-type]
    return case


def _claim(row: ClaimRow, rows: Sequence[EventRow]) -> Iterator[str]:
    name = f"claim {row.key}"
    folded = fold_claim(rows)
    if folded is None:
        yield f"{name} has no events"
        return
    yield from _head(name, row.seq, row.head, rows)
    yield from _state(name, canonical_json.decode_as(ClaimState, row.state), folded)
    for what, here, there in (
        ("status", row.status, folded.status),
        ("key", row.key, folded.key),
        ("received_at", row.received_at, folded.received_at),
        ("verdict_sha256", row.verdict_sha256, folded.verdict_sha),
    ):
        if here != there:
            yield f"{name}: {what} is {here} in its row, {there} by its events"


def _case(row: CaseRow, rows: Sequence[EventRow]) -> Iterator[str]:
    name = f"case {row.id}"
    folded = fold_case(rows)
    if folded is None:
        yield f"{name} has no events"
        return
    yield from _head(name, row.seq, row.head, rows)
    yield from _state(name, canonical_json.decode_as(Case, row.state), folded)
    at_stake = folded.at_stake.minor if folded.at_stake else None
    for what, here, there in (
        ("status", row.status, folded.state),
        ("queue", row.queue, folded.queue),
        ("code", row.code, folded.code),
        ("actor", row.actor, folded.assignee),
        ("due_at", row.due_at, folded.due_at),
        ("at_stake", row.at_stake, at_stake),
    ):
        if here != there:
            yield f"{name}: {what} is {here} in its row, {there} by its events"


def _head(name: str, seq: int, head: str, rows: Sequence[EventRow]) -> Iterator[str]:
    last = rows[-1]
    if (last.seq, last.hash) != (seq, head):
        yield f"{name}: its row ends with event {seq}, its stream with event {last.seq}"


def _state(name: str, here: object, there: object) -> Iterator[str]:
    if here != there:
        parts = type(here).__dataclass_fields__  # type: ignore[attr-defined]
        wrong = [part for part in parts if getattr(here, part) != getattr(there, part)]
        yield f"{name}: its row differs from its events in {', '.join(wrong)}"
