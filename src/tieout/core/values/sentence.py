"""Sentences of ours that carry values: the English text, and beside it the message and the values that it was made from.

`Sentence("there is no file {path}", path=path)` is the text "there is no file a.xml" and can be used as any text. Its `words` are
what a translation is made from (`wording.sentences`), and what is stored beside the text. A sentence without values is its own
message and needs neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import ClassVar, Final, Literal, Self

ValueKind = Literal["text", "quoted", "number", "money", "quantity", "figure", "day", "moment"]
"""What a value is, and so how it is written in a language; "quoted" is text in quotation marks, with its escapes."""

NAMES: Final = re.compile(r"\{([a-z_]\w*)(!r)?\}")
"""A value's place in a message: {path}, or {path!r} where it stands in quotation marks. Other braces are text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A message and its values, each (name, kind, canonical spelling). `parts` are values that are sentences themselves.

    `many` is the message for several, chosen by `count`; "" where there is no plural.
    """

    message: str
    values: tuple[tuple[str, ValueKind, str], ...] = ()
    parts: tuple[tuple[str, Words], ...] = ()
    many: str = ""
    count: int = 0


Wordings = tuple[tuple[str, Words], ...]
"""The words of a record's sentences by the name of the field: what is stored beside them."""

_DIGITS_MAX: Final = 40
"""A number with more digits before or behind its point is shown as it was written."""


class Figure(str):
    """A figure in its canonical spelling ("50 EA", "10.80 EUR per EA"): a text that is written as people of a language write it."""

    __slots__ = ()
    value_kind: ClassVar = "figure"


class Sentence(str):
    """An English sentence with the words that it was made from."""

    __slots__ = ("words",)
    words: Words

    def __new__(cls, message: str, /, **values: object) -> Self:
        """The sentence of a message; names without a value stay as they are."""
        if values:
            return cls._of(_words(message, values))
        made = super().__new__(cls, message)
        made.words = _alone(str(message))
        return made

    @classmethod
    def counted(cls, one: str, many: str, count: int, /, **values: object) -> Self:
        """The sentence in the form that fits `count`, which is the value {count}."""
        return cls._of(_words(one, {"count": count, **values}, many=many, count=count))

    @classmethod
    def _of(cls, words: Words) -> Self:
        made = super().__new__(cls, english(words))
        made.words = words
        return made

    def __getnewargs__(self) -> tuple[str]:
        """What a copy begins with; its words follow."""
        return (str(self),)


def english(words: Words) -> str:
    """The English sentence of words."""
    texts = {name: text for name, _, text in words.values} | {name: english(part) for name, part in words.parts}
    return filled(words.many if words.many and words.count != 1 else words.message, texts)


def filled(message: str, texts: Mapping[str, str]) -> str:
    """The message with its names replaced; a name without a text stays as it is."""
    return NAMES.sub(lambda match: texts.get(match[1], match[0]), message)


def as_sentence(text: str) -> Sentence:
    """A text as a sentence that can be part of another one: what has no words of its own is its own message."""
    return text if isinstance(text, Sentence) else Sentence(text)


def joined(between: str, parts: Iterable[str]) -> str:
    """Sentences one after another, as `between.join(parts)` is; each is translated for itself."""
    texts = tuple(parts)
    if len(texts) == 1:
        return as_sentence(texts[0])
    places = {f"part{k}": as_sentence(text) for k, text in enumerate(texts)}
    return Sentence(between.join(f"{{{name}}}" for name in places), **places) if texts else ""


def sentence_of(message: str, values: Mapping[str, object]) -> str:
    """The sentence of a message and its values; the text itself where it has none, or has its words already."""
    return Sentence(message, **values) if values and not isinstance(message, Sentence) else message


def wordings(**sentences: str) -> Wordings:
    """What is to be stored beside the sentences of a record: the words of those that have any."""
    return tuple((name, text.words) for name, text in sorted(sentences.items()) if isinstance(text, Sentence))


def keep_words(record: object, *names: str) -> None:
    """For a frozen record with a field `words`: the words of its sentences are stored beside them, and a sentence that comes from
    the store has its words again. Words of another text, as after `replace`, are dropped.
    """
    stored: Mapping[str, Words] = dict(getattr(record, "words"))  # noqa: B009  any record
    kept: dict[str, Words] = {}
    for name in names:
        text = getattr(record, name)
        if isinstance(text, Sentence):
            kept[name] = text.words
        elif name in stored and english(stored[name]) == text:
            kept[name] = stored[name]
            object.__setattr__(record, name, of_words(stored[name]))
    object.__setattr__(record, "words", tuple(kept.items()))


def of_words(words: Words) -> Sentence:
    """The sentence that was made from these words."""
    return Sentence._of(words)  # noqa: SLF001  its own module


def words_of(text: str) -> Words:
    """The words of a sentence; a text without any is its own message."""
    return text.words if isinstance(text, Sentence) else Words(message=text)


@lru_cache(maxsize=1024)
def _alone(message: str) -> Words:
    """The words of a message without values: each such sentence has the same."""
    return Words(message=message)


def _words(message: str, values: Mapping[str, object], *, many: str = "", count: int = 0) -> Words:
    parts = {name: part.words for name, value in values.items() if (part := _sentence(value)) is not None}
    quoted = {name for name, mark in NAMES.findall(message) if mark} if "!r}" in message else ()
    return Words(
        message=message,
        values=tuple(
            (name, *_spelled(value, quoted=name in quoted)) for name, value in values.items() if name not in parts
        ),
        parts=tuple(parts.items()),
        many=many,
        count=count,
    )


def _sentence(value: object) -> Sentence | None:
    """A value that is a sentence itself, or an exception that has one."""
    if isinstance(value, Exception) and isinstance(message := getattr(value, "message", None), str):
        return as_sentence(message)
    return value if isinstance(value, Sentence) else None


def _spelled(value: object, *, quoted: bool) -> tuple[ValueKind, str]:
    """The kind and the canonical spelling of a value."""
    match value:
        case str():
            return ("quoted", repr(str(value))) if quoted else (getattr(value, "value_kind", "text"), str(value))
        case bool():
            return "text", str(value)
        case Decimal():
            # written out a number with a huge exponent would fill the memory
            return ("number", f"{value:f}") if abs(value.adjusted()) <= _DIGITS_MAX else ("text", str(value))
        case int():
            return "number", str(value)
        case datetime():
            return "moment", f"{value:%Y-%m-%d %H:%M} UTC"
        case date():
            return "day", value.isoformat()
        case _ if kind := getattr(value, "value_kind", None):
            return kind, str(value)
        case _:
            return "text", repr(value) if quoted else str(value)
