"""Measuring usage: made-up events of a day, counted and stated, with clock and meters around our own work.

The events follow from the seed alone: `accounts` accounts with four meters, sent roughly in the order in which they happened;
one in 200 is sent again later, one in 500 is corrected, one account in 50 has an identifier that is not mapped. Generating
the events is not measured.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from tieout.cli.bench_meter import Meters
from tieout.wording.catalogue import marked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tieout.core.documents.kind import Document
    from tieout.core.values.scope import Scope
    from tieout.engine.plugged import Engine

START: Final = datetime(2026, 5, 1, tzinfo=UTC)
FEED: Final = "bench"
_METERS: Final = ("api-calls", "storage-gb", "seats", "messages")
_BLOCK: Final = 20_000
_AGAIN: Final = 200
_CORRECTED: Final = 500
_UNMAPPED: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageMeasured:
    """A run over usage. Seconds are of the clock; `python` and `postgresql` are processor seconds of counting and stating."""

    events: int
    seconds: float
    publish_seconds: float
    statements: int
    python: float
    postgresql: float
    peak_mb: float
    postgresql_peak_mb: float
    bytes: int

    @property
    def per_second(self) -> float:
        """Events a second, from bytes to hour totals."""
        return self.events / self.seconds

    def as_json(self) -> dict[str, Any]:
        """The figures as they are printed for machines."""
        million = self.events / 1_000_000
        return {
            "events": self.events,
            "events_per_second": round(self.per_second, 1),
            "bytes_per_event": round(self.bytes / self.events, 1),
            "cpu_seconds_per_million_events": round((self.python + self.postgresql) / million, 2),
            "cpu_seconds_per_million_python": round(self.python / million, 2),
            "cpu_seconds_per_million_postgresql": round(self.postgresql / million, 2),
            "statements": self.statements,
            "publish_seconds": round(self.publish_seconds, 2),
            "peak_rss_mb_python": round(self.peak_mb, 1),
            "peak_rss_mb_postgresql": round(self.postgresql_peak_mb, 1),
        }


NAMES: Final = {
    "events": marked("usage events"),
    "events_per_second": marked("events a second"),
    "bytes_per_event": marked("bytes per event on disk"),
    "cpu_seconds_per_million_events": marked("processor seconds per million events"),
    "cpu_seconds_per_million_python": marked("of these in Python"),
    "cpu_seconds_per_million_postgresql": marked("of these in PostgreSQL"),
    "statements": marked("usage statements"),
    "publish_seconds": marked("seconds for writing the usage statements"),
    "peak_rss_mb_python": marked("peak memory of Python in MB"),
    "peak_rss_mb_postgresql": marked("peak memory of PostgreSQL in MB"),
}
"""What the figures are called for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What the events are about: accounts by number, meters, and the hours from a moment on.

    `closed` are the hours that the feed closes, from `closes_from` on: all of a period, where statements must be complete.
    """

    name: Callable[[int], str]
    accounts: int
    meters: tuple[str, ...] = _METERS
    start: datetime = START
    hours: int = 24
    closes_from: datetime = START
    closed: int = 24


def account(number: int) -> str:
    """The name of an account of the sample."""
    return f"acct-{number:05d}"


def master(accounts: int) -> list[Document]:
    """The meters, and a contract for each account that has one."""
    from tieout.trade.documents.subscription import Subscription
    from tieout.trade.documents.usage import Meter

    documents: list[Document] = [Meter(number=meter, proof="closed") for meter in _METERS]
    documents += [
        Subscription(number=f"SUB-{number:05d}", account=account(number), currency="EUR", lines=())
        for number in range(accounts)
        if number % _UNMAPPED
    ]
    return documents


def sample(seed: int, count: int, shape: Shape) -> Iterator[bytes]:
    """NDJSON in blocks: `count` events of the shape's hours, repeats among them; at the end the hours are closed."""
    salt = int.from_bytes(sha256(str(seed).encode()).digest()[:4], "big") | 1
    step = timedelta(hours=shape.hours) / max(count, 1)
    sequence = 0
    for first in range(0, count, _BLOCK):
        rows = []
        for k in range(first, min(first + _BLOCK, count)):
            n = k
            if k % _AGAIN == _AGAIN - 1:
                n = k - _AGAIN // 2  # sent again
            else:
                sequence += 1
            rows.append(_line(n, salt, step, shape, corrects=k % _CORRECTED == _CORRECTED - 2))
        yield b"".join(rows)
    closed = (
        f'{{"kind":"hour_closed","meter":"{meter}",'
        f'"occurred_at":"{(shape.closes_from + timedelta(hours=hour)).isoformat()}"}}\n'
        for meter in shape.meters
        for hour in range(shape.closed)
    )
    yield "".join(closed).encode()


