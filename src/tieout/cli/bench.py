"""Measure speed on this machine: made-up invoices through all of payables, usage events, or pages, on an embedded PostgreSQL.

What is measured: receive (read, store, record, notify), tie out, hand over vouchers, read the ERP's answers; end to end;
and the kernel alone, in memory. One reader and one worker per core. Processor time counts Tieout's processes and its PostgreSQL,
which writes to disk as in operation, but not the simulated ERP. Compare ratios on one machine.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tieout.core.values.errors import Malformed
from tieout.wording.catalogue import marked, text

if TYPE_CHECKING:
    from datetime import datetime

    from tieout.cli.bench_run import Measured


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to measure and how much of it."""
    parser.add_argument(
        "what",
        choices=["payables", "billing", "duplicates", "pages"],
        help="which process to measure; duplicates: how many are recognised, by pattern; pages: where many cases are open",
    )
    parser.add_argument(
        "--events", type=int, default=10_000_000, help="billing: how many usage events (default: 10 million)"
    )
    parser.add_argument("--invoices", type=int, default=2000, help="how many invoices (default: 2000)")
    parser.add_argument("--cases", type=int, default=50_000, help="pages: how many open cases (default: 50,000)")
    parser.add_argument(
        "--documents", type=int, default=1_000_000, help="pages: how many documents at least (default: 1 million)"
    )
    parser.add_argument(
        "--books",
        type=int,
        default=0,
        help="payables: measure on an empty database, take in so many invoices, orders and receipts, and measure again (default: 0, no)",
    )
    parser.add_argument("--lines", type=int, default=5, help="lines of each (default: 5)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the sample (default: 1)")
    parser.add_argument("--core-only", action="store_true", help="only the pure kernel, without a database")
    parser.add_argument(
        "--against",
        type=Path,
        metavar="FOLDER",
        help="a checkout of another build, with its .venv: print the ratios of both",
    )
    parser.add_argument(
        "--pairs", type=int, default=5, help="with --against or --books: how many runs of each (default: 5)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")


def run(arguments: argparse.Namespace) -> int:
    """Measure and print. 0 if every document was accounted for."""
    from datetime import UTC, datetime

    from tieout.cli.bench_run import measure, measure_core
    from tieout.cli.bench_samples import SAMPLES

    if arguments.what == "pages":
        return _pages(arguments)
    if arguments.books:
        return _books(arguments)
    if arguments.against:
        return _against(arguments)
    at = datetime.now(UTC)
    if arguments.what == "billing" and not arguments.core_only:
        return _billing(arguments, at)
    if arguments.what == "duplicates":
        return _duplicates(arguments, at)
    sample = SAMPLES[arguments.what](arguments.seed, arguments.invoices, lines=arguments.lines, at=at)
    core = measure_core(sample, at=at)
    whole = None if arguments.core_only else measure(sample)
    if arguments.json:
        print(json.dumps(_as_json(whole, core)))
    else:
        _table(whole, core)
    return 0


def _books(arguments: argparse.Namespace) -> int:
    """Payables on new books and on grown ones."""
    from datetime import UTC, datetime

    from tieout.cli.bench_books import measure_books, show

    if arguments.what != "payables" or arguments.against or arguments.core_only:
        raise Malformed(
            "a growing database is measured for payables alone, of this build and with a database", where="--books"
        )
    if min(arguments.books, arguments.invoices) < 1:
        raise Malformed("at least one is needed", where="--books, --invoices")
    done = measure_books(
        arguments.seed, invoices=arguments.invoices, books=arguments.books, lines=arguments.lines, pairs=arguments.pairs,
        at=datetime.now(UTC), say=lambda line: print(line, file=sys.stderr, flush=True),
    )  # fmt: skip
    if arguments.json:
        print(json.dumps(done.as_json()))
    else:
        show(done)
    return 0


def _against(arguments: argparse.Namespace) -> int:
    """This build and another one in turn."""
    from tieout.cli.bench_against import as_json, compare, show

    if arguments.what == "duplicates":
        raise Malformed("two builds are compared in payables or billing", where="--against")
    given = [arguments.what]
    for name in ("invoices", "lines", "seed", *(["events"] if arguments.what == "billing" else [])):
        given += [f"--{name}", str(getattr(arguments, name))]
    given += ["--core-only"] if arguments.core_only else []
    rows = compare(
        arguments.against, given, pairs=arguments.pairs, say=lambda line: print(line, file=sys.stderr, flush=True)
    )
    if arguments.json:
        print(json.dumps(as_json(rows)))
    else:
        show(rows, pairs=arguments.pairs)
    return 0


def _pages(arguments: argparse.Namespace) -> int:
    """Pages of a home with many open cases; of another build too, in turn."""
    from tieout.cli.bench_pages import measure_pages, show

    if min(arguments.cases, arguments.documents, arguments.pairs) < 1:
        raise Malformed("at least one is needed", where="--cases, --documents, --pairs")
    measured = measure_pages(
        cases=arguments.cases,
        documents=arguments.documents,
        against=arguments.against,
        pairs=arguments.pairs if arguments.against else 1,
        say=lambda line: print(line, file=sys.stderr, flush=True),
    )
    if arguments.json:
        print(json.dumps(measured.as_json()))
    else:
        show(measured)
    return 0


