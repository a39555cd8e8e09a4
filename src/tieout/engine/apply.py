"""From the results of commands, outcomes and timers to one change set."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tieout.core.case.claim_change import ClaimChange
from tieout.core.documents.acceptance import Release
from tieout.core.documents.reading import Reading
from tieout.core.values.ids import OURS, SourceKey
from tieout.core.values.scope import Scope
from tieout.engine.changes import Changes, RecordChange
from tieout.engine.claim_record import ClaimRecord
from tieout.engine.commit import commit
from tieout.engine.plugged import Engine
from tieout.engine.prepare import prepared
from tieout.engine.record import Arrival, recording
from tieout.store import documents


def apply(engine: Engine, scope: Scope, settled: Sequence[tuple[ClaimRecord, ClaimChange]], *, at: datetime) -> None:
    """Write settlements, in the caller's transaction; `announce` after it has committed."""
    happened = [
        RecordChange(record=claim, claim_change=what, dirty=claim.row.dirty or what.tie_out)
        for claim, what in settled
        if what or what.tie_out or what.due_at != claim.row.due_at
    ]
    accepted = [release for change in happened for release in change.claim_change.documents]
    recorded, _ = recording(engine, scope, _arrivals(engine, scope, accepted), at=at)
    assert not recorded.claims, "an acceptance supersedes no claim"
    commit(engine, scope, Changes(claims=happened, documents=recorded.documents), at=at)


def _arrivals(engine: Engine, scope: Scope, accepted: Sequence[Release]) -> list[Arrival]:
    """An acceptance is a document like any other; one whose number exists already gets a new version."""
    if not accepted:
        return []
    latest: dict[str, int] = {}
    for earlier in documents.versions(scope, {_key(release) for release in accepted}):
        latest[earlier.key] = max(latest.get(earlier.key, 0), int(earlier.version))
    arrivals = []
    for release in accepted:
        version = latest[_key(release)] = latest.get(_key(release), 0) + 1
        source = SourceKey(system=OURS, kind="release", external_id=release.number, version=str(version))
        reading = Reading(document=release, format=OURS)
        arrivals.append(Arrival(prepared=prepared(engine.kinds, reading), source_file=None, source=source))
    return arrivals


def _key(release: Release) -> str:
    return f"{OURS}/release/{release.number}"
