"""Refusals, remarks and reasons in the language of the reader: made from the message and the values when they are shown.

In English a sentence is the text that it is. Elsewhere its message is translated and its values are written as people of the
language do; what has no translation, as the sentences that a former release stored with their numbers, is shown as it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final

from tieout.core.values.errors import Malformed, Refused
from tieout.core.values.money import Money
from tieout.core.values.quantity import Quantity
from tieout.core.values.sentence import NAMES, ValueKind, Words, english, filled, words_of
from tieout.wording import figures, owners
from tieout.wording.catalogue import counted, marked, translated
from tieout.wording.chosen import language
from tieout.wording.language import ENGLISH, Language
from tieout.wording.reworded import reworded
from tieout.wording.values import written


def sentence(text: str) -> str:
    """A sentence for people in the chosen language; what has no translation as it stands."""
    return of_words(words_of(text)) if text else str(text)


def of_words(words: Words) -> str:
    """The sentence of a message and its values, in the chosen language."""
    words = _named(_reworded(words))
    if language() == ENGLISH:
        return english(words)
    message = counted(words.message, words.many, words.count) if words.many else translated(words.message)
    return filled(message, _texts(words))


def for_people(words: Words) -> str:
    """As `of_words`, and in English too with its values as people write them: for what goes out of the house."""
    words = _reworded(words)
    message = counted(words.message, words.many, words.count) if words.many else translated(words.message)
    texts = {name: _WRITERS[kind](value) for name, kind, value in words.values}
    return filled(message, texts | {name: for_people(part) for name, part in words.parts})


def _reworded(words: Words) -> Words:
    """The words with the message that people read, where the record holds every value that it names."""
    message = reworded(words.message)
    if message == words.message:
        return words
    present = {name for name, *_ in (*words.values, *words.parts)}
    return replace(words, message=message) if {name for name, _ in NAMES.findall(message)} <= present else words


def _named(words: Words) -> Words:
    """The words with the name of a case's queue in place of its id: "Receiving/WMS-4"."""
    if all(name != _QUEUE for name, *_ in words.values):
        return words
    values = tuple((name, kind, owners.queue(value) if name == _QUEUE else value) for name, kind, value in words.values)
    return replace(words, values=values)


def described(error: Exception) -> str:
    """A refusal for the terminal: its code or its place, what is wrong, and what to do about it."""
    match error:
        case Malformed():
            return malformed(error)
        case Refused():
            return f"{error.code}: {sentence(error.message)}"
        case _:
            parts = (getattr(error, name, "") for name in ("message", "remedy"))
            return " ".join(sentence(part) for part in parts if part) or str(error)


def malformed(error: Malformed) -> str:
    """What cannot be read, where, and what to do about it: "row 2: 'x' is no date; write it as 2026-12-31"."""
    begin = f"{place(error.where)}: " if error.where else ""
    remedy = f"; {sentence(error.remedy)}" if error.remedy else ""
    return f"{begin}{sentence(error.message)}{remedy}"


def place(where: str) -> str:
    """A place in its canonical spelling ("line 3, column 5", "row 2") in the chosen language; any other as it is."""
    if language() == ENGLISH:
        return where
    return ", ".join(_place(part) for part in where.split(", "))


def _place(part: str) -> str:
    noun, _, rest = part.partition(" ")
    message = _PLACES.get(noun)
    return translated(message).replace("{name}", rest) if message and rest else translated(part)


_PLACES: Final[Mapping[str, str]] = {
    "line": marked("line {name}"),
    "row": marked("row {name}"),
    "column": marked("column {name}"),
    "document": marked("document {name}"),
    "page": marked("page {name}"),
    "byte": marked("byte {name}"),
    "plan": marked("plan {name}"),
    "fee": marked("fee {name}"),
    "queue": marked("queue {name}"),
    "action": marked("action {name}"),
}
PARTS_OF_FILES: Final = (marked("root element"), marked("prolog"))
"""Places that are no noun with a number: they are translated as they are."""
_QUEUE: Final = "case_queue"
"""The name under which messages give the queue that owns a case."""
_QUOTES: Final[Mapping[Language, tuple[str, str]]] = {"en": ("'", "'"), "de": ("„", "“")}


def _texts(words: Words) -> dict[str, str]:
    texts = {name: _WRITERS[kind](value) for name, kind, value in words.values}
    return texts | {name: of_words(part) for name, part in words.parts}


def _moment(value: str) -> str:
    return figures.moment(datetime.fromisoformat(value.removesuffix(" UTC")).replace(tzinfo=UTC), language())


_WRITERS: Final[Mapping[ValueKind, Callable[[str], str]]] = {
    "text": str,
    "quoted": lambda value: value[1:-1].join(_QUOTES[language()]),
    "number": lambda value: figures.number(Decimal(value), language()),
    "money": lambda value: figures.money(Money.parse(value), language()),
    "quantity": lambda value: figures.quantity(Quantity.parse(value), language()),
    "figure": written,
    "day": lambda value: figures.day(date.fromisoformat(value), language()),
    "moment": _moment,
}
