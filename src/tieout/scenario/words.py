"""The words for documents in scenarios: those of the language, and those that installed packs add.

Both are `ScenarioWord`s and are handled by one function: a word of a pack has no special rights.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, Final, get_args

from tieout.core.documents.kind import Document
from tieout.core.tie_out.pack import Pack
from tieout.core.tie_out.scenario_word import TURNS, ScenarioWord, Writing, Written
from tieout.core.values.clock import Hours
from tieout.core.values.errors import Malformed
from tieout.scenario import billing, sales, sales_answers
from tieout.scenario.compact import instant
from tieout.scenario.documents import DocumentWriter
from tieout.scenario.text import DocumentsText
from tieout.scenario.text_sales import CustomerText

_NAMES: Final = (
    *sales.MASTERS, "supplier", "product", "contract", "order", "despatch", "receipt", "inspection", "supplier_return", "invoice",
    "credit_note", *sales.DOCUMENTS, *billing.KINDS, "unreadable",
)  # fmt: skip


def _write(kind: str, text: Any, writing: Writing) -> Iterator[Document | Written]:
    suppliers = {one.number: one for one in writing.everywhere.get("supplier", ())}
    customers = {one.number: one for one in writing.everywhere.get("customer", ())}
    yield DocumentWriter(suppliers=suppliers, customers=customers, at=writing.at, hours=writing.hours).document(
        kind, text
    )
    if isinstance(text, CustomerText) and text.limit is not None:
        yield Written(document=sales_answers.standing(text, text.limit), version="0")


def _word(name: str) -> ScenarioWord:
    one_or_several = DocumentsText.model_fields[name].annotation
    return ScenarioWord(name=name, text=get_args(one_or_several)[0], write=partial(_write, name))


BUILT_IN: Final = tuple(_word(name) for name in _NAMES)
"""The words of the language itself, in the order in which the documents of a step are received."""


def words_of(packs: Iterable[Pack]) -> tuple[ScenarioWord, ...]:
    """The words that packs add. Asserts that none exists already."""
    words = tuple(dict.fromkeys(word for pack in packs for word in pack.scenario_words))
    names = [*DocumentsText.model_fields, *(word.name for word in words)]
    assert len(set(names)) == len(names), f"a word of the scenario language is defined twice: {sorted(names)}"
    return words


def everywhere(words: Iterable[ScenarioWord], texts: Sequence[DocumentsText]) -> dict[str, tuple[Any, ...]]:
    """All texts of a scenario by word, in the order of its steps."""
    return {word.name: tuple(text for step in texts for text in _several(step, word.name)) for word in words}


def written(
    words: Iterable[ScenarioWord],
    step: DocumentsText,
    *,
    at: datetime,
    texts: Mapping[str, tuple[Any, ...]],
    place: Callable[[str], object],
) -> Iterator[Written]:
    """The documents of one step, master data first; `texts` are all texts of the scenario by word.

    Raises `Malformed` with the place where the step says that word, as `place` gives it.
    """
    hours = Hours()
    writing = Writing(
        at=at, hours=hours, everywhere=texts, instant=lambda text: instant(text, after=at, hours=hours)
    )  # fmt: skip
    for word in sorted((*BUILT_IN, *words), key=lambda word: TURNS.index(word.turn)):
        for text in _several(step, word.name):
            try:
                documents = tuple(word.write(text, writing))
            except Malformed as error:
                raise Malformed(error.message, where=str(place(word.name)), remedy=error.remedy) from error
            for made in documents:
                one = made if isinstance(made, Written) else Written(document=made, version=_version(text))
                yield replace(
                    one, document=_with_makers(one.document, text), source=one.source or getattr(text, "source", "")
                )


def _several(step: DocumentsText, name: str) -> tuple[Any, ...]:
    texts = getattr(step, name, ())
    return texts if isinstance(texts, tuple) else (texts,)


def _version(text: object) -> str:
    return str(getattr(text, "version", "1"))


def _with_makers(document: Document, text: object) -> Document:
    """The document with its maker and approver, where the text names them."""
    makers = {name: getattr(text, name, "") for name in ("made_by", "approved_by")}
    stated = {name: value for name, value in makers.items() if value and hasattr(document, name)}
    return replace(document, **stated) if stated else document  # type: ignore[type-var]  # every document is a dataclass