def _line(n: int, salt: int, step: timedelta, shape: Shape, *, corrects: bool) -> bytes:
    mixed = n * salt
    whose = mixed // 4099 % shape.accounts
    at = (shape.start + n * step).isoformat()
    words = f',"corrects":"{salt:08x}-{n - 1:010d}"' if corrects else ""
    return (
        f'{{"id":"{salt:08x}-{n:010d}","meter":"{shape.meters[mixed % len(shape.meters)]}","identifier":"{shape.name(whose)}",'
        f'"occurred_at":"{at}","quantity":{mixed % 997}.{mixed % 10}{words}}}\n'
    ).encode()


@dataclass(slots=True)
class _Made:
    """Blocks of events, and the time that generating them took."""

    blocks: Iterator[bytes]
    seconds: float = 0.0
    processor: float = 0.0
    size: int = 0

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        wall, processor = time.perf_counter(), time.process_time()
        try:
            block = next(self.blocks)
        finally:
            self.seconds += time.perf_counter() - wall
            self.processor += time.process_time() - processor
        self.size += len(block)
        return block


def measure_in(engine: Engine, scope: Scope, seed: int, count: int, *, accounts: int) -> UsageMeasured:
    """A run for an organisation that is set up, with accounts of its own."""
    _take(engine, scope, master(accounts))
    return count_in(engine, scope, seed, count, Shape(name=account, accounts=accounts))


def count_in(engine: Engine, scope: Scope, seed: int, count: int, shape: Shape) -> UsageMeasured:
    """The run itself, for accounts that exist. Asserts that every event was counted once."""
    from tieout.metering.engine.counting import Counter
    from tieout.metering.engine.publish import publish
    from tieout.store.link import backend_pid

    meters = Meters(backend_pid())
    at = shape.start + timedelta(days=2)
    made = _Made(sample(seed, count, shape))
    begun, ours, theirs = time.perf_counter(), meters.own_seconds(), meters.server_seconds()
    done = Counter(engine=engine, scope=scope).ingest(
        made, name="bench", feed=FEED, at=at, told=lambda _: meters.sample_memory()
    )
    seconds = time.perf_counter() - begun - made.seconds
    stating = time.perf_counter()
    statements = publish(engine, scope, at=at)
    published = time.perf_counter() - stating
    again = count // _AGAIN
    assert done.new + done.corrections == count - again, f"{count} events with {again} repeated: {done}"
    return UsageMeasured(
        events=count,
        seconds=seconds,
        publish_seconds=published,
        statements=statements,
        python=meters.own_seconds() - ours - made.processor,
        postgresql=meters.server_seconds() - theirs,
        peak_mb=meters.own_peak_mb(),
        postgresql_peak_mb=meters.server_peak_mb,
        bytes=made.size,
    )


def _take(engine: Engine, scope: Scope, documents: Sequence[Document]) -> None:
    from tieout.cli.whose import source_of
    from tieout.engine.receive import Incoming, receive
    from tieout.formats import json_documents

    write = json_documents.FORMAT.write
    assert write is not None, "canonical JSON can be written"
    files = [
        Incoming(content=write(document), name=f"{document.kind}-{k}.json") for k, document in enumerate(documents)
    ]
    receive(engine, scope, files, source=source_of(engine, scope), at=START)
