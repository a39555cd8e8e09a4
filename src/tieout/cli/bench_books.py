"""What an invoice costs on books that have grown, beside what it costs on new ones: in one run, on one database, by the same processes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from tieout.cli.terminal import decimal, number
from tieout.wording.catalogue import marked, text

if TYPE_CHECKING:
    from tieout.cli.bench_run import Measured

PART: Final = 2_500
"""Invoices that are made and taken in at a time while the database grows: no more of the sample is held in memory."""
_FIRST: Final = 200
"""Invoices before the first measured ones, so that every process has its code and plans."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """The same measurement on new books and on grown ones, which hold `documents`; memory in megabytes, the most that was seen by then."""

    documents: int
    new: Measured
    grown: Measured

    @property
    def ratios(self) -> dict[str, float]:
        """Processor time an invoice on grown books, as parts of that on new ones, by stage and end to end."""
        stages = {
            mine.name: (mine.python + mine.postgresql) / (first.python + first.postgresql)
            for first, mine in zip(self.new.stages, self.grown.stages, strict=True)
            if first.python + first.postgresql
        }
        return stages | {"end to end": self.grown.cpu_ms / self.new.cpu_ms}

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "documents": self.documents,
            "ratios": {name: round(ratio, 3) for name, ratio in self.ratios.items()},
            "cpu_ms_per_document": [round(self.new.cpu_ms, 3), round(self.grown.cpu_ms, 3)],
            "readers_and_workers_peak_mb": [round(self.new.processes_peak_mb), round(self.grown.processes_peak_mb)],
            "postgresql_peak_mb": [round(self.new.postgresql_peak_mb), round(self.grown.postgresql_peak_mb)],
        }


def measure_books(
    seed: int, *, invoices: int, books: int, lines: int, at: datetime, say: Callable[[str], None]
) -> Books:
    """Measures `invoices` on new books, takes in `books` more, and measures as many again. `say` is called with progress."""
    from tieout.cli.bench_run import begun
    from tieout.cli.bench_samples import payables_in_parts

    filling = [min(PART, books - before) for before in range(0, books, PART)]
    parts = payables_in_parts(seed, [_FIRST, invoices, *filling, invoices], lines=lines, at=at)
    documents = 0
    with begun() as run:
        measured: list[Measured] = []
        for k, part in enumerate(parts):
            run.prepare(part)
            done = run.measure(part)
            documents += len(part.evidence) + len(part.files)
            if k in {1, len(filling) + 2}:
                measured.append(done)
            elif k:
                taken = sum(filling[: k - 1])
                say(text("{done} of {all} invoices taken in", done=number(taken), all=number(books)))
        new, grown = measured
        return Books(documents=documents - len(part.evidence) - len(part.files), new=new, grown=grown)


def show(done: Books) -> None:
    """The table, for people."""
    from rich.table import Table

    from tieout.cli.check_show import console

    title = text("an invoice in a database of {documents} documents", documents=number(done.documents))
    table = Table(text("Stage"), title=title)
    for head in (marked("new, ms each"), marked("grown, ms each"), marked("ratio")):
        table.add_column(text(head), justify="right")
    for first, mine in zip(done.new.stages, done.grown.stages, strict=True):
        before, after = (1000 * (stage.python + stage.postgresql) / stage.documents for stage in (first, mine))
        table.add_row(
            text(first.name),
            decimal(before, 2),
            decimal(after, 2),
            f"× {decimal(after / before, 2)}" if before else "-",
        )
    ratio = decimal(done.ratios["end to end"], 2)
    table.add_row(
        text("end to end"), decimal(done.new.cpu_ms, 2), decimal(done.grown.cpu_ms, 2), f"× {ratio}", style="bold"
    )
    for head, before, after in (
        (marked("readers and workers, peak MB"), done.new.processes_peak_mb, done.grown.processes_peak_mb),
        (marked("PostgreSQL, peak MB"), done.new.postgresql_peak_mb, done.grown.postgresql_peak_mb),
    ):
        table.add_row(
            text(head), number(round(before)), number(round(after)), f"× {decimal(after / max(before, 1), 2)}"
        )
    console().print(table)
