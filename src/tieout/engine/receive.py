"""Receiving files: bytes are durable before the answer "accepted"; then they are read and become documents.

Delivering a file twice changes nothing, even at the same moment. A process that dies in between leaves the file on the list
of unread ones, and `read_left_over` takes it from there.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, TypeVar
from uuid import UUID

from tieout.core.access.source import SETUP, Source
from tieout.core.documents.versions import rank
from tieout.core.values.ids import FILE, SourceKey
from tieout.core.values.scope import Scope
from tieout.engine.admission import admitted, refused
from tieout.engine.announce import announce
from tieout.engine.answers_nothing import ANSWERS, answers_nothing
from tieout.engine.bounds import short, source_kept, text_kept
from tieout.engine.fresh import fresh_ids
from tieout.engine.plugged import Engine
from tieout.engine.prepare import FileToRead, Prepared
from tieout.engine.record import Arrival, Recorded, Recorder, record, record_apart
from tieout.engine.spans import traced
from tieout.formats.canonical_json import fingerprint
from tieout.store import source_files
from tieout.store.link import Collision, Unfit, transaction
from tieout.store.source_files import SourceFileRow

T = TypeVar("T")
BATCH: Final = 500
_TRIES_MAX: Final = 20
_NAME_BYTES_MAX: Final = 400
_LEFT_OVER: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A file as it came. `source`: the sender's key of it; None for a file without one. It counts where it is of the sender's system.

    `entity`: the company of its source, where that has exactly one; "" otherwise.
    """

    content: bytes
    name: str = ""
    source: SourceKey | None = None
    media_type: str = ""
    entity: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipted:
    """The result for a file. "known": it was received before. `read` says whether its documents were read now or "before".

    `documents` are those that were read now: of a file that was received before, only where its reader had died.
    """

    name: str
    source_file: UUID
    fate: Literal["accepted", "known"]
    documents: tuple[Recorded, ...] = ()
    read: Literal["now", "before"] = "now"


@traced(
    "engine.receive",
    asked=lambda _engine, scope, files, *, source, at: {"tenant": scope.tenant, "files": len(files)},  # noqa: ARG005
    answered=lambda answers: {
        "accepted": sum(answer.fate == "accepted" for answer in answers),
        "documents": sum(len(answer.documents) for answer in answers),
    },
)
def receive(
    engine: Engine, scope: Scope, files: Sequence[Incoming], *, source: Source, at: datetime
) -> tuple[Receipted, ...]:
    """Receive files, in batches; one answer for each, in the same order. Call it outside of any transaction.

    What cannot be read becomes a claim too (DOC-UNREAD), so that a person looks at it; so does what the source may not
    deliver (GOV-SOURCE). The actor of the scope is recorded as who handed them in.
    """
    answers: list[Receipted] = []
    for start in range(0, len(files), BATCH):
        answers += _batch(engine, scope, files[start : start + BATCH], source=source, at=at.astimezone(UTC))
    return tuple(answers)


def read_left_over(engine: Engine, scope: Scope, *, at: datetime) -> int:
    """Read files that were accepted some minutes ago and are still unread, because their reader died. Returns how many."""
    scope = Scope(tenant=scope.tenant)
    count = 0
    while rows := source_files.unread(scope, before=at - _LEFT_OVER, limit=BATCH):
        _read(engine, scope, rows, sources=sources_of(engine, scope, rows, at=at), at=at)
        count += len(rows)
    return count


def sources_of(engine: Engine, scope: Scope, rows: Sequence[SourceFileRow], *, at: datetime) -> dict[str, Source]:
    """The sources of files, by name, as they are configured now."""
    return {name: engine.sources.named(scope, name, on=at.date()) for name in {origin_of(row) for row in rows}}


def origin_of(row: SourceFileRow) -> str:
    """The name of a file's source; for a file from before sources had names, that of its system, or `setup`."""
    return row.origin or (row.system if row.stated else SETUP)


