"""Counting usage: pieces of files are durable before anything is said of them; then each is counted in one transaction.

A process that dies in between leaves its piece on the list of uncounted ones, and `count_left_over` takes it from there. A
piece that comes again is known by its bytes, an event that comes again by its feed and id. What has changed is on a list too,
until `metering.engine.publish` has written the statements.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, cast
from uuid import UUID

from tieout.core.values.scope import Scope
from tieout.engine.fresh import fresh_ids
from tieout.engine.pause import without_collection
from tieout.engine.plugged import Engine
from tieout.engine.receive import again
from tieout.formats.canonical_json import fingerprint
from tieout.metering.core.usage import (
    RefusedLine,
    UsageEvent,
    event_key,
    gaps_between,
    hour_of,
    joined,
    month_of,
    runs_of,
)
from tieout.metering.formats import Piece, UsageReading, pieces, read_piece
from tieout.metering.formats.cutting import Layout
from tieout.store import raws
from tieout.store.link import transaction
from tieout.store.metering import counting as tables
from tieout.store.metering.counting import BatchRow, RefusedRow
from tieout.store.raws import RawRow

_LEFT_OVER: Final = timedelta(minutes=5)
_LIMIT: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingested:
    """What became of usage: events read, new ones, corrections among them, known already, hours closed, lines refused.

    `pieces` is how many pieces the file had, `known_pieces` those whose very bytes were counted before.
    """

    pieces: int = 0
    known_pieces: int = 0
    read: int = 0
    new: int = 0
    corrections: int = 0
    closings: int = 0
    refused: int = 0

    def __add__(self, other: Ingested) -> Ingested:
        return Ingested(
            pieces=self.pieces + other.pieces,
            known_pieces=self.known_pieces + other.known_pieces,
            read=self.read + other.read,
            new=self.new + other.new,
            corrections=self.corrections + other.corrections,
            closings=self.closings + other.closings,
            refused=self.refused + other.refused,
        )

    @property
    def repeated(self) -> int:
        """Events that had been counted before."""
        return self.read - self.new - self.corrections - self.closings


@dataclass(slots=True)
class Counter:
    """Counts usage for one tenant, and remembers the numbers of feeds and series. One for each thread."""

    engine: Engine
    scope: Scope
    _feeds: dict[str, int] = field(default_factory=dict)
    _series: dict[int, dict[tuple[str, str], int]] = field(default_factory=dict)

    def ingest(
        self,
        blocks: Iterable[bytes],
        *,
        name: str,
        feed: str,
        at: datetime,
        told: Callable[[int], None] = lambda _: None,
    ) -> Ingested:
        """Count a file that comes in blocks of any size. `feed`: who sends it, for events that do not say so.

        `told` is called with the bytes of each piece that is done. Call it outside of any transaction.
        """
        done = Ingested()
        for number, piece in enumerate(pieces(blocks), start=1):
            done += self.piece(piece, name=f"{name}#{number}", feed=feed, at=at.astimezone(UTC))
            told(len(piece.content))
        return done

    def piece(self, piece: Piece, *, name: str, feed: str, at: datetime) -> Ingested:
        """Make one piece durable, then count it."""
        raw, batch = again(self.scope, lambda: self._keep(piece, name=name, feed=feed, at=at))
        self.engine.steps("usage.accepted")
        if batch is None:
            return Ingested(pieces=1, known_pieces=1)
        return self.count(raw, batch, piece)

    def _keep(self, piece: Piece, *, name: str, feed: str, at: datetime) -> tuple[UUID, BatchRow | None]:
        """The piece's raw id; and its place on the list, None where it has been counted."""
        tenant, sha256 = self.scope.tenant, fingerprint(piece.content)
        # The same bytes of another feed, or from another place in a file, are another piece: line numbers would be wrong.
        key = (tables.SYSTEM, feed, sha256, str(piece.first_line))
        known = tables.known_piece(self.scope, *key[1:])
        if known is not None:
            return known, next(iter(tables.uncounted(self.scope, [known])), None)
        raw = next(fresh_ids(at))
        batch = BatchRow(tenant, raw, feed, piece.layout, piece.first_line, at)
        content = piece.content
        row = RawRow(tenant, raw, sha256, *key, True, name, "text/plain", len(content), content, at)
        tables.add_batches(self.scope, [row], [batch])
        return raw, batch

    def count(self, raw: UUID, batch: BatchRow, piece: Piece) -> Ingested:
        """Read a durable piece and count its events: all of it in one transaction, or nothing."""
        with without_collection():
            reading = read_piece(piece)
            self.engine.steps("usage.read")
            by_feed = _by_feed(reading.events, batch.feed)
            feeds = {name: self._number(name) for name in by_feed}
            for name, positions in by_feed.items():
                self._name_series(feeds[name], (reading.events[k] for k in positions))
            done = again(
                self.scope, lambda: self._write(raw, batch, piece, reading, {feeds[n]: by_feed[n] for n in by_feed})
            )
        self.engine.steps("usage.committed")
        return done

    def _number(self, name: str) -> int:
        if name not in self._feeds:
            with transaction(self.scope):
                known = tables.feed_id(self.scope, name)
            self._feeds[name] = known
        return self._feeds[name]

    def _name_series(self, feed: int, events: Iterable[UsageEvent]) -> None:
        """Give numbers to the series of these events that have none yet, in a transaction of its own."""
        known = self._series.setdefault(feed, {})
        new = {(event.meter, event.identifier) for event in events if event.kind == "usage"} - known.keys()
        if new:
            with transaction(self.scope):
                found = tables.series_ids(self.scope, feed, new)
            known |= found

    def _write(
        self, raw: UUID, batch: BatchRow, piece: Piece, reading: UsageReading, feeds: dict[int, Sequence[int]]
    ) -> Ingested:
        if not tables.take_batch(self.scope, raw):
            return Ingested(pieces=1, known_pieces=1)
        tables.lock_feeds(self.scope, feeds)
        refused = list(reading.refused)
        new = corrections = closings = 0
        for feed in sorted(feeds):
            events = [reading.events[k] for k in feeds[feed]]
            closings += self._close(feed, events)
            counted, at_odds = self._count(feed, events, at=batch.received_at)
            new, corrections = new + counted.events, corrections + counted.corrections
            self._follow(feed, events)
            for k in at_odds:
                line = reading.lines[feeds[feed][k]]
                refused.append(_at_odds(events[k], line, _bytes_of(piece, line)))
            self.engine.steps("usage.counted")
        tables.refuse(self.scope, [_row(self.scope, raw, batch, each) for each in _once(refused)])
        self.engine.steps("usage.written")
        return Ingested(
            pieces=1,
            read=len(reading.events),
            new=new,
            corrections=corrections,
            closings=closings,
            refused=len(refused),
        )

    def _close(self, feed: int, events: Sequence[UsageEvent]) -> int:
        closed = [(event.meter, hour_of(event.occurred_at)) for event in events if event.kind == "hour_closed"]
        if closed:
            tables.close_hours(self.scope, feed, set(closed))
        return len(closed)

    def _count(self, feed: int, events: Sequence[UsageEvent], *, at: datetime) -> tuple[tables.Counted, Sequence[int]]:
        """How many of a feed's events were new; and the positions of those that contradict what was counted before."""
        series = self._series.get(feed, {})
        rows = [_text(k, event, series) for k, event in enumerate(events) if event.kind == "usage"]
        if not rows:
            return tables.Counted(0, 0), ()
        tables.stage(self.scope, "".join(rows))
        counted = tables.count(self.scope, feed, at=at)
        tables.add_up_again(self.scope, tables.corrections_met(self.scope, feed))
        at_odds = self._at_odds(feed, events, counted.known)
        return counted, at_odds

    def _at_odds(self, feed: int, events: Sequence[UsageEvent], known: Sequence[int]) -> list[int]:
        """Those of these positions that say something else than what was counted under their id."""
        if not known:
            return []
        series = self._series[feed]
        there = tables.events_by_key(self.scope, feed, {event_key(events[k].id) for k in known})
        found = []
        for k in known:
            event, row = events[k], there[event_key(events[k].id)]
            same = row.series == series[event.meter, event.identifier] and row.occurred_at == event.occurred_at
            corrects = event_key(event.corrects) if event.corrects else None
            if not same or row.quantity != event.quantity or row.corrects != corrects:
                found.append(k)
        return found

    def _follow(self, feed: int, events: Sequence[UsageEvent]) -> None:
        """Note the numbers that a feed has given to what it sent."""
        numbers: dict[int, list[int]] = {}
        for event in events:
            if event.sequence is not None:
                numbers.setdefault(month_of(event.occurred_at), []).append(event.sequence)
        if not numbers:
            return
        come = runs_of(number for found in numbers.values() for number in found)
        old = tables.runs(self.scope, feed, within=(come[0][0], come[-1][1]))
        new = joined(old, come)
        tables.replace_runs(self.scope, feed, old=old, new=new)
        tables.widen_spans(self.scope, feed, {month: (min(found), max(found)) for month, found in numbers.items()})
        if gaps_between(old) != gaps_between(new):
            tables.touch_months(self.scope, feed, numbers)


