"""Words that packs bring to the language: written, refused and described as those of the language itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from tieout.core.documents.kind import Document, DocumentKind
from tieout.core.documents.sheet import table
from tieout.core.tie_out.plain_pack import PlainPack
from tieout.core.tie_out.scenario_word import ScenarioWord, Turn, Writing
from tieout.core.values.errors import Malformed
from tieout.formats.yaml_tree import parse
from tieout.scenario.plain import Text, Word
from tieout.scenario.reader import read_scenario, scenario_schema
from tieout.scenario.words import BUILT_IN, everywhere, words_of, written


@dataclass(frozen=True, kw_only=True)
class Note:
    number: str
    kind: str = "note"


class NoteText(Text):
    number: Word
    about: Word = ""
    version: Word = "1"


def word(name: str, turn: Turn = "evidence") -> ScenarioWord:
    def write(text: NoteText, writing: Writing) -> Iterator[Document]:
        names = {one.number: one.name for one in writing.everywhere["supplier"]}
        yield Note(number=f"{text.number} {names.get(text.about, '')} {writing.instant('+1d'):%d}".strip())

    return ScenarioWord(name=name, text=NoteText, write=write, turn=turn)


class Pack(PlainPack):
    def __init__(self, *words: ScenarioWord) -> None:
        self.scenario_words = words


TEXT = b"""
scenario: x
start: 2026-03-01 08:00
steps:
  - memo: [{number: 1, about: 7}, {number: 2, version: 3}]
    receipt: {number: GR-1, order: "1", lines: ["10: 1 EA"]}
    supplier: {number: 7, name: Kessler}
"""
AT = datetime(2026, 3, 1, 8, tzinfo=UTC)


def numbers(turn: Turn) -> list[tuple[str, str]]:
    words = (word("memo", turn),)
    tree = parse(TEXT)
    script = read_scenario(tree.value, tree.place, words)
    texts = everywhere((*BUILT_IN, *words), script.text.steps)
    return [
        (one.document.number, one.version)
        for one in written(words, script.text.steps[0], at=AT, texts=texts, place=str)
    ]


def test_a_brought_word_is_written_in_its_turn_and_sees_what_the_scenario_says() -> None:
    notes = [("1 Kessler 02", "1"), ("2  02", "3")]
    assert numbers("master") == [*notes, ("7", "1"), ("GR-1", "1")]
    assert numbers("claim") == [("7", "1"), ("GR-1", "1"), *notes]


def test_without_the_pack_its_word_is_refused_and_with_it_its_own_words_are_checked() -> None:
    tree = parse(TEXT)
    with pytest.raises(Malformed, match=r"steps\.0\.memo: this keyword is not known here"):
        read_scenario(tree.value, tree.place)
    wrong = parse(TEXT.replace(b"about", b"abuot"))
    with pytest.raises(Malformed, match=r"memo\.0\.abuot: this keyword is not known here"):
        read_scenario(wrong.value, wrong.place, (word("memo"),))


def test_the_schema_has_the_words_of_packs() -> None:
    assert "memo" in scenario_schema((word("memo"),))["$defs"]["StepText"]["properties"]
    assert "memo" not in scenario_schema()["$defs"]["StepText"]["properties"]


@pytest.mark.parametrize("packs", [(Pack(word("order")),), (Pack(word("memo")), Pack(word("memo")))])
def test_a_word_that_exists_already_is_not_brought(packs: tuple[Pack, ...]) -> None:
    with pytest.raises(AssertionError, match="defined twice"):
        words_of(packs)  # type: ignore[arg-type]  # of packs it asks their words


def test_evidence_is_handed_in_by_nobody_and_a_table_has_a_cell_a_column() -> None:
    with pytest.raises(AssertionError, match="no claim"):
        DocumentKind(name="note", words="Note", type=Note, by_hand=True)
    with pytest.raises(AssertionError, match="2 cells"):
        table("T", "A | #B", [("1",)])
