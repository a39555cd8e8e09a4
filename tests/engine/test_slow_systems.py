"""Systems that finish what their caller gave up (`slow_outer_system.py` of the handed cases): booked all the same, and once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

import psycopg
import pytest

from tests.engine import samples
from tests.engine.rows import AT, SCOPE, ClaimsStub, ask_for, row_of
from tests.engine.test_incremental import aside
from tests.engine.test_posting import company, differences, engine, take, tie_out_all
from tests.support.peek import peek
from tests.support.server import Database
from tieout.config.postgres.place import ADMIN
from tieout.core.case.commands import Resolve
from tieout.core.outbox.action import Action, Answer, Done, Unknown
from tieout.core.values.errors import Refused
from tieout.core.values.ids import derive
from tieout.core.values.scope import Scope
from tieout.engine.due import due
from tieout.engine.intervene import set_pace
from tieout.engine.outcomes import ClaimsOfActions
from tieout.engine.perform import Performed, perform
from tieout.engine.plugged import Engine
from tieout.engine.submit import submit
from tieout.store.actions import handed_over_late
from tieout.store.models import Action as ActionRow
from tieout.store.models import Case, Claim

pytestmark = pytest.mark.usefixtures("empty_database")

NOW = samples.AT
LONG = timedelta(seconds=40)
TIME_OUT = timedelta(seconds=20)


@dataclass
class Slow:
    """A system that books `works_for` after a call began, whoever still listens; its callers give up after `TIME_OUT`.

    It looks for duplicates never. `down`: nothing reaches it. `answers`: it says at once that it is done.
    """

    works_for: timedelta = LONG
    queue: str = "erp"
    now: datetime = AT
    calls: list[datetime] = field(default_factory=list)
    books: list[tuple[str, datetime]] = field(default_factory=list)
    down: bool = False
    answers: bool = False

    def booked(self, claim: str) -> list[int]:
        """The numbers under which a claim is booked by now."""
        return [number for number, (of, at) in enumerate(self.books, start=1) if of == claim and at <= self.now]

    def find(self, actions: Sequence[Action]) -> Sequence[Answer | None]:
        found = [self.booked(action.claim) for action in actions]
        return [
            None
            if not numbers
            else Done(ref=str(numbers[0]))
            if len(numbers) == 1
            else Unknown(hint=f"booked {len(numbers)} times", ambiguous=True)
            for numbers in found
        ]

    def perform(self, actions: Sequence[Action]) -> Sequence[Answer]:
        if self.down:
            return [Unknown(hint="connection refused", down=True) for _ in actions]
        answers: list[Answer] = []
        for action in actions:
            self.calls.append(self.now)
            works_for = timedelta(0) if self.answers else self.works_for
            self.books.append((action.claim, self.now + works_for))
            if self.answers:
                answers.append(Done(ref=str(len(self.books))))
            else:
                self.now += TIME_OUT
                answers.append(Unknown(hint="timed out after 20 s"))
        return answers


class SlowAndIdempotent(Slow):
    """The same, and it books a reference once, however often it is handed over."""

    idempotent: Literal[True] = True


def run(target: Slow, claims: ClaimsStub, *, until: timedelta, each: int = 5) -> None:
    """Workers look whether something is due, every five seconds."""
    second = 0
    while timedelta(seconds=second) <= until:
        target.now = max(target.now, AT + timedelta(seconds=second))
        for job in ("perform", "look"):
            perform(SCOPE, target, job, owner="a", at=target.now, claims=claims, clock=lambda: target.now)  # type: ignore[arg-type]
        second += each


def test_what_timed_out_is_only_looked_up_and_found_when_the_system_has_finished() -> None:
    action = ask_for("A-1")
    target, claims = Slow(), ClaimsStub()
    run(target, claims, until=timedelta(minutes=5))
    assert len(target.calls) == 1
    assert claims.outcomes == [(action.claim, Done(ref="1"))]
    assert row_of(action).state == "done", "handed over once, so it cannot be there twice"


@pytest.mark.parametrize(("seconds", "calls"), [(590, 1), (615, 1), (620, 2)])
def test_it_is_handed_over_again_when_the_quiet_time_has_passed_since_the_answer_should_have_come(
    seconds: int, calls: int
) -> None:
    action = ask_for("A-1")
    target = Slow(works_for=timedelta(days=9))
    run(target, ClaimsStub(), until=timedelta(seconds=seconds))
    assert len(target.calls) == calls
    assert row_of(action).handovers == calls
    if calls == 1:
        assert "is looked up until" in row_of(action).last_error


# ---- a worker that is slower than its lease ------------------------------------------------------------------------------------


def batch(target: Slow, claims: ClaimsStub, owner: str) -> Performed:
    """One batch of a worker, by the target's clock."""
    return perform(SCOPE, target, "perform", owner=owner, at=target.now, claims=claims, clock=lambda: target.now)


