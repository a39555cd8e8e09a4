"""Counting usage: pieces of files are stored durably before they are read; then each is counted in one transaction.

A process that dies in between leaves its piece on the list of uncounted ones, where `count_left_over` finds it. A piece
that comes again is recognised by its bytes, an event that comes again by its feed and id. Changes are on a list too, until
`metering.engine.publish` has written the statements.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import compress
from operator import not_
from typing import Final, cast
from uuid import UUID

from tieout.core.values.scope import Scope
from tieout.core.values.sentence import Sentence
from tieout.engine.bounds import text_kept
from tieout.engine.fresh import fresh_ids
from tieout.engine.pause import without_collection
from tieout.engine.plugged import Engine
from tieout.engine.receive import again
from tieout.formats.canonical_json import fingerprint
from tieout.metering.core.usage import (
    RefusedLine,
    UsageEvent,
    event_key,
    first_hour,
    gaps_between,
    hour_of,
    joined,
    minute_of,
    month_of,
    runs_of,
    says_the_same,
)
from tieout.metering.engine.ordering import by_feed, ordered
from tieout.metering.engine.sifting import sifted
from tieout.metering.formats import Columns, Piece, UsageReading, checked_feed, columns_of, pieces, read_piece
from tieout.metering.formats.cutting import Layout, bytes_in
from tieout.store import source_files
from tieout.store.link import Unfit, transaction
from tieout.store.metering import counting as tables
from tieout.store.metering import refused as refused_lines
from tieout.store.metering import sequences, staging
from tieout.store.metering.counting import BatchRow
from tieout.store.metering.refused import RefusedRow
from tieout.store.sentences import words_text
from tieout.store.source_files import SourceFileRow

_LEFT_OVER: Final = timedelta(minutes=5)
_LIMIT: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingested:
    """The result of counting a file: events read, new events, corrections, hours closed, lines refused.

    `pieces` is how many pieces the file had, `counted_pieces` those whose exact bytes were counted before.
    """

    pieces: int = 0
    counted_pieces: int = 0
    read: int = 0
    new: int = 0
    corrections: int = 0
    closings: int = 0
    refused: int = 0

    def __add__(self, other: Ingested) -> Ingested:
        return Ingested(
            pieces=self.pieces + other.pieces,
            counted_pieces=self.counted_pieces + other.counted_pieces,
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counted:
    """How many of a feed's events were new, how many new corrections; the places of those that contradict one counted before."""

    events: int = 0
    corrections: int = 0
    at_odds: Sequence[int] = ()


class _Tried(Exception):
    """What was tried succeeded, and is rolled back."""


