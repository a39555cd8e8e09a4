"""The languages in which letters to other parties are written: sentences, figures and days as people of the language write them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Final

from tieout.core.findings.code import Code
from tieout.core.findings.wording import Occurrence
from tieout.core.tie_out.correspondence import Tongue
from tieout.core.values.money import Money
from tieout.core.values.sentence import words_of
from tieout.wording import figures, findings
from tieout.wording.chosen import written_in
from tieout.wording.language import ENGLISH, Language
from tieout.wording.sentences import for_people

_LANGUAGES: Final[dict[str, Language]] = {"en": ENGLISH, "de": "de"}


def spoken(wanted: str, otherwise: str = ENGLISH) -> Language:
    """The language of a record ("de", "de-AT", "DE"); the organisation's own where there are no letters in it, or it is not known."""
    name = wanted.strip().casefold().replace("_", "-").partition("-")[0]
    return _LANGUAGES.get(name) or _LANGUAGES.get(otherwise, ENGLISH)


@lru_cache(maxsize=8)
def tongue(language: Language) -> Tongue:
    """Letters in this language, whatever language the reader of the page has."""
    return _Tongue(language)


class _Tongue:
    def __init__(self, language: Language) -> None:
        self._language = language

    def say(self, sentence: str) -> str:
        """A sentence of ours."""
        with written_in(self._language):
            return _plain(for_people(words_of(sentence)))

    def finding(self, finding: Occurrence, codes: Mapping[str, Code]) -> str:
        """What the other side reads of a finding."""
        with written_in(self._language):
            return _plain(findings.told(finding, codes))

    def value(self, value: str | date | Money) -> str:
        """A value by itself."""
        match value:
            case Money():
                return _plain(figures.money(value, self._language))
            case date():
                return figures.day_in_full(value, self._language)
            case _:
                return value


def _plain(text: str) -> str:
    """Plain spaces: a letter is plain text, which people edit and other systems carry."""
    return text.replace(figures.NO_BREAK, " ")