def test_what_waited_for_a_lock_longer_than_its_lease_is_not_handed_over(database: Database) -> None:
    """The instant at which it begins is the one after the wait: another worker may have it by now."""
    ask_for("A-1")
    target, claims = Slow(answers=True), ClaimsStub()
    with psycopg.connect(database.dsn, user=ADMIN) as other:
        other.execute("select from store_claim for update")
        worker, wrong = aside(lambda: batch(target, claims, "a"))
        with psycopg.connect(database.dsn, user=ADMIN, autocommit=True) as looking:
            while not looking.execute("select 1 from pg_stat_activity where wait_event_type = 'Lock'").fetchone():
                assert worker.is_alive()
        target.now += timedelta(seconds=121)
    worker.join(20)
    assert (wrong, target.calls) == ([], [])
    target.now += timedelta(seconds=10)
    assert batch(target, claims, "b").begun == 1
    assert len(target.calls) == 1


@dataclass
class Overtaken(Slow):
    """While the first call waits for its answer in vain, its worker's lease runs out and another worker comes."""

    meanwhile: Callable[[], object] = lambda: None
    waits: timedelta = timedelta(seconds=200)

    def perform(self, actions: Sequence[Action]) -> Sequence[Answer]:
        first = not self.calls
        answers = super().perform(actions)
        if first:
            self.now += timedelta(seconds=130)
            self.meanwhile()
            self.now += self.waits
        return answers


@pytest.mark.parametrize(("seconds", "calls"), [(590, 1), (625, 2)])
def test_the_quiet_time_begins_when_a_worker_without_its_lease_has_given_up(seconds: int, calls: int) -> None:
    ask_for("A-1")
    claims = ClaimsStub()
    target = Overtaken(works_for=timedelta(days=9))
    target.meanwhile = lambda: batch(target, claims, "b")
    batch(target, claims, "a")
    given_up = target.now
    assert given_up - AT > timedelta(seconds=300)
    while target.now <= given_up + timedelta(seconds=seconds):
        target.now += timedelta(seconds=5)
        batch(target, claims, "b")
    assert len(target.calls) == calls


@pytest.mark.parametrize(("seconds", "calls"), [(710, 1), (760, 2)])
def test_of_a_worker_that_died_it_begins_with_the_end_of_its_lease(seconds: int, calls: int) -> None:
    ask_for("A-1")
    claims, target = ClaimsStub(), Slow(works_for=timedelta(days=9))

    def dies(step: str, /) -> None:
        if step == "perform.performed":
            raise Died

    with pytest.raises(Died):
        perform(SCOPE, target, "perform", owner="a", at=AT, claims=claims, steps=dies, clock=lambda: target.now)
    while target.now <= AT + timedelta(seconds=seconds):
        target.now += timedelta(seconds=5)
        batch(target, claims, "b")
    assert len(target.calls) == calls


class Died(Exception):
    """The end of a worker."""


