"""Sentences in columns of their own: the English text in one, the words that it was made from in another."""

from __future__ import annotations

from collections.abc import Mapping

from tieout.core.values.sentence import Sentence, Wordings, Words, english, of_words, wordings
from tieout.formats import canonical_json


def words_text(**sentences: str) -> str:
    """What stands in the column of words beside the columns of these sentences: canonical JSON, "" where none has any."""
    words = wordings(**sentences)
    return canonical_json.encode(words).decode() if words else ""


def with_words(words: str, **texts: str) -> dict[str, str]:
    """The texts of a row's columns, each a `Sentence` again where its words are stored; others, as of a former release, as they are."""
    stored: Mapping[str, Words] = dict(canonical_json.decode_as(Wordings, words.encode())) if words else {}
    return {name: _again(text, stored.get(name)) for name, text in texts.items()}


def _again(text: str, words: Words | None) -> str | Sentence:
    return of_words(words) if words is not None and english(words) == text else text
