"""The measuring itself: a sample, a fresh database in a folder of its own, and a clock around each stage."""

from __future__ import annotations

import resource
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psutil

if TYPE_CHECKING:
    from tieout.connectors.voucher_folder.importer import Importer
    from tieout.core.documents import Document
    from tieout.core.ports import Target
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
    """A whole run. Milliseconds are of processor time for one document; `states` is what became of the claims."""

    documents: int
    seconds: float
    stages: tuple[Stage, ...]
    peak_mb: float
    states: dict[str, int]

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

            with parallel_reader() as reader:
                engine = app.engine(settings, read=reader)
                scope = Scope(tenant=f"bench-{datetime.now(UTC):%Y%m%d%H%M%S}")
                admit("bench", tenant=scope.tenant, roles=())
                add_policy(scope, app.default_policy_text(), read=engine.read_policy, at=datetime.now(UTC))
                return _Run(engine, scope, app.targets(settings), app.stand_in_erp(settings)).run(
                    seed, count, lines=lines
                )
    finally:
        shutil.rmtree(home, ignore_errors=True)


class _Run:
    """One run: stages with their clocks."""

    def __init__(self, engine: Engine, scope: Scope, targets: Mapping[str, Target], erp: Importer) -> None:
        self.engine, self.scope, self.targets, self.erp = engine, scope, targets, erp
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
        begun = time.perf_counter()
        with self._stage("receive", len(invoices)):
            self._receive(invoices)
        with self._stage("tie out", len(invoices)):
            self._tie_out()
        with self._stage("post", len(invoices)):
            self._post()
        return Measured(
            documents=len(invoices),
            seconds=time.perf_counter() - begun,
            stages=tuple(self.stages),
            peak_mb=_peak_mb(),
            states=self._states(len(invoices)),
        )

    def _incoming(self, content: bytes, name: str) -> Incoming:
        from tieout.engine.receive import Incoming

        return Incoming(content=content, name=name)

    def _receive(self, files: Sequence[Incoming]) -> None:
        from tieout.engine.receive import receive

        for start in range(0, len(files), BATCH):
            receive(self.engine, self.scope, files[start : start + BATCH], at=datetime.now(UTC))

    def _tie_out(self) -> None:
        from tieout.engine.tie_out import tie_out

        while tie_out(self.engine, self.scope.tenant, at=datetime.now(UTC)):
            pass

    def _post(self) -> None:
        """Hands the vouchers over, lets the stand-in of an ERP book them, and reads its answers."""
        from tieout.engine.outcomes import ClaimsOfActions
        from tieout.engine.perform import perform

        claims = ClaimsOfActions(self.engine)
        for target in self.targets.values():
            for errand in ("perform", "look"):
                while perform(target, errand, owner="bench", at=datetime.now(UTC) + _LATER[errand], claims=claims):
                    pass
                if errand == "perform":
                    self.erp.run(at=datetime.now(UTC))

    def _states(self, documents: int) -> dict[str, int]:
        from tieout.store import claims

        states = claims.counts(self.scope.tenant)
        assert sum(states.values()) == documents, f"{documents} invoices went in, {states} are accounted for"
        return states

    @contextmanager
    def _stage(self, name: str, documents: int) -> Iterator[None]:
        begun, ours, theirs = time.perf_counter(), _own_seconds(), _server_seconds()
        yield
        self.stages.append(
            Stage(
                name=name,
                documents=documents,
                seconds=time.perf_counter() - begun,
                python=_own_seconds() - ours,
                postgresql=_server_seconds() - theirs,
            )
        )


_LATER: Final = {"perform": timedelta(0), "look": timedelta(hours=1)}
"""An hour later the ERP has answered, and nobody has to wait for it here."""


def _own_seconds() -> float:
    """Processor seconds of this process and its readers, the living ones included."""
    me = psutil.Process()
    spent = sum(me.cpu_times()[:4])
    for child in me.children(recursive=True):
        with suppress(psutil.Error):
            if not _is_server(child):
                spent += sum(child.cpu_times()[:2])
    return float(spent)


def _server_seconds() -> float:
    """Processor seconds of every PostgreSQL process on this machine, with those that have ended."""
    spent = 0.0
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if _is_server(process):
                spent += sum(process.cpu_times()[:2])
                if not _is_server(process.parent()):
                    spent += sum(process.cpu_times()[2:4])
    return spent


def _is_server(process: psutil.Process | None) -> bool:
    return process is not None and process.name().startswith("postgres")


def _peak_mb() -> float:
    """The most that this process and the largest of its readers ever had resident, in megabytes."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return (own + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024
