"""Tie-out is incremental: what comes late clears by itself, in any order, and nothing is missed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from itertools import permutations
from threading import Event as Flag
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.db.models import Sum

from tests.engine import samples
from tests.engine.samples import AT, company, engine, take, tie_out_all
from tests.support.access import SETUP
from tests.support.peek import peek
from tieout.core.documents.kind import Document as AnyDocument
from tieout.core.values.ids import SourceKey
from tieout.engine.announce import announce, sweep
from tieout.engine.due import due
from tieout.engine.rebuild import differences
from tieout.engine.receive import Incoming, receive
from tieout.engine.tie_out import tie_out
from tieout.store.models import Action, Allocation, Case, Claim, Event, Recheck, Signal, Verdict

if TYPE_CHECKING:
    from tests.support.server import Database


def status(tenant: str, number: str = "INV-1") -> str:
    return str(peek(Claim).get(tenant=tenant, number=number).status)


def test_a_clean_invoice_is_asked_to_be_posted_once(database: Database) -> None:
    motor = engine()
    scope = company(motor)
    take(motor, scope, samples.order(), samples.receipt(), samples.invoice())
    assert tie_out_all(motor, scope) == 1
    assert status(scope.tenant) == "posting"
    assert peek(Action).filter(tenant=scope.tenant, state="due").count() == 1
    assert list(differences(scope)) == []


def test_what_comes_late_clears_by_itself(database: Database) -> None:
    motor = engine()
    scope = company(motor)
    take(motor, scope, samples.order(), samples.receipt(quantity=1150, inspection=50), samples.invoice())
    tie_out_all(motor, scope)
    assert status(scope.tenant) in {"waiting", "held"}
    assert peek(Case).filter(tenant=scope.tenant, closed_at=None).count() == 1
    take(motor, scope, samples.inspected(), at=AT + timedelta(hours=5))
    assert peek(Claim).get(tenant=scope.tenant).dirty
    tie_out_all(motor, scope, at=AT + timedelta(hours=5))
    assert status(scope.tenant) == "posting"
    assert peek(Case).filter(tenant=scope.tenant, closed_at=None).count() == 0
    assert list(differences(scope)) == []


def test_only_claims_that_depend_on_a_document_are_tied_out_again(database: Database) -> None:
    motor = engine()
    scope = company(motor)
    take(
        motor, scope, samples.order(), samples.order("4500013"), samples.invoice(), samples.invoice("INV-2", "4500013")
    )
    tie_out_all(motor, scope)
    take(motor, scope, samples.receipt(order_number="4500013"))
    assert list(peek(Claim).filter(tenant=scope.tenant, dirty=True).values_list("number", flat=True)) == ["INV-2"]


def test_the_same_verdict_again_writes_nothing(database: Database) -> None:
    motor = engine()
    scope = company(motor)
    take(motor, scope, samples.order(), samples.invoice())
    tie_out_all(motor, scope)
    rows = [peek(table).filter(tenant=scope.tenant).count() for table in (Event, Verdict, Allocation, Action)]
    before = peek(Claim).get(tenant=scope.tenant)
    peek(Claim).filter(tenant=scope.tenant).update(dirty=True)
    done = tie_out(motor, scope, at=AT + timedelta(minutes=1))
    assert (done.taken, done.changed) == (1, 0)
    after = peek(Claim).get(tenant=scope.tenant)
    assert (after.dirty, after.changed_at, after.seq) == (False, before.changed_at, before.seq)
    assert rows == [peek(table).filter(tenant=scope.tenant).count() for table in (Event, Verdict, Allocation, Action)]


def test_the_end_of_a_wait_is_a_timer(database: Database) -> None:
    motor = engine()
    scope = company(motor)
    take(motor, scope, samples.order(), samples.receipt(quantity=1150, inspection=50), samples.invoice())
    tie_out_all(motor, scope)
    due_at = peek(Claim).get(tenant=scope.tenant).due_at
    assert due_at is not None
    assert due(motor, scope, at=due_at - timedelta(seconds=1)) == 0
    assert due(motor, scope, at=due_at) == 1
    tie_out_all(motor, scope, at=due_at)
    assert peek(Claim).get(tenant=scope.tenant).due_at != due_at
    assert list(differences(scope)) == []


def test_a_claim_that_gives_back_makes_room_for_another(database: Database) -> None:
    motor = engine()
    scope = company(motor)
    take(motor, scope, samples.order(quantity=2400), samples.receipt(), samples.invoice(), samples.invoice("INV-2"))
    tie_out_all(motor, scope)
    assert [status(scope.tenant, number) for number in ("INV-1", "INV-2")] == ["posting", "held"]
    take(motor, scope, samples.receipt("R2"))
    tie_out_all(motor, scope)
    assert status(scope.tenant, "INV-2") == "posting"


DOCUMENTS: list[Callable[[], AnyDocument]] = [
    samples.order,
    lambda: samples.receipt(quantity=1150, inspection=50),
    samples.inspected,
    samples.invoice,
]


@pytest.mark.parametrize("order", list(permutations(range(4)))[::3])
def test_any_order_of_documents_ends_in_the_same_state(order: tuple[int, ...], database: Database) -> None:
    motor = engine()
    scope = company(motor)
    for step, index in enumerate(order):
        take(motor, scope, DOCUMENTS[index](), at=AT + timedelta(minutes=step))
        if step % 2:
            tie_out_all(motor, scope, at=AT + timedelta(minutes=step))
    tie_out_all(motor, scope, at=AT + timedelta(minutes=9))
    assert status(scope.tenant) == "posting"
    assert peek(Case).filter(tenant=scope.tenant, closed_at=None).count() == 0
    assert peek(Signal).filter(tenant=scope.tenant).count() == 0
    assert peek(Recheck).filter(tenant=scope.tenant).count() == 0
    assert list(differences(scope)) == []


class Gate:
    """Stops a worker at one of its steps until it is let on."""

    def __init__(self, step: str) -> None:
        self._step = step
        self.there, self.go = Flag(), Flag()

    def __call__(self, step: str, /) -> None:
        if step == self._step:
            self.there.set()
            assert self.go.wait(20)


def aside(act: Callable[[], object]) -> tuple[Thread, list[BaseException]]:
    wrong: list[BaseException] = []

    def run() -> None:
        try:
            act()
        except BaseException as error:  # noqa: BLE001  reported to the test
            wrong.append(error)
        finally:
            connection.close()

    thread = Thread(target=run)
    thread.start()
    return thread, wrong


@pytest.mark.parametrize("step", ["tie_out.taken", "tie_out.judged", "tie_out.written", "tie_out.committed"])
@pytest.mark.parametrize("announced", ["during", "after"])
def test_a_receipt_that_comes_while_its_invoice_is_tied_out_is_not_missed(
    step: str, announced: str, database: Database
) -> None:
    scope = company(engine())
    take(engine(), scope, samples.order(), samples.invoice())
    gate = Gate(step)
    worker, wrong = aside(lambda: tie_out(engine(steps=gate), scope, at=AT))
    assert gate.there.wait(20)

    class Stop(BaseException):
        pass

    def hold_back(at: str, /) -> None:
        if announced == "after" and at == "receive.committed":
            raise Stop

    comer, wrong_too = aside(lambda: take(engine(steps=hold_back), scope, samples.receipt()))
    comer.join(1.0)  # it may have to wait for the worker: marking waits for the claim
    gate.go.set()
    worker.join(20)
    comer.join(20)
    assert not wrong
    assert [type(error) for error in wrong_too] == ([Stop] if announced == "after" else [])
    if announced == "after":
        announce(engine(), scope)
    tie_out_all(engine(), scope)
    assert status(scope.tenant) == "posting"


@pytest.mark.parametrize("step", ["tie_out.taken", "tie_out.judged", "tie_out.written"])
def test_a_receipt_that_comes_while_a_claim_is_tied_out_again_is_not_missed(step: str, database: Database) -> None:
    """The mark finds the claim dirty and locked: it must wait for the write that cleans it, and mark it after that."""
    scope = company(engine())
    take(engine(), scope, samples.order(), samples.invoice())
    tie_out_all(engine(), scope)
    peek(Claim).filter(tenant=scope.tenant).update(dirty=True)
    gate = Gate(step)
    worker, wrong = aside(lambda: tie_out(engine(steps=gate), scope, at=AT))
    assert gate.there.wait(20)
    comer, wrong_too = aside(lambda: take(engine(), scope, samples.receipt()))
    comer.join(1.0)
    gate.go.set()
    worker.join(20)
    comer.join(20)
    assert not wrong + wrong_too
    tie_out_all(engine(), scope)
    assert status(scope.tenant) == "posting"


def test_a_worker_that_dies_before_its_recheck_leaves_it_to_the_sweep(database: Database) -> None:
    class Died(BaseException):
        pass

    scope = company(engine())
    take(engine(), scope, samples.order(), samples.invoice())

    def interfere(step: str, /) -> None:
        if step == "tie_out.judged":
            comer, wrong = aside(lambda: take(engine(), scope, samples.receipt()))
            comer.join(20)
            assert not wrong
        if step == "tie_out.committed":
            raise Died

    with pytest.raises(Died):
        tie_out(engine(steps=interfere), scope, at=AT)
    assert not peek(Claim).get(tenant=scope.tenant).dirty, "the race was not hit"
    assert sweep(engine(), scope) == 1
    tie_out_all(engine(), scope)
    assert status(scope.tenant) == "posting"


def test_two_workers_on_one_receipt_one_waits_and_one_is_held(database: Database) -> None:
    scope = company(engine())
    take(engine(), scope, samples.order(quantity=2400), samples.receipt(), samples.invoice(), samples.invoice("INV-2"))
    gate = Gate("tie_out.judged")
    first, wrong = aside(lambda: tie_out(engine(steps=gate), scope, at=AT, limit=1))
    assert gate.there.wait(20)
    second, wrong_too = aside(lambda: tie_out(engine(), scope, at=AT, limit=1))
    second.join(0.5)
    assert second.is_alive(), "the second did not wait for the order"
    gate.go.set()
    first.join(20)
    second.join(20)
    assert not wrong
    assert not wrong_too
    assert sorted(peek(Claim).filter(tenant=scope.tenant).values_list("status", flat=True)) == ["held", "posting"]
    used = peek(Allocation).filter(tenant=scope.tenant).aggregate(used=Sum("quantity"))["used"]
    assert used <= Decimal(2400)


def test_crossing_batches_do_not_deadlock(database: Database) -> None:
    scope = company(engine())
    for n in range(6):
        take(engine(), scope, samples.order(f"45{n}", 5000), samples.receipt(f"R{n}", f"45{n}", 5000))
    for n in range(30):
        take(
            engine(),
            scope,
            samples.invoice(f"A{n}", f"45{n % 6}", 100),
            samples.invoice(f"B{n}", f"45{5 - n % 6}", 90),
        )
    workers = [aside(lambda: [tie_out(engine(), scope, at=AT, limit=4) for _ in range(20)]) for _ in range(3)]
    for thread, wrong in workers:
        thread.join(60)
        assert not wrong
    tie_out_all(engine(), scope)
    assert peek(Claim).filter(tenant=scope.tenant, status="posting").count() == 60
    assert list(differences(scope)) == []


def test_what_a_superseded_invoice_gives_back_reaches_one_that_is_just_tied_out(database: Database) -> None:
    def version(number: str, quantity: int) -> Incoming:
        source = SourceKey(system="erp", kind="invoice", external_id="INV-1", version=number)
        return samples.file(samples.invoice(quantity=quantity), source=source)

    scope = company(engine())
    take(engine(), scope, samples.order(quantity=2400), samples.receipt())
    receive(engine(), scope, [version("1", 1200)], source=SETUP, at=AT)
    tie_out_all(engine(), scope)
    take(engine(), scope, samples.invoice("INV-2", quantity=1199))
    gate = Gate("tie_out.judged")
    first, wrong = aside(lambda: tie_out(engine(steps=gate), scope, at=AT))
    assert gate.there.wait(20)
    second, wrong_too = aside(lambda: receive(engine(), scope, [version("2", 1)], source=SETUP, at=AT))
    second.join(1.0)
    gate.go.set()
    first.join(20)
    second.join(20)
    assert not wrong + wrong_too
    tie_out_all(engine(), scope)
    assert status(scope.tenant, "INV-2") == "posting"
