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
    formats/acknowledgement.py
    formats/agreed_shape.py
    formats/canonical_json.py
    formats/cii/invoice.py
    formats/cii/line.py
    formats/cii/order.py
    formats/cii/page.py
    formats/cii/parts.py
    formats/cii/settlement.py
    formats/cii/write.py
    formats/csv_tables.py
    formats/csv_text.py
    formats/csv_writing.py
    formats/facturx/read.py
    formats/guarded.py
    formats/json_documents.py
    formats/killbill.py
    formats/lago.py
    formats/named_calendar.py
    formats/outgoing.py
    formats/policy_yaml.py
    formats/recognised.py
    formats/registry.py
    formats/signed_webhook.py
    formats/ubl/despatch.py
    formats/ubl/document.py
    formats/ubl/invoice.py
    formats/ubl/markup.py
    formats/ubl/order.py
    formats/ubl/parts.py
    formats/ubl/receipt.py
    formats/ubl/sheet.py
    formats/ubl/write.py
    formats/ubl/write_order.py
    formats/ubl/write_parts.py
    formats/validation.py
    formats/xml_documents.py
    formats/yaml_tree.py
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
        'raise Malformed("there is no file {path}", remedy="look at {folder}", path=path)',
        'Sentence.counted(f"{n} day", "{count} days", n)',
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
    )
    ids, wrong = sentences.of_source(source)
    assert wrong == []
    assert ids == {
        *("first", "second", "third {path}", "fourth", "fifth {path}", "sixth {path!r}", "seventh"),
        ("{count} day", "{count} days"),
    }
