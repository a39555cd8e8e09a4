"""The log and everything that it covers, verified where it is: in the database, as of one moment, with table, row and column.

Nothing is written. The chain, its seals and what the witness noted; rows that the log names (`engine.sealed_rows`); rows that follow from
events (`engine.rebuild`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from tieout.core.audit import chain
from tieout.core.audit.chain import Breach, Entry, Head
from tieout.core.audit.records import RECORDS, Form
from tieout.core.audit.signing import SealKey
from tieout.core.audit.witness import Note, contradiction
from tieout.core.case.upcast import EVENT_TYPES, FORMER
from tieout.core.documents.kind import Kinds
from tieout.core.values.errors import Malformed
from tieout.core.values.scope import Scope
from tieout.core.values.sentence import Sentence, as_sentence
from tieout.engine.audit import entry_of, seal_of
from tieout.engine.follows import look_up_differences
from tieout.engine.rebuild import differences
from tieout.engine.sealed_rows import row_differences
from tieout.identity.forms import FORMS as OF_IDENTITY
from tieout.store import events
from tieout.store.events import EventRow, SealRow
from tieout.store.link import transaction
from tieout.store.packing import where_damaged_as_stored
from tieout.store.sealed import FORMS

ALL_FORMS: Final[Mapping[str, Form]] = {**FORMS, **{form.name: form for form in OF_IDENTITY.values()}}
"""Every form of this release, by name."""
_VERSIONS: Final = range(1, 10)


@dataclass(slots=True)
class Counted:
    """How much was verified."""

    entries: int = 0
    seals: int = 0


def verified(
    scope: Scope,
    kinds: Kinds,
    key: SealKey,
    notes: Iterable[Note],
    counted: Counted,
    *,
    forms: Mapping[str, Form] = ALL_FORMS,
) -> Iterator[str]:
    """One line for each difference; none: everything is as it was written. Adds to `counted`."""
    with transaction(scope, of_one_moment=True), where_damaged_as_stored():
        seals = events.seals(scope)
        breach = _breach(scope, key, notes, seals, counted)
        if breach is not None:
            yield _named(scope, breach, key, seals)
        yield from _of_seals(scope, seals)
        yield from row_differences(scope, forms)
        yield from look_up_differences(scope, kinds)
        yield from differences(scope)


def _breach(
    scope: Scope, key: SealKey, notes: Iterable[Note], rows: Sequence[SealRow], counted: Counted
) -> Breach | None:
    seals = []
    for row in rows:
        try:
            seals.append(seal_of(row))
        except Malformed:
            return Breach(stream=f"seal/{scope.tenant}", seq=row.number, reason="has heads that cannot be read")
    counted.seals += len(seals)

    def entries() -> Iterator[Entry]:
        for row in events.every(scope):
            counted.entries += 1
            yield entry_of(row)

    return chain.verify_export(entries(), seals, key) or contradiction(scope.tenant, seals, notes)


def _named(scope: Scope, breach: Breach, key: SealKey, seals: Sequence[SealRow]) -> Sentence:
    """The breach with its table, its row and the columns of which one was changed."""
    of_seal = breach.stream.startswith("seal/")
    columns = _column_of_seal(breach, key, seals) if of_seal else _column_of_event(scope, breach, seals)
    row = str(breach.seq) if of_seal else f"{breach.seq} of {breach.stream}"
    return Sentence(
        "{table} {row}: {columns}: it {reason}",
        table="store_seal" if of_seal else "store_event", row=row, columns=columns, reason=as_sentence(breach.reason),
    )  # fmt: skip


def _column_of_event(scope: Scope, breach: Breach, seals: Sequence[SealRow]) -> str:
    """Which columns of the entry make it what it was, if they are put back: the first one that does."""
    stream = events.of_streams(scope, [UUID(breach.stream)]).get(UUID(breach.stream), [])
    place = next((k for k, row in enumerate(stream) if row.seq == breach.seq), None)
    if place is None:
        return "tenant, stream, seq"
    entry = entry_of(stream[place])
    before = stream[place - 1] if place else None
    if entry.seq != (before.seq if before else 0) + 1:
        return "seq, stream, tenant"
    previous = before.hash if before else chain.GENESIS
    if entry.prev_hash != previous:
        return "prev_hash" if _hash(replace(entry, prev_hash=previous)) == entry.hash else "prev_hash, hash, payload"
    expected = _expected(stream, place, seals)
    if expected and entry.hash != expected and _hash(entry) == expected:
        return "hash"
    names = (*EVENT_TYPES, *FORMER, RECORDS)
    if any(_hash(replace(entry, type=name)) == entry.hash for name in names):
        return "type"
    if any(_hash(replace(entry, version=version)) == entry.hash for version in _VERSIONS):
        return "version"
    covered = "digest" if entry.is_erased else "payload, salt" if entry.salt else "payload"
    return covered if entry.hash == expected else f"{covered}, hash"


def _hash(entry: Entry) -> str:
    try:
        return chain.hash_of(entry)
    except ValueError:
        return ""  # a digest that is none


def _expected(stream: Sequence[EventRow], place: int, seals: Sequence[SealRow]) -> str:
    """The hash of an entry by the one after it, or by a seal; "" where neither names it."""
    if place + 1 < len(stream):
        return stream[place + 1].prev_hash
    row = stream[place]
    return next(
        (
            head.hash
            for seal in seals
            for head in seal_of(seal).heads
            if head.stream == str(row.stream) and head.seq == row.seq
        ),
        "",
    )


def _column_of_seal(breach: Breach, key: SealKey, rows: Sequence[SealRow]) -> str:
    place = next((k for k, row in enumerate(rows) if row.number == breach.seq), None)
    if place is None:
        return "tenant, number"
    try:
        seal = seal_of(rows[place])
        before = seal_of(rows[place - 1]) if place else None
    except Malformed:
        return "heads"
    if seal.number != (before.number if before else 0) + 1:
        return "number, tenant"
    previous = chain.seal_hash(before) if before else chain.GENESIS
    if seal.previous != previous:
        return "previous" if chain.is_signed(replace(seal, previous=previous), key) else "previous, root"
    root = chain.merkle_root([chain.leaf(head) for head in seal.heads])
    if seal.root != root:
        return "root" if chain.is_signed(replace(seal, root=root), key) else "heads"
    return "signature"


def _of_seals(scope: Scope, rows: Sequence[SealRow]) -> Iterator[Sentence]:
    """Seals whose `upto` is not the last position of what they seal; when they were made is in an entry of the log."""
    for row in rows:
        try:
            heads: tuple[Head, ...] = seal_of(row).heads
            last = events.positions(scope, [(UUID(head.stream), head.seq) for head in heads])
        except Malformed:
            continue  # the chain's verifier names it
        if last != row.upto:
            yield Sentence(
                "store_seal {row}: upto is {stored}, and the last event that it seals is at position {position}",
                row=str(row.number), stored=str(row.upto), position=str(last),
            )  # fmt: skip