def _batch(engine: Engine, scope: Scope, files: Sequence[Incoming], *, source: Source, at: datetime) -> list[Receipted]:
    files = [_storable(file, source) for file in files]
    hashes = [fingerprint(file.content) for file in files]
    ids, fresh = again(scope, lambda: _keep(scope, files, hashes, origin=source.name, at=at))
    engine.steps("receive.accepted")
    left = _left_unread(scope, ids, fresh)
    sources = {**sources_of(engine, scope, left, at=at), source.name: source}
    recorded = _read(engine, scope, [*left, *fresh], sources=sources, at=at)
    new = {row.id for row in fresh}
    answers = []
    for file, file_id in zip(files, ids, strict=True):
        fate: Literal["accepted", "known"] = "accepted" if file_id in new else "known"
        new.discard(file_id)
        read: Literal["now", "before"] = "now" if fate == "accepted" or recorded.get(file_id) else "before"
        documents = tuple(recorded.pop(file_id, ()))
        answers.append(Receipted(name=file.name, source_file=file_id, fate=fate, documents=documents, read=read))
    return answers


def _storable(file: Incoming, source: Source) -> Incoming:
    """The file with names that can be kept. What names itself as another system's document is a file without a name: it supersedes
    nothing."""
    key = source_kept(file.source) if file.source and source.names(file.source.system) else None
    name, media_type = text_kept(file.name), text_kept(file.media_type)
    return replace(file, source=key, name=short(name, _NAME_BYTES_MAX), media_type=short(media_type, _NAME_BYTES_MAX))


def _left_unread(scope: Scope, ids: Sequence[UUID], fresh: Sequence[SourceFileRow]) -> list[SourceFileRow]:
    """Those of these files that came before and whose reader has died: they are read now."""
    before = set(ids).difference(row.id for row in fresh)
    return source_files.unread_of(scope, sorted(before)) if before else []


def again(scope: Scope, act: Callable[[], T]) -> T:
    """Do it in a transaction, and again after each collision with another transaction, which has then made progress."""
    for _ in range(_TRIES_MAX - 1):
        try:
            with transaction(scope):
                return act()
        except Collision:
            continue
    with transaction(scope):
        return act()


def _keep(
    scope: Scope, files: Sequence[Incoming], hashes: Sequence[str], *, origin: str, at: datetime
) -> tuple[list[UUID], list[SourceFileRow]]:
    """Make new files durable; returns the id of each file, and the new rows."""
    by_hash = source_files.ids_by_hash(scope, origin, set(hashes))
    sources = {file.source for file in files if file.source is not None}
    by_source = source_files.ids_by_source_key(scope, {source.external_id for source in sources}) if sources else {}
    fresh: list[SourceFileRow] = []
    ids: list[UUID] = []
    drawn = fresh_ids(at)
    for file, sha256 in zip(files, hashes, strict=True):
        # The same file from another source is read again: that source may be allowed what the first is not.
        source = file.source or SourceKey(system=FILE, kind="file", external_id=sha256, version=origin)
        key = (source.system, source.kind, source.external_id, source.version)
        existing = by_hash.get(sha256) if file.source is None else None
        if file.source is not None and not file.source.version:
            key = (*key[:3], counted(by_source, file.source, sha256))
        if file.source is not None and key in by_source:
            file_id, stored_sha256 = by_source[key]
            if stored_sha256 != sha256:  # other content than before under the same key and version
                key = (*key[:3], f"{key[3]}{_otherwise(sha256)}")
            existing = by_source[key][0] if key in by_source else None
        if existing is not None:
            ids.append(existing)
            continue
        file_id = next(drawn)
        by_hash[sha256], by_source[key] = file_id, (file_id, sha256)
        ids.append(file_id)
        row = _file_row(scope, file_id, file, sha256, key, at=at)
        fresh.append(row._replace(origin=origin, handed_by=scope.actor))
    source_files.add(scope, fresh)
    return ids, fresh


def _file_row(
    scope: Scope, file_id: UUID, file: Incoming, sha256: str, key: tuple[str, str, str, str], *, at: datetime
) -> SourceFileRow:
    system, kind, external_id, version = key
    return SourceFileRow(
        tenant=scope.tenant,
        id=file_id,
        sha256=sha256,
        system=system,
        source_kind=kind,
        external_id=external_id,
        version=version,
        stated=file.source is not None,
        name=file.name,
        media_type=file.media_type or mimetypes.guess_type(file.name)[0] or "application/octet-stream",
        size=len(file.content),
        content=file.content,
        received_at=at,
        entity=file.entity,
    )


