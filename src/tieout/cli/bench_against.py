"""This build beside another one: the same measured run of both in turn, several pairs, and the median of their ratios.

The machine is never quiet for long: what counts is the ratio within a pair, and each pair begins with the other build than the last.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final

from tieout.cli.bench_scratch import scratch
from tieout.cli.terminal import decimal
from tieout.config.apart import environment_apart
from tieout.core.values.errors import Malformed
from tieout.wording.catalogue import marked, text

KERNEL: Final = marked("kernel alone")
WHOLE: Final = marked("end to end")
_FORMER: Final = {"book": "confirm"}
"""What builds of before 0.2 call a stage, and what it is called now."""
Figures = Mapping[str, float]
"""Milliseconds of processor time for one document, by the name of a stage; with `WHOLE` and `KERNEL`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A stage of both builds: median milliseconds of processor time for one document, and the median of the pairs' ratios."""

    name: str
    other_ms: float
    ours_ms: float
    ratio: float


def compare(folder: Path, arguments: Sequence[str], *, pairs: int, say: Callable[[str], None]) -> list[Compared]:
    """Runs `tieout bench` with these arguments in this build and in the checkout at `folder`, which has its `.venv`, `pairs` times each.

    Raises `Malformed` where there is no such checkout, or one of the two does not measure.
    """
    other = folder / ".venv" / "bin" / "python"
    if pairs < 1:
        raise Malformed("at least one pair of runs is needed", where="--pairs")
    if not other.exists():
        raise Malformed(
            "{folder} has no environment (.venv)",
            where="--against",
            remedy="name a checkout of Tieout, and make its environment once: make lint",
            folder=folder,
        )
    builds = {"ours": Path(sys.executable), "other": other.absolute()}
    measured: dict[str, list[Figures]] = {"ours": [], "other": []}
    with scratch() as place:
        for pair in range(pairs):
            for name in ("other", "ours") if pair % 2 == 0 else ("ours", "other"):
                measured[name].append(_run(builds[name], arguments, place))
            say(_progress(pair + 1, pairs, measured))
    return compared(measured["other"], measured["ours"])


def compared(other: Sequence[Figures], ours: Sequence[Figures]) -> list[Compared]:
    """The stages that both builds measure, in the order of ours; the runs of one pair stand at the same place."""
    return [
        Compared(
            name=name,
            other_ms=median(run[name] for run in other),
            ours_ms=median(run[name] for run in ours),
            ratio=median(mine[name] / theirs[name] for theirs, mine in zip(other, ours, strict=True)),
        )
        for name in ours[0]
        if all(run.get(name) for run in (*other, *ours))
    ]


def figures_of(answer: Mapping[str, Any]) -> Figures:
    """The figures of what `tieout bench --json` prints; of a billing run those of its run."""
    run = answer.get("run", answer)
    figures = {
        _FORMER.get(name, name): stage["cpu_ms_python"] + stage["cpu_ms_postgresql"]
        for name, stage in run.get("stages", {}).items()
    }
    if "cpu_ms_per_document" in run:
        figures[WHOLE] = run["cpu_ms_per_document"]
    return figures | {KERNEL: 1000 / run["core_documents_per_second"]}


def _run(python: Path, arguments: Sequence[str], place: Path) -> Figures:
    command = [str(python), "-m", "tieout.cli", "bench", *arguments, "--json"]
    environment = environment_apart() | {"TMPDIR": str(place)}
    ran = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    if ran.returncode:
        raise Malformed(
            "{python} did not measure: {error}", where="--against", python=python, error=ran.stderr.strip()[-600:]
        )
    return figures_of(json.loads(ran.stdout))


def _progress(pair: int, pairs: int, measured: Mapping[str, Sequence[Figures]]) -> str:
    name = WHOLE if WHOLE in measured["ours"][-1] else KERNEL
    theirs, mine = measured["other"][-1][name], measured["ours"][-1][name]
    return text(
        "pair {pair} of {pairs}: {name} {before} → {after} ms, × {ratio}",
        pair=pair,
        pairs=pairs,
        name=text(name),
        before=decimal(theirs, 2),
        after=decimal(mine, 2),
        ratio=decimal(mine / theirs, 2),
    )


def as_json(rows: Sequence[Compared]) -> list[dict[str, object]]:
    """The rows as plain values."""
    return [
        {
            "stage": row.name,
            "other_ms": round(row.other_ms, 3),
            "this_ms": round(row.ours_ms, 3),
            "ratio": round(row.ratio, 3),
        }
        for row in rows
    ]


def show(rows: Sequence[Compared], *, pairs: int) -> None:
    """Print them as a table."""
    from rich.table import Table

    from tieout.cli.check_show import console

    title = text("processor time for one document, medians of {count} pairs", count=pairs)
    table = Table(text("Stage"), title=title)
    for head in (marked("other build, ms"), marked("this build, ms"), marked("ratio")):
        table.add_column(text(head), justify="right")
    for row in rows:
        table.add_row(
            text(row.name),
            decimal(row.other_ms, 2),
            decimal(row.ours_ms, 2),
            f"× {decimal(row.ratio, 2)}",
            style="bold" if row.name == WHOLE else "",
        )
    console().print(table)