def test_no_more_is_begun_than_the_lease_has_time_for() -> None:
    actions = [ask_for(f"A-{number}") for number in range(10)]
    target, claims = Slow(works_for=timedelta(days=9)), ClaimsStub()
    first = batch(target, claims, "a")
    assert (first.taken, first.begun, len(target.calls)) == (10, 8, 8), "twice four, each of which took 20 s"
    rows = [row_of(action) for action in actions]
    assert sorted(row.handovers for row in rows) == [0, 0, *[1] * 8]
    put_off = [row for row in rows if not row.handovers]
    assert {(row.state, row.handed_at) for row in put_off} == {("due", None)}
    assert {row.last_error for row in put_off} == {"the time for this batch was over: it comes next"}
    target.now += timedelta(seconds=10)
    assert batch(target, claims, "b").begun == 2


def test_the_rest_of_a_batch_waits_while_the_system_cannot_be_reached() -> None:
    actions = [ask_for(f"A-{number}") for number in range(10)]
    target = Slow(down=True)
    assert batch(target, ClaimsStub(), "a").begun == 4
    errors = [row_of(action).last_error for action in actions]
    assert sorted(errors) == ["connection refused"] * 4 + ["it waits until the external system can be reached"] * 6


def test_a_fast_system_gets_all_of_a_batch_in_one_turn() -> None:
    for number in range(30):
        ask_for(f"A-{number}")
    done = batch(Slow(answers=True), ClaimsStub(), "a")
    assert (done.begun, done.states) == (30, (("done", 30),))


def test_the_quiet_time_is_the_queues_own() -> None:
    ask_for("A-1")
    set_pace(SCOPE, "erp", quiet=60)
    target = Slow(works_for=timedelta(days=9))
    run(target, ClaimsStub(), until=timedelta(seconds=100))
    assert len(target.calls) == 2
    assert target.calls[1] - target.calls[0] >= timedelta(seconds=80), "counted from when the call had failed"


def test_without_a_quiet_time_or_with_an_idempotent_system_it_is_tried_again_at_once() -> None:
    ask_for("A-1")
    set_pace(SCOPE, "erp", quiet=0)
    hasty = Slow()
    run(hasty, ClaimsStub(), until=timedelta(seconds=30))
    assert len(hasty.calls) == 2
    ask_for("A-2", queue="other")
    idempotent = SlowAndIdempotent(queue="other")
    run(idempotent, ClaimsStub(), until=timedelta(seconds=30))
    assert len(idempotent.calls) == 2


def test_what_surely_never_arrived_is_tried_again_at_once() -> None:
    action = ask_for("A-1")
    target, claims = Slow(down=True, answers=True), ClaimsStub()
    run(target, claims, until=timedelta(seconds=10))
    row = row_of(action)
    assert (row.handed_at, row.handovers, row.last_error) == (None, 0, "connection refused")
    target.down = False
    run(target, claims, until=timedelta(minutes=2))
    assert (len(target.calls), claims.outcomes) == (1, [(action.claim, Done(ref="1"))])


class Killed(BaseException):
    """A worker dies."""


def test_a_worker_that_died_may_have_handed_it_over() -> None:
    action = ask_for("A-1")
    target, claims = Slow(answers=True), ClaimsStub()

    def steps(reached: str) -> None:
        if reached == "perform.begun":
            raise Killed

    with pytest.raises(Killed):
        perform(SCOPE, target, "perform", owner="a", at=AT, claims=claims, steps=steps)
    run(target, claims, until=timedelta(seconds=715))
    assert target.calls == [], "its lease is over, and the quiet time begins with its end"
    run(target, claims, until=timedelta(seconds=740))
    assert len(target.calls) == 1
    assert row_of(action).handovers == 2


