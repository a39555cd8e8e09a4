"""Refusals, remarks and reasons in the reader's language, fresh and from the store; in English they are what they were."""

from __future__ import annotations

import argparse
import copy
import pickle
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import get_args
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.app import kinds, policy_from
from tieout.cli.actions import _line
from tieout.cli.read import run as main_read
from tieout.core.claim.delivery import DeliveryState
from tieout.core.claim.state import ClaimStatus, PartState
from tieout.core.documents.remark import Remark
from tieout.core.documents.sheet import worded
from tieout.core.documents.unreadable import Unreadable
from tieout.core.findings.making import evidence_hash, finding, instant_text, price_text, quantity_text
from tieout.core.outbox.action import Action
from tieout.core.policy.policy import Rules, Ruling
from tieout.core.values.errors import Malformed, Refused
from tieout.core.values.money import Money
from tieout.core.values.party import Identifier, Party
from tieout.core.values.sentence import Sentence, joined, of_words
from tieout.formats import canonical_json
from tieout.formats.registry import read
from tieout.store import actions
from tieout.store.outstanding import Outstanding
from tieout.trade.document_types import REMINDER, DocumentType, classify, every_type, titled
from tieout.trade.document_types.document_type import REASONS
from tieout.trade.documents import Supplier
from tieout.trade.sendable import ADDRESS, _endpoint
from tieout.trade.taxonomy.ingest import INGEST
from tieout.web.sheets import sheet
from tieout.wording import findings, sentences
from tieout.wording.chosen import written_in

RULING = Ruling(rules=Rules(), policies=())
NO_BREAK = "\u00a0"


def german(text: str) -> str:
    """The sentence for a German reader."""
    with written_in("de"):
        return sentences.sentence(text)


def test_a_refused_command_is_read_in_german() -> None:
    refused = Refused(
        "CASE-LIMIT",
        "{at_stake} is at stake and your limit of {limit} does not cover it",
        at_stake=Money.of("1234.50", "EUR"),
        limit=Money.of("500.00", "EUR"),
    )
    assert str(refused) == "CASE-LIMIT: 1234.50 EUR is at stake and your limit of 500.00 EUR does not cover it"
    assert german(refused.message) == (
        f"der betroffene Betrag ist 1.234,50{NO_BREAK}EUR, und Ihre Grenze von 500,00{NO_BREAK}EUR deckt ihn nicht"
    )


def test_a_malformed_csv_is_read_in_german() -> None:
    content = b"invoice_number;invoice_date;currency;line_net\nR-1;2026-13-99;EUR;1.5\n"
    (reading, *_) = read(content, kinds=kinds(), name="a.csv")
    assert isinstance(reading.document, Unreadable)
    stored = canonical_json.decode_as(Unreadable, canonical_json.encode(reading.document))
    for document in (reading.document, stored):
        assert german(document.reason) != document.reason
        assert german(document.remedy) != document.remedy


def test_a_malformed_policy_is_read_in_german() -> None:
    with pytest.raises(Malformed) as caught:
        policy_from(b"policy: mine\nversion: 1\nefective_from: 2026-01-01\nlayers: []\n")
    with written_in("de"):
        text = sentences.malformed(caught.value)
    assert "Zeile 3, Spalte 1" in text
    assert "„efective_from“ ist hier kein Wort einer Richtlinie" in text
    assert "meinten Sie effective_from?" in text
    assert "did you mean effective_from?" in str(caught.value)


def test_a_remark_of_the_store_has_its_words_again_and_a_former_one_stands_as_it_is() -> None:
    remark = Remark(code="DOC-EINV", where="line 3", message=Sentence("the {name} is missing", name="BT-1"))
    stored = canonical_json.decode_as(tuple[Remark, ...], canonical_json.encode((remark,)))
    assert stored == (remark,)
    assert german(stored[0].message) == "es fehlt: BT-1"
    former = b'[{"code":"DOC-EINV","where":"1","message":"the BT-1 is missing","rule":"","fatal":true}]'
    (old,) = canonical_json.decode_as(tuple[Remark, ...], former)
    assert german(old.message) == "the BT-1 is missing"
    assert replace(remark, message="other").words == ()


