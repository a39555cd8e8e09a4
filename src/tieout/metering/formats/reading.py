"""Reading a piece: the fast way where all lines are valid events of our own shape, else line by line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from decimal import Decimal
from typing import Final

import msgspec

from tieout.core.values.errors import Malformed
from tieout.metering.core.usage import RefusedLine, UsageEvent
from tieout.metering.formats.columns import Limits, OwnLine, OwnLines, are_sound
from tieout.metering.formats.cutting import Piece
from tieout.metering.formats.shapes import events_of
from tieout.metering.formats.tables import rows_of

_OWN: Final = msgspec.json.Decoder(OwnLine)
_CLOSING: Final = b"hour_closed"
_NUL: Final = b"\\u0000"
_ANY: Final = msgspec.json.Decoder(float_hook=Decimal)
_DIGITS_MAX: Final = 18
_DECIMALS_MAX: Final = 30
_TEXT_MAX: Final = 500
_NAME_BYTES_MAX: Final = 1500  # of a feed, and of meter and identifier together: what an index of the table can hold
_YEAR_FIRST: Final = 2000
_YEAR_LAST: Final = 2200
_SEQUENCE_MAX: Final = 2**63 - 2
_LIMITS: Final = Limits(
    text=_TEXT_MAX, name_bytes=_NAME_BYTES_MAX, years=(_YEAR_FIRST, _YEAR_LAST), sequence=_SEQUENCE_MAX
)


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageReading:
    """What is in a piece: events with the line that each stands in (as many lines as events), and the lines refused."""

    events: Sequence[UsageEvent]
    lines: Sequence[int]
    refused: Sequence[RefusedLine]


def read_piece(piece: Piece) -> UsageReading:
    """Everything in a piece; never raises for its content."""
    if piece.layout == "ndjson" and (fast := _fast(piece)) is not None:
        return fast
    events: list[UsageEvent] = []
    lines: list[int] = []
    refused: list[RefusedLine] = []
    for line, content, value in _parts(piece):
        if isinstance(value, Malformed):
            refused.append(_refusal(line, content, value))
            continue
        sound: list[UsageEvent] = []
        try:
            sound = [checked(event) for event in events_of(value)]
        except Malformed as trouble:
            refused.append(_refusal(line, content, trouble))
            continue
        events += sound
        lines += [line] * len(sound)
    return UsageReading(events=events, lines=lines, refused=refused)


def _refusal(line: int, content: bytes, trouble: Malformed) -> RefusedLine:
    return RefusedLine(line=line, reason=trouble.message, remedy=trouble.remedy, content=content)


def _fast(piece: Piece) -> UsageReading | None:
    """All lines at once; None where any is not a valid event of our own shape. Lines that may close an hour, which are few, are read
    one by one in their places."""
    content = piece.content
    if b"\0" in content or _NUL in content:
        return None
    if _CLOSING not in content:
        usage = _usage(content)
        # The decoder skips empty lines; then line numbers have to be counted, which the slow way does.
        if usage is None or content.count(b"\n") + (not content.endswith(b"\n")) != len(usage):
            return None
        return UsageReading(events=usage, lines=range(piece.first_line, piece.first_line + len(usage)), refused=())
    lines = content.removesuffix(b"\n").split(b"\n")
    apart = [k for k, line in enumerate(lines) if _CLOSING in line]
    usage = _usage(b"\n".join(line for line in lines if _CLOSING not in line))
    if usage is None or len(usage) + len(apart) != len(lines):
        return None
    own: Sequence[OwnLine | UsageEvent] = usage.lines
    merged: list[OwnLine | UsageEvent] = []
    at = 0
    for k in apart:
        try:
            (event,) = (checked(event) for event in events_of(_value(lines[k])))
        except (Malformed, ValueError):
            return None
        until = at + k - len(merged)
        merged += own[at:until]
        merged.append(event)
        at = until
    merged += own[at:]
    return UsageReading(
        events=OwnLines(merged), lines=range(piece.first_line, piece.first_line + len(merged)), refused=()
    )


def _usage(content: bytes) -> OwnLines | None:
    """The lines, if they are all valid usage of our own shape; None where one is not."""
    try:
        lines = _OWN.decode_lines(content)
    except (msgspec.DecodeError, ValueError):
        return None
    events = OwnLines(lines)
    sound = are_sound(events.columns, _LIMITS)
    return events if sound or (sound is None and all(map(_is_sound, lines))) else None


def _is_sound(line: OwnLine) -> bool:
    """Whether `checked` would neither change nor refuse an event, as far as its quantity, its names and its numbers go."""
    return (
        _is_countable(line.quantity)
        and not _is_too_long(line)
        and (line.sequence is None or 0 <= line.sequence < _SEQUENCE_MAX)
        and line.corrects != line.id
    )


def _is_countable(quantity: Decimal) -> bool:
    return (
        quantity.is_finite()
        and -_DECIMALS_MAX < quantity.adjusted() < _DIGITS_MAX
        and len(str(quantity)) < _DIGITS_MAX + _DECIMALS_MAX
        and int(quantity.as_tuple().exponent) >= -_DECIMALS_MAX
    )


def _is_too_long(event: UsageEvent | OwnLine) -> bool:
    """Whether its names are too long for the indexes of feeds and series."""
    length, feed = len(event.meter) + len(event.identifier), len(event.feed)
    if 4 * length <= _NAME_BYTES_MAX and 4 * feed <= _NAME_BYTES_MAX:
        return False  # however many bytes a character has
    names = (event.meter + event.identifier, event.feed)
    return any(len(name.encode("utf-8", "surrogatepass")) > _NAME_BYTES_MAX for name in names)


def checked(event: UsageEvent) -> UsageEvent:
    """The event with its time in UTC. Raises `Malformed` where something is missing or out of range."""
    if event.occurred_at.tzinfo is None:
        raise Malformed(
            "the time {time} has no zone",
            remedy="write it in UTC: 2026-05-04T10:00:00Z",
            time=event.occurred_at.isoformat(),
        )
    if not _YEAR_FIRST <= event.occurred_at.year <= _YEAR_LAST:
        raise Malformed(
            "the time {time} is beyond {first} to {last}",
            remedy="check the clock",
            time=event.occurred_at.isoformat(),
            first=str(_YEAR_FIRST),
            last=str(_YEAR_LAST),
        )
    if event.occurred_at.tzinfo is not UTC:
        event = replace(event, occurred_at=event.occurred_at.astimezone(UTC))
    for name in ("meter",) if event.kind == "hour_closed" else ("id", "meter", "identifier"):
        if not getattr(event, name):
            raise Malformed("the event has no {name}", remedy=_REMEDIES[name], name=name)
    for name in ("id", "meter", "identifier", "feed", "corrects"):
        text = getattr(event, name)
        if not _is_text(text) or len(text) >= _TEXT_MAX:
            raise Malformed(
                "the {name} has {count} characters, or one that is no text",
                remedy="send fewer than {limit} characters",
                name=name,
                count=len(text),
                limit=_TEXT_MAX,
            )
    if _is_too_long(event):
        raise Malformed(
            "its names have more than {limit} bytes",
            remedy="send shorter names of meter, identifier and feed",
            limit=_NAME_BYTES_MAX,
        )
    if event.corrects and event.corrects == event.id:
        raise Malformed("the event corrects itself", remedy="give the correction an id of its own")
    if event.sequence is not None and not 0 <= event.sequence < _SEQUENCE_MAX:
        raise Malformed(
            "{sequence} is no number in a sequence", remedy="count from 0 or 1 upwards", sequence=event.sequence
        )
    quantity = event.quantity
    if not _is_countable(quantity):
        raise Malformed(
            "the quantity {quantity} cannot be billed",
            remedy="send a number with up to {digits} digits before the point and {decimals} after it",
            quantity=str(quantity)[:60],
            digits=_DIGITS_MAX,
            decimals=_DECIMALS_MAX - 2,
        )
    return event


_REMEDIES: Final = {
    "id": "give each event a unique id, so that it counts once however often it is sent",
    "meter": "send the number of the meter that counts it",
    "identifier": "send the account or customer, as far as it is known",
}


def _parts(piece: Piece) -> Iterator[tuple[int, bytes, object]]:
    """Line number, bytes and value of each part; a `Malformed` in the value's place where there is none."""
    if piece.layout == "csv":
        yield from rows_of(piece)
    elif piece.layout == "json":
        yield from _values(piece)
    else:
        for line, content in enumerate(piece.content.split(b"\n"), start=piece.first_line):
            if content.strip():
                yield line, content, _value(content)


