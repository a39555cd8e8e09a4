"""Messages to other parties, over HTTP: to whom, in which language, with what in them; and refused where nobody can be asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.api.company import Company, company
from tests.engine.samples import ACME, invoice, order, receipt, supplier
from tests.support.server import Database
from tieout.core.values.party import Identifier
from tieout.core.values.scope import Scope
from tieout.engine.application import application
from tieout.store.models import Action, Case
from tieout.trade.documents import BankAccount, Supplier

IBAN = "DE89370400440532013000"
STATED = "0088:4012345000009"


@pytest.fixture
def acme(database: Database) -> Iterator[Company]:
    with company("DE01", "DE02") as made:
        made.person("ann", "ap_analyst")
        made.person("olga", "approver")
        yield made


def dear(acme: Company, *records: Supplier, **changes: Any) -> Case:
    """An invoice that is too dear, with these records of its supplier."""
    acme.erp(*records, replace(order(), entity="DE01"), replace(receipt(), entity="DE01"))
    stated = replace(ACME, identifiers=(*ACME.identifiers, Identifier(scheme="0088", value="4012345000009")))
    billed = replace(invoice(price="12.00"), entity="DE01", supplier=stated)
    acme.upload("ann", replace(billed, **changes))
    return acme.case(billed.number, "AP-PRC-OVER")


def letter(acme: Company, case: Case, **query: str) -> dict[str, Any]:
    answer = acme.clients["ann"].get(f"/api/cases/{case.id}/letter", query)
    assert answer.status_code == 200, answer.content
    body: dict[str, Any] = answer.json()
    return body


def sent(acme: Company) -> list[dict[str, Any]]:
    """What lies in the outbox for other parties."""
    return [json.loads(action.payload) for action in acme.rows(Action, kind="message")]


def state(acme: Company, case: Case) -> str:
    return str(acme.clients["ann"].get(f"/api/cases/{case.id}").json()["status"])


def test_a_letter_is_whole_before_and_after_it_is_sent(acme: Company) -> None:
    case = dear(acme, replace(supplier(), email="ar@acme.example"))
    proposed = letter(acme, case, resolution="request_credit_note")
    assert proposed["name"] == "Acme GmbH"
    assert proposed["addresses"][0] == {"address": "ar@acme.example", "kind": "email", "on_record": True}
    assert [one["on_record"] for one in proposed["addresses"]] == [True, False], "the document's own is a proposal"
    for part in (
        "Invoice: ",
        "Amount: ",
        "Order: 4500012",
        "Line 1: You bill 12.00 EUR per EA",
        "Please send a credit note",
    ):
        assert part in proposed["text"]
    assert proposed["text"].endswith("Kind regards\nWe Ltd")
    status, answer = acme.command("ann", case, "resolve", resolution="request_credit_note", text=proposed["text"])
    assert (status, answer["status"]) == (200, "asked")
    [message] = sent(acme)
    assert message["to"] == {
        "name": "Acme GmbH", "number": "S1", "language": "en", "address": "ar@acme.example", "address_kind": "email",
        "on_record": True,
    }  # fmt: skip
    assert message["supplier"] == "Acme GmbH"
    assert message["from"] == {"entity": "DE01", "name": "We Ltd"}
    assert message["document"]["number"] == case.number
    assert message["document"]["amount"]
    assert (message["subject"], message["text"]) == (proposed["subject"], proposed["text"])
    assert (message["draft"], message["status"], message["action"]) == (False, "UQ", "CNP")
    assert message["answer_by"] is not None


def test_in_the_language_of_the_record_whatever_the_reader_has(acme: Company) -> None:
    case = dear(acme, replace(supplier(), email="ar@acme.example", language="de-DE"))
    text = letter(acme, case)["text"]
    assert "Sehr geehrte Damen und Herren" in text
    assert "Position 1: Sie berechnen 12,00 EUR je EA" in text
    assert "Mit freundlichen Grüßen" in text


@pytest.mark.parametrize("language", ["fr", "xx", "Deutsch?"])
def test_a_language_that_there_are_no_letters_in_is_the_organisations_own(acme: Company, language: str) -> None:
    case = dear(acme, replace(supplier(), email="ar@acme.example", language=language))
    assert letter(acme, case)["text"].startswith("Dear Sir or Madam")


NOBODY = [
    pytest.param(supplier(), "the record S1 of Acme GmbH has no e-mail", id="no address"),
    pytest.param(replace(supplier(), email="ask Ms Öz"), "has no e-mail", id="an address that is none"),
    pytest.param(replace(supplier(), email="ar@acme.example", entities=("DE02",)), "is not kept for our company DE01", id="another's"),
]  # fmt: skip


@pytest.mark.parametrize(("record", "why"), NOBODY)
def test_where_nobody_can_be_asked_nothing_is_asked_and_no_clock_stands(
    acme: Company, record: Supplier, why: str
) -> None:
    case = dear(acme, record, supplier=ACME)
    page = acme.clients["ann"].get(f"/api/cases/{case.id}").json()
    assert "ask_counterparty" not in page["commands"]
    assert "request_credit_note" not in page["resolutions"]
    assert why in page["nobody_to_ask"]
    assert why in letter(acme, case)["nobody_to_ask"]
    for command, arguments in (
        ("ask_counterparty", {}),
        ("ask_counterparty", {"text": "Why?"}),
        ("ask_counterparty", {"text": "Why?", "to": "somebody@else.example"}),
        ("resolve", {"resolution": "request_credit_note"}),
        ("resolve", {"resolution": "reject_to_supplier", "note": "no", "text": "You get nothing."}),
    ):
        status, answer = acme.command("ann", case, command, **arguments)
        assert (status, answer["code"]) == (409, "CASE-ADDRESSEE"), (command, arguments)
        assert why in answer["message"]
    assert (state(acme, case), sent(acme)) == ("open", [])
    [row] = acme.rows(Case, id=case.id)
    assert row.due_at == case.due_at


def test_a_document_is_rejected_without_an_addressee_and_nobody_is_told(acme: Company) -> None:
    case = dear(acme, supplier(), supplier=ACME)
    status, _ = acme.command("ann", case, "resolve", resolution="reject_to_supplier", note="not ours")
    assert (status, state(acme, case), sent(acme)) == (200, "rejected", [])


def test_a_rejection_tells_why(acme: Company) -> None:
    case = dear(acme, replace(supplier(), email="ar@acme.example"))
    assert "Reason: not ours" in letter(acme, case, resolution="reject_to_supplier", reason="not ours")["text"]
    assert acme.command("ann", case, "resolve", resolution="reject_to_supplier", note="not ours")[0] == 200
    [message] = sent(acme)
    assert (message["status"], message["to"]["address"]) == ("RE", "ar@acme.example")
    assert "we do not accept this document" in message["text"]
    assert "Reason: not ours" in message["text"]


def test_what_the_document_states_is_a_proposal_that_a_person_confirms(acme: Company) -> None:
    case = dear(acme, supplier())
    proposed = letter(acme, case)["addresses"]
    assert proposed == [{"address": STATED, "kind": "electronic", "on_record": False}]
    status, answer = acme.command("ann", case, "ask_counterparty")
    assert (status, answer["code"]) == (409, "CASE-ADDRESSEE")
    assert STATED in answer["message"]
    assert acme.command("ann", case, "ask_counterparty", to=STATED)[0] == 200
    [message] = sent(acme)
    assert (message["to"]["address"], message["to"]["on_record"]) == (STATED, False)


def test_a_question_about_an_account_never_goes_to_the_documents_own_address(acme: Company) -> None:
    bank = (BankAccount(number=IBAN),)
    dear(acme, supplier(), accounts=bank)
    for code in ("MD-BANK-CHG", "AP-PRC-OVER"):  # the price question neither: the sender itself is in doubt
        case = acme.case(invoice().number, code)
        assert letter(acme, case)["addresses"] == []
        status, answer = acme.command("ann", case, "ask_counterparty", text="Is it yours?", to=STATED)
        assert (status, answer["code"]) == (409, "CASE-ADDRESSEE")
        assert "in doubt" in answer["message"]
    assert sent(acme) == []
    acme.erp(replace(supplier(), email="ar@acme.example"))
    case = acme.case(invoice().number, "MD-BANK-CHG")
    text = letter(acme, case)["text"]
    assert IBAN not in text.replace(" ", "")
    assert "DE…3000" in text
    assert acme.command("ann", case, "ask_counterparty", text="Is it yours?", to=STATED)[0] == 409
    assert acme.command("ann", case, "ask_counterparty")[0] == 200
    assert [message["to"]["address"] for message in sent(acme)] == ["ar@acme.example"]


def test_of_two_addresses_the_first_is_taken_unless_the_other_is_named(acme: Company) -> None:
    case = dear(
        acme, replace(supplier(), email="ar@acme.example; cfo@acme.example", electronic_address="0060:123456789")
    )
    on_record = [one["address"] for one in letter(acme, case)["addresses"] if one["on_record"]]
    assert on_record == ["ar@acme.example", "cfo@acme.example", "0060:123456789"]
    assert acme.command("ann", case, "ask_counterparty", to="CFO@acme.example")[0] == 200
    assert [message["to"]["address"] for message in sent(acme)] == ["cfo@acme.example"]


TEXTS = [
    pytest.param("", "empty", id="empty"),
    pytest.param(" \n\t", "empty", id="blank"),
    pytest.param("a" * 10_001, "at most 10000", id="too long"),
    pytest.param("a\x00b", "NUL", id="NUL"),
    pytest.param("a\ud800b", "surrogate pair", id="half of a pair"),
]


@pytest.mark.parametrize(("text", "why"), TEXTS)
def test_a_letter_that_cannot_be_sent_is_refused_in_words(acme: Company, text: str, why: str) -> None:
    case = dear(acme, replace(supplier(), email="ar@acme.example"))
    for command, arguments in (
        ("ask_counterparty", {}),
        ("resolve", {"resolution": "request_credit_note"}),
        ("resolve", {"resolution": "reject_to_supplier", "note": "no"}),
    ):
        status, answer = acme.command("ann", case, command, text=text, **arguments)
        assert status in {409, 422}, (command, answer)
        assert why in answer["message"] or status == 422, answer
    assert (state(acme, case), sent(acme)) == ("open", [])


def test_beside_a_resolution_that_asks_the_other_question_is_in_own_words(acme: Company) -> None:
    """One letter about the findings, not two: "ask for a credit note" has it, and the question without a resolution is an open one."""
    case = dear(acme, replace(supplier(), email="ar@acme.example"))
    scope = Scope(tenant=case.tenant, actor="ann")
    letters = application().letters(scope, case.id, at=datetime.now(UTC), resolutions=["request_credit_note"])
    asked, other = letters.draft("request_credit_note"), letters.draft()
    assert asked is not None
    assert other is not None
    assert (asked.whole, other.whole) == (True, False)
    assert "12.00 EUR" in asked.text
    assert "12.00 EUR per" not in other.text
    assert f"Invoice: {case.number}" in other.text


def test_a_letter_at_the_limit_is_sent_as_it_was_edited(acme: Company) -> None:
    case = dear(acme, replace(supplier(), email="ar@acme.example"))
    assert acme.command("ann", case, "ask_counterparty", text="a" * 10_000)[0] == 200
    assert [message["text"] for message in sent(acme)] == ["a" * 10_000]


def test_two_records_that_name_different_addresses_name_none(acme: Company) -> None:
    case = dear(acme, replace(supplier(), email="ar@acme.example"), supplier=ACME)
    acme.erp(replace(supplier(), number="S2", email="other@acme.example"))
    case = acme.case(invoice().number, case.code)
    assert "several records fit Acme GmbH (S1, S2)" in letter(acme, case)["nobody_to_ask"]
    assert acme.command("ann", case, "ask_counterparty", to="other@acme.example")[1]["code"] == "CASE-ADDRESSEE"


def test_an_account_within_a_reason_is_masked_in_the_letter(acme: Company) -> None:
    case = dear(acme, replace(supplier(), email="ar@acme.example"))
    reason = "not to DE89 3704 0044 0532 0130 00 PLEASE"
    text = letter(acme, case, resolution="reject_to_supplier", reason=reason)["text"]
    assert "Reason: not to DE…3000 PLEASE" in text


def test_a_record_that_is_superseded_gets_no_letter(acme: Company) -> None:
    case = dear(acme, replace(supplier(), email="former@acme.example"))
    acme.erp(replace(supplier(), email="present@acme.example"))
    assert letter(acme, case)["addresses"][0]["address"] == "present@acme.example"
    assert acme.command("ann", case, "ask_counterparty", to="former@acme.example")[0] == 409
    assert acme.command("ann", case, "ask_counterparty")[0] == 200
    assert [message["to"]["address"] for message in sent(acme)] == ["present@acme.example"]


def test_the_same_letter_is_not_sent_twice(acme: Company) -> None:
    case = dear(acme, replace(supplier(), email="ar@acme.example"))
    assert acme.command("ann", case, "ask_counterparty")[0] == 200
    status, answer = acme.command("olga", case, "ask_counterparty", text=letter(acme, case)["text"])
    assert (status, answer["code"]) == (409, "CASE-ASKED")


def test_nobody_is_told_of_what_is_simply_accepted(acme: Company) -> None:
    case = dear(acme, replace(supplier(), email="ar@acme.example"))
    assert acme.accept("olga", case)[0] == 200
    acme.tie_out()
    assert sent(acme) == []


def test_refusals_name_things_as_people_do(acme: Company) -> None:
    case = dear(acme, replace(supplier(), email="ar@acme.example"))
    status, answer = acme.command("olga", case, "resolve", resolution="confirm_duplicate", note="x")
    assert (status, answer["code"]) == (409, "CASE-RESOLUTION")
    assert "'Confirm: duplicate' does not end AP-PRC-OVER (Price above tolerance) here; possible: " in answer["message"]
    assert "Ask for a credit note" in answer["message"]
    assert "_" not in answer["message"]
    status, answer = acme.command("ann", case, "reopen", reason="x")
    assert (status, answer["code"]) == (409, "CASE-STATE")
    assert answer["message"].startswith(
        "reopening the case is not possible while the case is open; possible now: taking"
    )
    assert "_" not in answer["message"]
    acme.person("rex", "auditor")
    status, answer = acme.command("rex", case, "ask_counterparty")
    assert (status, answer["code"]) == (409, "CASE-ROLE")
    assert "asking the counterparty needs one of these roles: AP analyst" in answer["message"]
    assert "_" not in answer["message"]