def test_a_reason_within_a_finding_is_translated_and_no_hash_is_taken_over_its_words() -> None:
    row = next(code for code in INGEST if code.id == "DOC-UNREAD")
    given_as = {"remedy": "split it", "place": "row 2"}
    plain = finding(row, "document", ruling=RULING, reason="the file is not UTF-8: byte 7", **given_as)
    worded = finding(
        row, "document", ruling=RULING,
        reason=Sentence("the file is not {encoding}: byte {byte}", encoding="UTF-8", byte=7), **given_as,
    )  # fmt: skip
    assert plain == worded
    assert plain.evidence_hash == worded.evidence_hash == evidence_hash(worded)
    stored = canonical_json.decode_as(type(worded), canonical_json.encode(worded))
    assert stored.words == worded.words
    with written_in("de"):
        assert "die Datei ist nicht UTF-8: Byte 7" in findings.message(stored, {row.id: row})
    assert "the file is not UTF-8: byte 7" in findings.message(stored, {row.id: row})


def test_places_are_written_in_the_language_and_anything_else_as_it_is() -> None:
    with written_in("de"):
        assert sentences.place("line 3, column 5") == "Zeile 3, Spalte 5"
        assert sentences.place("$.items[0]") == "$.items[0]"
        assert sentences.described(Refused("GOV-SCOPE", "You have no role there. Ask a controller for one.")) == (
            "GOV-SCOPE: Sie haben dort keine Rolle. Bitten Sie einen Controller um eine."
        )
    assert sentences.place("line 3, column 5") == "line 3, column 5"


def test_values_are_written_as_the_language_does() -> None:
    made = Sentence(
        "{a} {b} {c} {d!r}",
        a=Decimal("1234.5"),
        b=date(2026, 12, 2),
        c=datetime(2026, 12, 2, 9, 30, tzinfo=UTC),
        d="it's",
    )
    assert made == '1234.5 2026-12-02 2026-12-02 09:30 UTC "it\'s"'
    assert (
        german(made)
        == f"1.234,5 2.{NO_BREAK}Dez.{NO_BREAK}2026 2.{NO_BREAK}Dez.{NO_BREAK}2026 09:30{NO_BREAK}UTC „it's“"
    )


def test_a_plural_has_the_form_of_its_count() -> None:
    one, many = "{count} file", "{count} files"
    assert [str(Sentence.counted(one, many, count)) for count in (1, 2)] == ["1 file", "2 files"]
    assert [german(Sentence.counted(one, many, count)) for count in (1, 2000)] == ["1 Datei", "2.000 Dateien"]


@given(st.text(), st.text())
def test_any_value_survives_storing_pickling_and_copying(first: str, second: str) -> None:
    made = Sentence("{what}; {why!r} {other}", what=Sentence("{x!r}", x=first), why=second)
    assert made == f"{first!r}; {second!r} {{other}}"
    assert of_words(made.words) == made
    for other in (copy.deepcopy(made), pickle.loads(pickle.dumps(made))):
        assert (other, other.words) == (made, made.words)


def test_refusals_survive_the_way_between_processes() -> None:
    wrong = Malformed("a {x}", x=1, where="row 2", remedy="do {x}")
    for error in (wrong, Refused("C", "a {x}", x=1)):
        other = pickle.loads(pickle.dumps(error))
        assert (str(other), vars(other)) == (str(error), vars(error))
        assert german(other.message) == "a 1"


def test_figures_in_canonical_text_are_written_as_the_language_does() -> None:
    made = Sentence(
        "{quantity}; {price}; {moment}",
        quantity=quantity_text(Decimal("1150.50"), "EA"),
        price=price_text(Decimal("1080.8"), "EUR", "EA"),
        moment=instant_text(datetime(2026, 12, 2, 9, 30, tzinfo=UTC)),
    )
    assert made == "1150.5 EA; 1080.80 EUR per EA; 2026-12-02 09:30 UTC"
    assert german(made).replace(NO_BREAK, " ") == "1.150,5 EA; 1.080,80 EUR je EA; 2. Dez. 2026 09:30 UTC"


def test_reasons_in_a_row_are_translated_one_by_one() -> None:
    parts = ["nobody approved it", Sentence("is about {subject} of {whose}", subject="A", whose="B"), "R-1 {part0}"]
    made = joined("; ", parts)
    assert made == "; ".join(parts)
    assert german(made) == "niemand hat ihn genehmigt; betrifft A von B; R-1 {part0}"
    assert joined("; ", []) == ""
    assert german(joined("; ", ["nobody approved it"])) == "niemand hat ihn genehmigt"


