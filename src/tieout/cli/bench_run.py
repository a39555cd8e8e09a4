"""The measuring itself: a sample, a fresh database in a folder of its own, and a clock around each stage."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tieout.cli.bench_meter import Meters
from tieout.cli.bench_workers import Workers, workers

if TYPE_CHECKING:
    from tieout.connectors.voucher_folder.importer import Importer
    from tieout.core.documents import Document
    from tieout.core.scope import Scope
    from tieout.engine.plugged import Engine
    from tieout.engine.receive import Incoming
    from tieout.scenario.sample_faults import Deal

BATCH: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage's wall clock and processor seconds, ours and PostgreSQL's."""

    name: str
    documents: int
    seconds: float
    python: float
    postgresql: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A whole run. Milliseconds are of processor time for one document; `states` is what became of the claims.

    `seconds` are those of the stages. Memory at its highest: ours with the readers', and PostgreSQL's, 0 if not here.
    """

    documents: int
    stages: tuple[Stage, ...]
    peak_mb: float
    postgresql_peak_mb: float
    states: dict[str, int]

    @property
    def seconds(self) -> float:
        """From the first file to the last posting; without what the stand-in of an ERP takes."""
        return sum(stage.seconds for stage in self.stages)

    @property
    def python_ms(self) -> float:
        """Ours."""
        return 1000 * sum(stage.python for stage in self.stages) / self.documents

    @property
    def postgresql_ms(self) -> float:
        """PostgreSQL's."""
        return 1000 * sum(stage.postgresql for stage in self.stages) / self.documents

    @property
    def cpu_ms(self) -> float:
        """Both."""
        return self.python_ms + self.postgresql_ms


def measure_core(seed: int, count: int, *, lines: int) -> float:
    """Documents per processor second of laying out, matching, checking and judging, gathered beforehand."""
    from tieout.app import default_policy, pack_named
    from tieout.core.dossier import Paper
    from tieout.core.policy import PolicySet
    from tieout.core.shelf import Shelf
    from tieout.engine.pause import without_collection

    pack, policies = pack_named("payables"), PolicySet(policies=(default_policy(),))
    at = datetime.now(UTC)
    papers, chosen = _sample(seed, count, lines=lines, on=at.date())
    shelf = Shelf()
    for k, paper in enumerate(papers):
        shelf.add(Paper(key=f"bench/{paper.kind}/{k}@1", sha256="", recorded_at=at, document=paper))
    dossiers = [
        shelf.gather(
            pack,
            Paper(key=f"bench/claim/{deal.invoice.number}@1", sha256="", recorded_at=at, document=deal.invoice),
            received_at=at,
            at=at,
            tenant="bench",
        )
        for deal in chosen
    ]
    for dossier in dossiers[:50]:
        pack.tie_out(dossier, policies)
    with without_collection():  # as the engine does it
        begun = time.process_time()
        for dossier in dossiers:
            pack.tie_out(dossier, policies)
        return len(dossiers) / (time.process_time() - begun)


def _sample(seed: int, count: int, *, lines: int, on: date) -> tuple[list[Document], list[Deal]]:
    from tieout.scenario.sample import company, deals

    made = company(seed, on=on)
    chosen = list(deals(made, seed, count, on=on, lines=lines))
    papers: list[Document] = [*made.papers]
    for deal in chosen:
        papers += [deal.order, *deal.papers]
    return papers, chosen


def measure(seed: int, count: int, *, lines: int) -> Measured:
    """A run on a database in a folder of its own, which is removed afterwards (or on DATABASE_URL, under a tenant of its own)."""
    from tieout.config.boot import booted, settle_in

    home = Path(tempfile.mkdtemp(prefix="tieout-bench-"))
    home.chmod(0o755)
    settle_in(home / "home")
    try:
        with booted(say=lambda _: None) as settings:
            from tieout import app
            from tieout.core.scope import Scope
            from tieout.engine.parallel import parallel_reader
            from tieout.engine.rules import add_policy
            from tieout.identity.people import admit

            with parallel_reader() as reader, workers() as working:
                engine = app.engine(settings, read=reader)
                scope = Scope(tenant=f"bench-{datetime.now(UTC):%Y%m%d%H%M%S}")
                admit("bench", tenant=scope.tenant, roles=())
                add_policy(scope, app.default_policy_text(), read=engine.read_policy, at=datetime.now(UTC))
                app.targets(settings)  # makes the exchange folder, in which the ERP keeps its ledger
                return _Run(engine, scope, working, app.stand_in_erp(settings)).run(seed, count, lines=lines)
    finally:
        shutil.rmtree(home, ignore_errors=True)


class _Run:
    """One run: stages with their clocks."""

    def __init__(self, engine: Engine, scope: Scope, working: Workers, erp: Importer) -> None:
        from tieout.store.link import backend_pid

        self.engine, self.scope, self.workers, self.erp = engine, scope, working, erp
        self.meters = Meters(backend_pid())
        self.stages: list[Stage] = []

    def run(self, seed: int, count: int, *, lines: int) -> Measured:
        """Evidence first, unmeasured; then the invoices, batch by batch, through every stage."""
        from tieout.formats import canonical_json
        from tieout.formats.ubl import FORMAT

        at = datetime.now(UTC)
        papers, chosen = _sample(seed, count, lines=lines, on=at.date())
        self._receive(
            [self._incoming(canonical_json.encode(paper), f"evidence-{k}.json") for k, paper in enumerate(papers)]
        )
        write = FORMAT.write
        assert write is not None, "UBL can be written"
        invoices = [self._incoming(write(deal.invoice), f"{deal.invoice.number}.xml") for deal in chosen]
        invoices += [
            self._incoming(write(deal.again), f"{deal.again.number}.xml") for deal in chosen if deal.again is not None
        ]
        self.workers.warm_up(self.scope.tenant)
        with self._stage("receive", len(invoices)):
            self._receive(invoices)
        with self._stage("tie out", len(invoices)):
            self.workers.tie_out(self.scope.tenant)
        with self._stage("hand over", len(invoices)):
            self.workers.post("perform")
        self.erp.run(at=datetime.now(UTC))  # the outer system's work is not ours to count
        with self._stage("book", len(invoices)):
            self.workers.post("look")
        return Measured(
            documents=len(invoices),
            stages=tuple(self.stages),
            peak_mb=self.meters.own_peak_mb(),
            postgresql_peak_mb=self.meters.server_peak_mb,
            states=self._states(len(invoices)),
        )

    def _incoming(self, content: bytes, name: str) -> Incoming:
        from tieout.engine.receive import Incoming

        return Incoming(content=content, name=name)

    def _receive(self, files: Sequence[Incoming]) -> None:
        from tieout.engine.receive import receive

        for start in range(0, len(files), BATCH):
            receive(self.engine, self.scope, files[start : start + BATCH], at=datetime.now(UTC))

    def _states(self, documents: int) -> dict[str, int]:
        from tieout.store import claims

        states = claims.counts(self.scope.tenant)
        assert sum(states.values()) == documents, f"{documents} invoices went in, {states} are accounted for"
        return states

    @contextmanager
    def _stage(self, name: str, documents: int) -> Iterator[None]:
        meters = self.meters
        begun, ours, theirs = time.perf_counter(), meters.own_seconds(), meters.server_seconds()
        yield
        self.stages.append(
            Stage(
                name=name,
                documents=documents,
                seconds=time.perf_counter() - begun,
                python=meters.own_seconds() - ours,
                postgresql=meters.server_seconds() - theirs,
            )
        )
        meters.sample_memory()
