"""Nobody has to learn private words: names, sentences, pages and docs say it as the trade says it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.house import words
from tests.house.rules import _parsed

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "tieout"
DOCS = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/**/*.md", "examples/**/*.md")
PAGES = sorted(path.relative_to(ROOT).as_posix() for pattern in DOCS for path in ROOT.glob(pattern))


def test_names_say_what_they_name() -> None:
    assert words.private_names(PACKAGE) == []


def test_sentences_of_the_program_are_plain() -> None:
    assert words.private_sentences(PACKAGE) == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_the_docs_is_plain(page: str) -> None:
    assert words.in_text((ROOT / page).read_text(encoding="utf-8")) == []


def test_what_keeps_a_word_is_still_in_the_code() -> None:
    bound = {
        f"{path.relative_to(PACKAGE).as_posix()} {name}"
        for path in PACKAGE.rglob("*.py")
        for _, name in words.names(_parsed(path))
    }
    assert set(words.KEPT) <= bound


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        ("def go(known: int) -> None: ...", "says 'known'"),
        ("for each in range(3): ...", "says 'each'"),
        ("class PaperTray: ...", "says 'paper'"),
        ("RAW_FILES = 1", "says 'raw'"),
        ("class A:\n    found: int", "says 'found'"),
        ("def settle() -> None: ...", "says 'settle'"),
        ("import os as desk", "says 'desk'"),
    ],
)
def test_a_private_name_is_refused(tmp_path: Path, written: str, complaint: str) -> None:
    (tmp_path / "engine").mkdir()
    (tmp_path / "engine" / "go.py").write_text(f'"""Go."""\n{written}\n')
    (wrong,) = words.private_names(tmp_path)
    assert complaint in wrong


@pytest.mark.parametrize(
    "sentence",
    [
        "the paper is late",
        "Ways out: amend",
        "an outer system answers",
        "laid beside the order",
        "until the world answers",
        "a raw is kept",
    ],
)
def test_a_private_sentence_is_refused(tmp_path: Path, sentence: str) -> None:
    (tmp_path / "engine").mkdir()
    (tmp_path / "engine" / "go.py").write_text(f'"""Go."""\nX = "{sentence}"\n')
    assert len(words.private_sentences(tmp_path)) == 1


def test_a_name_in_back_ticks_is_no_sentence(tmp_path: Path) -> None:
    (tmp_path / "go.py").write_text('"""Go."""\nX = "The document in `paper.py` is late"\n')
    assert words.private_sentences(tmp_path) == []