@dataclass(slots=True)
class Counter:
    """Counts usage for one tenant, with a cache of the numbers of feeds and series. One for each thread."""

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
        """Count a file that comes in blocks of any size. `feed`: its sender, for events that name none.

        `told` is called with the number of bytes of each piece that is done. Call it outside of any transaction. Raises `Malformed`
        for a feed whose name cannot be kept.
        """
        feed, name, done = checked_feed(feed), text_kept(name), Ingested()
        for number, piece in enumerate(pieces(blocks), start=1):
            done += self.piece(piece, name=f"{name}#{number}", feed=feed, at=at.astimezone(UTC))
            told(len(piece.content))
        return done

    def piece(self, piece: Piece, *, name: str, feed: str, at: datetime) -> Ingested:
        """Store one piece durably, then count it."""
        source_id, batch = again(self.scope, lambda: self._keep(piece, name=name, feed=feed, at=at))
        self.engine.steps("usage.accepted")
        if batch is None:
            return Ingested(pieces=1, counted_pieces=1)
        return self.count(source_id, batch, piece)

    def _keep(self, piece: Piece, *, name: str, feed: str, at: datetime) -> tuple[UUID, BatchRow | None]:
        """The piece's source file id; and its place on the list, None where it has been counted."""
        tenant, sha256 = self.scope.tenant, fingerprint(piece.content)
        # The same bytes of another feed, or from another place in a file, are another piece: line numbers would be wrong.
        key = (tables.SYSTEM, feed, sha256, str(piece.first_line))
        counted_id = tables.counted_piece(self.scope, *key[1:])
        if counted_id is not None:
            return counted_id, next(iter(tables.uncounted(self.scope, [counted_id])), None)
        source_id = next(fresh_ids(at))
        batch = BatchRow(tenant, source_id, feed, piece.layout, piece.first_line, at)
        content = piece.content
        row = SourceFileRow(tenant, source_id, sha256, *key, True, name, "text/plain", len(content), content, at)
        tables.add_batches(self.scope, [row], [batch])
        return source_id, batch

    def count(self, source_id: UUID, batch: BatchRow, piece: Piece) -> Ingested:
        """Read a stored piece and count its events: all of it in one transaction, or nothing."""
        with without_collection():
            reading = read_piece(piece)
            self.engine.steps("usage.read")
            try:
                done = self._counted(source_id, batch, piece, reading)
            except Unfit:
                fitting = sifted(reading, fits=self._fits(batch), content_of=bytes_in(piece))
                done = self._counted(source_id, batch, piece, fitting)
        self.engine.steps("usage.committed")
        return done

    def _counted(self, source_id: UUID, batch: BatchRow, piece: Piece, reading: UsageReading) -> Ingested:
        columns = columns_of(reading.events)
        parts = {self._number(name): positions for name, positions in by_feed(columns.feeds, batch.feed).items()}
        for feed, positions in parts.items():
            self._name_series(feed, columns.at(positions))
        return again(self.scope, lambda: self._write(source_id, batch, piece, reading, parts))

    def _fits(self, batch: BatchRow) -> Callable[[Sequence[UsageEvent]], bool]:
        """Whether the tables take some events; what was tried is rolled back."""

        def fits(events: Sequence[UsageEvent]) -> bool:
            trial = Counter(engine=self.engine, scope=self.scope)
            try:
                with transaction(self.scope):
                    columns = columns_of(events)
                    for name, positions in by_feed(columns.feeds, batch.feed).items():
                        feed, of_feed = trial._number(name), columns.at(positions)
                        trial._name_series(feed, of_feed)
                        trial._close(feed, of_feed)
                        trial._count(feed, of_feed, _event_in(events, positions), at=batch.received_at)
                        trial._follow(feed, of_feed)
                    raise _Tried
            except _Tried:
                return True
            except Unfit:
                return False

        return fits

    def _number(self, name: str) -> int:
        if name not in self._feeds:
            with transaction(self.scope):
                feed_id = tables.feed_id(self.scope, name)
            self._feeds[name] = feed_id
        return self._feeds[name]

    def _name_series(self, feed: int, events: Columns) -> None:
        """Give numbers to the series of these events that have none yet, in a transaction of its own."""
        series = self._series.setdefault(feed, {})
        names = zip(events.meters, events.identifiers, strict=True)
        closes = any(events.closes)
        new = set(compress(names, map(not_, events.closes)) if closes else names) - series.keys()
        if new:
            with transaction(self.scope):
                ids = tables.series_ids(self.scope, feed, new)
            series |= ids

    def _write(
        self, source_id: UUID, batch: BatchRow, piece: Piece, reading: UsageReading, feeds: dict[int, Sequence[int]]
    ) -> Ingested:
        if not tables.take_batch(self.scope, source_id):
            return Ingested(pieces=1, counted_pieces=1)
        tables.lock_feeds(self.scope, feeds)
        refused, columns, content_of = list(reading.refused), columns_of(reading.events), bytes_in(piece)
        new = corrections = closings = 0
        for feed in sorted(feeds):
            part = columns.at(feeds[feed])
            closings += self._close(feed, part)
            counted = self._count(feed, part, _event_in(reading.events, feeds[feed]), at=batch.received_at)
            new, corrections = new + counted.events, corrections + counted.corrections
            self._follow(feed, part)
            for k in counted.at_odds:
                line = reading.lines[feeds[feed][k]]
                refused.append(_at_odds(reading.events[feeds[feed][k]], line, content_of(line)))
            self.engine.steps("usage.counted")
        refused_lines.refuse(self.scope, [_row(self.scope, source_id, batch, refusal) for refusal in _once(refused)])
        self.engine.steps("usage.written")
        return Ingested(
            pieces=1,
            read=len(reading.events),
            new=new,
            corrections=corrections,
            closings=closings,
            refused=len(refused),
        )

    def _close(self, feed: int, events: Columns) -> int:
        closing = zip(events.meters, events.instants, events.closes, strict=True)
        closed = [(meter, hour_of(at)) for meter, at, closes in closing if closes] if any(events.closes) else []
        if closed:
            tables.close_hours(self.scope, feed, set(closed))
        return len(closed)

    def _count(self, feed: int, columns: Columns, event: Callable[[int], UsageEvent], *, at: datetime) -> _Counted:
        """Count a feed's events, given as columns; `event` is the one in a place of them."""
        places = [k for k, closes in enumerate(columns.closes) if not closes]
        if not places:
            return _Counted()
        staged = ordered(columns.at(places), self._series[feed])
        staging.stage(self.scope, staged.rows)
        before = tables.counted_before(self.scope, feed, staged.least)
        tables.take_off_stage(self.scope, before)
        if len(before) < len(staged.rows):
            minute, late_before = minute_of(at), first_hour(month_of(at))
            tables.count(self.scope, feed, came=minute, late_before=late_before, by_key=not staged.ascending)
            tables.add_up_again(self.scope, tables.corrections_met(self.scope, feed))
        suspects = [places[staged.rows[k][-1]] for k in before]
        suspects += [
            places[k] for k, first in staged.again if not says_the_same(event(places[first]), event(places[k]))
        ]
        corrections = staged.corrections(range(len(staged.rows))) - staged.corrections(before)
        return _Counted(
            events=len(staged.rows) - len(before) - corrections,
            corrections=corrections,
            at_odds=self._at_odds(feed, {k: event(k) for k in suspects}),
        )

    def _at_odds(self, feed: int, events: Mapping[int, UsageEvent]) -> list[int]:
        """The places of those of these events that differ from the one that was counted under their id."""
        if not events:
            return []
        series = self._series[feed]
        before = tables.events_by_key(self.scope, feed, {event_key(event.id) for event in events.values()})
        odd = []
        for k, event in events.items():
            row = before[event_key(event.id)]
            same = row.series == series[event.meter, event.identifier] and row.occurred_at == event.occurred_at
            corrects = event_key(event.corrects) if event.corrects else None
            if not same or row.quantity != event.quantity or row.corrects != corrects:
                odd.append(k)
        return odd

    def _follow(self, feed: int, events: Columns) -> None:
        """Record the sequence numbers that a feed has given to its events."""
        numbers: dict[int, list[int]] = {}
        hours: dict[int, list[int]] = {}
        if any(number is not None for number in events.sequences):
            for at, number in zip(events.instants, events.sequences, strict=True):
                if number is not None:
                    numbers.setdefault(month_of(at), []).append(number)
                    hours.setdefault(hour_of(at), []).append(number)
        if not numbers:
            return
        come = runs_of(number for sent in numbers.values() for number in sent)
        old = sequences.runs(self.scope, feed, within=(come[0][0], come[-1][1]))
        new = joined(old, come)
        sequences.replace_runs(self.scope, feed, old=old, new=new)
        sequences.widen_spans(self.scope, feed, {month: (min(sent), max(sent)) for month, sent in numbers.items()})
        sequences.widen_sequences(self.scope, feed, {hour: (min(sent), max(sent)) for hour, sent in hours.items()})
        if gaps_between(old) != gaps_between(new):
            # A number that was skipped may be missing in another month than the one in which its event lies.
            missed = sequences.months_of(self.scope, feed, (come[0][0], come[-1][1]))
            sequences.touch_months(self.scope, feed, missed | numbers.keys())


