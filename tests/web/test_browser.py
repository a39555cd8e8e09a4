"""The way of an analyst through a real browser: in by a one-time link, queue, case, command, out; narrow, dark, without script."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connections
from waitress.server import create_server
from waitress.wasyncore import close_all

from tests.support.peek import peek
from tests.web import chrome
from tests.web.chrome import Chrome, Driver
from tests.web.examples import Examples, RecordingApplication, person
from tieout.core.case.commands import Assign, Note, Resolve
from tieout.core.values.errors import Refused
from tieout.identity.links import make_link
from tieout.identity.models import User
from tieout.store.models import Case, Claim

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not chrome.installed(), reason="no chromium is installed"),
]


@pytest.fixture(scope="module")
def driver() -> Iterator[Driver]:
    """A running browser."""
    with chrome.driver() as running:
        yield running


@pytest.fixture
def window(driver: Driver) -> Iterator[Chrome]:
    """A new window."""
    made = Chrome(driver)
    yield made
    made.close()


@pytest.fixture
def site(examples: Examples) -> Iterator[str]:
    """The pages, served as in life; the address."""
    settings = connections["default"].settings_dict
    kept, settings["CONN_MAX_AGE"] = settings["CONN_MAX_AGE"], 0  # the threads below end without closing connections
    channels: dict[int, Any] = {}
    server = create_server(
        get_wsgi_application(), channels, host="127.0.0.1", port=0, threads=4, clear_untrusted_proxy_headers=True
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.task_dispatcher.shutdown()
    # closed by the thread that waits on them: a socket closed under its select is an error there, at times
    server.trigger.pull_trigger(lambda: close_all(channels))
    thread.join(30)
    assert not thread.is_alive()
    settings["CONN_MAX_AGE"] = kept


def come_in(window: Chrome, site: str, person: User) -> None:
    """In by a one-time link."""
    window.go(f"{site}/enter/{make_link(person, at=datetime.now(UTC), minutes=5)}")
    window.click("button.main")
    window.find(".who")


def keep(window: Chrome, name: str) -> None:
    """A picture for those who want to look: set PICTURES to a folder."""
    if folder := os.environ.get("PICTURES"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        Path(folder, f"{name}.png").write_bytes(window.picture(whole=True))


def test_from_the_queue_to_a_command_by_keys(
    window: Chrome, site: str, examples: Examples, analyst: User, recording: RecordingApplication
) -> None:
    come_in(window, site, analyst)
    window.go(f"{site}/queue/?view=waiting")
    window.press("j")
    window.press("Enter")
    window.wait_for_url(str(examples.waiting))
    assert "in quality inspection: waiting until" in window.text("h1")
    window.click("details:has(form[action*='/note/']) summary")
    window.write("form[action*='/note/'] textarea", "Called WMS-4, inspected tomorrow")
    before = window.url
    window.click("form[action*='/note/'] button")
    window.find("[data-notice]")
    assert window.url == before, "the page was left: htmx did not do it"
    assert [command for _, _, command in recording.asked] == [Note(text="Called WMS-4, inspected tomorrow")]
    assert window.complaints() == []


def test_a_refusal_is_shown_where_the_command_was_given(
    window: Chrome, site: str, examples: Examples, analyst: User, recording: RecordingApplication
) -> None:
    come_in(window, site, analyst)
    recording.refusal = Refused("WF-SOD", "You created this supplier, so another person has to accept.")
    window.go(f"{site}/cases/{examples.held}/")
    window.click("form[action*='/assign/'] button")
    assert "You created this supplier" in window.text("[data-notice]")
    keep(window, "refused")


def test_it_works_without_script(
    driver: Driver, site: str, examples: Examples, analyst: User, recording: RecordingApplication
) -> None:
    window = Chrome(driver, script=False)
    come_in(window, site, analyst)
    window.go(f"{site}/cases/{examples.held}/")
    window.click("form[action*='/assign/'] button")
    assert "back" in window.text("[data-notice]")
    assert [command for _, _, command in recording.asked] == [Assign(assignee="")]
    window.close()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_the_letter_of_a_rejection_is_read_and_changed_before_it_is_sent(
    driver: Driver, site: str, examples: Examples, analyst: User, recording: RecordingApplication, script: bool
) -> None:
    window = Chrome(driver, script=script)
    come_in(window, site, analyst)
    window.go(f"{site}/cases/{examples.held}/")
    window.click("details:has(#Resolve_reject_to_supplier_note) > summary")
    window.write("#Resolve_reject_to_supplier_note", "ordered by nobody")
    window.click("form:has(#Resolve_reject_to_supplier_note) button")
    window.says("[data-notice]", "Nothing is sent yet")
    assert recording.asked == []
    letter = window.value("#Resolve_reject_to_supplier_text")
    window.write("#Resolve_reject_to_supplier_text", f"{letter}\nCall us.")
    window.click("form:has(#Resolve_reject_to_supplier_note) button")
    window.says("[data-notice].done", "rejected")
    [(_, _, command)] = recording.asked
    assert isinstance(command, Resolve)
    assert command.text is not None
    assert "Reason: ordered by nobody" in command.text
    assert "Call us." in command.text
    assert window.complaints() == []
    window.close()


def test_searching_narrows_while_one_types(window: Chrome, site: str, examples: Examples, analyst: User) -> None:
    come_in(window, site, analyst)
    window.go(f"{site}/queue/")
    assert "INV-2026-1190" in window.text("#cases")
    window.press("/")
    window.type("nothing like it")
    window.says("#cases", "No case matches")
    window.go(f"{site}/queue/")
    window.press("?")
    assert window.run("return document.getElementById('keys').open")
    window.click("[data-close]")
    assert window.complaints() == []


NOTE = "form[action*='/note/']"


def test_a_lost_session_loses_no_text(
    window: Chrome, site: str, examples: Examples, analyst: User, recording: RecordingApplication
) -> None:
    come_in(window, site, analyst)
    window.go(f"{site}/cases/{examples.held}/")
    window.click(f"details:has({NOTE}) summary")
    window.write(f"{NOTE} textarea", "Kessler agreed to 18.50 on the phone")
    window.forget_cookies()
    window.click(f"{NOTE} button")
    window.says("#lost", "You have been signed out. Nothing was sent.")
    assert recording.asked == []
    assert window.value(f"{NOTE} textarea") == "Kessler agreed to 18.50 on the phone"
    window.click("[data-send]")
    window.find("#lost")
    assert recording.asked == [], "nobody has signed in"
    window.other_tab(f"{site}/enter/{make_link(analyst, at=datetime.now(UTC), minutes=5)}", "button.main")
    window.click("[data-send]")
    window.find("[data-notice]")
    assert [command for _, _, command in recording.asked] == [Note(text="Kessler agreed to 18.50 on the phone")]
    window.gone("#lost")


def test_somebody_else_who_signs_in_meanwhile_does_not_send_it_in_his_name(
    window: Chrome, site: str, tenant: str, examples: Examples, analyst: User, recording: RecordingApplication
) -> None:
    come_in(window, site, analyst)
    window.go(f"{site}/cases/{examples.held}/")
    window.click(f"details:has({NOTE}) summary")
    window.write(f"{NOTE} textarea", "Written by Ana")
    window.forget_cookies()
    window.click(f"{NOTE} button")
    window.find("#lost")
    other = person(tenant, "ap_analyst", name="bert")
    window.other_tab(f"{site}/enter/{make_link(other, at=datetime.now(UTC), minutes=5)}", "button.main")
    window.click("[data-send]")
    window.says("#lost", "Bert")
    assert recording.asked == []


def test_the_page_says_what_came_of_it_as_soon_as_it_is_tied_out(
    window: Chrome, site: str, examples: Examples, analyst: User
) -> None:
    claims = peek(Claim).filter(id=peek(Case).get(id=examples.held).claim)
    claims.update(dirty=True)
    come_in(window, site, analyst)
    window.go(f"{site}/cases/{examples.held}/")
    window.says("h2", "Being checked")
    claims.update(dirty=False)
    window.says("[data-notice]", "Checked again. What is still open is shown below.")
    window.gone(".actions[role=status]")
    assert window.complaints() == []


def test_what_is_being_tied_out_can_be_looked_at_without_script(
    driver: Driver, site: str, examples: Examples, analyst: User
) -> None:
    claims = peek(Claim).filter(id=peek(Case).get(id=examples.held).claim)
    claims.update(dirty=True)
    window = Chrome(driver, script=False)
    come_in(window, site, analyst)
    window.go(f"{site}/cases/{examples.held}/")
    claims.update(dirty=False)
    window.click("a:has-text('Look now')")
    window.says("[data-notice]", "Checked again.")
    window.close()


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_page_of_the_selling_side_fits(
    driver: Driver, site: str, tenant: str, analyst: User, width: int, dark: bool
) -> None:
    from tests.web.selling import fill

    selling = fill(tenant)
    documents = [(kind, f"/documents/{id_}/") for kind, id_ in selling.documents.items()]
    pages = [
        ("measures", "/measures/"),
        ("behind", "/measures/behind/?figure=straight-through"),
        ("list", "/queue/?process=order_to_cash"),
        ("ruled", f"/cases/{selling.ruled}/?view=open&why=policy"),
        *documents,
    ]
    _fits(driver, site, analyst, width, dark=dark, pages=pages)


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_page_fits(driver: Driver, site: str, examples: Examples, analyst: User, width: int, dark: bool) -> None:
    pages = [
        ("sign-in", "/sign-in/"),
        ("overview", "/"),
        ("queue", "/queue/"),
        ("waiting", "/queue/?view=waiting"),
        ("empty", f"/queue/?text={uuid4()}"),
        ("case", f"/cases/{examples.waiting}/"),
        ("held", f"/cases/{examples.held}/"),
        ("measures-payables", "/measures/"),
        ("claims", "/claims/"),
        ("paper", f"/documents/{examples.document_id}/"),
        ("order", f"/documents/{examples.order}/"),
        ("missing", f"/documents/{uuid4()}/"),
    ]
    _fits(driver, site, analyst, width, dark=dark, pages=pages)


def _fits(driver: Driver, site: str, analyst: User, width: int, *, dark: bool, pages: list[tuple[str, str]]) -> None:
    window = Chrome(driver, width=width, dark=dark)
    look = f"{width}-{'dark' if dark else 'light'}"
    try:
        come_in(window, site, analyst)
        for name, path in pages:
            window.go(site + path)
            over = window.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
            keep(window, f"{name}-{look}")
            assert over <= 0, f"{path} is {over} px too wide at {width}"
            parts = window.run("return Array.from(document.querySelectorAll('.columns > *')).map(e => e.clientWidth)")
            assert not parts or min(parts) > 300, f"{path} is squeezed at {width}"
        assert not [complaint for complaint in window.complaints() if "404" not in complaint]
    finally:
        window.close()