def count_left_over(engine: Engine, scope: Scope, *, at: datetime) -> int:
    """Count pieces that were received some minutes ago and that nobody has counted. Gives how many."""
    counter = Counter(engine=engine, scope=Scope(tenant=scope.tenant))
    done = 0
    while left := tables.waiting(scope, before=at - _LEFT_OVER, limit=_LIMIT):
        for batch in left:
            row = raws.content(scope, batch.raw)
            assert row is not None, "a piece is kept in the transaction that puts it on the list"
            piece = Piece(content=bytes(row.content), layout=cast("Layout", batch.layout), first_line=batch.first_line)
            counter.count(batch.raw, batch, piece)
            done += 1
    return done


def ingest_usage(
    engine: Engine, scope: Scope, blocks: Iterable[bytes], *, at: datetime, name: str = "usage", feed: str = ""
) -> Ingested:
    """Count one file of usage events, given in blocks; see `Counter.ingest`. Statements are written by `publish`."""
    return Counter(engine=engine, scope=scope).ingest(blocks, name=name, feed=feed or name, at=at)


def read_again(engine: Engine, scope: Scope, *, at: datetime) -> tuple[Ingested, int]:
    """Try refused lines once more: a reader may have learnt their shape. Gives what was counted, and how many are left."""
    with transaction(scope):
        rows = tables.refused(scope, limit=10_000)
    done, mended = Ingested(), []
    counter = Counter(engine=engine, scope=scope)
    for row in rows:
        piece = Piece(content=row.content, layout="ndjson", first_line=row.line)
        reading = read_piece(piece)
        if reading.refused or not reading.events:
            continue
        counted = counter.piece(piece, name=f"{row.raw}:{row.line}", feed=row.feed, at=at)
        if not counted.refused:
            done += counted
            mended.append((row.raw, row.line))
    with transaction(scope):
        tables.drop_refused(scope, mended)
    return done, len(rows) - len(mended)


