"""A finding whose content was erased: its sentence can still be made and read, of every code and in every language."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tieout.app import catalogue
from tieout.core.case.erasing import ERASED, without_content
from tieout.core.case.events import FindingBrief, FindingsChanged
from tieout.core.findings.code import Code
from tieout.core.findings.wording import names_in, sentence, template_of
from tieout.core.values.money import Money
from tieout.core.values.sentence import Sentence, wordings
from tieout.formats import canonical_json
from tieout.wording import findings
from tieout.wording.catalogue import text as catalogued
from tieout.wording.chosen import written_in
from tieout.wording.figures import NO_BREAK, Language

CODES = catalogue().codes
NAME = "Rosalind Feldmaier"


def brief(code: Code, **more: str) -> FindingBrief:
    """A finding whose every value is a name, as it is read after that was erased."""
    templates = (code.message, code.short, code.letter, *(text for _, text in code.messages_by_cause))
    names = sorted(frozenset[str]().union(*map(names_in, templates)))
    told = Sentence("{name}", name=NAME)
    finding = FindingBrief(
        code=code.id, where=NAME, stage="hold", queue=code.queue, at_stake=Money(100, "EUR"), expected=NAME, actual=told,
        variance=NAME, limit=NAME, numbers=tuple((name, NAME) for name in names), words=wordings(actual=told, reason=told), **more,
    )  # fmt: skip
    content = canonical_json.encode(FindingsChanged(at=datetime(2026, 3, 2, tzinfo=UTC), findings=(finding,)))
    assert NAME.encode() in content
    event = canonical_json.decode_as(FindingsChanged, without_content("FindingsChanged", 1, content))
    return event.findings[0]


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("code", CODES.values(), ids=lambda code: code.id)
def test_every_code_has_a_sentence(code: Code, language: Language) -> None:
    finding = brief(code)
    with written_in(language):
        for cause in ("", *(cause for cause, _ in code.messages_by_cause)):
            shown = (
                findings.message(finding, CODES, cause),
                findings.in_short(finding, CODES, cause),
                findings.short(finding, CODES, cause),
            )
            for text in shown:
                assert any(map(str.isalpha, text))
                assert NAME not in text
                assert not {"{", "\0"} & set(text)
            assert NAME not in sentence(finding, CODES, cause)
            if names_in(template_of(code, cause)) - {"at_stake"}:
                assert ERASED in shown[0] or shown[0] == catalogued(code.name)
        assert NAME not in findings.told(finding, CODES)
        for name in ("expected", "actual", "variance", "limit"):
            assert findings.value(finding, name) == ERASED


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_sentence_that_a_release_before_stored_is_gone(language: Language) -> None:
    finding = brief(CODES["AP-QTY-SHORT"], message=f"{NAME} billed 1200 EA.")
    with written_in(language):
        assert findings.message(finding, CODES) == ERASED
        assert findings.short(finding, CODES) == ERASED


def test_what_is_left_reads_well() -> None:
    text = findings.message(brief(CODES["AP-QTY-SHORT"]), CODES)
    assert text.replace(NO_BREAK, " ") == (
        "This invoice bills — (earlier invoices: —); — accepted: — had not arrived by —. At stake: 1.00 EUR."
    )


@pytest.mark.parametrize(
    ("language", "name"), [("en", "Supplier blocked or unknown"), ("de", "Lieferant gesperrt oder unbekannt")]
)
def test_where_a_sentence_was_nothing_but_values_the_name_of_its_code_stands(language: Language, name: str) -> None:
    with written_in(language):
        assert findings.message(brief(CODES["MD-VEND-BLOCK"]), CODES) == name
        assert findings.in_short(brief(CODES["MD-VEND-BLOCK"]), CODES) == name
