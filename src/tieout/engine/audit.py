"""The log for outsiders: sealing it, exporting it, and verifying an export with nothing but the export and the key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TypeVar

import msgspec

from tieout.core import chain
from tieout.core.chain import Breach, Entry, Head, Seal
from tieout.core.errors import Malformed
from tieout.engine.plugged import Engine
from tieout.formats import canonical_json
from tieout.store import events
from tieout.store.events import SealRow
from tieout.store.link import transaction

T = TypeVar("T")
FORMAT: Final = "tieout-audit-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What an export holds, and the first thing that is wrong with it (None: nothing)."""

    tenant: str
    entries: int
    seals: int
    breach: Breach | None


def seal(engine: Engine, tenant: str, *, at: datetime) -> Seal | None:
    """Seal what has happened since the last seal; None if nothing has. Writers wait meanwhile (milliseconds)."""
    with transaction():
        known = events.seals(tenant)
        upto, heads = events.quiet_heads(tenant, after=known[-1].upto if known else 0)
        if not heads:
            return None
        made = chain.seal(
            tenant,
            (Head(stream=str(stream), seq=seq, hash=hash_) for stream, seq, hash_ in heads),
            after=_seal(known[-1]) if known else None,
            key=engine.signing_key,
        )
        events.add_seal(
            SealRow(
                tenant=tenant,
                number=made.number,
                heads=canonical_json.encode(made.heads),
                root=made.root,
                previous=made.previous,
                signature=made.signature,
                upto=upto,
                at=at.astimezone(UTC),
            )
        )
        return made


def export(tenant: str) -> Iterator[bytes]:
    """The log as lines of JSON: a heading, every event in the order in which it was written, every seal."""
    yield _line({"format": FORMAT, "tenant": tenant})
    for row in events.every(tenant):
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
    for known in events.seals(tenant):
        yield canonical_json.encode({"seal": _seal(known)}) + b"\n"


def verify(lines: Iterable[bytes], key: bytes) -> Verified:
    """Verify an export. Needs no database. Raises `Malformed` with the line of what is no export at all."""
    seals: list[Seal] = []
    counted = 0
    numbered = enumerate(lines, 1)
    heading = _read(dict[str, str], *next(numbered, (1, b"")))
    if heading.get("format") != FORMAT:
        raise Malformed(f"this is no export of the log ({FORMAT})", where="line 1", remedy="make one: tieout audit export")

    def entries() -> Iterator[Entry]:
        nonlocal counted
        for number, line in numbered:
            if line.startswith(b'{"seal"'):
                seals.append(_read(_SealLine, number, line).seal)
                continue
            counted += 1
            yield _entry(_read(_EventLine, number, line))

    read = list(entries())
    breach = chain.verify_export(read, seals, key)
    return Verified(tenant=heading["tenant"], entries=counted, seals=len(seals), breach=breach)


class _EventLine(msgspec.Struct):
    stream: str
    seq: int
    type: str
    version: int
    payload: str
    prev_hash: str
    hash: str


class _SealLine(msgspec.Struct):
    seal: Seal


def _entry(line: _EventLine) -> Entry:
    return Entry(
        stream=line.stream,
        seq=line.seq,
        type=line.type,
        version=line.version,
        payload=line.payload.encode(),
        prev_hash=line.prev_hash,
        hash=line.hash,
    )


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


def _read(type_: type[T], number: int, line: bytes) -> T:
    try:
        return msgspec.json.decode(line, type=type_)
    except msgspec.MsgspecError as error:
        raise Malformed(f"this line is not of an export: {error}", where=f"line {number}") from error
