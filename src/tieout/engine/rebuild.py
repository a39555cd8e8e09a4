"""Folding all events again and reporting where the rows of claims and cases differ: the proof that they are only a cache."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from functools import partial
from typing import Final
from uuid import UUID

import msgspec

from tieout.core.case.claim_change import next_at
from tieout.core.case.evolve import evolve
from tieout.core.case.state import Case
from tieout.core.case.upcast import CASE_EVENTS, CLAIM_EVENTS, type_of, upcast
from tieout.core.claim.evolve import evolve as evolve_claim
from tieout.core.claim.priority import kept
from tieout.core.claim.state import ClaimState
from tieout.core.values.errors import Malformed
from tieout.core.values.event import Event
from tieout.core.values.scope import Scope
from tieout.core.values.sentence import Sentence, as_sentence
from tieout.engine.entries import with_priority
from tieout.engine.follows import allocation_differences
from tieout.engine.sealed_rows import shown_differences
from tieout.formats import canonical_json
from tieout.store import cases, claims, events
from tieout.store.cases import CaseRow
from tieout.store.claims import ClaimRow
from tieout.store.events import EventRow
from tieout.store.link import transaction
from tieout.store.packing import where_damaged_as_stored

_PAGE: Final = 500
_LAST: Final = date(9999, 1, 1)
Streams = dict[UUID, list[EventRow]]


def differences(scope: Scope) -> Iterator[str]:
    """One line for each difference between the row of a claim or case and its events; none: all is proven.

    Others may write meanwhile: each page of claims is read as of one moment, and what came after its page was read is looked at last.
    """
    covered: set[UUID] = set()
    after = UUID(int=0)
    while True:
        with transaction(scope, of_one_moment=True), where_damaged_as_stored():
            rows = claims.every(scope, after=after, limit=_PAGE)
            wrong = list(_of_page(scope, rows, covered))
        yield from wrong
        if not rows:
            break
        after = rows[-1].id
    with transaction(scope, of_one_moment=True), where_damaged_as_stored():
        late = events.streams(scope) - covered
        owners = late | {case.claim for stream in late if (case := cases.by_id(scope, stream)) is not None}
        wrong = list(_of_page(scope, claims.by_ids(scope, owners), covered)) if late else []
        wrong += _without_rows(scope, late - covered)
        wrong += shown_differences(scope)
    yield from wrong


def _without_rows(scope: Scope, streams: set[UUID]) -> Iterator[Sentence]:
    """Streams that no row of a claim or case was compared with."""
    for stream, rows in sorted(events.of_streams(scope, streams).items()):
        if rows[0].type in CLAIM_EVENTS:
            yield Sentence("claim {id} has events, and its row is missing or has another tenant or id", id=str(stream))
        else:
            yield Sentence(
                "case {id} has events, and its row is missing or has another tenant, id or claim", id=str(stream)
            )


def _of_page(scope: Scope, rows: Sequence[ClaimRow], covered: set[UUID]) -> Iterator[str]:
    """The differences of these claims and their cases; adds their streams to `covered`."""
    if not rows:
        return
    case_rows = cases.of_claims(scope, [row.id for row in rows])
    streams = events.of_streams(scope, [row.id for row in rows] + [case.id for case in case_rows])
    by_id = {row.id: row for row in rows}
    for row in rows:
        yield from _read(Sentence("claim {key}", key=row.key), partial(_wrong, row, case_rows, streams))
    for case in case_rows:
        name = Sentence("case {id}", id=str(case.id))
        yield from _read(name, partial(_case, case, streams.get(case.id, [])))
        yield from _read(name, partial(_priority, case, streams))
        yield from _read(name, partial(_copied, case, streams.get(case.id, []), by_id.get(case.claim)))
    for stream, of_stream in streams.items():
        yield from _read(Sentence("stream {stream}", stream=str(stream)), partial(_shown, of_stream))
    yield from allocation_differences(
        scope, {row.id: state for row in rows if (state := _folded(streams.get(row.id, [])))}
    )
    for claim, columns in claims.unlike_documents(scope, list(by_id)):
        yield Sentence(
            "claim {key}: {columns} of its row differ from its document or its last verdict",
            key=by_id[claim].key, columns=", ".join(columns),
        )  # fmt: skip
    covered.update(streams)


def _folded(rows: Sequence[EventRow]) -> ClaimState | None:
    try:
        return fold_claim(rows)
    except (Malformed, msgspec.MsgspecError):
        return None  # named already


def _read(name: Sentence, compared: Callable[[], Iterator[str]]) -> Iterator[str]:
    """The differences, or that an event or the state in a row cannot even be read."""
    try:
        yield from list(compared())
    except (ValueError, OverflowError, msgspec.MsgspecError) as error:
        yield Sentence("{name}: its state or one of its events cannot be read: {error}", name=name, error=error)


def rebuild(scope: Scope) -> int:
    """Rewrite the rows of claims and cases from their events where they differ. Returns how many claims were written.

    Columns that do not follow from events (the document's columns, the verdict's number) are left as they are.
    """
    after = UUID(int=0)
    written = 0
    while True:
        with transaction(scope):
            page = [row.id for row in claims.every(scope, after=after, limit=_PAGE)]
            if not page:
                return written
            after = page[-1]
            rows = claims.lock(scope, page)
            case_rows = cases.of_claims(scope, page)
            streams = events.of_streams(scope, [row.id for row in rows] + [case.id for case in case_rows])
            wrong = [row for row in rows if any(_wrong(row, case_rows, streams))]
            wrong_cases = [
                case
                for case in case_rows
                if any(_case(case, streams.get(case.id, []))) or any(_priority(case, streams))
            ]
            claims.change(
                scope,
                [
                    _rewritten(row, streams[row.id], [streams[case.id] for case in case_rows if case.claim == row.id])
                    for row in wrong
                ],
            )
            cases.put(scope, [_rewritten_case(case, streams) for case in wrong_cases])
            written += len({row.id for row in wrong} | {case.claim for case in wrong_cases})


def _rewritten(row: ClaimRow, rows: Sequence[EventRow], of_cases: Sequence[Sequence[EventRow]]) -> ClaimRow:
    folded = fold_claim(rows)
    assert folded is not None, f"claim {row.key} has no events"
    # Dirty: whatever else was wrong is corrected when it is tied out.
    return row._replace(
        status=folded.status,
        dirty=True,
        due_at=_due_at(rows, of_cases),
        verdict_sha256=folded.verdict_sha,
        seq=rows[-1].seq,
        head=rows[-1].hash,
        state=canonical_json.encode(folded),
        changed_at=rows[-1].at,
    )


def _rewritten_case(row: CaseRow, streams: Streams) -> CaseRow:
    rows = streams[row.id]
    folded = fold_case(rows)
    assert folded is not None, f"case {row.id} has no events"
    # Of a day that has passed: a worker works out that of today.
    return _with_priority(row, streams, on=date.min)._replace(
        code=folded.code,
        status=folded.state,
        queue=folded.queue,
        actor=folded.assignee,
        at_stake=kept(folded.at_stake.minor) if folded.at_stake else None,
        due_at=folded.due_at,
        wait_until=folded.wait_until,
        closed_at=folded.resolved_at if folded.ended else None,
        seq=rows[-1].seq,
        head=rows[-1].hash,
        state=canonical_json.encode(folded),
    )


def event_of(row: EventRow) -> object:
    """The event in a row, in today's version. Raises `Malformed` for one that no version of this program has written."""
    type_ = type_of(row.type)
    if row.version == type_.version:
        return canonical_json.decode_as(type_, row.payload)
    fields = upcast(row.type, row.version, msgspec.json.decode(row.payload, type=dict[str, object]))
    return canonical_json.decode_as(type_, msgspec.json.encode(fields))