@pytest.mark.parametrize("row", every_type(), ids=lambda row: f"{row.code_list} {row.code}")
def test_the_name_of_every_document_type_is_read_in_german(row: DocumentType) -> None:
    assert german(row.name) != row.name
    assert german(row.label).startswith(german(row.name))


def test_what_is_no_invoice_is_said_in_german_and_its_hash_is_that_of_the_english_text() -> None:
    row = classify("71")
    assert row is not None
    english = "request for payment (UNTDID 1001: 71): it asks for the payment of what was billed before"
    reason = Sentence("{type}: {reason}", type=row.label, reason=REASONS[row.nature])
    code = next(code for code in INGEST if code.id == "DOC-NOTINV")
    made = finding(code, "document", ruling=RULING, actual=row.name, reason=reason)
    plain = finding(code, "document", ruling=RULING, actual="request for payment", reason=english)
    assert (reason, made.evidence_hash) == (english, plain.evidence_hash)
    with written_in("de"):
        text = findings.message(made, {code.id: code})
    assert "Zahlungsaufforderung (UNTDID 1001: 71): " in text
    assert "request for payment" not in text
    assert "it asks for" not in text


def test_a_type_by_its_profile_or_under_self_billing_is_read_in_german() -> None:
    assert german(REMINDER.label) == "Mahnung (nach dem Profil)"
    titled_row = titled("", ["Proforma invoice"])
    assert titled_row is not None
    assert german(titled_row.label) == "Proforma-Rechnung (nach dem Titel)"
    self_billed = classify("384", profile="urn:self-billing")
    assert self_billed is not None
    assert self_billed.name == "corrected invoice under self-billing"
    assert german(self_billed.name) == "Rechnungskorrektur im Gutschriftverfahren"


def test_states_in_sentences_are_read_in_german() -> None:
    made = Sentence(
        "number {invoice} is that of {other}, which is {state}", invoice="1", other="2", state=Sentence("part_posted")
    )
    assert made == "number 1 is that of 2, which is part_posted"
    assert german(made).endswith("(Stand: teilweise gebucht)")
    for state in (*get_args(ClaimStatus), *get_args(PartState), *get_args(DeliveryState), *get_args(actions.State)):
        assert german(Sentence(state)) != state


def test_words_within_a_document_view_are_read_in_german() -> None:
    supplier = Supplier(number="S", name="A", blocked=True, order_required=True)
    assert german(worded("wrong_product")) == "Falsches Produkt"
    with written_in("de"):
        made = sheet(supplier, kinds())
    assert {"ja", "erforderlich"} <= {value for _, value in made.fields}
    with written_in("en"):
        made = sheet(supplier, kinds())
    assert {"yes", "required"} <= {value for _, value in made.fields}


def test_what_an_invoice_lacks_is_read_in_german() -> None:
    party = Party(name="A", country="DE", identifiers=(Identifier(scheme="0088", value="1"),))
    words = [lack.words for lack in _endpoint(party, ADDRESS, "our electronic address (BT-34)")]
    assert words == ["our electronic address (BT-34) with a right check digit"]
    assert german(words[0]) == "unsere elektronische Adresse (BT-34) mit gültiger Prüfziffer"


def test_the_table_of_what_was_read_has_german_headings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_text("no invoice")
    with written_in("de"):
        main_read(argparse.Namespace(paths=[tmp_path], jsonl=False, table=False, validate=False, processes=1))
    assert capsys.readouterr().out.split()[:4] == ["Datei", "Art", "Format", "Nummer"]


def test_an_action_is_listed_with_its_state_and_trouble_in_german() -> None:
    at = datetime(2026, 12, 2, 9, 30, tzinfo=UTC)
    action = Action(id=UUID(int=1), kind="post_voucher", claim="C-1", queue="erp", payload="", due_at=at)
    row = Outstanding(
        action=action, tenant="t", stream=UUID(int=2), state="refused", created_at=at, attempts=1,
        error="nobody approved it", busy=False, begun=True,
    )  # fmt: skip
    with written_in("de"):
        line = _line(row, at)
    assert " abgelehnt " in line
    assert line.endswith("niemand hat ihn genehmigt")
    assert _line(row, at).endswith("  nobody approved it")
