"""What is stored keeps its spelling, and people read the field's terms: in English, in other languages, and from former releases."""

from __future__ import annotations

import pytest

from tieout.core.findings.making import evidence_hash, finding
from tieout.core.policy.policy import Rules, Ruling
from tieout.core.values.sentence import Figure, Sentence, english, words_of
from tieout.trade.taxonomy.billing import BILLING
from tieout.wording import findings, sentences
from tieout.wording.catalogue import text, translated
from tieout.wording.chosen import written_in
from tieout.wording.reworded import REWORDED

RULING = Ruling(rules=Rules(), policies=())
STORED = "customer {account} has no record in the books of {entity}"


def test_a_stored_sentence_is_read_in_the_field_s_terms_and_stays_as_it_is() -> None:
    stored = Sentence(STORED, account="C-1", entity="DE01")
    assert stored == "customer C-1 has no record in the books of DE01"
    assert sentences.sentence(stored) == "customer C-1 is not set up in accounting for company DE01"
    with written_in("de"):
        assert sentences.sentence(stored) == "Kunde C-1 ist in der Buchhaltung der Gesellschaft DE01 nicht angelegt"


def test_a_finding_shows_other_words_than_those_its_hash_is_taken_over() -> None:
    row = next(code for code in BILLING if code.id == "BIL-READY-CUST")
    reason = Sentence(STORED, account="C-1", entity="DE01")
    made = finding(row, "document", ruling=RULING, expected="a record in the books", reason=reason)
    assert made.expected == "a record in the books"
    assert dict(made.numbers)["reason"] == str(reason)
    assert made.evidence_hash == evidence_hash(made)
    assert findings.value(made, "expected") == "a customer record in accounting"
    assert "not set up in accounting" in findings.message(made, {row.id: row})


def test_a_price_of_a_contract_has_its_currency_and_a_record_without_one_is_read_as_it_was_written() -> None:
    message = "{quantity} {unit} at {price} for {price_per}"
    values = {"quantity": 29, "unit": "EA", "price": 19, "price_per": 1}
    priced = Sentence("{price} per {unit}", price=Figure("19.00 EUR"), unit="EA")
    now = Sentence(message, **values, unit_price=priced)
    assert now == Sentence(message, **values) == "29 EA at 19 for 1"
    assert sentences.for_people(words_of(now)) == "29 EA at 19.00\u00a0EUR per EA"
    assert sentences.for_people(words_of(Sentence(message, **values))) == "29 EA at 19 for 1"


@pytest.mark.parametrize(("stored", "shown"), sorted(REWORDED.items()))
def test_every_other_wording_is_translated_and_is_itself_not_reworded(stored: str, shown: str) -> None:
    assert shown not in REWORDED
    assert english(words_of(shown)) == shown
    if "{" not in stored:
        assert text(stored) == shown
    with written_in("de"):
        assert translated(shown) != shown