def test_a_worker_whose_lease_ran_out_while_it_looked_begins_nothing() -> None:
    action = ask_for("A-1")
    target, times = Slow(answers=True), iter([AT + timedelta(seconds=1), *[AT + timedelta(seconds=121)] * 9])
    done = perform(SCOPE, target, "perform", owner="a", at=AT, claims=ClaimsStub(), clock=lambda: next(times))
    assert (done.begun, target.calls) == (0, [])
    assert row_of(action).handovers == 0


def test_whoever_notes_what_was_handed_over_late_locks_by_id_as_all_others_do(database: Database) -> None:
    """The row with the higher id was written first, and is free as long as the other is awaited."""
    low, high = sorted(("A-1", "A-2"), key=lambda name: str(derive("posting", "t", name)))
    rows = [row_of(ask_for(name)) for name in (high, low)]
    peek(ActionRow).update(state="unknown", handed_at=AT)
    late = AT + timedelta(seconds=90)
    with psycopg.connect(database.dsn, user=ADMIN) as other:
        other.execute("select from store_action where id = %s for update", [rows[1].id])
        worker, wrong = aside(lambda: handed_over_late(SCOPE, [row.id for row in rows], late))
        with psycopg.connect(database.dsn, user=ADMIN, autocommit=True) as looking:
            while not looking.execute("select 1 from pg_stat_activity where wait_event_type = 'Lock'").fetchone():
                assert worker.is_alive()
        other.execute("select from store_action where id = %s for update nowait", [rows[0].id])
    worker.join(20)
    assert wrong == []
    assert {row.handed_at for row in peek(ActionRow).all()} == {late}


def test_what_was_handed_over_twice_is_watched_and_a_second_booking_is_reported_once() -> None:
    action = ask_for("A-1")
    target, claims = Slow(works_for=timedelta(seconds=900)), ClaimsStub()
    run(target, claims, until=timedelta(seconds=700))
    assert len(target.calls) == 2
    run(target, claims, until=timedelta(seconds=1000))
    assert (row_of(action).state, row_of(action).ref) == ("watched", "1")
    assert claims.outcomes == [(action.claim, Done(ref="1"))]
    run(target, claims, until=timedelta(seconds=2600))
    assert claims.outcomes[1:] == [(action.claim, Unknown(hint="booked 2 times", ambiguous=True))]
    row = row_of(action)
    assert (row.state, row.ref, row.last_error) == ("done", "1", "booked 2 times")


def test_what_is_watched_and_stays_one_is_done_when_the_quiet_time_is_over() -> None:
    action = ask_for("A-1")
    target, claims = Slow(works_for=timedelta(days=9)), ClaimsStub()
    run(target, claims, until=timedelta(seconds=100))
    target.answers = True
    run(target, claims, until=timedelta(seconds=700))
    assert row_of(action).state == "watched"
    run(target, claims, until=timedelta(seconds=1400))
    assert (row_of(action).state, row_of(action).ref) == ("done", "2")
    assert claims.outcomes == [(action.claim, Done(ref="2"))]


@dataclass
class Company:
    """A company whose invoice is cleared, and its slow ERP."""

    engine: Engine
    scope: Scope
    target: Slow

    def turn(self, at: datetime) -> None:
        """What workers do at an instant."""
        self.target.now = max(self.target.now, at)
        claims = ClaimsOfActions(self.engine, self.scope)
        due(self.engine, self.scope, at=at)
        tie_out_all(self.engine, self.scope, at=at)
        for job in ("perform", "look"):
            perform(self.scope, self.target, job, owner="w", at=at, claims=claims, clock=lambda: self.target.now)  # type: ignore[arg-type]

    def chosen(self, case: Case, resolution: str, person: str, at: datetime) -> None:
        """A person's choice."""
        command = Resolve(resolution=resolution, reference="1")
        submit(self.engine, replace(self.scope, actor=person), case.id, command, at=at)


@pytest.fixture
def slow() -> Company:
    motor = engine()
    made = Company(motor, company(motor), Slow(works_for=timedelta(seconds=900), now=NOW))
    take(motor, made.scope, samples.order(), samples.receipt(), samples.invoice(), at=NOW)
    return made


