"""The journal keeps Tieout's contract. Run by `pytest` in this folder, with Tieout and this package installed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx
import pytest
from tieout_journal.connection import CONNECTOR

from tieout.connectors.contract import CHECKS, SORTS, Check, Counterpart, Fault, Held, payment_says
from tieout.core.outbox.connection import Connection
from tieout.core.outbox.target import Target


class JournalCounterpart(Counterpart):
    """A running journal, with two companies in it."""

    connector = CONNECTOR
    takes = frozenset(SORTS["posting"]) - {"debit"}
    suffers = frozenset({"down", "busy", "request lost", "answer lost", "nonsense", "refuses", "books twice"})

    def __init__(self, store: Path) -> None:
        self._store, self._port = store, "0"
        self._look = httpx.Client(headers={"Authorization": "Bearer secret"})
        self._start()

    def _start(self) -> None:
        command = [sys.executable, "-m", "tieout_journal.server", "--faults", "--store", str(self._store)]
        self._process = subprocess.Popen([*command, "--port", self._port], stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().strip()
        self._port = self.url.rpartition(":")[2]

    def stop(self) -> None:
        """End the process; what is booked stays in its file."""
        self._process.terminate()
        self._process.communicate()

    def open(self, place: str) -> Target:
        settings = {"url": self.url, "company": place}
        return CONNECTOR.target(Connection(name=place, system="journal", queue=place, settings=settings), "secret")

    def held(self, place: str) -> Sequence[Held]:
        rows = self._look.get(f"{self.url}/companies/{place}/entries").json()["entries"]
        # the journal stores credit notes as negative amounts; in the payload the kind says so
        for row in rows:
            if row["kind"] == "credit_note":
                row.update({name: row[name].removeprefix("-") for name in ("net", "tax", "gross")})
            row.update(payment_says({"payment": json.loads(row.pop("payment"))}))
        return [Held(reference=row["reference"], number=row["entry"], says=row) for row in rows]

    def suffer(self, fault: Fault | None) -> None:
        if fault == "down":
            self.stop()
            return
        if self._process.poll() is not None:
            self._start()
        self._look.put(f"{self.url}/fault", json={"fault": fault or ""}).raise_for_status()


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JournalCounterpart]:
    """One for all checks: each uses new numbers."""
    running = JournalCounterpart(tmp_path_factory.mktemp("journal") / "journal.sqlite")
    yield running
    running.stop()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_contract(check: Check, journal: JournalCounterpart) -> None:
    assert check.applies(journal), "the journal can simulate every fault"
    try:
        check.run(journal)
    finally:
        journal.suffer(None)