def _read(
    engine: Engine, scope: Scope, rows: Sequence[SourceFileRow], *, sources: Mapping[str, Source], at: datetime
) -> dict[UUID, list[Recorded]]:
    """Read source files and record the documents that their sources may deliver; returns the documents by file id."""
    if not rows:
        return {}
    read = [
        admitted(engine.kinds, row, parts, sources[origin_of(row)])
        for row, parts in zip(rows, read_files(engine, scope, rows, sources), strict=True)
    ]
    engine.steps("receive.read")

    def write(recorder: Recorder = record) -> dict[UUID, list[Recorded]]:
        mine = source_files.take_unread(scope, [row.id for row in rows])
        arrivals = [
            arrival_of(row, prepared, alone=len(parts) == 1)
            for row, parts in zip(rows, read, strict=True)
            if row.id in mine
            for prepared in parts
        ]
        answers: dict[UUID, list[Recorded]] = {row.id: [] for row in rows}
        recorded = recorder(engine, scope, arrivals, at=at)
        for arrival, answer in zip(arrivals, recorded, strict=True):
            assert arrival.source_file is not None
            answers[arrival.source_file].append(answer)
        engine.steps("receive.recorded")
        return answers

    try:
        answers = again(scope, write)
    except Unfit:  # of one document, it takes no other with it
        answers = again(scope, lambda: write(record_apart))
    engine.steps("receive.committed")
    announce(engine, scope)
    return answers


def counted(received: Mapping[tuple[str, str, str, str], tuple[UUID, str]], source: SourceKey, sha256: str) -> str:
    """The version of a file whose system counts none: the last one if the content is the same, else the next."""
    mine = (source.system, source.kind, source.external_id)
    last = max((key[3] for key in received if key[:3] == mine), key=rank, default="0")
    if last != "0" and received[*mine, last][1] == sha256:
        return last
    return str(rank(last)[0] + 1)


def read_files(
    engine: Engine, scope: Scope, rows: Sequence[SourceFileRow], sources: Mapping[str, Source]
) -> list[tuple[Prepared, ...]]:
    """The documents of each file: messages of a system with a map are read by it, all others by their format.

    Tables are read by the column mappings of their source.
    """
    maps = engine.maps_for(scope) if any(row.stated for row in rows) else {}
    answers: dict[int, tuple[Prepared, ...]] = {}
    by_reader: dict[str, list[int]] = {}
    for k, row in enumerate(rows):
        if row.stated and row.source_kind == ANSWERS:
            answers[k] = answers_nothing(engine.kinds, row)
            continue
        by_reader.setdefault(row.system if row.stated and row.system in maps else "", []).append(k)
    for system, places in by_reader.items():
        read = maps.get(system, engine.read)
        answers |= zip(places, read([_to_read(rows[k], sources) for k in places]), strict=True)
    return [answers[k] for k in range(len(rows))]


def _to_read(row: SourceFileRow, sources: Mapping[str, Source]) -> FileToRead:
    return FileToRead(row.content, row.name, sources[origin_of(row)].mappings)


def arrival_of(row: SourceFileRow, document: Prepared, *, alone: bool) -> Arrival:
    """A document of a file, under the sender's key; one that the source may not deliver gets no key of the sender."""
    source = None if refused(document) else _source_of(row)
    file = fingerprint(f"{row.sha256} {row.origin}".encode())[:16]
    return Arrival(prepared=document, source_file=row.id, source=source, alone=alone, entity=row.entity, file=file)


def _source_of(row: SourceFileRow) -> SourceKey | None:
    # A file with other content than an earlier one of the same key and version is kept under a version of its own; the
    # sender's version is without that suffix.
    if not row.stated:
        return None
    version = row.version.removesuffix(_otherwise(row.sha256))
    return SourceKey(system=row.system, kind=row.source_kind, external_id=row.external_id, version=version)


def _otherwise(sha256: str) -> str:
    """The suffix for the version of a file whose content differs from the earlier one of that version."""
    return f"+{sha256[:16]}"
