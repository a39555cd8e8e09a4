"""The words under which scenarios write documents: those of the language, and those that installed packs bring.

Both are `ScenarioWord`s and are written by one function; a word of a pack has nothing that one of the language has not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, Final, get_args

from tieout.core.documents.kind import Document
from tieout.core.tie_out.pack import Pack
from tieout.core.tie_out.scenario_word import TURNS, ScenarioWord, Writing, Written
from tieout.core.values.clock import Hours
from tieout.scenario import billing, sales, sales_answers
from tieout.scenario.compact import instant
from tieout.scenario.papers import Desk
from tieout.scenario.text import PapersText
from tieout.scenario.text_sales import CustomerText

_NAMES: Final = (
    *sales.MASTERS, "supplier", "product", "contract", "order", "despatch", "receipt", "inspection", "supplier_return", "invoice",
    "credit_note", *sales.PAPERS, *billing.KINDS, "unreadable",
)  # fmt: skip


def _write(kind: str, text: Any, writing: Writing) -> Iterator[Document | Written]:
    suppliers = {each.number: each for each in writing.everywhere.get("supplier", ())}
    customers = {each.number: each for each in writing.everywhere.get("customer", ())}
    yield Desk(suppliers=suppliers, customers=customers, at=writing.at, hours=writing.hours).document(kind, text)
    if isinstance(text, CustomerText) and text.limit is not None:
        yield Written(document=sales_answers.standing(text, text.limit), version="0")


def _word(name: str) -> ScenarioWord:
    one_or_several = PapersText.model_fields[name].annotation
    return ScenarioWord(name=name, text=get_args(one_or_several)[0], write=partial(_write, name))


BUILT_IN: Final = tuple(_word(name) for name in _NAMES)
"""The words that the language has by itself, in the order in which a step's documents come."""


def words_of(packs: Iterable[Pack]) -> tuple[ScenarioWord, ...]:
    """The words that packs bring. Asserts that none is a word already."""
    found = tuple(dict.fromkeys(word for pack in packs for word in pack.scenario_words))
    names = [*PapersText.model_fields, *(word.name for word in found)]
    assert len(set(names)) == len(names), f"a word of the scenario language is brought twice: {sorted(names)}"
    return found


def everywhere(words: Iterable[ScenarioWord], texts: Sequence[PapersText]) -> dict[str, tuple[Any, ...]]:
    """All that a scenario says under each word, in the order of its steps."""
    return {word.name: tuple(text for papers in texts for text in _several(papers, word.name)) for word in words}


def written(
    words: Iterable[ScenarioWord], papers: PapersText, *, at: datetime, said: Mapping[str, tuple[Any, ...]]
) -> Iterator[Written]:
    """The documents of one step, master data first; `said` is all that the scenario says. Raises `Malformed`."""
    hours = Hours()
    writing = Writing(
        at=at, hours=hours, everywhere=said, instant=lambda text: instant(text, after=at, hours=hours)
    )  # fmt: skip
    for word in sorted((*BUILT_IN, *words), key=lambda word: TURNS.index(word.turn)):
        for text in _several(papers, word.name):
            for made in word.write(text, writing):
                one = made if isinstance(made, Written) else Written(document=made, version=_version(text))
                yield replace(one, document=_with_makers(one.document, text))


def _several(papers: PapersText, name: str) -> tuple[Any, ...]:
    found = getattr(papers, name, ())
    return found if isinstance(found, tuple) else (found,)


def _version(text: object) -> str:
    return str(getattr(text, "version", "1"))


def _with_makers(document: Document, text: object) -> Document:
    """The document with who made and approved it, where the text says so."""
    makers = {name: getattr(text, name, "") for name in ("made_by", "approved_by")}
    said = {name: value for name, value in makers.items() if value and hasattr(document, name)}
    return replace(document, **said) if said else document  # type: ignore[type-var]  # every document is a dataclass
