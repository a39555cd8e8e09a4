"""Buttons: which there are, what each asks of the engine, how a refusal is shown."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.web.examples import Examples, RecordingApplication, person
from tieout.core.case import commands
from tieout.core.case.commands import NAMES, Command
from tieout.core.case.upcast import EVENT_TYPES
from tieout.core.values.errors import Refused
from tieout.core.values.money import Money
from tieout.web.asks import _DONE, FORMS
from tieout.web.timeline import WORDS


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
    ("ask_counterparty", {"text": ""}, commands.AskCounterparty()),
    ("escalate", {"reason": "now"}, commands.Escalate(reason="now")),
    ("hand_off", {"queue": "ap-intake", "reason": "theirs"}, commands.HandOff(queue="ap-intake", reason="theirs")),
    ("resolve", {"resolution": "amend_order", "note": "PO 2"}, commands.Resolve(resolution="amend_order", note="PO 2")),
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
    status, page = post(browser, examples, "resolve", resolution="amend_order", note="as agreed with Ms Öz")
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
    assert set(offered) == {"request_credit_note", "short_pay", "amend_order"}
    for resolution, form in offered.items():
        assert 'name="note"' in form
        assert 'name="reference"' not in form
        assert (" required" in form) == (resolution == "short_pay"), "accepting needs a reason"


def test_what_a_resolution_needs_and_is_not_given_is_shown_at_its_field(
    browser: Client, examples: Examples, recording: RecordingApplication
) -> None:
    status, page = post(browser, examples, "resolve", resolution="short_pay", note="")
    assert status == 422
    assert "This field is required" in forms_of(page, "resolve")["short_pay"]
    status, _ = post(browser, examples, "resolve", resolution="paint_it_blue", note="x")
    assert status == 422, "a resolution that the case does not offer"
    assert recording.asked == []