def _by_feed(events: Sequence[UsageEvent], default: str) -> dict[str, Sequence[int]]:
    """Positions of events by feed."""
    if all(not event.feed for event in events):
        return {default: range(len(events))} if events else {}
    found: dict[str, list[int]] = {}
    for k, event in enumerate(events):
        found.setdefault(event.feed or default, []).append(k)
    return dict(found)


def _text(position: int, event: UsageEvent, series: dict[tuple[str, str], int]) -> str:
    """The event's line on the stage. Keys are written in hexadecimal, so nothing in it needs to be masked."""
    at = event.occurred_at
    corrects = f"\\\\x{event_key(event.corrects).hex()}" if event.corrects else "\\N"
    number = series[event.meter, event.identifier]
    return (
        f"{position}\t\\\\x{event_key(event.id).hex()}\t{number}\t{int(at.timestamp()) // 3600}\t{at.isoformat()}\t"
        f"{event.quantity}\t{corrects}\n"
    )


def _at_odds(event: UsageEvent, line: int, content: bytes) -> RefusedLine:
    return RefusedLine(
        line=line,
        reason=f"the id {event.id} was used before for another event",
        remedy="give each event an id of its own; to change one, send a correction that names it",
        content=content,
    )


def _bytes_of(piece: Piece, line: int) -> bytes:
    """The bytes of a line of a piece, or the whole piece where it has no lines."""
    if piece.layout == "json":
        return piece.content
    lines = piece.content.split(b"\n")
    return lines[line - piece.first_line + (piece.layout == "csv")]


def _once(refused: Iterable[RefusedLine]) -> Iterator[RefusedLine]:
    """One refusal a line: the first."""
    seen: set[int] = set()
    for each in refused:
        if each.line not in seen:
            seen.add(each.line)
            yield each


def _row(scope: Scope, raw: UUID, batch: BatchRow, each: RefusedLine) -> RefusedRow:
    return RefusedRow(
        scope.tenant, raw, each.line, batch.feed, each.reason, each.remedy, each.content, batch.received_at
    )