def _duplicates(arguments: argparse.Namespace, at: datetime) -> int:
    """Pairs of invoices, one document twice or two that look alike."""
    from tieout.cli.bench_duplicates import as_json, measure_duplicates, show

    figures = measure_duplicates(arguments.seed, arguments.invoices, lines=arguments.lines, at=at)
    if arguments.json:
        print(json.dumps(as_json(figures)))
    else:
        show(figures)
    return 0


def _billing(arguments: argparse.Namespace, at: datetime) -> int:
    """Usage events from bytes to statements, and the run that bills them."""
    from rich.table import Table

    from tieout.cli.bench_billing import measure_billing
    from tieout.cli.bench_usage import NAMES
    from tieout.cli.check_show import console
    from tieout.cli.terminal import exactly, number

    done = measure_billing(
        arguments.seed, invoices=arguments.invoices, lines=arguments.lines, events=arguments.events, at=at
    )
    figures = done.usage.as_json()
    if arguments.json:
        print(json.dumps({"usage": figures, "run": _as_json(done.run, done.core)}))
        return 0
    table = Table(text("what"), title=text("{count} usage events", count=number(figures["events"])))
    table.add_column(text("how many"), justify="right")
    for name, figure in figures.items():
        table.add_row(text(NAMES[name]), exactly(figure))
    console().print(table)
    _table(done.run, done.core)
    return 0


def _as_json(whole: Measured | None, core: float) -> dict[str, Any]:
    figures: dict[str, Any] = {"core_documents_per_second": round(core, 1)}
    if whole is not None:
        figures |= {
            "documents": whole.documents,
            "lines": whole.lines,
            "lines_per_second": round(whole.lines / whole.seconds, 1),
            "cpu_ms_per_line": round(whole.cpu_ms * whole.documents / whole.lines, 3),
            "documents_per_second": round(whole.documents / whole.seconds, 1),
            "cpu_ms_per_document": round(whole.cpu_ms, 3),
            "cpu_ms_python": round(whole.python_ms, 3),
            "cpu_ms_postgresql": round(whole.postgresql_ms, 3),
            "peak_rss_mb": round(whole.peak_mb + whole.postgresql_peak_mb, 1),
            "peak_rss_mb_python": round(whole.peak_mb, 1),
            "peak_rss_mb_postgresql": round(whole.postgresql_peak_mb, 1),
            "states": whole.states,
            "stages": {
                stage.name: {
                    "documents_per_second": round(stage.documents / stage.seconds, 1) if stage.seconds else None,
                    "cpu_ms_python": round(1000 * stage.python / stage.documents, 3),
                    "cpu_ms_postgresql": round(1000 * stage.postgresql / stage.documents, 3),
                }
                for stage in whole.stages
            },
        }
    return figures


def _table(whole: Measured | None, core: float) -> None:
    from rich.console import Console
    from rich.table import Table

    from tieout.cli.terminal import decimal, number

    console = Console(width=None if sys.stdout.isatty() else 100)
    if whole is not None:
        title = text(
            "{documents} invoices, {lines} lines, end to end {seconds} s",
            documents=number(whole.documents),
            lines=number(whole.lines),
            seconds=decimal(whole.seconds, 1),
        )
        table = Table(text("Stage"), title=title)
        for head in (marked("documents/s"), marked("Python ms each"), marked("PostgreSQL ms each")):
            table.add_column(text(head), justify="right")
        for stage in whole.stages:
            ms_per_document = 1000 / stage.documents
            rate = number(round(stage.documents / stage.seconds)) if stage.seconds else "-"
            ours, theirs = stage.python * ms_per_document, stage.postgresql * ms_per_document
            table.add_row(text(stage.name), rate, decimal(ours, 2), decimal(theirs, 2))
        rate = number(round(whole.documents / whole.seconds))
        whole_ms = decimal(whole.python_ms, 2), decimal(whole.postgresql_ms, 2)
        table.add_row(text("end to end"), rate, *whole_ms, style="bold")
        console.print(table)
        console.print(
            text(
                "{rate} lines/s, {milliseconds} ms of processor time a line",
                rate=number(round(whole.lines / whole.seconds)),
                milliseconds=decimal(whole.cpu_ms * whole.documents / whole.lines, 2),
            )
        )
        console.print(
            text(
                "peak memory {ours} MB with the readers, PostgreSQL {theirs} MB; {states}",
                ours=number(round(whole.peak_mb)),
                theirs=number(round(whole.postgresql_peak_mb)),
                states=", ".join(f"{number(count)} {text(state)}" for state, count in whole.states.items()),
            )
        )
    console.print(
        text(
            "the pure kernel alone, one process: {rate} documents per processor second",
            rate=number(round(core)),
        )
    )
