"""Verifying an export of the log: with nothing but the export and the key, on any computer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeVar

import msgspec

from tieout.core.audit import chain
from tieout.core.audit.chain import Breach, Entry, Seal
from tieout.core.audit.signing import SealKey
from tieout.core.audit.witness import Note, contradiction
from tieout.core.values.errors import Malformed

T = TypeVar("T")
FORMAT: Final = "tieout-audit-2"
FORMER: Final = "tieout-audit-1"
"""Exports of releases whose events have no salts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What an export holds, and the first thing that is wrong with it (None: nothing). `erased` of its entries have no content."""

    tenant: str
    entries: int
    seals: int
    breach: Breach | None
    erased: int = 0


def verify(lines: Iterable[bytes], key: SealKey, notes: Iterable[Note] = ()) -> Verified:
    """Verify an export, also against what a witness noted of its seals. Needs no database.

    Raises `Malformed` with the line of what is no export at all.
    """
    seals: list[Seal] = []
    counted = 0
    numbered = enumerate(lines, 1)
    heading = _read(dict[str, str], *next(numbered, (1, b"")))
    if heading.get("format") not in {FORMAT, FORMER}:
        raise Malformed(
            "this is no export of the log ({format})",
            where="line 1",
            remedy="create one: tieout audit export",
            format=FORMAT,
        )

    def entries() -> Iterator[Entry]:
        nonlocal counted
        for number, line in numbered:
            if line.startswith(b'{"seal"'):
                seals.append(_read(_SealLine, number, line).seal)
                continue
            counted += 1
            yield _entry(number, _read(_EventLine, number, line))

    read = list(entries())
    tenant = heading["tenant"]
    breach = chain.verify_export(read, seals, key) or contradiction(tenant, seals, notes)
    erased = sum(entry.is_erased for entry in read)
    return Verified(tenant=tenant, entries=counted, seals=len(seals), breach=breach, erased=erased)


class _EventLine(msgspec.Struct):
    stream: str
    seq: int
    type: str
    version: int
    prev_hash: str
    hash: str
    payload: str = ""
    salt: str = ""
    digest: str = ""


class _SealLine(msgspec.Struct):
    seal: Seal


def _entry(number: int, line: _EventLine) -> Entry:
    try:
        salt = bytes.fromhex(line.salt)
    except ValueError:
        raise Malformed("the salt of this event is none", where=f"line {number}") from None
    return Entry(
        stream=line.stream,
        seq=line.seq,
        type=line.type,
        version=line.version,
        payload=line.payload.encode(),
        prev_hash=line.prev_hash,
        hash=line.hash,
        salt=salt,
        digest=line.digest,
    )


def _read(type_: type[T], number: int, line: bytes) -> T:
    try:
        return msgspec.json.decode(line, type=type_)
    except msgspec.MsgspecError as error:
        raise Malformed("this line is not of an export: {error}", where=f"line {number}", error=error) from error
