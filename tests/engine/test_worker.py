"""A worker as in production: woken by hints, looking for work itself, stopped gently, replaced after a kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.engine.crash.samples import heap
from tests.support.access import SETUP
from tests.support.peek import peek
from tieout.app import default_policy_text, engine, targets
from tieout.config.settings import TIEOUT
from tieout.connectors.voucher_folder.importer import Importer
from tieout.core.values.scope import Scope
from tieout.engine.receive import Incoming, receive
from tieout.engine.rules import add_policy
from tieout.store.models import Action, Claim
from tieout.store.wakeups import wake
from tieout.worker.tasks import now

pytestmark = pytest.mark.usefixtures("empty_database")


@contextmanager
def worker(exchange: Path) -> Iterator[subprocess.Popen[bytes]]:
    environ = os.environ | {"TIEOUT_EXCHANGE": str(exchange)}
    process = subprocess.Popen([sys.executable, "-m", "tieout.cli", "work"], env=environ)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def until(holds: Callable[[], bool], seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)


def jobs() -> list[tuple[str, str]]:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        return connection.execute("select queueing_lock, status::text from procrastinate_jobs").fetchall()


def test_hints_for_one_job_wait_once() -> None:
    for _ in range(3):
        wake("tie_out", "one")
        wake("tie_out", "two")
    assert sorted(jobs()) == [("tie_out/one/", "todo"), ("tie_out/two/", "todo")]


def test_invoices_are_posted_by_a_worker_that_is_killed_and_replaced_and_stops_gently(tmp_path: Path) -> None:
    exchange = tmp_path / "exchange"
    motor, scope = engine(TIEOUT), Scope(tenant="nordwind")
    add_policy(scope, default_policy_text(), read=motor.read_policy, at=now())
    files = [Incoming(content=file.content, name=file.name) for file in heap(1, 6)]
    receive(motor, scope, files, source=SETUP, at=now())
    with worker(exchange) as first:
        until(lambda: peek(Claim).exclude(status="received").exists())
        first.kill()
    erp = Importer(exchange)
    # what the first one held is leased for two minutes, too long to wait for here
    peek(Action).update(lease_until=now())
    with worker(exchange) as second:

        def posted() -> bool:
            erp.run(at=now())
            open_ = peek(Action).filter(queue="erp").exclude(state__in=["done", "withdrawn"])
            return not open_.exists() and not peek(Claim).filter(dirty=True).exists()

        until(posted)
        second.send_signal(signal.SIGTERM)
        assert second.wait(20) == 0
    assert peek(Claim).filter(status="posted").count() == len(erp.ledger()) > 3
    assert [status for _, status in jobs() if status == "todo"] == []


def test_the_wiring_makes_a_missing_exchange_and_leaves_a_strange_folder_alone(tmp_path: Path) -> None:

    targets(TIEOUT.model_copy(update={"exchange": tmp_path / "new"}))
    assert (tmp_path / "new" / "outbox").is_dir()
    (tmp_path / "unmounted").mkdir()
    targets(TIEOUT.model_copy(update={"exchange": tmp_path / "unmounted"}))
    assert list((tmp_path / "unmounted").iterdir()) == []
