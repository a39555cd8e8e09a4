"""Sentences that are raised, remarked or answered are messages of the catalogues: none is put together from words and values."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
SOURCES = REPOSITORY / "src" / "tieout"
sys.path.insert(0, str(REPOSITORY / "docs"))

import sentences  # noqa: E402  from docs/

TO_CONVERT: frozenset[str] = frozenset(
    """
    """.split()
)
"""Modules whose sentences are still English alone."""


def faults() -> dict[str, list[str]]:
    """The faults of each module that has any."""
    return {
        str(path.relative_to(SOURCES)): wrong
        for path in sorted(SOURCES.rglob("*.py"))
        if (wrong := sentences.of_source(path.read_text())[1])
    }


def test_a_sentence_with_values_gives_them_by_name() -> None:
    wrong = faults()
    assert {name: lines for name, lines in wrong.items() if name not in TO_CONVERT} == {}
    assert sorted(TO_CONVERT - wrong.keys()) == [], "converted: take them off the list"


HEAD = "from tieout.core.values.errors import Malformed, Refused\n"


@pytest.mark.parametrize(
    "line",
    [
        'raise Malformed(f"there is no file {path}")',
        'raise Malformed("no file", remedy=f"name one of {names}")',
        'raise Refused("CASE-STATE", f"{name} is closed")',
        'raise Refused("CASE-STATE", "closed: " + name)',
        'raise Refused("CASE-STATE", "closed: %s" % name)',
        'raise Refused("CASE-STATE", "{} is closed".format(name))',
        'words = f"{name} is closed"\nraise Refused("CASE-STATE", words)',
        'words = "closed" if name else f"{name} is open"\nraise Refused("CASE-STATE", words)',
        'sheet.remark(f"line {number} has no unit", line)',
        'Remark(code="DOC-UNREAD", where="", message=f"not read: {error}"[:500])',
        'raise Malformed("there is no file {path}")',
        "Unknown(hint=str(trouble), down=True)",
        'Unknown(hint=f"{name}: {problem.message}")',
        'Rejected(reason="; ".join(remark.message for remark in broken))',
        'Rejected(reason=str(stated or "no reason given"))',
        'RefusedLine(line=1, reason=f"the id {name} was used before", remedy="", content=b"")',
        'raise Malformed("there is no file {path}", remedy="look at {folder}", path=path)',
        'Sentence.counted(f"{n} day", "{count} days", n)',
        'finding(code, where, ruling=ruling, reason=f"order {number} is closed")',
        'finding(code, where, ruling=ruling, also={"proposal": f"close {number}"})',
        'finding(code, where, ruling=ruling, actual="received " + day)',
        'def _why(a):\n    return f"{a} is closed"\nfinding(code, where, ruling=ruling, reason=_why(number))',
        'def _all(a):\n    yield f"{a} is closed"\nfinding(code, where, ruling=ruling, reason=joined("; ", _all(number)))',
        'def _made(where, words):\n    finding(code, where, ruling=ruling, reason=words)\n_made(DOCUMENT, f"{a} is closed")',
        'def _made(*, words):\n    finding(code, DOCUMENT, ruling=ruling, reason=words)\n_made(words=f"{a} is closed")',
        'def f(a):\n    parts.append(f"{a} is closed")\n    finding(code, "1", ruling=a, reason=joined(", ", parts))',
    ],
)
def test_a_made_up_sentence_is_reported(line: str) -> None:
    assert len(sentences.of_source(HEAD + line + "\n")[1]) == 1


def test_messages_are_collected_wherever_they_stand() -> None:
    source = HEAD + (
        'WORDS = {"a": "first", "b": "second"}\n'
        "def f(path, one):\n"
        '    why = "third {path}" if path else "fourth"\n'
        '    raise Malformed(why, remedy="fifth " "{path}", path=path)\n'
        '    raise Refused("X", WORDS[one])\n'
        '    sheet.remark(Sentence("sixth {path!r}", path=path), root)\n'
        '    sheet.remark("seventh", f"line {path}")\n'
        '    Sentence.counted("{count} day", "{count} days", 3)\n'
        '    finding(code, "7", ruling=ruling, stage="wait", limit="0", expected="ninth", reason=g(path) or h(path))\n'
        'def made(where, *, wanted="thirteenth"):\n    finding(code, where, ruling=ruling, expected=wanted)\n'
        "def g(number):\n"
        '    return Sentence("tenth {number}", number=number) if number else "eleventh"\n'
        "def h(number):\n"
        '    yield "twelfth", f"{number}"\n'
    )
    ids, wrong = sentences.of_source(source)
    assert wrong == []
    assert ids == {
        "thirteenth",
        *("ninth", "tenth {number}", "eleventh", "twelfth"),
        *("first", "second", "third {path}", "fourth", "fifth {path}", "sixth {path!r}", "seventh"),
        ("{count} day", "{count} days"),
    }
