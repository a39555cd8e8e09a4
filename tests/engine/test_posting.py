"""From a clear invoice to its number in the ERP, with everything in between: S-32 and the posting queue of S-11."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.engine import samples
from tests.engine.samples import AT, company, engine, take, tie_out_all
from tests.support.peek import peek
from tieout.connectors.voucher_folder import VoucherFolder
from tieout.connectors.voucher_folder.importer import Fault, Importer
from tieout.core.case.commands import Resolve
from tieout.core.outbox.action import Action, Answer, Unknown
from tieout.core.values.errors import Refused
from tieout.core.values.scope import Scope
from tieout.engine.due import due
from tieout.engine.intervene import cancel, retry, set_pace
from tieout.engine.outcomes import ClaimsOfActions
from tieout.engine.perform import Performed, perform
from tieout.engine.plugged import Engine
from tieout.engine.rebuild import differences
from tieout.engine.submit import submit
from tieout.store.models import Action as ActionRow
from tieout.store.models import Case, Claim, Queue
from tieout.store.outstanding import outstanding

pytestmark = pytest.mark.usefixtures("empty_database")


class Folder(VoucherFolder):
    """A voucher folder whose connection may break: before anything is written, or after."""

    broken = ""

    def find(self, actions: Sequence[Action]) -> Sequence[Answer | None]:
        if self.broken == "down":
            return [Unknown(hint="503 service unavailable", down=True) for _ in actions]
        return super().find(actions)

    def perform(self, actions: Sequence[Action]) -> Sequence[Answer]:
        answers = super().perform(actions)
        return [Unknown(hint="timed out after 30 s") for _ in actions] if self.broken == "answer" else answers


@dataclass
class Books:
    """A company with its ERP."""

    engine: Engine
    scope: Scope
    folder: Folder
    importer: Importer
    fault: Fault = "none"

    def turn(self, at: datetime) -> tuple[Performed, Performed]:
        """What workers do at an instant: time, tying out, performing, looking."""
        due(self.engine, self.scope, at=at)
        tie_out_all(self.engine, self.scope, at=at)
        claims = ClaimsOfActions(self.engine, self.scope)
        return (
            perform(self.scope, self.folder, "perform", owner="w", at=at, claims=claims),
            perform(self.scope, self.folder, "look", owner="w", at=at, claims=claims),
        )

    def claim(self, number: str = "INV-1") -> Claim:
        return peek(Claim).get(number=number)

    def action(self) -> ActionRow:
        return peek(ActionRow).get(queue="erp")

    def troubles(self) -> list[tuple[str, str, str]]:
        return sorted(peek(Case).filter(cause="posting").values_list("code", "status", "queue"))


@pytest.fixture
def books(tmp_path: Path) -> Books:
    motor = engine()
    folder = Folder(tmp_path).prepare()
    made = Books(motor, company(motor), folder, Importer(tmp_path, strict=False))
    made.importer._fault = lambda _: made.fault
    return made


def clear_invoice(books: Books, *, at: datetime = AT) -> None:
    take(books.engine, books.scope, samples.order(), samples.receipt(), samples.invoice(), at=at)
    tie_out_all(books.engine, books.scope, at=at)


def test_a_clear_invoice_is_posted_under_the_erps_number(books: Books) -> None:
    clear_invoice(books)
    books.turn(AT)
    books.importer.run(at=AT)
    books.turn(AT + timedelta(seconds=10))
    assert books.claim().status == "posted"
    assert b"5105600001" in bytes(books.claim().state)
    assert books.troubles() == []
    assert list(differences(books.scope)) == []


@pytest.mark.mission("S-32")
def test_s32_a_time_out_after_the_target_accepted_is_found_and_linked(books: Books) -> None:
    clear_invoice(books)
    books.folder.broken = "answer"
    books.turn(AT)
    assert books.action().state == "leased"
    books.importer.run(at=AT)
    performed, _ = books.turn(AT + timedelta(seconds=10))
    assert (performed.begun, performed.states) == (0, (("done", 1),))
    assert books.claim().status == "posted"
    assert len(books.importer.ledger()) == 1
    assert list(differences(books.scope)) == []


@pytest.mark.mission("S-32")
def test_s32_not_found_is_tried_again(books: Books) -> None:
    clear_invoice(books)
    books.folder.broken = "answer"
    books.turn(AT)
    for path in books.folder.places.outbox.iterdir():
        path.unlink()  # it never got there
    books.folder.broken = ""
    assert books.turn(AT + timedelta(seconds=10))[0].begun == 1
    books.importer.run(at=AT)
    books.turn(AT + timedelta(seconds=30))
    assert books.claim().status == "posted"
    assert len(books.importer.ledger()) == 1


@pytest.mark.mission("S-32")
def test_s32_ambiguous_goes_to_the_integration_queue_and_a_person_ends_it(books: Books) -> None:
    clear_invoice(books)
    books.fault = "two_numbers"
    books.turn(AT)
    books.importer.run(at=AT)
    books.turn(AT + timedelta(seconds=10))
    assert books.claim().status == "posting_unknown"
    assert books.troubles() == [("ERP-POST-UNKNOWN", "open", "integration")]
    case = peek(Case).get(cause="posting")
    for person in ("anna", "bert"):  # two persons must say the same
        answer = Resolve(resolution="confirm_posted", reference="5105600001")
        submit(books.engine, replace(books.scope, actor=person), case.id, answer, at=AT + timedelta(minutes=5))
    assert books.claim().status == "posted"
    assert (books.action().state, books.action().ref) == ("done", "5105600001")
    assert peek(Case).get(cause="posting").status == "resolved"
    assert not any(books.turn(AT + timedelta(days=2)))
    assert list(differences(books.scope)) == []


def test_no_answer_at_all_becomes_a_case_and_a_late_answer_closes_it(books: Books) -> None:
    set_pace(books.scope, "erp", answer_within=3600)
    clear_invoice(books)
    books.fault = "late"
    books.turn(AT)
    books.importer.run(at=AT)
    books.turn(AT + timedelta(minutes=61))
    assert books.claim().status == "posting_unknown"
    books.turn(AT + timedelta(hours=7))
    assert [code for code, _, _ in books.troubles()] == ["ERP-POST-UNKNOWN"]
    books.importer.answer_late()
    books.turn(AT + timedelta(hours=9))
    assert books.claim().status == "posted"
    assert [status for _, status, _ in books.troubles()] == ["resolved"]


def test_refused_corrected_retried(books: Books) -> None:
    clear_invoice(books)
    books.fault = "reject"
    books.turn(AT)
    books.importer.run(at=AT)
    books.turn(AT + timedelta(seconds=10))
    assert books.claim().status == "posting_failed"
    assert books.troubles() == [("ERP-POST-FAIL", "open", "integration")]
    books.fault = "none"
    answer = retry(books.engine, books.scope, books.action().id, at=AT + timedelta(hours=1))
    assert answer.startswith("asked for again by case")
    books.turn(AT + timedelta(hours=1))
    books.importer.run(at=AT)
    books.turn(AT + timedelta(hours=2))
    assert books.claim().status == "posted"
    assert [status for _, status, _ in books.troubles()] == ["resolved"]
    assert len(books.importer.ledger()) == 1


@pytest.mark.mission("S-11")
def test_s11_down_for_two_hours_then_released_and_what_was_withdrawn_is_not_posted(books: Books) -> None:
    books.folder.broken = "down"
    take(books.engine, books.scope, samples.order(quantity=4000), samples.receipt(quantity=4000))
    for number in range(1, 5):
        invoice = samples.invoice(number=f"INV-{number}", quantity=1000)
        take(books.engine, books.scope, invoice)
    for minute in range(0, 120, 2):
        books.turn(AT + timedelta(minutes=minute))
    assert {claim.status for claim in peek(Claim).filter(kind="invoice")} == {"posting"}
    assert peek(Queue).get(name="erp").trouble == "503 service unavailable"
    assert books.troubles() == [], "no person is asked about an action that never began"
    # while the ERP is away, the warehouse takes one delivery back: the last invoice is not wanted any more
    take(
        books.engine,
        books.scope,
        replace(samples.receipt(quantity=-1000), number="GR-back"),
        at=AT + timedelta(hours=2),
    )
    books.folder.broken = ""
    begun = []
    for minute in range(120, 180, 2):
        begun.append(books.turn(AT + timedelta(minutes=minute))[0].begun)
        books.importer.run(at=AT)
    assert [count for count in begun if count][:2] == [1, 2], "released in growing batches"
    assert len(books.importer.ledger()) == 3
    statuses = sorted(claim.status for claim in peek(Claim).filter(kind="invoice"))
    assert statuses.count("posted") == 3
    assert "posting" not in statuses
    assert list(differences(books.scope)) == []


def test_people_see_what_is_outstanding_take_back_what_has_not_begun_and_hurry_what_has(books: Books) -> None:
    clear_invoice(books)
    (open_action,) = outstanding(books.scope, at=AT)
    assert (open_action.state, open_action.begun) == ("due", False)
    cancel(books.engine, books.scope, open_action.action.id, reason="wrong period", at=AT)
    assert books.claim().status == "posting_failed"
    assert books.troubles() == [("ERP-POST-FAIL", "open", "integration")]
    assert not books.turn(AT + timedelta(hours=1))[0]
    retry(books.engine, books.scope, open_action.action.id, at=AT + timedelta(hours=2))
    books.turn(AT + timedelta(hours=2))
    with pytest.raises(Refused, match="ACTION-BEGUN"):
        cancel(books.engine, books.scope, open_action.action.id, reason="too late", at=AT + timedelta(hours=2))
    books.importer.run(at=AT)
    assert (
        retry(books.engine, books.scope, open_action.action.id, at=AT + timedelta(hours=2))
        == "looked up in the external system now"
    )
    books.turn(AT + timedelta(hours=2))
    assert books.claim().status == "posted"
    with pytest.raises(Refused, match="ACTION-OVER"):
        retry(books.engine, books.scope, open_action.action.id, at=AT + timedelta(hours=3))
    with pytest.raises(Refused, match="ACTION-UNKNOWN"):
        retry(books.engine, replace(books.scope, tenant="other"), open_action.action.id, at=AT)
