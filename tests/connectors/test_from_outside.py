"""A connector that is no part of Tieout: installed from its folder, discovered by its entry point, connected, posted to by a worker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from tests.engine import samples
from tests.engine.samples import company, engine, take
from tests.support.outsider import install
from tests.support.peek import peek
from tieout.identity.models import Tenant
from tieout.store.models import Action, Claim

EXAMPLE = Path(__file__).parents[2] / "examples" / "connector-from-outside"
KEY = "the journal's key"


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Tieout with the connector installed."""
    return install(EXAMPLE, tmp_path_factory.mktemp("site")) | {"JOURNAL_KEY": KEY}


@pytest.fixture
def journal(environment: dict[str, str], tmp_path: Path) -> Iterator[str]:
    """The address of a running journal."""
    command = [sys.executable, "-m", "tieout_journal.server", "--store", str(tmp_path / "journal.sqlite"), "--key", KEY]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.terminate()


def tieout(environment: dict[str, str], *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tieout.cli", *words], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def worker(environment: dict[str, str]) -> Iterator[None]:
    with subprocess.Popen([sys.executable, "-m", "tieout.cli", "work"], env=environment) as process:
        try:
            yield
            process.send_signal(signal.SIGTERM)
            assert process.wait(25) == 0
        finally:
            process.kill()


def until(holds: Callable[[], bool], seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)


def test_its_own_tests_run_with_an_installed_tieout(environment: dict[str, str], tmp_path: Path) -> None:
    """As its author runs them: in its folder, the contract suite over a journal process of its own."""
    words = ["-q", "-p", "no:cacheprovider", "--rootdir", str(EXAMPLE), "-c", os.devnull, "--basetemp", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *words, str(EXAMPLE / "tests")],
        env=environment | {"PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "skipped" not in done.stdout


@pytest.mark.usefixtures("empty_database")
def test_a_claim_is_posted_to_it_by_a_worker(environment: dict[str, str], journal: str, tmp_path: Path) -> None:
    environment = environment | {
        "DATABASE_URL": os.environ["DATABASE_URL"],
        "TIEOUT_EXCHANGE": str(tmp_path / "exchange"),
    }
    motor = engine()
    scope = company(motor)
    Tenant(code=scope.tenant, name="T").save()
    listed = tieout(environment, "connections", "list")
    assert "connector journal: url: its address" in listed
    assert "connector invoice_folder: folder: the folder" in listed
    assert "; peppol_rules (optional): path of" in listed
    german = tieout(environment | {"TIEOUT_LANGUAGE": "de"}, "connections", "list")
    assert "voucher_folder: folder: der Austauschordner" in german
    settings = ("--set", f"url={journal}", "--set", "company=DE01", "--secret", "env:JOURNAL_KEY")
    added = tieout(environment, "connections", "add", "books", "--system", "journal", "--entity", "DE01", *settings)
    assert added.startswith("books  journal  queue books  for DE01")
    assert KEY not in added

    order = replace(samples.order(), entity="DE01")
    receipt = replace(samples.receipt(), entity="DE01")
    invoice = replace(samples.invoice(), entity="DE01")
    take(motor, scope, order, receipt, invoice)
    with worker(environment):
        until(lambda: peek(Claim).filter(kind="invoice", status="posted").exists())
    (action,) = peek(Action).filter(kind="post_voucher")
    headers = {"Authorization": f"Bearer {KEY}"}
    (entry,) = httpx.get(f"{journal}/companies/DE01/entries", headers=headers).json()["entries"]
    assert (action.queue, action.state, action.ref) == ("books", "done", entry["entry"])
    assert (entry["reference"], entry["entry"]) == (str(action.id), "J-000001")
    gross = invoice.totals.gross
    assert gross is not None
    assert (entry["currency"], entry["gross"]) == ("EUR", f"{gross.amount:f}")
