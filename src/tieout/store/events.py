"""Events and seals: written once, never changed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from tieout.core.audit.records import RECORDS
from tieout.core.values.scope import Scope
from tieout.store.link import execute, query, write_noted
from tieout.store.table import Table


class EventRow(NamedTuple):
    """A row of events, in the order of `EVENTS`. `salt` and `digest` are those of `core.audit.chain.Entry`; None where it has none."""

    tenant: str
    stream: UUID
    seq: int
    type: str
    version: int
    payload: bytes
    prev_hash: str
    hash: str
    at: datetime
    actor: str
    salt: bytes | None = None
    digest: bytes | None = None


class SealRow(NamedTuple):
    """A row of seals, in the order of `SEALS`."""

    tenant: str
    number: int
    heads: bytes
    root: str
    previous: str
    signature: str
    upto: int
    at: datetime


EVENTS: Final = replace(
    Table.of(
        "store_event", ("tenant", "stream", "seq"), tenant="text", stream="uuid", seq="int4", type="text", version="int4",
        payload="bytea", prev_hash="text", hash="text", at="timestamptz", actor="text", salt="bytea", digest="bytea",
    ).packing(payload="event"),
    in_order=True,
)  # fmt: skip
LEFT: Final = Table.of(
    "store_event", ("stream", "seq"), tenant="text", stream="uuid", seq="int4", payload="bytea", at="timestamptz", actor="text",
    digest="bytea",
).packing(payload="event").sealed("event_erased/1", only=("digest", ()), lasting=False)  # fmt: skip
"""What is left of an event whose content was erased: its hash covers none of it but by the digest."""
SEALS: Final = Table.of(
    "store_seal", ("tenant", "number"), tenant="text", number="int4", heads="bytea", root="text", previous="text",
    signature="text", upto="int8", at="timestamptz",
)  # fmt: skip
SEAL_MADE: Final = Table.of("store_seal", ("tenant", "number"), number="int4", at="timestamptz").sealed(
    "seal/1", instant="at"
)
"""When a seal was made: its signature does not say. The entry about it is under the seal itself."""

_COLUMNS: Final = ", ".join(EVENTS.columns)
_PAGE: Final = 2000


def add(scope: Scope, rows: Sequence[EventRow]) -> None:
    """Append events. Raises a `Collision` if a stream has grown meanwhile."""
    EVENTS.add(scope, rows)


def of_streams(scope: Scope, streams: Collection[UUID]) -> dict[UUID, list[EventRow]]:
    """All events of these streams, each in order."""
    sql = f"select {_COLUMNS} from store_event where tenant = %s and stream = any((select %s)::uuid[]) order by stream, seq"
    by_stream: dict[UUID, list[EventRow]] = {}
    for row in EVENTS.read(EventRow, query(scope, sql, (scope.tenant, list(streams)))):
        by_stream.setdefault(row.stream, []).append(row)
    return by_stream


def every(scope: Scope) -> Iterator[EventRow]:
    """All events of a tenant, those of a stream by their numbers, else in the order in which they were written; a page at a time.

    Release 0.1 could write the events of one transaction in another order than they have, where they were many.
    """
    due: dict[UUID, int] = {}
    early: dict[UUID, dict[int, EventRow]] = {}
    for row in _by_position(scope):
        following: EventRow | None = row
        if row.seq > due.get(row.stream, 1):
            early.setdefault(row.stream, {})[row.seq] = row
            continue
        while following is not None:
            yield following
            due[row.stream] = following.seq + 1
            following = early.get(row.stream, {}).pop(following.seq + 1, None)
    for left in early.values():  # one before them is missing: whoever reads them has to see that
        yield from (left[seq] for seq in sorted(left))


def _by_position(scope: Scope) -> Iterator[EventRow]:
    sql = f"select position, {_COLUMNS} from store_event where tenant = %s and position > %s order by position limit %s"
    after = 0
    while rows := query(scope, sql, (scope.tenant, after, _PAGE)):
        yield from EVENTS.read(EventRow, (row[1:] for row in rows))
        after = rows[-1][0]


def streams(scope: Scope) -> set[UUID]:
    """Every stream that has an event of a claim or case."""
    sql = "select distinct stream from store_event where tenant = %s and type <> %s"
    return {stream for (stream,) in query(scope, sql, (scope.tenant, RECORDS))}


def quiet_heads(scope: Scope, *, after: int) -> tuple[int, list[tuple[UUID, int, str]]]:
    """The last position, and the last (stream, seq, hash) of each stream that grew after a position.

    Holds off writers until the transaction ends: a position is drawn while the table is open for writing, so that when
    nobody writes no lower one can still appear.
    """
    execute(scope, "lock table store_event in share row exclusive mode")  # nor two that seal: each writes an entry
    upto = query(scope, "select coalesce(max(position), 0) from store_event where tenant = %s", (scope.tenant,))[0][0]
    sql = """
        select distinct on (stream) stream, seq, hash from store_event
        where tenant = %s and position > %s and position <= %s order by stream, seq desc
    """
    return upto, [(stream, seq, hash_) for stream, seq, hash_ in query(scope, sql, (scope.tenant, after, upto))]


def note_seal(scope: Scope, number: int, at: datetime) -> None:
    """Append the entry about a seal that is going to be made, so that the seal covers it."""
    SEAL_MADE.note(scope, [(number, at)])
    write_noted(scope)


def positions(scope: Scope, heads: Sequence[tuple[UUID, int]]) -> int:
    """The last position of these events, (stream, seq); 0 where none of them is there."""
    sql = """
        select coalesce(max(e.position), 0) from unnest(%s::uuid[], %s::int4[]) as h (stream, seq)
        join store_event e on e.tenant = %s and e.stream = h.stream and e.seq = h.seq
    """
    rows = query(scope, sql, ([stream for stream, _ in heads], [seq for _, seq in heads], scope.tenant))
    return int(rows[0][0])


def add_seal(scope: Scope, row: SealRow) -> None:
    """Append a seal."""
    SEALS.add(scope, [row])


def seals(scope: Scope, *, after: int = 0) -> list[SealRow]:
    """The seals of a tenant later than a number, first to last; by default all."""
    sql = f"select {', '.join(SEALS.columns)} from store_seal where tenant = %s and number > %s order by number"
    return [SealRow(*row) for row in query(scope, sql, (scope.tenant, after))]


def last_seal(scope: Scope) -> SealRow | None:
    """The last seal of a tenant."""
    sql = f"select {', '.join(SEALS.columns)} from store_seal where tenant = %s order by number desc limit 1"
    return next((SealRow(*row) for row in query(scope, sql, (scope.tenant,))), None)