def fold_claim(rows: Sequence[EventRow]) -> ClaimState | None:
    """The claim as the fold of its events."""
    claim: ClaimState | None = None
    for row in rows:
        if row.type in CLAIM_EVENTS:
            claim = evolve_claim(claim, event_of(row))  # type: ignore[arg-type]
    return claim


def fold_case(rows: Sequence[EventRow]) -> Case | None:
    """The case as the fold of its events."""
    case: Case | None = None
    for row in rows:
        if row.type in CASE_EVENTS:
            case = evolve(case, event_of(row))  # type: ignore[arg-type]
    return case


def _wrong(row: ClaimRow, case_rows: Sequence[CaseRow], streams: Streams) -> Iterator[str]:
    yield from _claim(row, streams.get(row.id, []))
    yield from _timer(row, [streams.get(case.id, []) for case in case_rows if case.claim == row.id], streams)


def _claim(row: ClaimRow, rows: Sequence[EventRow]) -> Iterator[str]:
    name = Sentence("claim {key}", key=row.key)
    folded = fold_claim(rows)
    if folded is None:
        yield Sentence("{name} has no events", name=name)
        return
    yield from _head(name, row.seq, row.head, rows)
    yield from _state(name, canonical_json.decode_as(ClaimState, row.state), folded)
    for what, stored, expected in (
        ("status", row.status, folded.status),
        ("key", row.key, folded.key),
        ("received_at", row.received_at, folded.received_at),
        ("verdict_sha256", row.verdict_sha256, folded.verdict_sha),
        ("document", row.document, row.id),
    ):
        if stored != expected:
            yield _differs(name, what, stored, expected)


