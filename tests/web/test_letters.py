"""Letters on the case page: shown before they are sent, changed by whoever sends them, without a script."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from uuid import uuid4

from django.test import Client

from tests.web.examples import BRANDT, Examples, RecordingApplication
from tests.web.test_commands import post
from tieout.core.case import commands
from tieout.core.case.events import FindingBrief
from tieout.core.case.state import Case
from tieout.core.tie_out.correspondence import Address
from tieout.core.values.sentence import Sentence
from tieout.web.asks import form_for

STATED = Address(value="0088:5790000436057", kind="electronic", on_record=False)
LACKING = Sentence("the record {number} of {name} has no e-mail.", number="70012", name="Brandt")


def case_page(browser: Client, examples: Examples) -> str:
    return browser.get(f"/cases/{examples.held}/").content.decode()


def written(page: str, form: str) -> str:
    """The letter in the form of a command or resolution, as a browser shows it."""
    area = re.search(rf'<textarea name="text"[^>]*id="{form}_text"[^>]*>\s*(.*?)</textarea>', page, re.DOTALL)
    assert area, form
    return html.unescape(area[1])


def test_the_letter_of_each_question_is_on_the_page_with_its_addressee(browser: Client, examples: Examples) -> None:
    page = case_page(browser, examples)
    assert "To Brandt Fasteners GmbH" in page
    assert page.count('<option value="ar@brandt.example">ar@brandt.example</option>') == 2
    for form in ("AskCounterparty", "Resolve_request_credit_note"):
        text = written(page, form)
        assert text.startswith("Dear Sir or Madam,")
        assert "Invoice: INV-2026-1187" in text
        assert text.rstrip().endswith("Kind regards\nUs Ltd")
    assert "Please send a credit note for the difference." in written(page, "Resolve_request_credit_note")
    assert "on record" not in page


def test_what_was_changed_is_sent(browser: Client, examples: Examples, recording: RecordingApplication) -> None:
    fields = {
        "resolution": "request_credit_note",
        "to": "0088:4012345000009",
        "text": "Dear Ms Öz,\r\n28.00 too much.",
        "note": "rang her",
    }
    assert post(browser, examples, "resolve", **fields)[0] == 302
    [(_, _, command)] = recording.asked
    assert isinstance(command, commands.Resolve)
    assert (command.to, command.note) == ("0088:4012345000009", "rang her")
    assert command.text is not None
    assert command.text.splitlines() == ["Dear Ms Öz,", "28.00 too much."]


def test_an_empty_letter_and_one_that_is_too_long_are_refused_at_their_field(
    browser: Client, examples: Examples, recording: RecordingApplication
) -> None:
    for text in ("", "  \r\n ", "a" * 10_001, "a\x00b"):
        for name, more in (("ask_counterparty", {}), ("resolve", {"resolution": "request_credit_note"})):
            status, page = post(browser, examples, name, text=text, to="ar@brandt.example", **more)
            assert status == 422, (text[:9], name)
            assert 'class="errors"' in page
    status, _ = post(browser, examples, "ask_counterparty", text="Why?", to="somebody@else.example")
    assert status == 422, "an address that is not offered"
    assert recording.asked == []


def test_a_rejection_is_read_before_it_is_sent(
    browser: Client, examples: Examples, recording: RecordingApplication
) -> None:
    status, page = post(browser, examples, "resolve", resolution="reject_to_supplier", note="ordered by nobody")
    assert (status, recording.asked) == (200, [])
    assert "Nothing is sent yet" in page
    text = written(page, "Resolve_reject_to_supplier")
    assert "we do not accept this document:" in text
    assert "Reason: ordered by nobody" in text
    fields = {
        "resolution": "reject_to_supplier",
        "note": "ordered by nobody",
        "text": text + " Regards",
        "to": "ar@brandt.example",
    }
    assert post(browser, examples, "resolve", **fields)[0] == 302
    [(_, _, command)] = recording.asked
    assert isinstance(command, commands.Resolve)
    assert (command.note, command.to) == ("ordered by nobody", "ar@brandt.example")
    assert command.text is not None
    assert command.text.splitlines() == f"{text} Regards".splitlines()


def test_where_nobody_can_be_asked_the_page_says_why_and_offers_no_question(
    browser: Client, examples: Examples, recording: RecordingApplication
) -> None:
    recording.other_side = replace(BRANDT, addresses=(), lacking=LACKING)
    page = case_page(browser, examples)
    assert "Nobody can be asked: the record 70012 of Brandt has no e-mail." in page
    assert "ask_counterparty" not in page
    assert "request_credit_note" not in page
    assert "Nobody is informed: the record 70012 of Brandt has no e-mail." in page, "beside the rejection"
    assert post(browser, examples, "resolve", resolution="reject_to_supplier", note="no")[0] == 302
    [(_, _, command)] = recording.asked
    assert command == commands.Resolve(resolution="reject_to_supplier", note="no")


def test_an_address_that_only_the_document_states_is_chosen_by_a_person(
    browser: Client, examples: Examples, recording: RecordingApplication
) -> None:
    recording.other_side = replace(BRANDT, addresses=(STATED,), lacking=LACKING)
    page = case_page(browser, examples)
    assert "0088:5790000436057 (stated on the document only)" in page
    assert post(browser, examples, "ask_counterparty", text="Why?", to="")[0] == 422
    assert post(browser, examples, "ask_counterparty", text="Why?", to=STATED.value)[0] == 302
    status, page = post(browser, examples, "resolve", resolution="reject_to_supplier", note="no")
    assert status == 200
    assert "– nobody is informed –" in page
    assert post(browser, examples, "resolve", resolution="reject_to_supplier", note="no", text="No.", to="")[0] == 302
    asked = [command for _, _, command in recording.asked]
    assert asked == [
        commands.AskCounterparty(text="Why?", to=STATED.value),
        commands.Resolve(resolution="reject_to_supplier", note="no"),
    ]


def test_only_what_can_be_ended_by_accepting_it_is_offered_to_be_accepted(examples: Examples) -> None:
    def brief(code: str, *resolutions: str) -> FindingBrief:
        return FindingBrief(
            code=code, where="1", stage="hold", queue="buyer", evidence_hash="cafe", resolutions=resolutions
        )

    case = Case(
        id=uuid4(), tenant="t", claim="c", cause="x", opened_at=examples.books.at,
        findings=(brief("AP-PRC-OVER", "accept_variance"), brief("AP-LINE-XTRA", "assign_line"), brief("MD-BANK-CHG", "accept_variance")),
    )  # fmt: skip
    form = form_for("accept_variance", case, "ana")
    offered = [value for value, _ in form.fields["finding"].choices]  # type: ignore[attr-defined]
    assert offered == ["cafe|AP-PRC-OVER|1"], "neither a line that has to be assigned, nor a control"
