"""Measuring pages where many cases are open: a home is filled once, then pages are asked for by a process of its own.

The pages of another build are measured by the same program, run by that build's Python on a home that it has filled itself.
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
from tieout.cli.terminal import decimal, number
from tieout.config.apart import environment_apart
from tieout.core.values.errors import Malformed
from tieout.wording.catalogue import marked, text

_PROBE: Final = Path(__file__).with_name("bench_pages_probe.py")
_TIMES: Final = 10
_NAMES: Final = {
    "overview": marked("overview"),
    "list": marked("list of cases"),
    "next page": marked("next page of the list"),
    "case": marked("case"),
    "claims": marked("list of claims"),
    "measures": marked("measures, asked for the first time"),
    "measures again": marked("measures, once they are worked out"),
}
Figures = Mapping[str, Mapping[str, float]]
"""Of each page: `cpu_ms_python`, `cpu_ms_postgresql`, `elapsed_ms` and `bytes` of one request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PagesMeasured:
    """What a home holds, and what its pages cost in each run; of the other build too, where there is one."""

    held: Mapping[str, int]
    ours: Sequence[Figures]
    other: Sequence[Figures] = ()

    def as_json(self) -> dict[str, Any]:
        """Medians of the runs, by page; `ratio` is the median of the ratios of processor time, run by run."""
        return {"held": dict(self.held), "pages": {name: self._page(name) for name in self.ours[0]}}

    def _page(self, name: str) -> dict[str, float]:
        of_page = {what: round(median(run[name][what] for run in self.ours), 2) for what in self.ours[0][name]}
        of_page["cpu_ms"] = round(median(cpu_ms(run[name]) for run in self.ours), 2)
        pairs = [
            (mine[name], theirs[name]) for mine, theirs in zip(self.ours, self.other, strict=False) if name in theirs
        ]
        if pairs:
            of_page["other_cpu_ms"] = round(median(cpu_ms(theirs) for _, theirs in pairs), 2)
            of_page["ratio"] = round(median(cpu_ms(mine) / cpu_ms(theirs) for mine, theirs in pairs), 3)
        return of_page


def cpu_ms(page: Mapping[str, float]) -> float:
    """Milliseconds of processor time of one request, Python's and PostgreSQL's."""
    return page["cpu_ms_python"] + page["cpu_ms_postgresql"]


def measure_pages(
    *, cases: int, documents: int, against: Path | None, pairs: int, say: Callable[[str], None]
) -> PagesMeasured:
    """Fills a home for each build with so many open cases and documents, and asks for pages in turn. Raises `Malformed`."""
    builds = [Path(sys.executable)]
    if against is not None:
        other = against / ".venv" / "bin" / "python"
        if not other.exists():
            raise Malformed(
                "{folder} has no environment (.venv)",
                where="--against",
                remedy="name a checkout of Tieout, and make its environment once: make lint",
                folder=against,
            )
        builds.append(other.absolute())
    figures: list[list[Figures]] = [[] for _ in builds]
    held: dict[str, int] = {}
    with scratch() as place:
        for k, python in enumerate(builds):
            filled = _probe(
                python, {"home": str(place / f"home-{k}"), "fill": {"cases": cases, "documents": documents}}
            )
            held = held or filled
            say(
                text(
                    "{cases} open cases, {documents} documents",
                    cases=number(filled["open"]),
                    documents=number(filled["documents"]),
                )
            )
        for pair in range(pairs):
            for k in range(len(builds))[:: 1 if pair % 2 else -1]:
                asked = {"home": str(place / f"home-{k}"), "read": {"times": _TIMES}}
                figures[k].append(_probe(builds[k], asked))
            say(text("{count} of {pairs} runs", count=pair + 1, pairs=pairs))
    return PagesMeasured(held=held, ours=figures[0], other=figures[1] if against else ())


def _probe(python: Path, asked: Mapping[str, object]) -> Any:
    ran = subprocess.run(
        [str(python), str(_PROBE), json.dumps(asked)],
        env=environment_apart() | {"TIEOUT_LOG_LEVEL": "warning"},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    if ran.returncode:
        raise Malformed(
            "{python} did not measure: {error}", where="--against", python=python, error=ran.stderr.strip()[-600:]
        )
    return json.loads(ran.stdout)


def show(measured: PagesMeasured) -> None:
    """Print them as a table."""
    from rich.table import Table

    from tieout.cli.check_show import console

    figures = measured.as_json()
    title = text(
        "{cases} open cases, {documents} documents",
        cases=number(measured.held["open"]),
        documents=number(measured.held["documents"]),
    )
    table = Table(text("page"), title=title)
    heads = [marked("Python, ms"), marked("PostgreSQL, ms")]
    heads += [marked("other build, ms"), marked("ratio")] if measured.other else []
    for head in heads:
        table.add_column(text(head), justify="right")
    for name, page in figures["pages"].items():
        row = [decimal(page["cpu_ms_python"], 1), decimal(page["cpu_ms_postgresql"], 1)]
        if measured.other:
            row += [decimal(page["other_cpu_ms"], 1), f"× {decimal(page['ratio'], 2)}"] if "ratio" in page else ["", ""]
        table.add_row(text(_NAMES[name]), *row)
    console().print(table)
