"""Simulate the whole product in this process, from a seed: intake, tie-out, cases and posting over an embedded PostgreSQL.

Senders, workers and people take turns at every call to the database or an external system, so that one seed is one course of events.
Calls fail, are slow or lose their answer; external systems carry out what they did not answer, and book twice when asked twice.
In the end nothing may be lost, posted twice, used beyond its order or left without owner and time limit; every open claim is judged as
it is in memory, from all documents; the log verifies; every row follows from its events. A seed that fails is made smaller, and
kept as a file, also as a scenario where it can be written as one.

The database is a temporary one; no other is touched.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tieout.wording.catalogue import plural, text

if TYPE_CHECKING:
    from tieout.cli.simulator.plan import Plan
    from tieout.cli.simulator.play import Played


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which seeds, or which kept file."""
    parser.add_argument("seed", type=int, nargs="?", default=1, help="the first seed (default: 1)")
    parser.add_argument("--seeds", type=int, default=1, help="how many seeds, one after the other (default: 1)")
    parser.add_argument(
        "--invoices",
        type=int,
        default=8,
        help="supplier invoices, customer invoices and subscription invoices in each run (default: 8); "
        "from 100 on, files come in large batches",
    )
    parser.add_argument("--replay", type=Path, metavar="FILE", help="run a kept file in place of a seed")
    parser.add_argument("--keep", type=Path, default=Path(), metavar="FOLDER", help="where failing runs are kept")
    parser.add_argument("--trace", type=Path, metavar="FILE", help="write every call of the last run, one a line")
    parser.add_argument("--as-it-is", action="store_true", help="do not make a failing run smaller")


def run(arguments: argparse.Namespace) -> int:
    """One line a seed; 0 if nothing is wrong, else 1."""
    from tieout.cli.simulator.plan import plan, read

    if arguments.replay:
        plans = [read(arguments.replay.read_bytes())]
    else:
        first = arguments.seed
        plans = [plan(seed, invoices=arguments.invoices) for seed in range(first, first + arguments.seeds)]
    begun, invoices, failed = time.monotonic(), 0, 0
    with _plays(whole_trace=arguments.trace is not None) as play:
        for one in plans:
            played = play(one)
            print(_line(played), flush=True)
            invoices += played.invoices
            if played.complaints:
                failed += 1
                _show(played, play, arguments)
            if arguments.trace:
                arguments.trace.write_text("".join(f"{line}\n" for line in played.lines), encoding="utf-8")
    if len(plans) > 1:
        seconds = round(time.monotonic() - begun)
        print(
            text(
                "{seeds} seeds, {invoices} invoices, {seconds} s.", seeds=len(plans), invoices=invoices, seconds=seconds
            )
        )
    if failed:
        print(plural("{count} seed failed.", "{count} seeds failed.", failed))
    return 1 if failed else 0


@contextmanager
def _plays(*, whole_trace: bool) -> Iterator[Callable[[Plan], Played]]:
    """Plays plans, each in an empty database of a temporary server."""
    from tieout.cli.temporary import temporary_home
    from tieout.cli.terminal import say
    from tieout.config.boot import use_no_limits

    use_no_limits()
    with temporary_home("simulate", say=say):
        from tieout.cli.simulator.play import play
        from tieout.config.emptying import empty_tables

        def in_an_empty_database(plan: Plan) -> Played:
            empty_tables()
            return play(plan, whole_trace=whole_trace)

        yield in_an_empty_database


def _line(played: Played) -> str:
    return text(
        "seed {seed}: {invoices} invoices, {booked} postings, {commands} commands, {calls} calls, {faults} faults, trace {trace}",
        seed=played.plan.seed,
        invoices=played.invoices,
        booked=played.booked,
        commands=sum(count for name, count in played.commands.items() if not name.startswith("refused")),
        calls=played.calls,
        faults=played.injected,
        trace=played.trace[:16],
    )


def _show(played: Played, play: Callable[[Plan], Played], arguments: argparse.Namespace) -> None:
    """What is wrong, in the smallest run that shows it, and where that is kept."""
    from tieout.cli.simulator.as_scenario import scenario_of
    from tieout.cli.simulator.plan import written
    from tieout.cli.simulator.shrink import shrunk

    smallest = played if arguments.as_it_is else shrunk(played, play)
    for complaint in smallest.complaints:
        print(f"  {complaint.code}: {complaint.text}")
    for line in smallest.lines[-20:] if "raised" in smallest.codes else ():
        print(f"    {line}")
    arguments.keep.mkdir(parents=True, exist_ok=True)
    file = arguments.keep / f"simulation-{played.plan.seed}.json"
    file.write_bytes(written(smallest.plan))
    print(text("  kept: tieout simulate --replay {file}", file=str(file)))
    scenario = scenario_of(smallest.plan)
    if scenario is not None:
        file = file.with_suffix(".yaml")
        file.write_text(scenario, encoding="utf-8")
        print(text("  kept as a scenario: tieout scenario run --database {file}", file=str(file)))
