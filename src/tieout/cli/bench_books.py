"""What an invoice costs on books that have grown, beside what it costs on new ones: in one run, on one database, by the same processes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from tieout.cli.bench_against import WHOLE
from tieout.cli.terminal import decimal, number
from tieout.config.apart import environment_apart
from tieout.core.values.errors import Malformed
from tieout.wording.catalogue import marked, text

if TYPE_CHECKING:
    from tieout.cli.bench_run import Measured

PART: Final = 2_500
"""Invoices that are made and taken in at a time while the database grows: no more of the sample is held in memory."""
Cost = tuple[float, float]
"""Milliseconds of processor time for one invoice: Python's, PostgreSQL's."""
Costs = Mapping[str, Cost]
"""By the name of a stage; with `WHOLE`."""
_FIRST: Final = 200
"""Invoices before the first measured ones, so that every process has its code and plans."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """What an invoice costs by stage: in pairs, in a new database and in a grown one, which holds `documents`.

    Memory in megabytes, the most that was seen when the database was new and at the end.
    """

    documents: int
    pairs: tuple[tuple[Costs, Costs], ...]
    processes_mb: tuple[float, float]
    postgresql_mb: tuple[float, float]

    def rows(self) -> list[tuple[str, Cost, Cost, float]]:
        """By stage, then end to end: the medians in a new and in the grown database, and the median of the pairs' ratios."""
        return [
            (
                name,
                _middle([new[name] for new, _ in self.pairs]),
                _middle([grown[name] for _, grown in self.pairs]),
                median(sum(grown[name]) / sum(new[name]) for new, grown in self.pairs if sum(new[name])),
            )
            for name in self.pairs[0][0]
        ]

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "documents": self.documents,
            "stages": {
                name: {
                    "new_ms": [round(cost, 3) for cost in new],
                    "grown_ms": [round(cost, 3) for cost in grown],
                    "ratio": round(ratio, 3),
                }
                for name, new, grown, ratio in self.rows()
            },
            "readers_and_workers_peak_mb": [round(peak) for peak in self.processes_mb],
            "postgresql_peak_mb": [round(peak) for peak in self.postgresql_mb],
        }


def _middle(costs: Sequence[Cost]) -> Cost:
    return median(ours for ours, _ in costs), median(theirs for _, theirs in costs)


def costs_of(measured: Measured) -> Costs:
    """A run's costs by stage, and end to end."""
    by_stage = {
        stage.name: (1000 * stage.python / stage.documents, 1000 * stage.postgresql / stage.documents)
        for stage in measured.stages
    }
    return {**by_stage, WHOLE: (measured.python_ms, measured.postgresql_ms)}


def measure_books(
    seed: int, *, invoices: int, books: int, lines: int, pairs: int, at: datetime, say: Callable[[str], None]
) -> Books:
    """Takes in `books` invoices, and then measures `invoices` in a new database of another process and in this one, `pairs` times in turn.

    With no pairs the same are measured once in this one before it grows, and once after. `say` is called with progress.
    """
    from tieout.cli.bench_run import begun
    from tieout.cli.bench_samples import payables_in_parts

    filling = [min(PART, books - before) for before in range(0, books, PART)]
    counts = [_FIRST, invoices, *filling, *[invoices] * max(pairs, 1)]
    parts = payables_in_parts(seed, counts, lines=lines, at=at)
    documents, taken = 0, 0
    with begun() as run:

        def next_part() -> Measured:
            nonlocal documents
            part = next(parts)
            run.prepare(part)
            documents += len(part.evidence) + len(part.files)
            return run.measure(part)

        next_part()
        first = next_part()
        for count in filling:
            next_part()
            taken += count
            say(text("{done} of {all} invoices taken in", done=number(taken), all=number(books)))
        grown, held = [], documents
        measured: list[tuple[Costs, Costs]] = []
        for pair in range(pairs):
            new = _in_another_process(seed, invoices=invoices, lines=lines)
            grown.append(next_part())
            measured.append((new, costs_of(grown[-1])))
            say(text("{done} of {all} pairs", done=number(pair + 1), all=number(pairs)))
        if not pairs:
            grown.append(next_part())
            measured.append((costs_of(first), costs_of(grown[-1])))
        return Books(
            documents=held,
            pairs=tuple(measured),
            processes_mb=(first.processes_peak_mb, grown[-1].processes_peak_mb),
            postgresql_mb=(first.postgresql_peak_mb, grown[-1].postgresql_peak_mb),
        )


def _in_another_process(seed: int, *, invoices: int, lines: int) -> Costs:
    """The same measurement in a new database, by processes that have taken in some invoices before."""
    asked = [
        "--invoices",
        str(invoices),
        "--books",
        "1",
        "--pairs",
        "0",
        "--lines",
        str(lines),
        "--seed",
        str(seed),
        "--json",
    ]
    ran = subprocess.run(
        [sys.executable, "-m", "tieout.cli", "bench", "payables", *asked],
        env=environment_apart(), capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    if ran.returncode:
        raise Malformed("the measurement in a new database failed: {reason}", where="bench", reason=ran.stderr[-500:])
    stages = json.loads(ran.stdout)["stages"]
    return {name: tuple(stage["new_ms"]) for name, stage in stages.items()}


def show(done: Books) -> None:
    """The table, for people."""
    from rich.table import Table

    from tieout.cli.check_show import console

    title = text("an invoice in a database of {documents} documents", documents=number(done.documents))
    table = Table(text("Stage"), title=title)
    for head in (marked("new, ms each"), marked("grown, ms each"), marked("of that PostgreSQL"), marked("ratio")):
        table.add_column(text(head), justify="right")
    for name, new, grown, ratio in done.rows():
        of_server = f"{decimal(new[1], 2)} → {decimal(grown[1], 2)}"
        figures = decimal(sum(new), 2), decimal(sum(grown), 2), of_server, f"× {decimal(ratio, 2)}"
        table.add_row(text(name), *figures, style="bold" if name == WHOLE else "")
    for head, (before, after) in (
        (marked("readers and workers, peak MB"), done.processes_mb),
        (marked("PostgreSQL, peak MB"), done.postgresql_mb),
    ):
        table.add_row(
            text(head), number(round(before)), number(round(after)), "", f"× {decimal(after / max(before, 1), 2)}"
        )
    console().print(table)
