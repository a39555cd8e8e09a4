"""The proof of the rows holds while others write: what it reads of a claim is of one moment, and what came meanwhile is looked at too."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from django.db import connections

from tests.engine import samples
from tests.engine.samples import AT, company, engine, take, tie_out_all
from tests.support.peek import peek
from tieout.config.seal_witness import SealWitness
from tieout.core.values.scope import Scope
from tieout.engine import audit, rebuild
from tieout.engine.rebuild import differences
from tieout.store import cases, claims, events
from tieout.store.link import transaction
from tieout.store.models import Claim, Event

if TYPE_CHECKING:
    from tests.support.server import Database

LATER = AT + timedelta(hours=5)


@pytest.fixture
def scope(database: Database) -> Scope:
    motor = engine()
    made = company(motor)
    take(motor, made, samples.order(), samples.receipt(quantity=1150, inspection=50), samples.invoice())
    tie_out_all(motor, made)
    return made


def elsewhere(act: Callable[[], object]) -> None:
    """Over a connection of another thread, until it is committed."""

    def acted() -> None:
        try:
            act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(acted).result()


def once(before: Callable[..., object], act: Callable[[], object], *, call: int = 1) -> Callable[..., object]:
    """A function of the store before one of whose calls something else happens."""
    calls = []

    def called(*given: object, **named: object) -> object:
        calls.append(given)
        if len(calls) == call:
            elsewhere(act)
        return before(*given, **named)

    return called


def arrives(scope: Scope, *numbers: str) -> Callable[[], object]:
    """The inspection arrives, so that the claim that waits for it is posted, and new invoices with it."""
    motor = engine()

    def come() -> None:
        take(motor, scope, samples.inspected(), *(samples.invoice(number, quantity=7) for number in numbers), at=LATER)
        tie_out_all(motor, scope, at=LATER)

    return come


def test_a_claim_that_changes_between_its_row_and_its_events_is_no_difference(
    scope: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = peek(Event).filter(tenant=scope.tenant).count()
    monkeypatch.setattr(rebuild.cases, "of_claims", once(cases.of_claims, arrives(scope)))
    assert list(differences(scope)) == []
    assert peek(Event).filter(tenant=scope.tenant).count() > count, "it has changed meanwhile"


def test_claims_that_come_after_their_page_was_read_are_proven_too(
    scope: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [f"NEW-{k}" for k in range(8)]
    monkeypatch.setattr(rebuild, "transaction", once(transaction, arrives(scope, *numbers), call=3))
    assert list(differences(scope)) == []
    assert peek(Claim).filter(tenant=scope.tenant, number__in=numbers).count() == 8


def test_what_is_wrong_with_one_that_came_meanwhile_is_named(scope: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    def come() -> None:
        arrives(scope, "NEW-1")()
        peek(Claim).filter(tenant=scope.tenant, number="NEW-1").update(status="rejected")

    monkeypatch.setattr(rebuild, "transaction", once(transaction, come, call=3))
    assert any("status is rejected" in line for line in differences(scope))


def test_events_of_nobody_are_named(scope: Scope) -> None:
    peek(Claim).filter(tenant=scope.tenant, number="INV-1").delete()
    assert any("its row is missing" in line for line in differences(scope))


def test_a_transaction_of_one_moment_sees_nothing_that_comes_later_and_writes_nothing(scope: Scope) -> None:
    with transaction(scope, of_one_moment=True):
        before = len(events.streams(scope))
        elsewhere(arrives(scope, "NEW-1"))
        assert len(events.streams(scope)) == before
    assert len(events.streams(scope)) > before
    with pytest.raises(Exception, match="read-only"), transaction(scope, of_one_moment=True):
        cases.put(scope, cases.of_claims(scope, [row.id for row in claims.every(scope, after=UUID(int=0), limit=5)]))


def test_a_seal_costs_what_happened_since_the_last_one(
    scope: Scope, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    motor = replace(engine(), witness=SealWitness(tmp_path / "seals"))
    for k in range(4):
        take(motor, scope, samples.invoice(f"NEW-{k}", quantity=7))
        tie_out_all(motor, scope)
        assert audit.seal(motor, scope, at=AT) is not None
    read: list[int] = []

    def counted(of: Scope, *, after: int = 0) -> list[events.SealRow]:
        rows = seals(of, after=after)
        read.append(len(rows))
        return rows

    seals = events.seals
    monkeypatch.setattr(audit.events, "seals", counted)
    take(motor, scope, samples.invoice("NEW-9", quantity=7))
    assert audit.seal(motor, scope, at=AT) is not None
    assert audit.seal(motor, scope, at=AT) is None
    assert read == [1, 0], "of five seals the new one is read, to be noted"
    assert [one.number for one in motor.witness.notes()] == [1, 2, 3, 4, 5]  # type: ignore[attr-defined]
