"""Buttons: which there are, what each asks of the engine, how a refusal is shown."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.test import Client

from tests.support.access import granted
from tests.web.books import finding, invoice, order
from tests.web.examples import Examples, RecordingApplication, person
from tieout.app import catalogue, taxonomy
from tieout.core.case import commands
from tieout.core.case.commands import NAMES, Circumstances, Command
from tieout.core.case.events import FindingBrief
from tieout.core.case.legal import ROLES
from tieout.core.case.offering import offers
from tieout.core.case.state import Case
from tieout.core.case.upcast import EVENT_TYPES
from tieout.core.values.errors import Refused
from tieout.core.values.money import Money
from tieout.core.values.scope import Scope
from tieout.web.asks import FORMS
from tieout.web.notices import _DONE
from tieout.web.timeline import WORDS

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def post(browser: Client, examples: Examples, name: str, **fields: str) -> tuple[int, str]:
    """Posts a form as the page has it, with its CSRF token and version."""
    page = browser.get(f"/cases/{examples.held}/").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert token
    assert seen
    data = {"csrfmiddlewaretoken": token[1], "seen": seen[1], **fields}
    answer = browser.post(f"/cases/{examples.held}/{name}/", data)
    return answer.status_code, answer.content.decode()


ASKED: list[tuple[str, dict[str, str], Command]] = [
    ("assign", {}, commands.Assign(assignee="")),
    ("note", {"text": "hello"}, commands.Note(text="hello")),
    (
        "ask_counterparty",
        {"text": "Why?", "to": "ar@brandt.example"},
        commands.AskCounterparty(text="Why?", to="ar@brandt.example"),
    ),
    ("escalate", {"reason": "now"}, commands.Escalate(reason="now")),
    ("hand_off", {"queue": "ap-intake", "reason": "theirs"}, commands.HandOff(queue="ap-intake", reason="theirs")),
    ("resolve", {"resolution": "short_pay", "note": "PO 2"}, commands.Resolve(resolution="short_pay", note="PO 2")),
    (
        "accept_variance",
        {"finding": "cafe|AP-PRC-OVER|2", "reason": "agreed by phone", "limit": "28.00"},
        commands.AcceptVariance(code="AP-PRC-OVER", where="2", evidence_hash="cafe", reason="agreed by phone", limit=Money.of(28, "EUR")),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "fields", "command"), ASKED, ids=[name for name, _, _ in ASKED])
def test_a_button_asks_the_engine(
    browser: Client,
    examples: Examples,
    recording: RecordingApplication,
    name: str,
    fields: dict[str, str],
    command: Command,
) -> None:
    status, _ = post(browser, examples, name, **fields)
    assert status == 302
    [(scope, case, asked)] = recording.asked
    assert (scope.tenant, case, asked) == (examples.books.tenant, examples.held, command)
    assert (recording.versions == [None]) == (name in {"note", "escalate"})


def test_a_refusal_is_shown_in_words_and_nothing_is_lost(
    browser: Client, examples: Examples, recording: RecordingApplication
) -> None:
    recording.refusal = Refused("WF-SOD", "you created this supplier: another person has to accept")
    status, page = post(browser, examples, "resolve", resolution="short_pay", note="as agreed with Ms Öz")
    assert status == 409
    assert "you created this supplier: another person has to accept" in page
    assert "as agreed with Ms Öz" in page, "what was typed is still there"


def test_what_is_invalid_is_shown_at_its_field(
    browser: Client, examples: Examples, recording: RecordingApplication
) -> None:
    status, page = post(browser, examples, "accept_variance", finding="cafe|AP-PRC-OVER|2", reason="x", limit="a lot")
    assert status == 422
    assert "is not an amount with a currency" in page
    status, page = post(browser, examples, "note", text="")
    assert status == 422
    assert "This field is required" in page
    status, _ = post(browser, examples, "accept_variance", finding="beef|AP-PRC-OVER|2", reason="x")
    assert status == 422, "a finding that the case does not have"
    assert recording.asked == []


def test_unknown_commands_and_missing_tokens(
    browser: Client, examples: Examples, recording: RecordingApplication
) -> None:
    assert post(browser, examples, "delete")[0] == 404
    assert browser.post(f"/cases/{examples.held}/note/", {"text": "no token"}).status_code == 403
    assert browser.get(f"/cases/{examples.held}/note/").status_code == 405
    assert recording.asked == []


def test_those_who_only_look_have_no_buttons(tenant: str, examples: Examples) -> None:
    client = Client()
    client.force_login(person(tenant, "auditor"))
    page = client.get(f"/cases/{examples.held}/").content.decode()
    assert "Your roles allow no action here" in page
    assert "hx-post" not in page


def test_every_command_has_a_form_and_every_event_its_words() -> None:
    assert set(FORMS) == set(NAMES.values())
    assert set(_DONE) | {commands.AskCounterparty} == set(NAMES)
    assert set(WORDS) == set(EVENT_TYPES.values())


def forms_of(page: str, name: str) -> dict[str, str]:
    """The forms of a command on a page, by the resolution that each is for."""
    forms = re.findall(rf'<form method="post" action="[^"]*/{name}/[^"]*".*?</form>', page, re.DOTALL)
    named = {re.search(r'name="resolution" value="(\w+)"', form): form for form in forms}
    return {match[1]: form for match, form in named.items() if match}


def test_every_resolution_has_its_own_fields_and_what_it_needs_is_required(browser: Client, examples: Examples) -> None:
    offered = forms_of(browser.get(f"/cases/{examples.held}/").content.decode(), "resolve")
    assert set(offered) == {"request_credit_note", "short_pay", "reject_to_supplier"}, (
        "accepting as it is has a form of its own"
    )
    for form in offered.values():
        assert 'name="note"' in form
        assert 'name="reference"' not in form
        assert re.search(r'<textarea name="(?:note|text)"[^>]* required', form), "a reason, or a letter"
    assert re.search(r'<textarea name="text"[^>]* required', offered["request_credit_note"])
    assert 'name="text"' not in offered["reject_to_supplier"], "its letter is shown once the reason is known"


def test_what_a_resolution_needs_and_is_not_given_is_shown_at_its_field(
    browser: Client, examples: Examples, recording: RecordingApplication
) -> None:
    status, page = post(browser, examples, "resolve", resolution="short_pay", note="")
    assert status == 422
    assert "This field is required" in forms_of(page, "resolve")["short_pay"]
    status, _ = post(browser, examples, "resolve", resolution="paint_it_blue", note="x")
    assert status == 422, "a resolution that the case does not offer"
    assert recording.asked == []


def test_what_is_done_in_another_system_is_an_instruction_and_no_button(browser: Client, examples: Examples) -> None:
    page = browser.get(f"/cases/{examples.held}/").content.decode()
    assert "Amend the order" in page
    assert "The order is changed to what was agreed." in page, "the sentence of each stands on the page"
    assert "The case closes by itself when the changed document arrives." in page
    assert "amend_order" not in page
    status, _ = post(browser, examples, "resolve", resolution="amend_order", note="x")
    assert status == 422


def test_no_button_does_nothing() -> None:
    """House rule: a resolution without an effect is never offered; what is offered asks for what its effect needs."""
    rows = catalogue().resolutions.values()
    assert {row.effect for row in rows if not row.acts} == {"elsewhere"}
    for row in rows:
        names = [field.name for field in row.fields]
        if row.effect == "wait":
            assert "until" in names
        if row.effect == "assign":
            assert [field.required for field in row.fields if field.assigned] == [True]
    everybody = Scope(tenant="t", actor="eve", grants=granted(*(role for roles in ROLES.values() for role in roles)))
    given = Circumstances(catalogue=catalogue())
    for code in taxonomy().values():
        brief = FindingBrief(
            code=code.id, where="1", stage="hold", queue="q", evidence_hash="x", resolutions=code.resolutions
        )
        case = Case(
            id=uuid4(),
            tenant="t",
            claim="c",
            cause="x",
            opened_at=AT,
            state="open",
            code=code.id,
            queue="q",
            findings=(brief,),
        )
        made = offers(case, at=AT, by=everybody, given=given)
        assert all(catalogue().resolution(name).acts for name in made.resolutions)
        assert not any(catalogue().resolution(name).acts for name in made.instructions)
        assert set(code.resolutions) & set(made.instructions) == {
            name for name in code.resolutions if not catalogue().resolution(name).acts
        }


def test_the_open_orders_of_the_supplier_are_offered(browser: Client, examples: Examples) -> None:
    books = examples.books
    lacking = replace(
        finding("AP-PO-MISSING", "no order", queue="purchasing", where="document"), resolutions=("assign_order",)
    )
    claim = books.claim(invoice("INV-2026-8"), "held", (lacking,), content=b"<x>8</x>")
    held = books.case(claim, (lacking,), books.routed("AP-PO-MISSING", "purchasing", hours=4))
    books.document_id(order("4500099", supplier="Another Ltd"))
    page = browser.get(f"/cases/{held}/").content.decode()
    form = forms_of(page, "resolve")["assign_order"]
    assert re.findall(r'<option value="(\d+)"', form) == ["4500017"]


def test_orders_that_may_be_meant_are_offered(browser: Client, examples: Examples) -> None:
    books = examples.books
    lacking = replace(
        finding("AP-PO-MISSING", "no order", queue="purchasing", where="document"),
        resolutions=("assign_order",),
        numbers=(("proposed", '4500017 ("PO 4500017")'), ("supplier", "x")),
    )
    claim = books.claim(invoice("INV-2026-7"), "held", (lacking,), content=b"<x>7</x>")
    held = books.case(claim, (lacking,), books.routed("AP-PO-MISSING", "purchasing", hours=4))
    form = forms_of(browser.get(f"/cases/{held}/").content.decode(), "resolve")["assign_order"]
    assert '<option value="4500017" label="4500017 (PO 4500017)">' in form
    assert "May be meant: 4500017 (PO 4500017)" in form
    assert 'value="4500017"' in form, "the only one is filled in"