def _shown(rows: Sequence[EventRow]) -> Iterator[str]:
    # Lists show the columns; the chain covers the payload alone.
    for row in rows:
        event = event_of(row)
        assert isinstance(event, Event)
        for what, stored, expected in (("at", row.at, event.at), ("actor", row.actor, event.actor)):
            if stored != expected:
                name = Sentence("event {seq} of {stream}", seq=str(row.seq), stream=str(row.stream))
                yield Sentence(
                    "{name}: {what} is {stored} in its column, {expected} in what its hash covers",
                    name=name, what=what, stored=str(stored), expected=str(expected),
                )  # fmt: skip


def _timer(row: ClaimRow, of_cases: Sequence[Sequence[EventRow]], streams: Streams) -> Iterator[str]:
    due_at = _due_at(streams.get(row.id, []), of_cases)
    if row.due_at != due_at:
        yield Sentence(
            "claim {key}: due_at is {stored} in its row, {expected} by its events and those of its cases",
            key=row.key, stored=str(row.due_at), expected=str(due_at),
        )  # fmt: skip


def _due_at(rows: Sequence[EventRow], of_cases: Sequence[Sequence[EventRow]]) -> datetime | None:
    claim = fold_claim(rows)
    return next_at(claim, [case for stream in of_cases if (case := fold_case(stream))]) if claim else None


def _case(row: CaseRow, rows: Sequence[EventRow]) -> Iterator[str]:
    name = Sentence("case {id}", id=str(row.id))
    folded = fold_case(rows)
    if folded is None:
        yield Sentence("{name} has no events", name=name)
        return
    yield from _head(name, row.seq, row.head, rows)
    yield from _state(name, canonical_json.decode_as(Case, row.state), folded)
    at_stake = kept(folded.at_stake.minor) if folded.at_stake else None
    for what, stored, expected in (
        ("status", row.status, folded.state),
        ("queue", row.queue, folded.queue),
        ("code", row.code, folded.code),
        ("actor", row.actor, folded.assignee),
        ("due_at", row.due_at, folded.due_at),
        ("at_stake", row.at_stake, at_stake),
        ("wait_until", row.wait_until, folded.wait_until),
    ):
        if stored != expected:
            yield _differs(name, what, stored, expected)


def _copied(row: CaseRow, rows: Sequence[EventRow], claim: ClaimRow | None) -> Iterator[str]:
    """What the row of a case has from its claim, and what its first and its last event say."""
    folded = fold_case(rows)
    if folded is None or claim is None:
        return  # it has no events: named already
    name = Sentence("case {id}", id=str(row.id))
    for what, stored, expected in (
        ("cause", row.cause, folded.cause),
        ("opened_at", row.opened_at, folded.opened_at),
        ("closed_at", row.closed_at, folded.resolved_at if folded.ended else None),
        ("currency", row.currency, folded.at_stake.currency if folded.at_stake else claim.currency),
        ("claim", claim.key, folded.claim),
        ("entity", row.entity, claim.entity),
        ("counterparty", row.counterparty, claim.counterparty),
        ("number", row.number, claim.number),
    ):
        if stored != expected:
            yield _differs(name, what, stored, expected)


def _with_priority(row: CaseRow, streams: Streams, *, on: date) -> CaseRow:
    """The row with its priority on a day by the events of claim and case; unchanged where the case is closed."""
    claim, case = fold_claim(streams.get(row.claim, [])), fold_case(streams.get(row.id, []))
    if claim is None or case is None or case.ended:
        return row
    return with_priority(row, claim, case, on=on)


def _priority(row: CaseRow, streams: Streams) -> Iterator[str]:
    derived = _with_priority(row, streams, on=_LAST if row.priority_on is None else date.fromordinal(row.priority_on))
    for what in ("steady", "pressing", "last_day", "priority"):
        stored, expected = getattr(row, what), getattr(derived, what)
        if stored != expected:
            yield Sentence(
                "case {id}: {what} is {stored} in its row, {expected} by its events and those of its claim",
                id=str(row.id), what=what, stored=str(stored), expected=str(expected),
            )  # fmt: skip


def _head(name: str, seq: int, head: str, rows: Sequence[EventRow]) -> Iterator[str]:
    for what, stored, expected in (("seq", seq, rows[-1].seq), ("head", head, rows[-1].hash)):
        if stored != expected:
            yield _differs(name, what, stored, expected)


def _state(name: str, stored: object, expected: object) -> Iterator[str]:
    if stored != expected:
        parts = type(stored).__dataclass_fields__  # type: ignore[attr-defined]
        wrong = [part for part in parts if getattr(stored, part) != getattr(expected, part)]
        yield Sentence(
            "{name}: state of its row differs from its events in {parts}",
            name=as_sentence(name),
            parts=", ".join(wrong),
        )


def _differs(name: str, what: str, stored: object, expected: object) -> Sentence:
    return Sentence(
        "{name}: {what} is {stored} in its row, {expected} by its events",
        name=as_sentence(name), what=what, stored=str(stored), expected=str(expected),
    )  # fmt: skip
