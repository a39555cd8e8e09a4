"""An error of ours in one claim: it is set aside with a case, the other claims of its batch go on, and a mended program checks it again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from html import unescape
from typing import TYPE_CHECKING, Any, Final, cast
from uuid import uuid4

import psycopg
import pytest
import structlog
from django.test import Client

from tests.engine.samples import AT, company, engine, many, take, tie_out_all
from tests.support.peek import peek
from tests.web.examples import person
from tieout import app
from tieout.config.settings import TIEOUT
from tieout.core.case import apply_verdict
from tieout.core.case.commands import AcceptVariance, Resolve
from tieout.core.case.faulted import set_aside
from tieout.core.case.state import Case as CaseState
from tieout.core.claim.events import ClaimReceived
from tieout.core.claim.evolve import receive
from tieout.core.tie_out.dossier import Dossier
from tieout.core.tie_out.pack import Need, Pack, TieOut
from tieout.core.values.errors import Refused
from tieout.core.values.scope import Scope
from tieout.engine import application, faults
from tieout.engine.due import due
from tieout.engine.faults import check_again
from tieout.engine.plugged import Engine
from tieout.engine.rebuild import differences
from tieout.engine.submit import submit
from tieout.engine.tie_out import tie_out
from tieout.formats import canonical_json
from tieout.packs.payables import PACK
from tieout.store.models import Action, Allocation, Case, Claim, Verdict
from tieout.worker.tasks import begin

if TYPE_CHECKING:
    from tests.support.server import Database

WRONG: Final = "I47000003"


@dataclass
class Faulty:
    """The payables pack, with an error for the invoices whose numbers are in `wrong`: in `place`, "tie_out", "needs" or "table"."""

    wrong: set[str] = field(default_factory=set)
    place: str = "tie_out"
    error: type[Exception] = KeyError
    tries: list[str] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        return getattr(PACK, name)

    def needs(self, dossier: Dossier) -> Iterator[Need]:
        if self.place == "needs" and dossier.claim.document.number in self.wrong:
            raise self.error("kg")
        return iter(PACK.needs(dossier))

    def tie_out(self, dossier: Dossier, policies: Any) -> TieOut:
        self.tries.append(dossier.claim.document.number)
        if self.place == "tie_out" and dossier.claim.document.number in self.wrong:
            raise self.error("kg")
        made = PACK.tie_out(dossier, policies)
        if self.place != "table" or dossier.claim.document.number not in self.wrong:
            return made
        used = made.verdict.allocations
        endless = tuple(replace(one, quantity=Decimal("1E+200000")) for one in used)  # no numeric of PostgreSQL
        return replace(made, verdict=replace(made.verdict, allocations=endless))


def world(pack: Faulty, count: int = 7) -> tuple[Engine, Scope]:
    motor = engine(pack=cast("Pack", pack))
    scope = company(motor)
    for documents in many(count):
        take(motor, scope, *documents)
    return motor, scope


def statuses(scope: Scope) -> dict[str, str]:
    return dict(peek(Claim).filter(tenant=scope.tenant).values_list("number", "status"))


def fault(scope: Scope) -> Case:
    return cast("Case", peek(Case).get(tenant=scope.tenant, cause="fault"))


def finding(scope: Scope) -> Any:
    return canonical_json.decode_as(CaseState, bytes(fault(scope).state)).findings[0]


@pytest.mark.parametrize("place", ["tie_out", "needs", "table"])
def test_an_error_in_one_claim_sets_it_aside_and_takes_no_other_with_it(database: Database, place: str) -> None:
    motor, scope = world(Faulty({WRONG}, place))
    tie_out_all(motor, scope)
    expected = {f"I470000{n:02}": "posting" for n in range(7)} | {WRONG: "received"}
    assert statuses(scope) == expected
    assert not peek(Claim).filter(tenant=scope.tenant, dirty=True).exists()
    case = fault(scope)
    assert (case.code, case.status, case.queue, case.number) == ("INT-FAULT", "open", "integration", WRONG)
    assert case.due_at is not None
    assert {action.payload.count(WRONG) for action in peek(Action).filter(tenant=scope.tenant)} == {0}
    assert list(differences(scope)) == []


def test_the_case_says_which_error_and_where(database: Database) -> None:
    motor, scope = world(Faulty({WRONG}))
    tie_out_all(motor, scope)
    stated = finding(scope)
    assert stated.actual.startswith("KeyError: 'kg', in engine/test_faults.py, line ")
    assert stated.numbers == (("reason", stated.actual),)
    assert stated.resolutions == ("check_again",)


def test_the_log_says_of_which_claim(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    log = structlog.testing.CapturingLogger()
    monkeypatch.setattr(faults, "_log", log)
    motor, scope = world(Faulty({WRONG}))
    tie_out_all(motor, scope)
    (line,) = log.calls
    assert (line.method_name, line.args) == ("error", ("claim.fault",))
    assert line.kwargs["tenant"] == scope.tenant
    assert line.kwargs["claim"] == peek(Claim).get(tenant=scope.tenant, number=WRONG).key
    assert isinstance(line.kwargs["exc_info"], KeyError)


def test_every_claim_may_be_faulty_and_each_has_its_case(database: Database) -> None:
    pack = Faulty({f"I470000{n:02}" for n in range(7)})
    motor, scope = world(pack)
    tie_out_all(motor, scope)
    assert set(statuses(scope).values()) == {"received"}
    assert peek(Case).filter(tenant=scope.tenant, code="INT-FAULT").count() == 7


def test_a_batch_without_an_error_is_judged_once(database: Database) -> None:
    pack = Faulty()
    motor, scope = world(pack)
    tie_out(motor, scope, at=AT)
    assert sorted(pack.tries) == [f"I470000{n:02}" for n in range(7)]


def test_a_mended_program_checks_it_again_when_a_worker_begins(database: Database) -> None:
    pack = Faulty({WRONG})
    motor, scope = world(pack)
    tie_out_all(motor, scope)
    assert check_again(scope) == 1
    tie_out_all(motor, scope, at=AT + timedelta(minutes=1))  # not mended yet: nothing changes
    assert fault(scope).status == "open"
    pack.wrong.clear()
    begin([scope.tenant])
    tie_out_all(motor, scope, at=AT + timedelta(minutes=2))
    assert statuses(scope)[WRONG] == "posting"
    assert (fault(scope).status, fault(scope).closed_at) == ("resolved", AT + timedelta(minutes=2))
    assert peek(Action).filter(tenant=scope.tenant).count() == 7
    assert list(differences(scope)) == []


def test_the_same_error_again_writes_no_event(database: Database) -> None:
    motor, scope = world(Faulty({WRONG}))
    tie_out_all(motor, scope)
    before = (fault(scope).seq, peek(Claim).get(tenant=scope.tenant, number=WRONG).seq)
    check_again(scope)
    tie_out_all(motor, scope, at=AT + timedelta(minutes=1))
    assert (fault(scope).seq, peek(Claim).get(tenant=scope.tenant, number=WRONG).seq) == before
    assert not peek(Claim).filter(tenant=scope.tenant, dirty=True).exists()


def test_somebody_may_have_it_checked_again_and_nobody_may_accept_it(database: Database) -> None:
    pack = Faulty({WRONG})
    motor, scope = world(pack)
    tie_out_all(motor, scope)
    accept = AcceptVariance(code="INT-FAULT", where="document", evidence_hash="", reason="it is fine")
    with pytest.raises(Refused):
        submit(motor, scope, fault(scope).id, accept, at=AT)
    pack.wrong.clear()
    answer = submit(motor, scope, fault(scope).id, Resolve(resolution="check_again"), at=AT + timedelta(minutes=1))
    assert answer.tie_out
    tie_out_all(motor, scope, at=AT + timedelta(minutes=2))
    assert (statuses(scope)[WRONG], fault(scope).status) == ("posting", "resolved")


def test_it_is_checked_again_after_an_hour_and_at_each_escalation(database: Database) -> None:
    pack = Faulty({WRONG})
    motor, scope = world(pack)
    tie_out_all(motor, scope)
    levels = []
    for half_hours in range(48):
        at = AT + timedelta(minutes=30 * half_hours)
        if due(motor, scope, at=at):
            pack.tries.clear()
            tie_out_all(motor, scope, at=at)
            levels.append(pack.tries.count(WRONG) > 0)
    assert levels == [True] * 5  # after an hour, and at 50, 80, 100 and 150 % of its time


def test_what_was_judged_before_stays_and_an_unbegun_posting_is_taken_back(database: Database) -> None:
    pack = Faulty()
    motor, scope = world(pack)
    tie_out_all(motor, scope)
    claim = peek(Claim).get(tenant=scope.tenant, number=WRONG)
    action = peek(Action).get(tenant=scope.tenant, stream=claim.id)
    assert (claim.status, action.state) == ("posting", "due")
    used = peek(Allocation).filter(tenant=scope.tenant, claim=claim.id).count()
    pack.wrong.add(WRONG)
    peek(Claim).filter(id=claim.id).update(dirty=True)
    tie_out_all(motor, scope, at=AT + timedelta(minutes=1))
    assert peek(Action).get(id=action.id).state == "withdrawn"
    assert peek(Allocation).filter(tenant=scope.tenant, claim=claim.id).count() == used > 0
    assert peek(Verdict).filter(tenant=scope.tenant, claim=claim.id).count() == 1
    pack.wrong.clear()
    check_again(scope)
    tie_out_all(motor, scope, at=AT + timedelta(minutes=2))
    assert peek(Action).get(id=action.id).state == "due"  # the same posting, asked for once more
    assert peek(Verdict).filter(tenant=scope.tenant, claim=claim.id).count() == 1
    assert list(differences(scope)) == []


@pytest.mark.parametrize("error", [psycopg.OperationalError, OSError, MemoryError])
def test_what_fails_whatever_the_claim_is_raised_and_nobody_is_blamed(
    database: Database, error: type[Exception]
) -> None:
    motor, scope = world(Faulty({WRONG}, error=error))
    with pytest.raises(error):
        tie_out(motor, scope, at=AT)
    assert set(statuses(scope).values()) == {"received"}
    assert not peek(Case).filter(tenant=scope.tenant).exists()
    assert peek(Claim).filter(tenant=scope.tenant, dirty=True).count() == 7


def test_an_error_in_a_timer_stops_no_other_claims_timers(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    motor = engine()
    scope = company(motor)
    orders, _, invoices = many(3)
    take(motor, scope, *orders, *invoices)  # nothing was received: three cases that wait
    tie_out_all(motor, scope)
    plain = apply_verdict.due
    later = max(peek(Claim).filter(tenant=scope.tenant).values_list("due_at", flat=True))

    def failing(claim: Any, cases: Any, **rest: Any) -> Any:
        if "I47000001" in claim.key:
            raise ZeroDivisionError("division by zero")
        return plain(claim, cases, **rest)

    monkeypatch.setattr(apply_verdict, "due", failing)
    assert due(motor, scope, at=later) == 3
    assert (fault(scope).number, fault(scope).code) == ("I47000001", "INT-FAULT")
    moved = dict(peek(Claim).filter(tenant=scope.tenant).values_list("number", "due_at"))
    assert all(at is None or at > later for at in moved.values())
    assert due(motor, scope, at=later) == 0  # it does not come back at once


def test_a_claim_that_a_corrected_document_superseded_is_left_alone() -> None:
    state = receive(
        ClaimReceived(at=AT, claim_id=uuid4(), tenant="t", key="file/invoice/1@1", kind="invoice", number="1")
    )
    assert set_aside(state, {}, "KeyError", at=AT).cases
    assert not set_aside(replace(state, successor="file/invoice/1@2"), {}, "KeyError", at=AT)


@pytest.fixture
def opened() -> Iterator[None]:
    """The application object that pages ask."""
    before = list(application._open)
    application.open_application(application.EngineApplication(engine=app.engine(TIEOUT), codes=app.taxonomy()))
    yield
    application._open[:] = before


@pytest.mark.usefixtures("opened")
def test_its_page_says_what_happened_and_offers_another_check(database: Database) -> None:
    motor, scope = world(Faulty({WRONG}))
    tie_out_all(motor, scope)
    browser = Client()
    browser.force_login(person(scope.tenant, "engineer"))
    answer = browser.get(f"/cases/{fault(scope).id}/")
    page = unescape(answer.content.decode())
    assert answer.status_code == 200
    assert "Tieout could not check this document because of an error in its own program: KeyError: 'kg'" in page
    assert 'value="check_again"' in page
    assert WRONG in browser.get("/queue/").content.decode()
    done = browser.post(f"/cases/{fault(scope).id}/resolve/", {"resolution": "check_again"}, follow=True)
    assert "The document is checked once more." in done.content.decode()
    assert peek(Claim).get(tenant=scope.tenant, number=WRONG).dirty