def count_left_over(engine: Engine, scope: Scope, *, at: datetime) -> int:
    """Count pieces that were received some minutes ago and are still uncounted. Return how many."""
    counter = Counter(engine=engine, scope=Scope(tenant=scope.tenant))
    done = 0
    while left := tables.waiting(scope, before=at - _LEFT_OVER, limit=_LIMIT):
        for batch in left:
            row = source_files.content(scope, batch.source_file)
            assert row is not None, "a piece is kept in the transaction that puts it on the list"
            piece = Piece(content=bytes(row.content), layout=cast("Layout", batch.layout), first_line=batch.first_line)
            counter.count(batch.source_file, batch, piece)
            done += 1
    return done


def ingest_usage(
    engine: Engine, scope: Scope, blocks: Iterable[bytes], *, at: datetime, name: str = "usage", feed: str = ""
) -> Ingested:
    """Count one file of usage events, given in blocks; see `Counter.ingest`. Statements are written by `publish`."""
    return Counter(engine=engine, scope=scope).ingest(blocks, name=name, feed=feed or name, at=at)


def read_again(engine: Engine, scope: Scope, *, at: datetime) -> tuple[Ingested, int]:
    """Read refused lines once more: a reader may support their shape by now. Return what was counted, and how many are left."""
    with transaction(scope):
        rows = refused_lines.refused(scope, limit=10_000)
    done, fixed = Ingested(), []
    counter = Counter(engine=engine, scope=scope)
    for row in rows:
        piece = Piece(content=row.content, layout="ndjson", first_line=row.line)
        reading = read_piece(piece)
        if reading.refused or not reading.events:
            continue
        counted = counter.piece(piece, name=f"{row.source_file}:{row.line}", feed=row.feed, at=at)
        if not counted.refused:
            done += counted
            fixed.append((row.source_file, row.line))
    with transaction(scope):
        refused_lines.drop_refused(scope, fixed)
    return done, len(rows) - len(fixed)


def _event_in(events: Sequence[UsageEvent], positions: Sequence[int]) -> Callable[[int], UsageEvent]:
    """The event in a place of some positions."""
    return lambda k: events[positions[k]]


def _at_odds(event: UsageEvent, line: int, content: bytes) -> RefusedLine:
    return RefusedLine(
        line=line,
        reason=Sentence("the id {id} was used before for another event", id=event.id),
        remedy="give each event an id of its own; to change one, send a correction that names it",
        content=content,
    )


def _once(refused: Iterable[RefusedLine]) -> Iterator[RefusedLine]:
    """One refusal a line: the first."""
    seen: set[int] = set()
    for refusal in refused:
        if refusal.line not in seen:
            seen.add(refusal.line)
            yield refusal


def _words_of(refusal: RefusedLine) -> str:
    """The words of its sentences; none where they quote what is no text, and are kept as they read in English."""
    try:
        return words_text(reason=refusal.reason, remedy=refusal.remedy)
    except UnicodeEncodeError:
        return ""


def _row(scope: Scope, source_id: UUID, batch: BatchRow, refusal: RefusedLine) -> RefusedRow:
    return RefusedRow(
        scope.tenant,
        source_id,
        refusal.line,
        batch.feed,
        text_kept(refusal.reason),
        text_kept(refusal.remedy),
        _words_of(refusal),
        refusal.content,
        batch.received_at,
    )
