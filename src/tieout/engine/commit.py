"""Committing what people, outcomes and clocks did to claims: one way for all three, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from tieout.core.case.settlement import Settlement
from tieout.core.claim.events import Posted, PostingRefused
from tieout.core.documents.acceptance import Release
from tieout.core.documents.kind import Document
from tieout.core.documents.reading import Reading
from tieout.core.tie_out.verdict import Verdict
from tieout.core.values.clock import Hours
from tieout.core.values.event import by_person
from tieout.core.values.ids import SourceKey
from tieout.core.values.scope import Scope
from tieout.engine.decoded import paper_of
from tieout.engine.entries import DEAD, Entry, write
from tieout.engine.plugged import Engine
from tieout.engine.prepare import prepared
from tieout.engine.ready import OURS
from tieout.engine.record import Arrival, record, release_allocations
from tieout.engine.standing import Standing
from tieout.formats import canonical_json
from tieout.store import documents, outstanding, verdicts, wanted, watches


def commit(engine: Engine, scope: Scope, settled: Sequence[tuple[Standing, Settlement]], *, at: datetime) -> None:
    """Write settlements. What others must be told is left as signals: `announce` after the transaction has committed."""
    happened = [(known, what) for known, what in settled if what or what.tie_out or what.due_at != known.row.due_at]
    entries = [
        Entry(standing=known, settlement=what, dirty=known.row.dirty or what.tie_out) for known, what in happened
    ]
    write(scope, entries, at=at)
    retried = [action for _, what in happened for action in what.retried]
    if retried:
        wanted.retry(scope, retried, at)
    ended = [end for _, what in happened for end in _ended_by_people(what)]
    if ended:
        outstanding.conclude(scope, ended, at=at)
    releases = [release for _, what in happened for release in what.documents]
    if releases:
        _keep(engine, scope, releases, at=at)
    _turn(engine, scope, [(known, what) for known, what in happened if _turned(known, what)])


def _ended_by_people(what: Settlement) -> Iterator[tuple[UUID, str, str, str]]:
    """Postings of which a person said how they ended: as actions they are over too."""
    for event in what.claim_events:
        if isinstance(event, Posted) and by_person(event):
            yield event.action_id, "done", event.ref, ""
        elif isinstance(event, PostingRefused) and by_person(event):
            yield event.action_id, "refused", "", event.reason


def documents_of(engine: Engine, scope: Scope, known: Sequence[Standing]) -> dict[UUID, Document]:
    """The papers of claims, by claim id."""
    ids = {each.row.document: each.row.id for each in known}
    return {ids[row.id]: paper_of(engine.kinds, row).document for row in documents.by_ids(scope, list(ids))}


def hours_of(scope: Scope, claims: Sequence[UUID]) -> dict[UUID, Hours]:
    """The business hours that each claim's last verdict names."""
    if not claims:
        return {}
    return {
        claim: canonical_json.decode_as(Verdict, row.body).hours for claim, row in verdicts.last(scope, claims).items()
    }


def _keep(engine: Engine, scope: Scope, releases: Sequence[Release], *, at: datetime) -> None:
    """A release is a document like any other; one that is there already by its number gets a new version."""
    latest: dict[str, int] = {}
    for known in documents.versions(scope, {_key(release) for release in releases}):
        latest[known.key] = max(latest.get(known.key, 0), int(known.version))
    for release in releases:
        version = latest[_key(release)] = latest.get(_key(release), 0) + 1
        source = SourceKey(system=OURS, kind="release", external_id=release.number, version=str(version))
        reading = Reading(document=release, format=OURS)
        arrival = Arrival(prepared=prepared(engine.kinds, reading), raw=None, source=source)
        record(engine, scope, [arrival], at=at)


def _key(release: Release) -> str:
    return f"{OURS}/release/{release.number}"


def _turned(known: Standing, what: Settlement) -> bool:
    return (known.row.status in DEAD) != (what.claim.status in DEAD)


def _turn(engine: Engine, scope: Scope, turned: Sequence[tuple[Standing, Settlement]]) -> None:
    """Claims that died or came to life again: look-alikes and those that share an order are told."""
    if not turned:
        return
    dead = [known.row.id for known, what in turned if what.claim.status in DEAD and not what.claim.posted]
    release_allocations(scope, dead)
    papers = documents_of(engine, scope, [known for known, _ in turned])
    pairs = [
        (key.bare, known.row.document, known.row.id)
        for known, _ in turned
        for key in engine.kinds.published(papers[known.row.id])
    ]
    documents.touch(scope, [(key, document) for key, document, _ in pairs])
    watches.signal(scope, {(key, claim) for key, _, claim in pairs})
