"""Usage events, and what they add up to: one total an hour for each feed, meter and identifier, whatever order they came in.

An event is known by its feed and id; sent again it changes nothing. A correction is an event of its own that names the one
whose quantity it replaces; of several the one that occurred last holds. It may come before the event that it corrects. The
same is done set-wise in the database, for millions; here it is in a page, and tests compare the two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Context, Decimal
from functools import reduce
from hashlib import sha256
from itertools import pairwise
from typing import Final, Literal

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_HOUR: Final = timedelta(hours=1)
_MINUTE: Final = timedelta(minutes=1)
_KEY_BYTES_MAX: Final = 64
_UUID_LENGTH: Final = 36
_UUID: Final = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_WIDE: Final = Context(prec=120)  # sums are exact: no event has more digits than a line of text

Series = tuple[str, str, str]
"""Feed, meter, identifier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageEvent:
    """Something was used. `identifier` is the account as the sender names it; `occurred_at` an aware instant in UTC.

    `feed` is the sender, which assigns the ids (and the `sequence`, where it numbers its events). `corrects` is the id of the event whose
    quantity this one replaces. An "hour_closed" says that the feed has sent all it has of `meter` for the hour in which
    `occurred_at` lies; it has no quantity, and needs no id and no identifier.
    """

    id: str
    meter: str
    identifier: str
    occurred_at: datetime
    quantity: Decimal
    feed: str = ""
    sequence: int | None = None
    corrects: str = ""
    kind: Literal["usage", "hour_closed"] = "usage"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedLine:
    """What could not be read as an event: its line (from 1), the reason, a remedy, and its bytes for another try."""

    line: int
    reason: str
    remedy: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class HourTotal:
    """What the events of an hour add up to. `latest` is the quantity of the one that occurred last (then: greatest key)."""

    total: Decimal
    largest: Decimal
    latest: Decimal
    latest_at: datetime
    latest_key: bytes
    events: int
    corrected: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """Hour totals by series and hour; hours closed by (feed, meter); what was repeated, and corrections of unknown events."""

    hours: Mapping[Series, Mapping[int, HourTotal]]
    closed: Mapping[tuple[str, str], frozenset[int]]
    repeated: int
    adrift: int


@dataclass(slots=True)
class _Tally:
    """While it is added up."""

    events: dict[tuple[str, str], UsageEvent] = field(default_factory=dict)
    closed: dict[tuple[str, str], set[int]] = field(default_factory=dict)
    repeated: int = 0


def fold(events: Iterable[UsageEvent]) -> Folded:
    """What events add up to: the same whatever their order, and however often each is sent."""
    tally = _Tally()
    for event in events:
        if event.kind == "hour_closed":
            tally.closed.setdefault((event.feed, event.meter), set()).add(hour_of(event.occurred_at))
        elif (event.feed, event.id) in tally.events:
            tally.repeated += 1
        else:
            tally.events[event.feed, event.id] = event
    last = _last_corrections(tally.events.values())
    grouped: dict[Series, dict[int, list[UsageEvent]]] = {}
    for event in tally.events.values():
        if not event.corrects:
            series = (event.feed, event.meter, event.identifier)
            grouped.setdefault(series, {}).setdefault(hour_of(event.occurred_at), []).append(event)
    roots = {key for key, event in tally.events.items() if not event.corrects}
    adrift = sum(bool(event.corrects) and (event.feed, event.corrects) not in roots for event in tally.events.values())
    return Folded(
        hours={
            series: {hour: _hour_total(hour_events, last) for hour, hour_events in by_hour.items()}
            for series, by_hour in grouped.items()
        },
        closed={key: frozenset(hours) for key, hours in tally.closed.items()},
        repeated=tally.repeated,
        adrift=adrift,
    )


def _last_corrections(events: Iterable[UsageEvent]) -> dict[tuple[str, str], UsageEvent]:
    last: dict[tuple[str, str], UsageEvent] = {}
    for event in events:
        if event.corrects:
            latest = last.get((event.feed, event.corrects))
            if latest is None or _moment(event) > _moment(latest):
                last[event.feed, event.corrects] = event
    return last


