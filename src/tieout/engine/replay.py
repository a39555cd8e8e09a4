"""Reading again what could not be read: the source file is kept, so a corrected reader or mapping can still make documents of it.

What can be read now supersedes the claim of the unreadable file, whose case is closed. What still cannot be read stays
as it is. Replaying twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from tieout.core.values.scope import Scope
from tieout.engine.admission import admitted
from tieout.engine.announce import announce
from tieout.engine.plugged import Engine
from tieout.engine.receive import BATCH, again, arrival_of, origin_of, read_files, sources_of
from tieout.engine.record import Arrival, record
from tieout.store import documents, source_files
from tieout.store.source_files import SourceFileRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """The result of a replay, in source files: `tried` were parked, `read` of them are documents now."""

    tried: int = 0
    read: int = 0


def replay(engine: Engine, scope: Scope, *, system: str = "", source: str = "", at: datetime) -> Replayed:
    """Read every parked file again, or those of one system or source; in batches. Call it outside of any transaction."""
    at = at.astimezone(UTC)
    done, after = Replayed(), UUID(int=0)
    while rows := source_files.parked(scope, system=system, origin=source, after=after, limit=BATCH):
        after = rows[-1].id
        done = Replayed(tried=done.tried + len(rows), read=done.read + _again(engine, scope, rows, at=at))
    announce(engine, scope)
    return done


def _again(engine: Engine, scope: Scope, rows: Sequence[SourceFileRow], *, at: datetime) -> int:
    sources = sources_of(engine, scope, rows, at=at)
    read = [
        admitted(engine.kinds, row, parts, sources[origin_of(row)])
        for row, parts in zip(rows, read_files(engine, scope, rows, sources), strict=True)
    ]
    engine.steps("replay.read")

    def write() -> int:
        parked = documents.hold_unreadable(scope, [row.id for row in rows])
        arrivals: list[Arrival] = []
        readable = 0
        for row, parts in zip(rows, read, strict=True):
            read_now = {document.sha256 for document in parts}
            gone = tuple(document for document, sha256 in parked.get(row.id, {}).items() if sha256 not in read_now)
            if not gone:
                continue
            readable += not any(prepared.unreadable for prepared in parts)
            first, *rest = (arrival_of(row, document, alone=len(parts) == 1) for document in parts)
            arrivals += [replace(first, instead_of=gone), *rest]
        record(engine, scope, arrivals, at=at)
        return readable

    readable = again(scope, write)
    engine.steps("replay.recorded")
    return readable
