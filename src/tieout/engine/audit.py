"""The log for auditors: sealing it and exporting it; `engine.audit_file` verifies an export."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec

from tieout.core.audit import chain
from tieout.core.audit.chain import Entry, Head, Seal
from tieout.core.audit.records import RECORDS
from tieout.core.audit.witness import note
from tieout.core.values.scope import Scope
from tieout.engine.audit_file import FORMAT
from tieout.engine.plugged import Engine
from tieout.engine.receive import again
from tieout.formats import canonical_json
from tieout.store import events
from tieout.store.events import EventRow, SealRow


def seal(engine: Engine, scope: Scope, *, at: datetime) -> Seal | None:
    """Seal what has happened since the last seal; None if nothing has. Writers wait for it (milliseconds).

    Each seal names the streams that grew since the one before: it costs what happened since then, however long the log is.

    The witness is notified after the seal is committed, of every seal that it does not have yet: one that was made while it
    could not be reached is noted next time. Raises OSError where it cannot be reached.
    """
    # Two that seal at once give one number: then one of them looks again.
    made = again(scope, lambda: _next(engine, scope, events.last_seal(scope), at=at))
    unnoted = events.seals(scope, after=engine.witness.last(scope.tenant))
    engine.witness.add([note(seal_of(row)) for row in unnoted])
    return made


def _next(engine: Engine, scope: Scope, last: SealRow | None, *, at: datetime) -> Seal | None:
    after = last.upto if last else 0
    if not events.quiet_heads(scope, after=after)[1]:
        return None
    events.note_seal(scope, last.number + 1 if last else 1, at.astimezone(UTC))
    upto, heads = events.quiet_heads(scope, after=after)
    made = chain.seal(
        scope.tenant,
        (Head(stream=str(stream), seq=seq, hash=hash_) for stream, seq, hash_ in heads),
        after=seal_of(last) if last else None,
        key=engine.signing_key,
    )
    events.add_seal(
        scope,
        SealRow(
            tenant=scope.tenant,
            number=made.number,
            heads=canonical_json.encode(made.heads),
            root=made.root,
            previous=made.previous,
            signature=made.signature,
            upto=upto,
            at=at.astimezone(UTC),
        ),
    )
    return made


def export(scope: Scope) -> Iterator[bytes]:
    """The log as lines of JSON: a heading, every event in the order in which it was written, every seal."""
    yield _line({"format": FORMAT, "tenant": scope.tenant})
    for row in events.every(scope):
        yield _line(_exported(entry_of(row)))
    for seal_row in events.seals(scope):
        yield canonical_json.encode({"seal": seal_of(seal_row)}) + b"\n"


def entry_of(row: EventRow) -> Entry:
    """The entry in a row. The salt of an entry about rows is of their digests, and its hash covers its payload itself."""
    salted = row.salt is not None and row.type != RECORDS
    return Entry(
        stream=str(row.stream), seq=row.seq, type=row.type, version=row.version, payload=bytes(row.payload),
        prev_hash=row.prev_hash, hash=row.hash, salt=bytes(row.salt) if salted and row.salt else b"",
        digest="" if row.digest is None else row.digest.hex(),
    )  # fmt: skip


def _exported(entry: Entry) -> dict[str, object]:
    """A line of the export: the payload with its salt, or the digest of one that was erased."""
    content: dict[str, object] = {"payload": entry.payload.decode()}
    if entry.is_erased:
        content = {"digest": entry.digest}
    elif entry.salt:
        content["salt"] = entry.salt.hex()
    return {
        "stream": entry.stream,
        "seq": entry.seq,
        "type": entry.type,
        "version": entry.version,
        **content,
        "prev_hash": entry.prev_hash,
        "hash": entry.hash,
    }


def seal_of(row: SealRow) -> Seal:
    """The seal in a row. Raises `Malformed` for heads that are none."""
    return Seal(
        tenant=row.tenant,
        number=row.number,
        heads=canonical_json.decode_as(tuple[Head, ...], row.heads),
        root=row.root,
        previous=row.previous,
        signature=row.signature,
    )


def _line(fields: dict[str, object]) -> bytes:
    return msgspec.json.encode(fields) + b"\n"