def test_booked_twice_all_the_same_is_a_case_that_two_people_end(slow: Company) -> None:
    for second in range(0, 3000, 30):
        slow.turn(NOW + timedelta(seconds=second))
    assert len(slow.target.books) == 2
    claim = peek(Claim).get(number="INV-1")
    assert claim.status == "posted"
    case = peek(Case).get(cause="posted twice")
    assert (case.code, case.status, case.queue) == ("ERP-POST-TWICE", "open", "integration")
    later = NOW + timedelta(hours=1)
    slow.chosen(case, "confirm_one_stands", "anna", later)
    assert peek(Case).get(id=case.id).status == "open"
    slow.chosen(case, "confirm_one_stands", "bert", later)
    assert peek(Case).get(id=case.id).status == "resolved"
    assert peek(Claim).get(number="INV-1").status == "posted"
    assert list(differences(slow.scope)) == []


def test_nobody_confirms_that_it_is_not_posted_while_it_may_still_be(slow: Company) -> None:
    set_pace(slow.scope, "erp", attempts_max=1)
    slow.target.works_for = timedelta(days=9)
    for second in range(0, 60, 30):
        slow.turn(NOW + timedelta(seconds=second))
    later = NOW + timedelta(hours=3)  # the look-ups go on for two hours before a person is asked
    for minute in range(1, 180, 3):
        slow.turn(NOW + timedelta(minutes=minute))
    case = peek(Case).get(cause="posting")
    row = peek(ActionRow).get(queue="erp")
    assert row.handed_at is not None
    with pytest.raises(Refused, match=r"CASE-TOO-EARLY: .* until"):
        slow.chosen(case, "confirm_not_posted", "anna", row.handed_at + timedelta(seconds=599))
    slow.chosen(case, "confirm_not_posted", "anna", max(later, row.handed_at + timedelta(seconds=600)))


def test_a_clear_answer_and_a_slow_one_leave_no_case(slow: Company) -> None:
    slow.target.works_for = LONG
    for second in range(0, 1500, 30):
        slow.turn(NOW + timedelta(seconds=second))
    assert (len(slow.target.books), peek(Claim).get(number="INV-1").status) == (1, "posted")
    assert not peek(Case).exists()


@dataclass
class Between(Slow):
    """Something happens after the look-up, and something else when the first is handed over."""

    after_the_look_up: Callable[[], object] = lambda: None
    at_the_call: Callable[[], object] = lambda: None

    def find(self, actions: Sequence[Action]) -> Sequence[Answer | None]:
        self.after_the_look_up()
        return super().find(actions)

    def perform(self, actions: Sequence[Action]) -> Sequence[Answer]:
        self.at_the_call()
        return super().perform(actions)


def test_an_action_is_not_locked_while_somebody_else_has_its_claim(database: Database) -> None:
    """Whoever ties a claim out holds it, and then wants its action: to wait for one another would end one of the two."""
    held, free = ask_for("A-1"), ask_for("A-2")
    target, claims = Between(answers=True), ClaimsStub()
    with psycopg.connect(database.dsn, user=ADMIN) as tying:

        def ties_it_out() -> None:
            tying.execute("update store_claim set dirty = true where key = %s", [held.claim])
            tying.commit()
            tying.execute("select from store_claim where key = %s for update", [held.claim])
            tying.execute("select from store_action where id = %s for update", [held.id])

        target.after_the_look_up, target.at_the_call = ties_it_out, tying.rollback
        worker, wrong = aside(lambda: batch(target, claims, "a"))
        worker.join(15)
        waits = worker.is_alive()
    worker.join(15)
    assert (waits, wrong) == (False, []), "it waits for an action whose claim it does not have"
    assert [outcome for outcome, _ in claims.outcomes] == [free.claim]
