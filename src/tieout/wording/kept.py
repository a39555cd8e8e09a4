"""Sentences that rows of a worksheet keep as plain text: they are recognised by their form and shown in the language of the reader.

What is in none of these forms is shown as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from tieout.core.values.sentence import NAMES, ValueKind, Words
from tieout.wording.catalogue import marked
from tieout.wording.sentences import of_words

_NUMBER: Final = r"-?[0-9]+(?:\.[0-9]+)?"
_FORMS: Final[tuple[tuple[str, Mapping[str, ValueKind]], ...]] = (
    (marked("it is at {percent} %"), {"percent": "number"}),
    (marked("accepted by {person}"), {"person": "text"}),
    (marked("accepted"), {}),
    (marked("nothing is known of it"), {}),
    (marked("there is no statement"), {}),
    (marked("complete"), {}),
    (marked("no contract"), {}),
    (marked("hours {ranges} of {hours} are missing"), {"ranges": "text", "hours": "number"}),
    (marked("the feed skipped {gaps}"), {"gaps": "text"}),
    (marked("its parts come to {so_far}, and the whole to {stated}"), {"so_far": "number", "stated": "number"}),
)
"""The messages, and what their values are."""


def kept(text: str) -> str:
    """The sentence in the chosen language; several of them, joined by "and", each for itself where all are of these forms."""
    if whole := _words(text):
        return of_words(whole)
    parts = [_words(part) for part in text.split(" and ")]
    shown = [of_words(words) for words in parts if words]
    return ", ".join(shown) if len(shown) == len(parts) else text


def _words(text: str) -> Words | None:
    for message, kinds in _FORMS:
        if match := _form(message, tuple(kinds.items())).fullmatch(text):
            return Words(message=message, values=tuple((name, kind, match[name]) for name, kind in kinds.items()))
    return None


@lru_cache(maxsize=64)
def _form(message: str, kinds: tuple[tuple[str, ValueKind], ...]) -> re.Pattern[str]:
    """The form of a message: each name is a number or any text."""
    pattern, at, of = "", 0, dict(kinds)
    for name in NAMES.finditer(message):
        value = _NUMBER if of[name[1]] == "number" else ".+"
        pattern += f"{re.escape(message[at : name.start()])}(?P<{name[1]}>{value})"
        at = name.end()
    return re.compile(pattern + re.escape(message[at:]))
