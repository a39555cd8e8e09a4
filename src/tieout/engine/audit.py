"""The log for auditors: sealing it and exporting it; `engine.audit_file` verifies an export."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec

from tieout.core.audit import chain
from tieout.core.audit.chain import Head, Seal
from tieout.core.audit.witness import note
from tieout.core.values.scope import Scope
from tieout.engine.audit_file import FORMAT
from tieout.engine.plugged import Engine
from tieout.engine.receive import again
from tieout.formats import canonical_json
from tieout.store import events
from tieout.store.events import SealRow


def seal(engine: Engine, scope: Scope, *, at: datetime) -> Seal | None:
    """Seal what has happened since the last seal; None if nothing has. Writers wait for it (milliseconds).

    The witness is notified after the seal is committed, of every seal that it does not have yet: one that was made while it
    could not be reached is noted next time. Raises OSError where it cannot be reached.
    """

    def act() -> tuple[list[SealRow], Seal | None]:
        before = events.seals(scope)
        return before, _next(engine, scope, before, at=at)

    # Two that seal at once give one number: then one of them looks again.
    before, made = again(scope, act)
    sealed = [_seal(row) for row in before]
    engine.witness.add([note(seal) for seal in ([*sealed, made] if made else sealed)])
    return made


def _next(engine: Engine, scope: Scope, seals: list[SealRow], *, at: datetime) -> Seal | None:
    upto, heads = events.quiet_heads(scope, after=seals[-1].upto if seals else 0)
    if not heads:
        return None
    made = chain.seal(
        scope.tenant,
        (Head(stream=str(stream), seq=seq, hash=hash_) for stream, seq, hash_ in heads),
        after=_seal(seals[-1]) if seals else None,
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
        yield _line(
            {
                "stream": str(row.stream),
                "seq": row.seq,
                "type": row.type,
                "version": row.version,
                "payload": row.payload.decode(),
                "prev_hash": row.prev_hash,
                "hash": row.hash,
            }
        )
    for seal_row in events.seals(scope):
        yield canonical_json.encode({"seal": _seal(seal_row)}) + b"\n"


def _seal(row: SealRow) -> Seal:
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