def _moment(event: UsageEvent) -> tuple[datetime, bytes]:
    return event.occurred_at, event_key(event.id)


def _hour_total(events: Sequence[UsageEvent], last: Mapping[tuple[str, str], UsageEvent]) -> HourTotal:
    counted = {event.id: last.get((event.feed, event.id), event).quantity for event in events}
    newest = max(events, key=_moment)
    return HourTotal(
        total=summed(counted.values()),
        largest=max(counted.values()),
        latest=counted[newest.id],
        latest_at=newest.occurred_at,
        latest_key=event_key(newest.id),
        events=len(events),
        corrected=sum((event.feed, event.id) in last for event in events),
    )


def summed(quantities: Iterable[Decimal]) -> Decimal:
    """Their exact sum."""
    return reduce(_WIDE.add, quantities, Decimal(0))


def trimmed(quantity: Decimal) -> Decimal:
    """The same quantity without zeros at its end."""
    return _WIDE.normalize(quantity)


def event_key(event_id: str) -> bytes:
    """An event's id as it is stored and compared: a UUID of small letters in 16 bytes, other ids as they are, very long ones by their
    hash. The first byte says which, so no id is taken for one of another sort."""
    if len(event_id) == _UUID_LENGTH and _UUID.fullmatch(event_id):
        return b"u" + bytes.fromhex(event_id.replace("-", ""))
    plain = event_id.encode("utf-8", "surrogatepass")
    return b"t" + plain if len(plain) <= _KEY_BYTES_MAX else b"h" + sha256(plain).digest()


def event_keys(event_ids: Iterable[str]) -> list[bytes]:
    """The keys of ids, one each. What has fewer bytes than a UUID has letters is kept as it is."""
    return [
        b"t" + plain
        if len(plain := event_id.encode("utf-8", "surrogatepass")) < _UUID_LENGTH
        else event_key(event_id)
        for event_id in event_ids
    ]  # fmt: skip


def says_the_same(one: UsageEvent, other: UsageEvent) -> bool:
    """Whether two events of one id are one: of the same series, instant, quantity and correction."""
    return (one.meter, one.identifier, one.occurred_at, one.quantity, one.corrects) == (
        other.meter, other.identifier, other.occurred_at, other.quantity, other.corrects,
    )  # fmt: skip


def hour_of(at: datetime) -> int:
    """Which hour an instant lies in: hours since 1970, UTC."""
    return (at - _EPOCH) // _HOUR


def moment_of(hour: int) -> datetime:
    """The instant at which an hour begins."""
    return _EPOCH + hour * _HOUR


def minute_of(at: datetime) -> int:
    """Which minute an instant lies in: minutes since 1970."""
    return (at - _EPOCH) // _MINUTE


def month_of(at: datetime | date) -> int:
    """Which calendar month an instant in UTC, or a day, lies in: months since the year 0."""
    return at.year * 12 + at.month - 1


def first_day(month: int) -> date:
    """The first day of a month as `month_of` counts."""
    return date(month // 12, month % 12 + 1, 1)


def last_day(month: int) -> date:
    """The last day of a month."""
    return first_day(month + 1) - timedelta(days=1)


def first_hour(month: int) -> int:
    """The first hour of a month, as `hour_of` counts."""
    return (first_day(month) - _EPOCH.date()).days * 24


def hours_in(month: int) -> int:
    """How many hours a month has, in UTC."""
    return first_hour(month + 1) - first_hour(month)


Run = tuple[int, int]
"""Numbers from the first to the last, both inclusive."""


def runs_of(numbers: Iterable[int]) -> list[Run]:
    """Numbers in any order as runs of neighbours, ascending."""
    runs: list[Run] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def joined(*groups: Iterable[Run]) -> list[Run]:
    """Runs put together: those that touch or overlap become one."""
    merged: list[Run] = []
    for first, last in sorted(run for group in groups for run in group):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return merged


def gaps_between(runs: Sequence[Run]) -> list[Run]:
    """The numbers that were skipped between ascending runs."""
    return [(left[1] + 1, right[0] - 1) for left, right in pairwise(runs)]
