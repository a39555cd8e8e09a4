"""The glossary: the words of Tieout with what each means, what it does not, and its German."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from pages.text import NOTE, row

SOURCE: Final = Path(__file__).parent.parent / "glossary.yaml"
_FIELDS: Final = {"term", "de", "is", "is_not", "where"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A term. `german` is what German pages say; `where` are the pages, commands and names on which one meets it."""

    term: str
    german: str
    meaning: str
    is_not: str = ""
    where: str = ""


def entries() -> tuple[Entry, ...]:
    """All terms in the order of the alphabet. Asserts that each stands once and says what it is, in both languages."""
    read = [_entry(written) for written in yaml.safe_load(SOURCE.read_text(encoding="utf-8"))]
    terms = [entry.term for entry in read]
    assert len(set(terms)) == len(terms), f"twice: {sorted({term for term in terms if terms.count(term) > 1})}"
    return tuple(sorted(read, key=lambda entry: entry.term.casefold()))


def _entry(written: dict[str, str]) -> Entry:
    assert set(written) <= _FIELDS, f"{written.get('term')}: no field of an entry is called {set(written) - _FIELDS}"
    assert all(written.get(name, "").strip() for name in ("term", "de", "is")), (
        f"{written} lacks a term, its German or its meaning"
    )
    return Entry(
        term=written["term"],
        german=written["de"],
        meaning=written["is"],
        is_not=written.get("is_not", ""),
        where=written.get("where", ""),
    )


def glossary_page() -> str:
    """The table of all terms."""
    return "\n".join(_lines()).rstrip() + "\n"


def _lines() -> Iterator[str]:
    yield "# Glossary"
    yield NOTE
    yield "One noun for one thing: the same in code, database, API, screens, messages and docs. A term is what the field calls it;"
    yield "where the field has several words, this table says which one Tieout uses. The German column is what German pages say."
    yield ""
    yield row("term", "German", "is", "is not", "where one meets it")
    yield row(*["---"] * 5)
    for entry in entries():
        yield row(f"**{entry.term}**", entry.german, entry.meaning, entry.is_not, entry.where)
