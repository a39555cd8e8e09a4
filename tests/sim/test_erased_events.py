"""A database that a simulated company has filled: with the content of all its events erased, everything is in the state in which it was."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from tests.support.erased import of_case, of_claim
from tieout.cli.simulator.plan import plan
from tieout.cli.simulator.play import play
from tieout.core.case.claim_change import next_at
from tieout.core.case.erasing import without_content
from tieout.core.case.upcast import CASE_EVENTS, CLAIM_EVENTS, EVENT_TYPES, FORMER
from tieout.core.values.scope import Scope
from tieout.engine.rebuild import event_of, fold_case, fold_claim
from tieout.store import events
from tieout.store.events import EventRow
from tieout.store.link import transaction
from tieout.store.screens.history import Happening
from tieout.web.timeline import timeline
from tieout.wording.chosen import written_in

if TYPE_CHECKING:
    from uuid import UUID

    from tests.support.server import Database

SEED = 2


def erased(row: EventRow) -> EventRow:
    return row._replace(payload=without_content(row.type, row.version, row.payload))


def test_the_states_follow_from_what_is_left(empty_database: Database) -> None:
    play(replace(plan(SEED), people=5))
    scope = Scope(tenant=f"sim-{SEED}")
    streams: dict[UUID, list[EventRow]] = {}
    with transaction(scope):
        for row in events.every(scope):
            if FORMER.get(row.type, row.type) in EVENT_TYPES:  # else it is no event of a claim or a case
                streams.setdefault(row.stream, []).append(row)
    written = Counter(row.type for rows in streams.values() for row in rows)
    assert {
        "Noted",
        "FindingReleased",
        "PostingRequested",
        "Escalated",
        "HandedOff",
        "CounterpartyAsked",
    } <= written.keys()

    after = {stream: [erased(row) for row in rows] for stream, rows in streams.items()}
    changed = 0
    for stream, rows in streams.items():
        changed += sum(one.payload != other.payload for one, other in zip(rows, after[stream], strict=True))
        if FORMER.get(rows[0].type, rows[0].type) in CLAIM_EVENTS:
            assert of_claim(fold_claim(after[stream])) == of_claim(fold_claim(rows))
        else:
            assert rows[0].type in CASE_EVENTS
            assert of_case(fold_case(after[stream])) == of_case(fold_case(rows))
    assert changed > len(streams)
    _timers_are_the_same(streams, after)
    for language in ("en", "de"):
        with written_in(language):  # type: ignore[arg-type]
            for rows in after.values():
                entries = timeline(tuple(map(_happening, rows)), {})
                assert len(entries) == len(rows)
                assert all(entry.what for entry in entries)


def _timers_are_the_same(before: dict[UUID, list[EventRow]], after: dict[UUID, list[EventRow]]) -> None:
    cases = [(case.claim, stream) for stream, rows in before.items() if (case := fold_case(rows)) is not None]
    claims = [(claim.key, stream) for stream, rows in before.items() if (claim := fold_claim(rows)) is not None]
    for key, stream in claims:
        mine = [one for claim, one in cases if claim == key]
        due = []
        for rows in (before, after):
            claim = fold_claim(rows[stream])
            assert claim is not None
            due.append(next_at(claim, [case for one in mine if (case := fold_case(rows[one])) is not None]))
        assert due[0] == due[1]


def _happening(row: EventRow) -> Happening:
    event = event_of(row)
    return Happening(stream=row.stream, seq=row.seq, at=row.at, actor=row.actor, event=event)  # type: ignore[arg-type]
