"""The agreed shape of another system's messages: the fields that we rely on, as types, checked on receipt.

A message may have more fields than were agreed. Where one is missing, renamed or of another type, the message is not read
at all: it stays parked with what was agreed and what came, and nothing of it is posted (INT-SCHEMA). A value that has the
agreed shape but no meaning here (a unit of time that we do not bill by) is INT-MAP.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, Final, TypeVar

import msgspec

from tieout.core.documents.kind import Document
from tieout.core.documents.reading import Reading
from tieout.core.documents.remark import Remark
from tieout.core.documents.unreadable import Unreadable, UnreadCode
from tieout.core.values.errors import Malformed
from tieout.core.values.money import in_digits
from tieout.core.values.sentence import Sentence, as_sentence

T = TypeVar("T")
_MISSING: Final = re.compile(r"Object missing required field `([^`]*)`")
_OTHER: Final = re.compile(r"Expected `([^`]*)`, got `([^`]*)`")
_PLACE: Final = re.compile(r" - at `([^`]*)`$")
_STEP: Final = re.compile(r"\.?([^.\[\]]+)|\[(\d+)\]")
_NAMES_MAX: Final = 3
_SHARED_MIN: Final = 3


class Agreed(msgspec.Struct):
    """A shape that was agreed. A field without a default must be there (it may be null where its type says so)."""


class Drift(Exception):
    """A message does not have the agreed shape: `expected` was agreed, `actual` came, at `where`."""

    def __init__(self, expected: str, actual: str, where: str) -> None:
        self.message = Sentence(
            "{actual} came where {expected} was agreed, at {place}",
            actual=as_sentence(actual),
            expected=as_sentence(expected),
            place=where,
        )
        super().__init__(self.message)
        self.expected, self.actual, self.where = expected, actual, where


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """A sender of messages of an agreed shape: its `name`, the `format` of its readings, and the `process` they are for."""

    name: str
    format: str
    process: str


def opened(content: bytes) -> Any:
    """A message as plain values, its fractions as exact decimals. Raises `Drift` where it is not JSON."""
    try:
        return json.loads(content, parse_float=lambda text: in_digits(Decimal(text)))
    except (ValueError, RecursionError) as error:
        raise Drift("JSON", Sentence("something else ({error})", error=str(error)[:180]), "the message") from error


def agreed(shape: type[T], message: Any) -> T:
    """The message in the agreed shape, without its other fields. Raises `Drift` with what was agreed and what came."""
    try:
        return msgspec.convert(message, shape)
    except msgspec.ValidationError as error:
        raise _drift(str(error), shape, message) from error


def read_agreed(
    content: bytes, name: str, sender: Sender, documents_of: Callable[[Any], tuple[Document, ...]]
) -> tuple[Reading, ...]:
    """The documents of a message, or one `Unreadable` that says how it differs from what was agreed. Never raises for a message."""
    try:
        documents = documents_of(opened(content))
    except Drift as drift:
        return (_parked(name, sender, drift, "INT-SCHEMA"),)
    except Malformed as wrong:
        return (_parked(name, sender, Drift(wrong.remedy, wrong.message, wrong.where), "INT-MAP"),)
    return tuple(
        Reading(document=document, format=sender.format, part=part) for part, document in enumerate(documents, 1)
    )


def _parked(name: str, sender: Sender, drift: Drift, code: UnreadCode) -> Reading:
    expected, actual = as_sentence(drift.expected), as_sentence(drift.actual)
    reason = Sentence("{expected} was agreed, at {place}", expected=expected, place=drift.where)
    document = Unreadable(
        number=name,
        reason=reason,
        where=drift.where,
        remedy="fix the mapping, then `tieout replay` reads the parked message again",
        format=sender.format,
        code=code,
        sender=sender.name,
        expected=drift.expected,
        actual=drift.actual,
        process=sender.process,
    )
    remark = Remark(
        code=code,
        where=drift.where,
        message=Sentence("{sender} sends {actual}: {reason}", sender=sender.name, actual=actual, reason=reason),
    )
    return Reading(document=document, format=sender.format, remarks=(remark,))


def _drift(problem: str, shape: type, message: Any) -> Drift:
    place = _PLACE.search(problem)
    path = place.group(1) if place else "$"
    if missing := _MISSING.search(problem):
        value = _at(message, path)
        names = {field.encode_name for inner in _shapes(shape) for field in msgspec.structs.fields(inner)}
        others = sorted(set(value) - names) if isinstance(value, dict) else []
        came = ", ".join(_alike(missing.group(1), others)) or "nothing by that name"
        return Drift(Sentence("the field {name}", name=missing.group(1)), came, path)
    if other := _OTHER.search(problem):
        return Drift(Sentence("{value} in {path}", value=other.group(1), path=path), other.group(2), path)
    return Drift(problem.removesuffix(place.group(0)) if place else problem, "another value", path)


def _alike(name: str, others: list[str]) -> list[str]:
    """Names that came and were not agreed, and may be new names of this field: those with the longest common beginning."""
    shared = {other: _shared(name, other) for other in others}
    most = max(shared.values(), default=0)
    if most >= _SHARED_MIN:
        return [other for other in others if shared[other] == most][:_NAMES_MAX]
    return get_close_matches(name, others, n=1)


def _shared(one: str, other: str) -> int:
    """How many leading letters two names share."""
    return next((k for k, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _at(message: Any, path: str) -> Any:
    """The value at a path as msgspec writes it: "$.lines.data[0]", or "$[...]" where it names no index."""
    value = message
    for name, position in _STEP.findall(path.removeprefix("$")):
        if isinstance(value, dict) and name in value:
            value = value[name]
        elif isinstance(value, list) and position and int(position) < len(value):
            value = value[int(position)]
        else:
            return None
    return value


def _shapes(shape: type) -> list[type[msgspec.Struct]]:
    """The shape and those inside it."""
    shapes: list[type[msgspec.Struct]] = []
    todo: list[Any] = [shape]
    while todo:
        hint = todo.pop()
        if isinstance(hint, type) and issubclass(hint, msgspec.Struct) and hint not in shapes:
            shapes.append(hint)
            todo += [field.type for field in msgspec.structs.fields(hint)]
        else:
            todo += getattr(hint, "__args__", ())
    return shapes