def _value(content: bytes) -> object:
    try:
        return _ANY.decode(content)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        return Malformed("this is no JSON: {error}", remedy="write one JSON object on each line", error=error)


def _values(piece: Piece) -> Iterator[tuple[int, bytes, object]]:
    """The members of one JSON array, or of `events`, counted from 1; else the one value itself."""
    whole = _value(piece.content)
    if isinstance(whole, Malformed):
        whole = _leniently(piece.content, whole)
    members = whole
    if isinstance(whole, dict) and isinstance(whole.get("events"), list):
        members = whole["events"]
    if not isinstance(members, list):
        yield 1, piece.content, whole
        return
    for number, member in enumerate(members, start=1):
        yield number, _bytes_of(member), member


def _leniently(content: bytes, strictly: Malformed) -> object:
    """The value of a text whose strings hold halves of pairs, which the quick reader takes for no JSON: of its members, only those
    are refused."""
    try:
        return json.loads(content, parse_float=Decimal, parse_constant=str)
    except (ValueError, ArithmeticError, RecursionError):
        return strictly


def _bytes_of(member: object) -> bytes:
    try:
        return msgspec.json.encode(member)
    except UnicodeEncodeError:
        return json.dumps(member, default=str).encode()


def _is_text(text: str) -> bool:
    """Whether a column can hold it: it has no NUL and no half of a pair."""
    try:
        return b"\0" not in text.encode()
    except UnicodeEncodeError:
        return False


def checked_feed(name: str) -> str:
    """The name of a feed. Raises `Malformed` for one that no table holds."""
    if not _is_text(name) or len(name) >= _TEXT_MAX or len(name.encode()) > _NAME_BYTES_MAX:
        raise Malformed(
            "the {name} has {count} characters, or one that is no text",
            remedy="send fewer than {limit} characters",
            name="feed",
            count=len(name),
            limit=_TEXT_MAX,
        )
    return name
