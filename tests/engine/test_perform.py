"""Actions against a real database and a real folder: once each, whichever worker dies, whatever the external system does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction

from tests.engine.rows import AT, SCOPE, ClaimsStub, ask_for, row_of
from tests.support.peek import peek
from tests.support.server import PEEK
from tieout.connectors.voucher_folder import VoucherFolder
from tieout.connectors.voucher_folder.importer import Fault, Importer
from tieout.core.outbox.action import Action, Answer, Done, Outcome, Rejected, Unknown
from tieout.core.values.scope import Scope
from tieout.engine.perform import Performed, perform, tread_carefully
from tieout.store.actions import Leased
from tieout.store.models import Action as Stored
from tieout.store.models import Claim, Queue

pytestmark = pytest.mark.usefixtures("empty_database")


class Exchange:
    """A folder, an importer, and the claims that receive the outcomes."""

    def __init__(self, root: Path) -> None:
        self.folder = VoucherFolder(root).prepare()
        self.claims = ClaimsStub()
        self.fault: Fault = "none"
        self.importer = Importer(root, fault=lambda _: self.fault, strict=False)

    def perform(
        self, *, at: datetime = AT, owner: str = "a", steps: Callable[[str], None] = lambda _: None
    ) -> Performed:
        return perform(SCOPE, self.folder, "perform", owner=owner, at=at, claims=self.claims, steps=steps)

    def look(self, *, at: datetime = AT, owner: str = "a") -> Performed:
        return perform(SCOPE, self.folder, "look", owner=owner, at=at, claims=self.claims)


@pytest.fixture
def exchange(tmp_path: Path) -> Exchange:
    return Exchange(tmp_path / "exchange")


def after(**passed: float) -> datetime:
    return AT + timedelta(**passed)


def test_posted_booked_answered_notified(exchange: Exchange) -> None:
    actions = [ask_for(f"A-{k}") for k in range(3)]
    assert exchange.perform() == Performed(taken=3, begun=3, states=(("sent", 3),))
    assert exchange.claims.outcomes == [], "sent is not an outcome"
    assert not exchange.perform(at=after(seconds=1))
    exchange.importer.run(at=AT)
    assert not exchange.look(at=AT), "the answer is looked for after a while"
    assert exchange.look(at=after(seconds=10)).states == (("done", 3),)
    assert {outcome for _, outcome in exchange.claims.outcomes} == {Done(ref=row_of(action).ref) for action in actions}
    assert not exchange.look(at=after(days=9))
    assert not exchange.perform(at=after(days=9))
    assert len(exchange.importer.ledger()) == 3
    assert not list(exchange.folder.places.ack.glob("*.json")), "tidied up"


def test_a_rejection_is_reported_and_goes_out_again_when_it_is_due_again(exchange: Exchange) -> None:
    action = ask_for("A-1")
    exchange.fault = "reject"
    exchange.perform()
    exchange.importer.run(at=AT)
    exchange.look(at=after(seconds=10))
    assert exchange.claims.outcomes == [(action.claim, Rejected(reason="period 11 is closed", code="IMPORT"))]
    row = row_of(action)
    assert (row.state, row.last_error) == ("refused", "period 11 is closed")
    row.state, row.due_at, row.sent_at = "due", after(hours=1), None
    row.save()
    exchange.fault = "none"
    assert exchange.perform(at=after(hours=1)).begun == 1
    exchange.importer.run(at=AT)
    exchange.look(at=after(hours=2))
    assert row_of(action).state == "done"


class Killed(BaseException):
    """A worker dies at a step."""


def dies_at(step: str) -> Callable[[str], None]:
    def steps(reached: str) -> None:
        if reached == step:
            raise Killed(step)

    return steps


@pytest.mark.parametrize(
    "step",
    ["perform.taken", "perform.found", "perform.begun", "perform.performed", "perform.settled", "perform.committed"],
)
def test_a_worker_that_dies_between_two_steps_is_taken_over_and_nothing_is_booked_twice(
    exchange: Exchange, step: str
) -> None:
    action = ask_for("A-1")
    with pytest.raises(Killed):
        exchange.perform(steps=dies_at(step))
    exchange.importer.run(at=AT)  # the external system may have taken it before the next look-up
    for k in range(1, 5):
        exchange.perform(at=after(minutes=3 * k), owner="b")
        exchange.look(at=after(minutes=3 * k), owner="b")
        exchange.importer.run(at=AT)
    assert row_of(action).state == "done"
    assert len(exchange.importer.ledger()) == 1
    assert len(exchange.claims.outcomes) == 1


def test_a_lease_keeps_others_away_and_a_worker_back_from_the_dead_changes_nothing(exchange: Exchange) -> None:
    action = ask_for("A-1")
    taken_over: list[Performed] = []

    def steps(reached: str) -> None:
        if reached == "perform.performed":  # the first worker sleeps here, for longer than its lease
            assert not exchange.perform(at=after(seconds=100), owner="b"), "the lease holds"
            exchange.importer.run(at=AT)
            taken_over.append(exchange.perform(at=after(seconds=121), owner="b"))

    late = exchange.perform(steps=steps, owner="a")
    assert taken_over == [Performed(taken=1, begun=0, states=(("done", 1),))]
    assert late.lost == 1
    assert row_of(action).state == "done"
    assert len(exchange.claims.outcomes) == 1


def test_what_a_worker_back_from_the_dead_found_out_is_not_applied_again() -> None:
    ask_for("A-1")
    target, claims = Down(), ClaimsStub()
    target.up = True

    def steps(reached: str) -> None:
        if reached == "perform.performed":
            perform(SCOPE, target, "perform", owner="b", at=after(seconds=121), claims=claims)

    perform(SCOPE, target, "perform", owner="a", at=AT, claims=claims, steps=steps)
    assert len(claims.outcomes) == 1


def test_the_same_owner_twice_is_kept_apart_by_the_attempt(exchange: Exchange) -> None:
    action = ask_for("A-1")
    exchange.fault = "silent"

    def steps(reached: str) -> None:
        if reached == "perform.performed":
            exchange.perform(at=after(seconds=121), owner="a")

    assert exchange.perform(steps=steps, owner="a").lost == 1
    assert row_of(action).state == "sent"


def test_booked_and_never_answered_becomes_unknown_once_and_a_late_answer_ends_it(exchange: Exchange) -> None:
    action = ask_for("A-1")
    exchange.fault = "late"
    exchange.perform()
    exchange.importer.run(at=AT)
    exchange.look(at=after(hours=3))
    assert exchange.claims.outcomes == []
    for hour in (5, 6, 30):
        exchange.look(at=after(hours=hour))
        exchange.perform(at=after(hours=hour))
    ((claim, outcome),) = exchange.claims.outcomes
    assert claim == action.claim
    assert isinstance(outcome, Unknown)
    assert "has had no answer since 2026-03-02 09:00 UTC" in outcome.hint
    assert row_of(action).state == "unknown"
    exchange.importer.answer_late()
    exchange.perform(at=after(hours=40))
    assert exchange.claims.outcomes[1:] == [(action.claim, Done(ref="5105600001"))]
    assert len(exchange.importer.ledger()) == 1


def test_what_was_handed_over_and_vanished_is_never_sent_again_by_itself(exchange: Exchange) -> None:
    action = ask_for("A-1")
    exchange.perform()
    for path in exchange.folder.places.outbox.iterdir():
        path.unlink()
    for hour in range(1, 30):
        exchange.look(at=after(hours=hour))
        exchange.perform(at=after(hours=hour))
    assert not list(exchange.folder.places.outbox.iterdir())
    assert [type(outcome) for _, outcome in exchange.claims.outcomes] == [Unknown]
    assert row_of(action).state == "unknown"


def test_two_numbers_are_reported_at_once_as_ambiguous(exchange: Exchange) -> None:
    action = ask_for("A-1")
    exchange.fault = "two_numbers"
    exchange.perform()
    exchange.importer.run(at=AT)
    exchange.look(at=after(seconds=10))
    ((_, outcome),) = exchange.claims.outcomes
    assert isinstance(outcome, Unknown)
    assert outcome.ambiguous
    assert row_of(action).state == "unknown"


def test_a_torn_answer_does_not_stop_the_queue_and_is_reported_after_some_tries(exchange: Exchange) -> None:
    torn = ask_for("A-1")
    exchange.fault = "torn_answer"
    exchange.perform()
    exchange.importer.run(at=AT)
    exchange.fault = "none"
    for k in range(1, 12):
        ask_for(f"B-{k}")
        exchange.perform(at=after(hours=k))
        exchange.importer.run(at=AT)
        exchange.look(at=after(hours=k, minutes=10))
        assert peek(Queue).get(name="erp").open_until is None
    outcomes = [outcome for claim, outcome in exchange.claims.outcomes if claim == torn.claim]
    assert [type(outcome) for outcome in outcomes] == [Unknown]
    assert len(exchange.importer.ledger()) == 12


@pytest.mark.parametrize("change", [{"dirty": True}, {"due_at": AT}])
def test_a_claim_that_must_be_tied_out_first_is_not_posted(exchange: Exchange, change: dict[str, object]) -> None:
    action = ask_for("A-1")
    peek(Claim).filter(key=action.claim).update(**change)
    assert exchange.perform() == Performed(taken=1, begun=0, states=(("due", 1),))
    assert row_of(action).last_error == "its claim has to be tied out first"
    peek(Claim).update(dirty=False, due_at=None)
    assert exchange.perform(at=after(seconds=6)).begun == 1


def test_withdrawn_between_look_up_and_begin_is_not_posted(exchange: Exchange) -> None:
    action = ask_for("A-1")

    def steps(reached: str) -> None:
        if reached == "perform.found":
            row = row_of(action)
            row.state = "withdrawn"
            row.save()

    assert exchange.perform(steps=steps).begun == 0
    assert row_of(action).state == "withdrawn"
    assert not list(exchange.folder.places.outbox.iterdir())


class Down:
    """A target that is down until it is up again; then it posts at once."""

    queue = "erp"

    def __init__(self) -> None:
        self.up = False
        self.booked: dict[str, int] = {}
        self.asked = 0
        self.batches: list[int] = []

    def find(self, actions: Sequence[Action]) -> Sequence[Answer | None]:
        self.asked += 1
        if not self.up:
            return [Unknown(hint="503", down=True) for _ in actions]
        return [Done(ref=action.claim) if action.claim in self.booked else None for action in actions]

    def perform(self, actions: Sequence[Action]) -> Sequence[Answer]:
        self.batches.append(len(actions))
        for action in actions:
            self.booked[action.claim] = self.booked.get(action.claim, 0) + 1
        return [Done(ref=action.claim) for action in actions]


def test_down_for_two_hours_then_let_go_in_growing_batches_without_those_withdrawn() -> None:
    actions = [ask_for(f"A-{k:02}") for k in range(40)]
    target, claims = Down(), ClaimsStub()
    for second in range(0, 7200, 5):
        perform(SCOPE, target, "perform", owner="a", at=after(seconds=second), claims=claims)
    assert target.asked < 40, "the breaker keeps the sweeps of two hours away"
    assert claims.outcomes == [], "no person is asked about an action that was never begun"
    queue = peek(Queue).get(name="erp")
    assert (queue.trouble, queue.down_since) == ("503", AT)
    for action in actions[:5]:
        row = row_of(action)
        row.state = "withdrawn"
        row.save()
    target.up = True
    for second in range(7200, 7200 + 1800, 5):
        perform(SCOPE, target, "perform", owner="a", at=after(seconds=second), claims=claims)
    assert set(target.booked) == {action.claim for action in actions[5:]}
    assert set(target.booked.values()) == {1}
    assert target.batches[:5] == [1, 2, 4, 4, 4], (
        "released in growing batches, of which four at most are handed over at once"
    )
    assert len(claims.outcomes) == 35
    queue.refresh_from_db()
    assert (queue.trouble, queue.down_since, queue.failures) == ("", None, 0)


class TimesOut(Down):
    """Posts, and then the connection breaks: the caller sees a time-out."""

    def __init__(self) -> None:
        super().__init__()
        self.up = True

    def perform(self, actions: Sequence[Action]) -> Sequence[Answer]:
        super().perform(actions)
        return [Unknown(hint="timed out after 30 s", down=True) for _ in actions]


def test_a_time_out_after_the_target_accepted_is_looked_up_and_linked() -> None:
    action = ask_for("A-1")
    target, claims = TimesOut(), ClaimsStub()
    perform(SCOPE, target, "perform", owner="a", at=AT, claims=claims)
    assert claims.outcomes == []
    assert row_of(action).state == "leased"
    assert perform(SCOPE, target, "perform", owner="a", at=after(seconds=10), claims=claims).begun == 0
    assert claims.outcomes == [(action.claim, Done(ref=action.claim))]
    assert target.booked == {action.claim: 1}


def test_a_time_out_before_the_target_accepted_is_tried_again_and_reported_when_it_never_ends() -> None:
    action = ask_for("A-1")
    claims = ClaimsStub()

    class Deaf(Down):
        def perform(self, actions: Sequence[Action]) -> Sequence[Answer]:
            self.batches.append(len(actions))
            return [Unknown(hint="no answer") for _ in actions]

    target = Deaf()
    target.up = True
    for hour in range(9):
        perform(SCOPE, target, "perform", owner="a", at=after(hours=hour), claims=claims)
    assert len(target.batches) == 9
    assert [type(outcome) for _, outcome in claims.outcomes] == [Unknown]
    assert row_of(action).state == "unknown"


def test_a_rate_is_kept_across_workers() -> None:
    for k in range(30):
        ask_for(f"A-{k:02}")
    Queue(tenant="t", name="erp", per_minute=10).save(using=PEEK, force_insert=True)
    target, claims = Down(), ClaimsStub()
    target.up = True
    for second in range(61):
        perform(SCOPE, target, "perform", owner=f"worker {second % 3}", at=after(seconds=second), claims=claims)
    assert 10 <= sum(target.batches) <= 20
    for second in range(61, 180):
        perform(SCOPE, target, "perform", owner="a", at=after(seconds=second), claims=claims)
    assert sum(target.batches) == 30


def test_after_a_fault_of_our_own_a_queue_goes_one_at_a_time() -> None:
    for k in range(3):
        ask_for(f"A-{k:02}")
    tread_carefully(SCOPE, "erp")
    target = Down()
    target.up = True
    perform(SCOPE, target, "perform", owner="a", at=AT, claims=ClaimsStub())
    assert target.batches == [1]


def test_one_tenant_s_system_is_down_and_another_s_is_posted_to() -> None:
    for tenant in ("one", "two"):
        for k in range(3):
            ask_for(f"A-{k}", tenant=tenant)
    gone, sound, claims = Down(), Down(), ClaimsStub()
    sound.up = True
    for second in range(0, 600, 5):
        perform(Scope(tenant="one"), gone, "perform", owner="a", at=after(seconds=second), claims=claims)
    assert peek(Queue).get(tenant="one", name="erp").trouble == "503"
    assert perform(Scope(tenant="two"), sound, "perform", owner="a", at=after(seconds=600), claims=claims).begun == 3
    assert peek(Queue).get(tenant="two", name="erp").trouble == ""
    assert (len(sound.booked), gone.booked) == (3, {})


class Half(Down):
    """A target that has posted A-1 and has not answered about anything else."""

    def find(self, actions: Sequence[Action]) -> Sequence[Answer | None]:
        return [Done(ref="1") if action.claim == "mail/invoice/A-1@1" else None for action in actions]


def test_while_outcomes_are_applied_no_action_is_locked_whose_claim_is_not(exchange: Exchange) -> None:
    """A tie-out holds ledgers when it withdraws an action of its claim; to have both, the other way round, was a deadlock."""
    answered, silent = ask_for("A-1"), ask_for("A-2")
    exchange.perform()
    free: set[str] = set()

    class Looking(ClaimsStub):
        def notify(self, outcomes: Sequence[tuple[Leased, Outcome]], *, at: datetime) -> None:
            super().notify(outcomes, at=at)
            with transaction.atomic(using=PEEK):
                rows = peek(Stored).filter(tenant="t").select_for_update(skip_locked=True)
                free.update(row.claim for row in rows)

    claims = Looking()
    done = perform(SCOPE, Half(), "look", owner="a", at=after(seconds=10), claims=claims)
    assert done.states == (("done", 1), ("sent", 1))
    assert claims.outcomes == [(answered.claim, Done(ref="1"))]
    assert free == {silent.claim}
    assert (row_of(silent).state, row_of(silent).lease_owner) == ("sent", "")
