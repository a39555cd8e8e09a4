"""Nothing localised is stored: a column or a record that holds a sentence of ours holds beside it the words that it was made from."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import tieout

SOURCES = Path(tieout.__file__).parent
SENTENCES = frozenset(
    {("Action", "last_error"), ("Queue", "trouble"), ("UsageRefused", "reason"), ("UsageRefused", "remedy")}
)
"""Columns of text that hold sentences of ours."""
NO_SENTENCE = frozenset(
    """
    account actor added_by book cause claim claim_line code code_version counterparty currency entity external_id feed format interval
    former handed_by hash head identifier job key kind layout lease_owner ledger line media_type meter name number origin owner
    payload prev_hash previous queue ref root secret sha256 signature source_kind state status system tenant text type unit
    verdict_sha256 version words zone
    """.split()
)
"""Names of columns that hold identifiers, states, figures, hashes, or what came from outside as it came."""
SAID = frozenset({"reason", "hint", "message", "remedy", "text", "note", "problem", "trouble", "error", "why"})
"""Names of fields that hold sentences."""
OTHERS = {
    "a person's own text": """
        AskCounterparty Note AcceptVariance RevokeRelease Resolve Escalate HandOff Reopen Noted HandedOff ReleaseRevoked
        ResolutionChosen Escalated CaseRejected CaseReopened ClaimRejected ClaimReopened Release Accepted AccountMapping Mapped
    """,
    "a letter that was sent, or an answer that came, as it was": """
        Message MessageDrafted CounterpartyAsked CounterpartyInformed Asked Draft Letter Debit DebitNoteRequested Reply Response
        Receipt SupplierReturn DeliveryReceipt Allowance Charge ThirdParty PriceException Dispute Answer
    """,
    "a message without values, which is its own translation": "PostingWithdrawn RetieRequested WaitEnded",
    "not stored, or stored by a module that keeps its words": """
        Breach Concluded Unlawful Code Refusal ScenarioWord Words Rejected Unknown Queue PostedPart RefusedLine
    """,
}
"""Records with such a field that need no words beside it, by the reason."""
STORED = ("core", "metering/core")


def columns() -> Iterator[tuple[str, str]]:
    """Every column of text of every table of documents, claims, cases, actions and usage."""
    for path in sorted((SOURCES / "store").rglob("*.py")):
        for model in ast.parse(path.read_text()).body:
            if isinstance(model, ast.ClassDef) and "migrations" not in path.parts:
                yield from ((model.name, name) for name in _of_text(model))


def _of_text(model: ast.ClassDef) -> Iterator[str]:
    for node in model.body:
        match node:
            case ast.Assign(
                targets=[ast.Name(id=name)],
                value=ast.Call(func=ast.Attribute(attr="TextField") | ast.Name(id="PackedTextField")),
            ):
                yield name


def test_every_column_of_text_is_known_to_hold_a_sentence_or_none() -> None:
    unclear = [
        f"{table}.{name}" for table, name in columns() if (table, name) not in SENTENCES and name not in NO_SENTENCE
    ]
    assert unclear == [], "does it hold a sentence? then it needs `words` beside it, and a line here"
    stale = NO_SENTENCE - {name for _, name in columns()}
    assert stale == set()


def test_a_table_with_sentences_holds_their_words() -> None:
    present = set(columns())
    assert present >= SENTENCES
    assert {table for table, _ in SENTENCES if (table, "words") not in present} == set()


def without_words(source: str) -> list[str]:
    """The classes of a module that have a field for a sentence and none for its words."""
    named = []
    for part in ast.parse(source).body:
        if isinstance(part, ast.ClassDef):
            fields = {
                node.target.id
                for node in part.body
                if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
            }
            if fields & SAID and "words" not in fields:
                named.append(part.name)
    return named


def test_a_record_with_a_sentence_holds_its_words() -> None:
    listed = {name for names in OTHERS.values() for name in names.split()}
    lacking = {
        f"{path.relative_to(SOURCES)}: {name}"
        for room in STORED
        for path in sorted((SOURCES / room).rglob("*.py"))
        for name in without_words(path.read_text())
        if name not in listed
    }
    assert lacking == set(), "keep_words(self, …) and a field `words`, or a line here with the reason"


@pytest.mark.parametrize(
    ("source", "lacking"),
    [
        ("class A:\n    reason: str\n", ["A"]),
        ("class A:\n    reason: str\n    words: Wordings = ()\n", []),
        ("class A:\n    number: str\n", []),
    ],
)
def test_a_record_without_words_is_reported(source: str, lacking: list[str]) -> None:
    assert without_words(source) == lacking
