"""The measuring itself: a sample, a fresh database in a folder of its own, and a clock around each stage."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tieout.cli.bench_meter import Meters
from tieout.cli.bench_workers import Workers, workers
from tieout.wording.catalogue import marked

if TYPE_CHECKING:
    from tieout.cli.bench_samples import Sample
    from tieout.connectors.voucher_folder.importer import Importer
    from tieout.core.values.scope import Scope
    from tieout.engine.plugged import Engine
    from tieout.engine.receive import Incoming

BATCH: Final = 500
_CORE_MAX: Final = 3000


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
    lines: int
    stages: tuple[Stage, ...]
    peak_mb: float
    postgresql_peak_mb: float
    states: dict[str, int]
    processes_peak_mb: float = 0.0
    """Of the readers and workers alone."""

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


def measure_core(sample: Sample, *, at: datetime) -> float:
    """Claims per processor second: matching, checking and judging dossiers that are gathered beforehand."""
    from tieout.app import default_policies, kinds, pack_named
    from tieout.core.policy.policy import PolicySet
    from tieout.core.tie_out.dossier import RecordedDocument
    from tieout.core.tie_out.evidence_index import EvidenceIndex
    from tieout.engine.pause import without_collection

    pack, policies = pack_named(sample.pack), PolicySet(policies=default_policies())
    index = EvidenceIndex(kinds())
    for k, document in enumerate(sample.evidence):
        index.add(RecordedDocument(key=f"bench/{document.kind}/{k}@1", sha256="", recorded_at=at, document=document))
    dossiers = [
        index.gather(
            pack,
            RecordedDocument(key=f"bench/claim/{claim.number}@1", sha256="", recorded_at=at, document=claim),
            received_at=at,
            at=at,
            tenant="bench",
        )
        for claim in sample.claims[:_CORE_MAX]
    ]
    for dossier in dossiers[:50]:
        pack.tie_out(dossier, policies)
    with without_collection():  # as the engine does it
        begun = time.process_time()
        for dossier in dossiers:
            pack.tie_out(dossier, policies)
        return len(dossiers) / (time.process_time() - begun)


def measure(sample: Sample) -> Measured:
    """A run on a database in a folder of its own, which is removed afterwards (or on DATABASE_URL, under a tenant of its own)."""
    with begun() as run:
        run.prepare(sample)
        return run.measure(sample)


@contextmanager
def begun() -> Iterator[Run]:
    """A run of nothing yet, on a database as for `measure`, which goes with the block."""
    from tieout.config.boot import booted, use_home

    home = Path(tempfile.mkdtemp(prefix="tieout-bench-"))
    home.chmod(0o755)
    use_home(home / "home")
    try:
        with booted(say=lambda _: None) as settings:
            from tieout import app
            from tieout.core.values.scope import Scope
            from tieout.engine.parallel import parallel_reader
            from tieout.engine.rules import add_policy
            from tieout.identity.people import admit

            with parallel_reader(app.kinds()) as reader, workers() as working:
                engine = app.engine(settings, read=reader)
                scope = Scope(tenant=f"bench-{datetime.now(UTC):%Y%m%d%H%M%S}")
                admit("bench", tenant=scope.tenant, roles=())
                for text in app.default_policy_texts().values():
                    add_policy(scope, text, read=engine.read_policy, at=datetime.now(UTC))
                app.targets(settings)  # makes the exchange folder, in which the ERP keeps its ledger
                yield run_in(engine, scope, working, app.stand_in_erp(settings))
    finally:
        shutil.rmtree(home, ignore_errors=True)


def run_in(engine: Engine, scope: Scope, working: Workers, erp: Importer) -> Run:
    """A run for an organisation that is set up."""
    return Run(engine, scope, working, erp)


class Run:
    """One run: stages with their clocks."""

    def __init__(self, engine: Engine, scope: Scope, working: Workers, erp: Importer) -> None:
        from tieout.store.link import backend_pid

        self.engine, self.scope, self.workers, self.erp = engine, scope, working, erp
        self.meters = Meters(backend_pid())
        self.stages: list[Stage] = []
        self._received = 0
        self._states_before = Counter[str]()

    def prepare(self, sample: Sample) -> None:
        """The evidence is received, and claims among it are tied out (a subscription is itself a claim about its billing); not measured."""
        from tieout.cli.bench_samples import lists_of

        self._receive([self._incoming(content, name) for name, content in lists_of(sample.evidence)])
        self.workers.tie_out(self.scope)

    def measure(self, sample: Sample) -> Measured:
        """The claims, batch by batch, through every stage."""
        self.stages = []
        invoices = [self._incoming(content, name) for name, content in sample.files]
        self.workers.warm_up(self.scope)
        with self._stage(marked("receive"), len(invoices)):
            self._receive(invoices)
        with self._stage(marked("tie out"), len(invoices)):
            self.workers.tie_out(self.scope)
        with self._stage(marked("hand over"), len(invoices)):
            self.workers.post(self.scope, "perform")
        self.erp.run(at=datetime.now(UTC))  # the external system's work is not counted
        with self._stage(marked("confirm"), len(invoices)):
            self.workers.post(self.scope, "look")
        return Measured(
            documents=len(invoices),
            lines=sample.lines,
            stages=tuple(self.stages),
            peak_mb=self.meters.own_peak_mb(),
            postgresql_peak_mb=self.meters.server_peak_mb,
            states=self._states(sample),
            processes_peak_mb=self.meters.processes_peak_mb(),
        )

    def _incoming(self, content: bytes, name: str) -> Incoming:
        from tieout.engine.receive import Incoming

        return Incoming(content=content, name=name)

    def _receive(self, files: Sequence[Incoming]) -> None:
        from tieout.cli.whose import source_of
        from tieout.engine.receive import receive

        source = source_of(self.engine, self.scope)
        for start in range(0, len(files), BATCH):
            receive(self.engine, self.scope, files[start : start + BATCH], source=source, at=datetime.now(UTC))

    def _states(self, sample: Sample) -> dict[str, int]:
        from tieout.store.screens.overview import overview

        kinds = {claim.kind for claim in sample.claims}
        states = Counter(overview(self.scope, kinds=kinds).claims)
        new, self._states_before = states - self._states_before, states
        self._received += len(sample.files)
        assert states.total() == self._received, f"{self._received} were received, {dict(states)} are accounted for"
        return dict(new)

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
