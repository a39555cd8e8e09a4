"""The environment of a worker that is killed: the sender, the ERP, the clock, and what must hold in the end."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg

from tests.engine.crash.life import TENANT
from tests.engine.crash.samples import File
from tieout.app import default_policy_text
from tieout.config.postgres.place import ADMIN
from tieout.connectors.voucher_folder import VoucherFolder
from tieout.connectors.voucher_folder.importer import Importer
from tieout.core.case.evolve import evolve as evolve_case
from tieout.core.case.state import Case
from tieout.core.claim import evolve as claims
from tieout.core.claim.state import ClaimState
from tieout.formats import canonical_json
from tieout.formats.canonical_json import fingerprint

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
END = START + timedelta(days=20)
_PAUSE = timedelta(minutes=10)  # longer than a lease, and than an unread file waits for its first reader


@dataclass
class CrashRun:
    """One database, one exchange folder, one sender who sends each file again until it is accepted."""

    dsn: str
    folder: Path
    nursery: subprocess.Popen[str]
    at: datetime = START
    unsent: list[File] = field(default_factory=list)
    sent: list[File] = field(default_factory=list)
    lives: int = 0

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True)
        VoucherFolder(self.folder / "exchange").prepare()
        (self.folder / "accepted").touch()
        (self.folder / "steps").touch()
        self.importer = Importer(
            self.folder / "exchange", strict=False
        )  # the ERP itself does not prevent double postings
        with psycopg.connect(self.dsn, user=ADMIN, autocommit=True) as connection:
            connection.execute("delete from store_policyversion")
        self._policy()

    def _policy(self) -> None:
        text = default_policy_text()
        with psycopg.connect(self.dsn, user=ADMIN, autocommit=True) as connection:
            connection.execute(
                "insert into store_policyversion values (%s, 'standard-payables', '1', '2000-01-01', null, %s, %s, %s, 'setup')",
                [TENANT, fingerprint(text), text.decode(), START],
            )

    def live(self, batches: Sequence[Sequence[File]] = (), *, step: str = "", time: int = 1, rounds: int = 12) -> bool:
        """One life of a worker, killed at the given step if it comes to it; then the ERP imports. True if it was killed."""
        self.lives += 1
        order = {
            "dsn": self.dsn,
            "exchange": str(self.folder / "exchange"),
            "accepted": str(self.folder / "accepted"),
            "seen": str(self.folder / "steps"),
            "owner": f"life-{self.lives}",
            "at": self.at.isoformat(),
            "batches": [[(file.name, base64.b64encode(file.content).decode()) for file in batch] for batch in batches],
            "step": step,
            "time": time,
            "rounds": rounds,
        }
        assert self.nursery.stdin is not None
        assert self.nursery.stdout is not None
        self.nursery.stdin.write(json.dumps(order) + "\n")
        self.nursery.stdin.flush()
        ended = int(self.nursery.stdout.readline())
        assert ended in {0, -9}, f"the worker ended with {ended} on its own account: see its traceback"
        self.importer.run(at=self.at)
        self.at += _PAUSE
        return ended == -9

    def send(self, files: Sequence[File], **killed: Any) -> bool:
        """A life that receives these files, and again all those that were sent and never accepted."""
        accepted = set((self.folder / "accepted").read_text().split("\n"))
        self.unsent = [file for file in self.unsent if file.name not in accepted] + list(files)
        self.sent += files
        middle = len(self.unsent) // 2
        return self.live([batch for batch in (self.unsent[:middle], self.unsent[middle:]) if batch], **killed)

    def recover(self) -> None:
        """Lives without harm, until nothing is left to do, and a last one long after every timer has run out."""
        self.send([])
        for _ in range(4):
            self.live(rounds=30)
        self.at = max(self.at, END)
        for _ in range(4):
            self.live(rounds=30)

    def steps(self) -> set[str]:
        """Every step that any life reached."""
        return set((self.folder / "steps").read_text().split())


@contextmanager
def nursery() -> Iterator[subprocess.Popen[str]]:
    """The process from which lives are forked."""
    argv = [sys.executable, "-m", "tests.engine.crash.life"]
    paths = [str(Path.cwd()), os.environ.get("PYTHONPATH", "")]
    environ = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in paths if path)}
    process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environ)
    assert process.stdout is not None
    assert process.stdin is not None
    assert process.stdout.readline() == "ready\n"
    try:
        yield process
    finally:
        process.stdin.close()
        process.wait(60)
        process.stdout.close()


def verify(run: CrashRun) -> dict[str, Any]:
    """Asserts what must hold whatever was killed. Returns the final state, to be compared with that of a run without kills."""
    with psycopg.connect(run.dsn, user=ADMIN, autocommit=True) as connection:

        def rows(sql: str) -> list[tuple[Any, ...]]:
            return connection.execute(sql).fetchall()

        _nothing_lost(run, rows)
        _nothing_twice(run, rows)
        _nobody_left_alone(rows)
        _rows_are_folds(rows)
        posted = {entry.number: (entry.net, entry.tax, entry.lines) for entry in run.importer.ledger()}
        return {
            "claims": sorted(rows("select number, status from store_claim")),
            "posted": posted,
            "open cases": sorted(rows("select number, cause, status from store_case where closed_at is null")),
            "documents": sorted(rows("select kind, number from store_document where kind <> 'release'")),
        }


def _nothing_lost(run: CrashRun, rows: Any) -> None:
    accepted = set((run.folder / "accepted").read_text().split())
    assert accepted == {file.name for file in run.sent}
    kept = {sha256 for (sha256,) in rows("select sha256 from store_sourcefile")}
    assert kept == {fingerprint(file.content) for file in run.sent}
    assert rows("select count(*) from store_sourcefile") == [(len(kept),)], "the same file is kept once"
    unread = "select count(*) from store_sourcefile r where not exists (select from store_document d where d.source_file = r.id)"
    assert rows(unread) == [(0,)]
    for table in ("store_unread", "store_signal", "store_recheck"):
        assert rows(f"select count(*) from {table}") == [(0,)], table
    assert rows("select count(*) from store_claim where dirty") == [(0,)]


def _nothing_twice(run: CrashRun, rows: Any) -> None:
    ledger = run.importer.ledger()
    assert max(Counter(entry.reference for entry in ledger).values()) == 1
    assert max(Counter(entry.number for entry in ledger).values()) == 1
    actions = rows("select id::text, state, ref from store_action where queue = 'erp'")
    assert {state for _, state, _ in actions} <= {"done", "withdrawn"}
    done = {(key, ref) for key, state, ref in actions if state == "done"}
    assert done == {(entry.reference, entry.document) for entry in ledger}
    totals = dict(rows("select number, payable from store_claim where status = 'posted'"))
    assert {entry.number for entry in ledger} == set(totals)
    for entry in ledger:
        assert (Decimal(entry.net) + Decimal(entry.tax)) * 100 == totals[entry.number]


def _nobody_left_alone(rows: Any) -> None:
    assert rows("select number from store_case where closed_at is null and (queue = '' or due_at is null)") == []
    alone = """
        select c.number, c.status from store_claim c where c.status <> 'posted' and not exists (
            select from store_case k where k.claim = c.id and k.closed_at is null)
    """
    assert rows(alone) == []


def _rows_are_folds(rows: Any) -> None:
    from tieout.core.case import events as case_events
    from tieout.core.claim import events as claim_events
    from tieout.store.packing import unpacked

    streams: dict[Any, list[tuple[str, bytes]]] = {}
    for stream, type_, payload in rows(
        "select stream, type, payload from store_event where type <> 'RecordsWritten' order by stream, seq"
    ):
        streams.setdefault(stream, []).append((type_, unpacked(payload, "store_event", "payload", stream)))
    for key, state in rows("select id, state from store_claim"):
        claim: ClaimState | None = None
        for type_, payload in streams.pop(key):
            claim = claims.evolve(claim, canonical_json.decode_as(getattr(claim_events, type_), payload))
        assert canonical_json.encode(claim) == unpacked(state, "store_claim", "state", key)
    for key, state in rows("select id, state from store_case"):
        case: Case | None = None
        for type_, payload in streams.pop(key):
            case = evolve_case(case, canonical_json.decode_as(getattr(case_events, type_), payload))
        assert canonical_json.encode(case) == unpacked(state, "store_case", "state", key)
    assert streams == {}, "events of nothing"
