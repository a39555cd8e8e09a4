"""Answers that come late, twice, against each other, or to nothing of ours: each is a case within one look."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.engine import samples
from tests.engine.rows import SCOPE, ClaimsStub, ask_for, row_of
from tests.engine.samples import AT, company, engine, take, tie_out_all
from tests.support.access import SETUP, granted
from tests.support.peek import peek
from tieout.connectors.voucher_folder import VoucherFolder
from tieout.core.case.commands import Resolve
from tieout.core.outbox.action import Action, Answer, Done, Unknown
from tieout.core.values.ids import SourceKey
from tieout.core.values.scope import Scope
from tieout.engine.due import due
from tieout.engine.explain import explain
from tieout.engine.intervene import cancel
from tieout.engine.outcomes import ClaimsOfActions
from tieout.engine.perform import perform
from tieout.engine.plugged import Engine
from tieout.engine.rebuild import differences
from tieout.engine.receive import receive
from tieout.engine.submit import submit
from tieout.store.models import Action as ActionRow
from tieout.store.models import Allocation, Case, Claim, SourceFile
from tieout.worker.jobs import Work, do_batch, waiting_now

pytestmark = pytest.mark.usefixtures("empty_database")

MINUTE = timedelta(minutes=1)


@dataclass
class Books:
    """A company, its exchange folder, and its workers."""

    engine: Engine
    scope: Scope
    folder: VoucherFolder

    def turn(self, at: datetime) -> None:
        """What workers do at an instant: everything that waits then."""
        due(self.engine, self.scope, at=at)
        tie_out_all(self.engine, self.scope, at=at)
        work = Work(engine=self.engine, targets=lambda _: {"erp": self.folder}, owner="w")
        for job, tenant, queue in waiting_now(work, at=at):
            do_batch(work, job, Scope(tenant=tenant), queue, clock=lambda: at)
        tie_out_all(self.engine, self.scope, at=at)

    def answers(self, reference: object, *, at: datetime = AT, name: str = "", **fields: str) -> None:
        """The accounting system writes an answer."""
        path = self.folder.places.ack / f"{reference}{name}.json"
        path.write_text(json.dumps({"reference": str(reference), **fields}))
        os.utime(path, (at.timestamp(), at.timestamp()))

    def accepts(self, reference: object, number: str, *, at: datetime = AT, name: str = "") -> None:
        """It has posted it."""
        self.answers(reference, at=at, name=name, status="accepted", document=number)

    def action(self, number: str = "INV-1") -> ActionRow:
        return peek(ActionRow).get(stream=peek(Claim).get(number=number).id, queue="erp")

    def posted(self, number: str = "INV-1", ref: str = "5105600001") -> ActionRow:
        """An invoice that is posted; its action."""
        take(self.engine, self.scope, samples.order(), samples.receipt(), samples.invoice(), at=AT)
        self.turn(AT)
        self.accepts(self.action(number).id, ref)
        self.turn(AT + 10 * MINUTE)
        assert peek(Claim).get(number=number).status == "posted"
        return self.action(number)

    def cases(self) -> list[tuple[str, str]]:
        """Codes and states of all cases."""
        return sorted(peek(Case).values_list("code", "status"))

    def unread(self) -> list[str]:
        """Names of answers that nobody has read."""
        return sorted(path.name for path in self.folder.places.ack.glob("*.json"))


@pytest.fixture
def books(tmp_path: Path) -> Books:
    motor = engine()
    return Books(motor, company(motor), VoucherFolder(tmp_path).prepare())


def test_a_second_answer_under_another_number_is_a_case_of_two_people(books: Books) -> None:
    action = books.posted()
    at = AT + timedelta(days=3)
    books.accepts(action.id, "5105600777", at=at, name=".again")
    books.turn(at + MINUTE)
    assert books.cases() == [("ERP-POST-TWICE", "open")]
    assert books.unread() == []
    assert (books.action().state, books.action().ref) == ("done", "5105600001")
    assert peek(Claim).get(number="INV-1").status == "posted"
    books.turn(at + 5 * MINUTE)
    assert books.cases() == [("ERP-POST-TWICE", "open")]
    assert list(differences(books.scope)) == []


def test_a_rejection_after_it_was_posted_is_a_case(books: Books) -> None:
    action = books.posted()
    at = AT + timedelta(days=3)
    books.answers(action.id, at=at, name=".late", status="rejected", code="F5", reason="period is closed")
    books.turn(at + MINUTE)
    assert books.cases() == [("ERP-POST-TWICE", "open")]
    assert books.unread() == []


def test_the_same_answer_once_more_is_read_and_changes_nothing(books: Books) -> None:
    action = books.posted()
    at = AT + timedelta(days=3)
    books.answers(action.id, at=at, name=".again", status="duplicate", document="5105600001")
    books.turn(at + MINUTE)
    assert (books.cases(), books.unread()) == ([], [])
    assert (books.action().state, books.action().ref) == ("done", "5105600001")


def test_an_answer_that_cannot_be_read_contradicts_when_it_stays_so(books: Books) -> None:
    action = books.posted()
    at = AT + timedelta(days=3)
    path = books.folder.places.ack / f"{action.id}.json"
    path.write_bytes(b'{"reference": "')
    os.utime(path, (at.timestamp(), at.timestamp()))
    books.turn(at + MINUTE)
    assert (books.cases(), len(books.unread())) == ([], 1)
    books.turn(at + timedelta(hours=1))
    assert books.cases() == [("ERP-POST-TWICE", "open")]


def test_a_late_success_of_what_was_refused_is_recorded_and_ends_its_case(books: Books) -> None:
    take(books.engine, books.scope, samples.order(), samples.receipt(), samples.invoice(), at=AT)
    books.turn(AT)
    action = books.action()
    books.answers(action.id, status="rejected", code="F5", reason="period is closed")
    books.turn(AT + 10 * MINUTE)
    assert books.cases() == [("ERP-POST-FAIL", "open")]
    at = AT + timedelta(days=1)
    books.accepts(action.id, "5105600009", at=at, name=".late")
    books.turn(at)
    assert books.cases() == [("ERP-POST-FAIL", "resolved")]
    assert (peek(Claim).get(number="INV-1").status, books.action().ref) == ("posted", "5105600009")
    assert books.unread() == []


def test_a_success_of_what_was_cancelled_before_it_was_begun_is_recorded(books: Books) -> None:
    take(books.engine, books.scope, samples.order(), samples.receipt(), samples.invoice(), at=AT)
    due(books.engine, books.scope, at=AT)
    tie_out_all(books.engine, books.scope, at=AT)
    books.accepts(books.action().id, "5105600005", at=AT)
    cancel(books.engine, books.scope, books.action().id, reason="not yet", at=AT)
    assert books.action().state in {"withdrawn", "refused"}
    target, claims = books.folder, ClaimsOfActions(books.engine, books.scope)
    assert not perform(books.scope, target, "perform", owner="w", at=AT, claims=claims)
    work = Work(engine=books.engine, targets=lambda _: {"erp": target}, owner="w")
    do_batch(work, "answers", books.scope, "erp", clock=lambda: AT + MINUTE)
    assert (books.action().state, books.action().ref) == ("done", "5105600005")
    assert peek(Claim).get(number="INV-1").status == "posted"


@pytest.mark.parametrize("reference", ["0192f0c4-0000-7000-8000-000000000001", "5105600001", "no-reference"])
def test_an_answer_to_nothing_of_ours_is_a_held_record_once_and_is_put_aside(books: Books, reference: str) -> None:
    books.posted()
    at = AT + timedelta(days=3)
    books.accepts(reference, "5105600042", at=at)
    books.turn(at + timedelta(seconds=30))
    assert (books.cases(), len(books.unread())) == ([], 1), "it may still be written"
    books.turn(at + 3 * MINUTE)
    assert books.cases() == [("INT-MAP", "open")]
    assert books.unread() == []
    assert [path.name for path in (books.folder.places.ack / "unknown").iterdir()] == [f"{reference}.json"]
    kept = peek(SourceFile).get(name=f"{reference}.json")
    assert b"5105600042" in bytes(kept.content)
    books.accepts(reference, "5105600042", at=at)
    books.turn(at + 6 * MINUTE)
    assert books.cases() == [("INT-MAP", "open")]


def test_our_reference_in_another_spelling_is_nobodys(books: Books) -> None:
    action = books.posted()
    at = AT + timedelta(days=3)
    books.accepts(str(action.id).upper(), "5105600042", at=at)
    books.turn(at + 2 * MINUTE)
    assert (books.cases(), books.unread()) == ([("INT-MAP", "open")], [])


def test_an_answer_by_a_clock_that_is_ahead_is_not_left_until_then(books: Books) -> None:
    books.posted()
    at = AT + timedelta(days=3)
    books.accepts("5105600042", "5105600042", at=at + timedelta(days=2))
    books.turn(at)
    assert books.cases() == [("INT-MAP", "open")]


def test_an_answer_is_looked_for_again_every_minute_and_not_more_often(books: Books) -> None:
    books.posted()
    work = Work(engine=books.engine, targets=lambda _: {"erp": books.folder}, owner="w")
    at = AT + timedelta(days=1)
    assert ("answers", books.scope.tenant, "erp") in waiting_now(work, at=at)
    do_batch(work, "answers", books.scope, "erp", clock=lambda: at)
    assert ("answers", books.scope.tenant, "erp") not in waiting_now(work, at=at + timedelta(seconds=59))
    assert ("answers", books.scope.tenant, "erp") in waiting_now(work, at=at + MINUTE)


@dataclass
class OneNumber:
    """A system that gives every posting the same number."""

    queue: str = "erp"
    done: dict[object, Answer] = field(default_factory=dict)

    def find(self, actions: Sequence[Action]) -> Sequence[Answer | None]:
        return [self.done.get(action.id) for action in actions]

    def perform(self, actions: Sequence[Action]) -> Sequence[Answer]:
        self.done |= {action.id: Done(ref="4711") for action in actions}
        return [Done(ref="4711") for _ in actions]


def _other_company(action: Action, entity: str) -> None:
    peek(Claim).filter(key=action.claim).update(entity=entity)


@pytest.mark.parametrize("together", [True, False])
def test_one_number_for_two_claims_of_a_company_is_a_contradiction(together: bool) -> None:
    claims, target = ClaimsStub(), OneNumber()
    first = ask_for("A-1")
    if not together:
        perform(SCOPE, target, "perform", owner="w", at=AT, claims=claims)
    second = ask_for("A-2")
    perform(SCOPE, target, "perform", owner="w", at=AT, claims=claims)
    doubts = {claim: str(o.hint) for claim, o in claims.outcomes if isinstance(o, Unknown) and o.ambiguous}
    assert doubts[second.claim] == f"4711 is also the number of {first.claim}"
    assert (first.claim in doubts) == together
    assert row_of(first).state == row_of(second).state == "done"


def test_one_number_in_two_companies_or_two_queues_is_none() -> None:
    claims = ClaimsStub()
    first, second, third = ask_for("A-1"), ask_for("A-2"), ask_for("A-3", queue="other")
    _other_company(second, "US01")
    perform(SCOPE, OneNumber(), "perform", owner="w", at=AT, claims=claims)
    perform(SCOPE, OneNumber(queue="other"), "perform", owner="w", at=AT, claims=claims)
    assert sorted(claim for claim, _ in claims.outcomes) == sorted(one.claim for one in (first, second, third))
    assert all(isinstance(outcome, Done) for _, outcome in claims.outcomes)


@pytest.mark.parametrize("number", ["5105600001", "5105600002"])
def test_one_number_for_two_invoices_is_a_case_of_the_later_one(books: Books, number: str) -> None:
    books.posted()
    at = AT + timedelta(days=1)
    more = samples.order("4500013", 70), samples.receipt("R2", "4500013", 70), samples.invoice("INV-2", "4500013", 70)
    take(books.engine, books.scope, *more, at=at)
    books.turn(at)
    books.accepts(books.action("INV-2").id, number, at=at)
    books.turn(at + 10 * MINUTE)
    assert peek(Claim).get(number="INV-2").status == "posted"
    cases = list(peek(Case).values_list("code", "claim"))
    assert cases == ([("ERP-POST-TWICE", peek(Claim).get(number="INV-2").id)] if number == "5105600001" else [])
    assert list(differences(books.scope)) == []


def test_two_queues_over_one_folder_leave_each_other_s_answers_alone(books: Books) -> None:
    take(books.engine, books.scope, samples.order(), samples.receipt(), samples.invoice(), at=AT)
    books.turn(AT)
    books.accepts(books.action().id, "5105600001")
    work = Work(
        engine=books.engine,
        targets=lambda _: {"other": VoucherFolder(books.folder.places.root, queue="other")},
        owner="v",
    )
    do_batch(work, "answers", books.scope, "other", clock=lambda: AT + timedelta(days=1))
    assert books.unread() == [f"{books.action().id}.json"]
    assert books.cases() == []


def test_what_was_put_aside_still_answers_whoever_asks_for_it(books: Books) -> None:
    take(books.engine, books.scope, samples.order(), samples.receipt(), samples.invoice(), at=AT)
    books.turn(AT)
    books.accepts(books.action().id, "5105600001")
    books.folder.put_aside(books.folder.unread(9))
    assert books.unread() == []
    books.turn(AT + 10 * MINUTE)
    assert peek(Claim).get(number="INV-1").status == "posted"


def test_a_late_success_of_what_a_person_has_rejected_is_a_case_of_two_people(books: Books) -> None:
    """The ledger has it though it was sent back: it counts as posted, uses up the receipt again, and nothing else is done about it."""
    take(books.engine, books.scope, samples.order(), samples.receipt(), samples.invoice(), at=AT)
    books.turn(AT)
    action = books.action()
    books.answers(action.id, status="rejected", code="F5", reason="period is closed")
    books.turn(AT + 10 * MINUTE)
    case = peek(Case).get(code="ERP-POST-FAIL")
    analyst = replace(books.scope, actor="anna", grants=granted("ap_analyst"))
    submit(
        books.engine, analyst, case.id, Resolve(resolution="reject_to_supplier", note="not ours"), at=AT + 11 * MINUTE
    )
    books.turn(AT + 12 * MINUTE)
    assert peek(Claim).get(number="INV-1").status == "rejected"
    assert not peek(Allocation).exists()
    at = AT + timedelta(days=1)
    books.accepts(action.id, "5105600009", at=at, name=".late")
    books.turn(at)
    assert books.cases() == [("ERP-POST-FAIL", "rejected"), ("ERP-POST-TWICE", "open")]
    assert (peek(Claim).get(number="INV-1").status, books.action().ref) == ("posted", "5105600009")
    assert peek(Allocation).exists()
    assert list(differences(books.scope)) == []
    assert peek(ActionRow).filter(kind="post_voucher").count() == 1
    take(books.engine, books.scope, replace(samples.invoice(), terms="once more"), at=at)
    books.turn(at + MINUTE)
    again = peek(Claim).filter(number="INV-1").exclude(id=action.stream).get()
    raised = explain(books.engine, books.scope, str(again.id)).verdicts[-1].verdict.findings
    assert (again.status, "AP-DUP-CERT" in {finding.code for finding in raised}) == ("rejected", True)


@pytest.mark.parametrize("later", ["waits", "is posted"])
def test_a_late_success_of_what_a_later_version_superseded_is_a_case_and_holds_that_one(
    books: Books, later: str
) -> None:
    take(books.engine, books.scope, samples.order(), samples.receipt(), at=AT)

    def version(number: str, terms: str, at: datetime) -> ActionRow:
        source = SourceKey(system="sap", kind="invoice", external_id="78", version=number)
        document = samples.file(replace(samples.invoice(), terms=terms), source=source)
        receive(books.engine, books.scope, [document], source=SETUP, at=at)
        books.turn(at)
        return peek(ActionRow).get(stream=peek(Claim).get(key=f"sap/invoice/78@{number}").id)

    first = version("1", "30 days", AT)
    books.answers(first.id, status="rejected", code="F5", reason="period is closed")
    books.turn(AT + 10 * MINUTE)
    second = version("2", "60 days", AT + 11 * MINUTE)
    assert peek(Claim).get(id=first.stream).status == "superseded"
    if later == "is posted":
        books.accepts(second.id, "5105600002", at=AT + 20 * MINUTE)
        books.turn(AT + 20 * MINUTE)
        assert peek(Claim).get(id=second.stream).status == "posted"
    at = AT + timedelta(days=1)
    books.accepts(first.id, "5105600009", at=at, name=".late")
    for minutes in (0, 5, 10):
        books.turn(at + minutes * MINUTE)
    for case in (("ERP-POST-TWICE", "open"), ("AP-DUP-CERT", "open")):
        assert case in books.cases(), "of the first one; and of the later one, wherever it is by now"
    assert peek(Claim).get(id=first.stream).status == "posted"
    assert list(differences(books.scope)) == []
