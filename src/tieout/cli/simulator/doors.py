"""The doors of a run: its people as users of the product, who sign in, look at pages, hand files in and give commands by HTTP."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from django.core.signals import got_request_exception

from tieout.cli.simulator.browser import Browser, NoAnswerError, note_error
from tieout.cli.simulator.company import Letter
from tieout.cli.simulator.turns import Clock
from tieout.core.case.commands import Command
from tieout.core.case.commands import Note as Noted
from tieout.core.case.offering import Offers
from tieout.core.values.errors import Refused
from tieout.core.values.scope import Scope
from tieout.engine import application
from tieout.engine.plugged import Engine
from tieout.identity.people import admit
from tieout.scenario.draw import Draw
from tieout.store.cases import CaseRow

MAILROOM: Final = "mailroom"
_TAKEN: Final = 200
_SENT_ON: Final = 302
_MISSING: Final = 404
_REFUSED: Final = 409


@contextmanager
def doors_of(engine: Engine, people: Sequence[Scope], tenant: str, clock: Clock) -> Iterator[None]:
    """Makes the people users with their roles; pages and calls ask this engine, at this clock, while the block runs.

    What the simulation breaks in a request is not logged as a fault of the program; other faults end the run.
    """
    admit(MAILROOM, tenant=tenant, roles=["ap_analyst"])
    for scope in people:
        admit(scope.name, tenant=tenant, roles=[grant.role for grant in scope.grants])
    ours = application.EngineApplication(engine=engine, codes=engine.catalogue.codes)
    log = logging.getLogger("django.request")
    level = log.level
    log.setLevel(logging.CRITICAL)
    got_request_exception.connect(note_error, dispatch_uid="simulator")
    try:
        with application.simulated(ours, clock=clock):
            yield
    finally:
        got_request_exception.disconnect(dispatch_uid="simulator")
        log.setLevel(level)


def hand_in(browser: Browser, letters: Sequence[Letter]) -> bool:
    """Uploads files; False where nobody knows whether they arrived."""
    try:
        browser.signed_in()
        page = browser.upload((letter.name, letter.content) for letter in letters)
    except NoAnswerError:
        return False
    assert page.status == _TAKEN, f"the upload is answered by {page.status}: {page.body[:300]!r}"
    assert len(page.json()) == len(letters), "every file has its answer"
    return True


def look(browser: Browser, row: CaseRow, draw: Draw) -> Offers | None:
    """What a person is offered on a case, by the call; before, they may look at pages. None where there was no answer."""
    try:
        browser.signed_in()
        for address in ("/", "/queue/", f"/cases/{row.id}/", f"/claims/{row.claim}/"):
            if draw.chance(15):
                page = browser.ask("GET", address)
                assert page.status in {_TAKEN, _SENT_ON, _MISSING}, f"{address} is answered by {page.status}"
        page = browser.ask("GET", f"/api/cases/{row.id}")
    except NoAnswerError:
        return None
    if page.status == _MISSING:
        return None
    assert page.status == _TAKEN, f"a case is answered by {page.status}: {page.body[:300]!r}"
    case = page.json()
    return Offers(commands=tuple(case["commands"]), resolutions=tuple(case["resolutions"]))


def ask(browser: Browser, row: CaseRow, command: Command, seen: int | None) -> bool:
    """Gives a command, a note on its page and others by the call. False where nobody knows what became of it. Raises `Refused`."""
    try:
        if isinstance(command, Noted):
            page = browser.post_form(f"/cases/{row.id}/note/", {"text": command.text})
            assert page.status in {_SENT_ON, _REFUSED}, f"a note is answered by {page.status}"
            return True
        page = browser.command(str(row.id), command, seen)
    except NoAnswerError:
        return False
    if page.status == _REFUSED:
        raise Refused(page.json()["code"], "refused")
    assert page.status in {_TAKEN, _MISSING}, f"{command} is answered by {page.status}: {page.body[:300]!r}"
    return True
