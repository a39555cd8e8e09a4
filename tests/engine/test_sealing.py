"""Workers seal the log: once something has happened, and again when an hour has passed and more has happened."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.engine import samples
from tests.engine.samples import AT, company, engine, take, tie_out_all
from tieout import app
from tieout.config.table import read
from tieout.engine.audit import seal
from tieout.store import events
from tieout.store.over_tenants import pending
from tieout.worker.jobs import JOBS, Work, waiting_now

if TYPE_CHECKING:
    import pytest

    from tests.support.server import Database


def test_the_log_is_sealed_every_hour_in_which_something_happened(database: Database) -> None:
    motor = engine()
    scope = company(motor)
    work = Work(engine=motor, targets=lambda _: {}, owner="sealer")
    wanted = ("seal", scope.tenant, "")
    assert wanted in pending(at=AT), "its policies are in the log"
    take(motor, scope, samples.order(), samples.invoice())
    assert wanted in pending(at=AT)
    JOBS["seal"](work, scope, AT)
    assert wanted not in pending(at=AT + timedelta(days=1)), "nothing has happened since"
    tie_out_all(motor, scope)
    assert wanted not in pending(at=AT + timedelta(minutes=59))
    assert wanted in pending(at=AT + timedelta(hours=1, seconds=1))
    JOBS["seal"](work, scope, AT + timedelta(hours=2))
    assert [row.number for row in events.seals(scope)] == [1, 2]


def test_two_that_seal_at_once_make_two_seals(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    motor = engine()
    scope = company(motor)
    take(motor, scope, samples.invoice())
    last, before = events.last_seal, [events.last_seal(scope)]
    seal(motor, scope, at=AT)
    tie_out_all(motor, scope)
    monkeypatch.setattr(events, "last_seal", lambda scope: before.pop() if before else last(scope))
    made = seal(motor, scope, at=AT)
    assert made is not None
    assert [row.number for row in events.seals(scope)] == [1, made.number] == [1, 2]


def test_the_interval_between_seals_can_be_chosen(database: Database) -> None:
    motor = replace(engine(), seal_every=timedelta(minutes=5))
    scope = company(motor)
    work, wanted = Work(engine=motor, targets=lambda _: {}, owner="sealer"), ("seal", scope.tenant, "")
    seal(motor, scope, at=AT)
    take(motor, scope, samples.order())
    assert wanted not in waiting_now(work, at=AT + timedelta(minutes=4))
    assert wanted in waiting_now(work, at=AT + timedelta(minutes=6))
    assert app.engine(read({"TIEOUT_SEAL_MINUTES": "5"})).seal_every == timedelta(minutes=5)
