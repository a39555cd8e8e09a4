"""A word of the scenario language: how a document of a pack is written in a scenario, and which document that is.

The language itself is in `tieout.scenario`; a pack adds words as values, and the reader builds its vocabulary from them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from tieout.core.documents.kind import Document
from tieout.core.values.clock import Hours

Turn = Literal["master", "evidence", "claim"]
"""When a word is written within one step: master data first, then evidence, then what is tied out against both."""

TURNS: Final[tuple[Turn, ...]] = ("master", "evidence", "claim")


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """Where documents are written: the moment of the step (`at`), the business hours, and `everywhere` all that the scenario has
    under each word in any of its steps, so that one document can repeat what another says of a party. `instant` reads a moment as a step
    writes it ("+8h", "2026-03-02 08:00"). It raises `Malformed`."""

    at: datetime
    hours: Hours
    everywhere: Mapping[str, tuple[Any, ...]]
    instant: Callable[[str], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A document with the version that the text gives it, and the source system that it comes from ("": the scenario's only one)."""

    document: Document
    version: str = "1"
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioWord:
    """One word. `name` is what a scenario writes, `text` the class of its content (a `tieout.scenario.plain.Text`).

    `write` gives the documents of one such text, and raises `Malformed` where a sentence in it cannot be read. A text that has
    the fields `version`, `source`, `made_by` or `approved_by` sets them on its documents.
    """

    name: str
    text: type
    write: Callable[[Any, Writing], Iterable[Document | Written]]
    turn: Turn = "evidence"
