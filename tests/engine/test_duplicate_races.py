"""Two look-alikes at once, each unseen by the other: one is posted, whoever is tied out first and whenever actions are performed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from tests.engine import samples
from tests.engine.samples import AT, POLICY, engine, take, tie_out_all
from tests.engine.test_incremental import Gate, aside
from tests.support.peek import peek
from tieout.connectors.voucher_folder import VoucherFolder
from tieout.core.outbox.action import Action, Answer, Done
from tieout.core.values.scope import Scope
from tieout.engine.announce import sweep
from tieout.engine.explain import explain
from tieout.engine.outcomes import ClaimsOfActions
from tieout.engine.perform import perform
from tieout.engine.rules import add_policy
from tieout.engine.tie_out import tie_out
from tieout.store.models import Claim
from tieout.trade.documents import Invoice, LineReference

if TYPE_CHECKING:
    from tests.support.server import Database

EARLIER = AT - timedelta(minutes=5)


class Books(VoucherFolder):
    """An ERP that posts at once whatever it is given."""

    posted: list[str]

    def find(self, actions: Sequence[Action]) -> Sequence[Answer | None]:
        return [None for _ in actions]

    def perform(self, actions: Sequence[Action]) -> Sequence[Answer]:
        self.posted += [str(action.id) for action in actions]
        return [Done(ref=f"5105{k}") for k, _ in enumerate(actions)]


def company() -> Scope:
    """A new tenant whose invoices need no order, so that no lock of an order holds one of two back."""
    scope = Scope(tenant=f"t-{uuid4().hex[:12]}")
    text = POLICY.read_bytes().replace(b"order_required: true", b"order_required: false")
    add_policy(scope, text, read=engine().read_policy, at=EARLIER)
    take(engine(), scope, samples.supplier(), at=EARLIER)
    return scope


def invoice(number: str) -> Invoice:
    """An invoice without an order."""
    made = samples.invoice(number)
    lines = tuple(replace(line, order=LineReference()) for line in made.lines)
    return replace(made, order_number="", lines=lines)


def do(books: Books, scope: Scope, *, minutes: int = 0) -> None:
    """What a worker performs of what is due so many minutes later."""
    at = AT + timedelta(minutes=minutes)
    perform(scope, books, "perform", owner="w", at=at, claims=ClaimsOfActions(engine(), scope))


class Gates:
    """Stops a worker at several of its steps, one after the other."""

    def __init__(self, *steps: str) -> None:
        self.at = {step: Gate(step) for step in steps}

    def __call__(self, step: str, /) -> None:
        for gate in self.at.values():
            gate(step)


@pytest.mark.parametrize("unseen", ["tie_out.judged", "tie_out.written"])
def test_of_two_look_alikes_that_do_not_see_each_other_one_is_posted(
    unseen: str, database: Database, tmp_path: Path
) -> None:
    scope = company()
    books = Books(tmp_path).prepare()
    books.posted = []
    take(engine(), scope, invoice("INV-1"), at=AT)
    gates = Gates(unseen, "tie_out.committed")
    # It came second and is tied out first: it has looked for look-alikes before the other one is there.
    second, wrong = aside(lambda: tie_out(engine(steps=gates), scope, at=AT))
    assert gates.at[unseen].there.wait(20)
    take(engine(), scope, invoice("inv 1"), at=EARLIER)
    assert tie_out_all(engine(), scope) == 1  # the other sees one that nobody has tied out yet
    do(books, scope)
    assert len(books.posted) == 1
    gates.at[unseen].go.set()
    assert gates.at["tie_out.committed"].there.wait(20)
    do(books, scope)  # it wants to be posted too, and knows by now no more than before
    gates.at["tie_out.committed"].go.set()
    second.join(20)
    assert not wrong
    for hour in range(1, 4):
        do(books, scope, minutes=60 * hour)
        tie_out_all(engine(), scope)
    statuses = sorted(peek(Claim).filter(tenant=scope.tenant, kind="invoice").values_list("status", flat=True))
    assert (statuses, len(books.posted)) == (["posted", "rejected"], 1)


def codes(scope: Scope, number: str) -> set[str]:
    """The codes of a claim's last verdict."""
    claim = peek(Claim).get(tenant=scope.tenant, number=number)
    return {finding.code for finding in explain(engine(), scope, str(claim.id)).verdicts[-1].verdict.findings}


def test_a_near_duplicate_that_was_recorded_late_is_seen_by_the_one_that_came_after_it(database: Database) -> None:
    """Who took it in was slow: it came first, and was recorded when the other had its verdict."""
    scope = company()
    take(engine(), scope, invoice("INV-4711-B"), at=AT)
    tie_out_all(engine(), scope)
    assert "AP-DUP-SUSP" not in codes(scope, "INV-4711-B")
    take(engine(), scope, invoice("INV-4711"), at=EARLIER)
    tie_out_all(engine(), scope)
    assert "AP-DUP-SUSP" in codes(scope, "INV-4711-B")


@pytest.mark.parametrize("unseen", ["tie_out.judged", "tie_out.written", "tie_out.committed"])
@pytest.mark.parametrize("worker_dies", [False, True])
def test_a_near_duplicate_is_seen_by_one_that_was_tied_out_meanwhile(
    unseen: str, worker_dies: bool, database: Database
) -> None:
    scope = company()
    take(engine(), scope, invoice("INV-4711-B"), at=AT)
    gates = Gates(unseen)
    second, wrong = aside(lambda: tie_out(engine(steps=_dying(gates) if worker_dies else gates), scope, at=AT))
    assert gates.at[unseen].there.wait(20)
    take(engine(), scope, invoice("INV-4711"), at=EARLIER)
    tie_out_all(engine(), scope)
    gates.at[unseen].go.set()
    second.join(20)
    assert bool(wrong) == worker_dies
    sweep(engine(), scope)
    tie_out_all(engine(), scope)
    assert "AP-DUP-SUSP" in codes(scope, "INV-4711-B")


def _dying(gates: Gates) -> Callable[[str], None]:
    """The worker dies after the transaction that it was stopped in is committed, before it looks again."""

    def step(name: str, /) -> None:
        gates(name)
        if name == "tie_out.committed":
            raise Died

    return step


class Died(Exception):
    """The end of a worker."""


def test_look_alikes_of_one_batch_are_tied_out_once(database: Database) -> None:
    scope = company()
    for number in ("INV-4711", "INV-4711-B", "INV-4711-C"):
        take(engine(), scope, invoice(number), at=AT)
    done = tie_out(engine(), scope, at=AT)
    assert (done.taken, done.changed) == (3, 3)
    assert tie_out(engine(), scope, at=AT).taken == 0
