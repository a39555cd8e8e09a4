"""`tieout simulate`: whatever happens between the calls of senders, workers, people and external systems, what must hold holds.

Twenty seeds here; `make soak` plays a thousand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.sim import planted
from tests.support.soak import SOAKING
from tieout.cli import main, simulate
from tieout.cli.simulator.company import letters
from tieout.cli.simulator.plan import Plan, plan, read, written
from tieout.cli.simulator.play import Played, play
from tieout.cli.simulator.shrink import shrunk
from tieout.cli.simulator.turns import Clock, EndlessError, Faults, Turns
from tieout.core.values.errors import Malformed
from tieout.core.values.scope import Scope
from tieout.scenario.draw import Draw
from tieout.store import link, watches
from tieout.store.interposed import interposed

if TYPE_CHECKING:
    from tests.support.server import Database

AT = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.mark.parametrize("seed", range(1000 if SOAKING else 20))
def test_what_must_hold_holds(empty_database: Database, seed: int) -> None:
    played = play(plan(seed))
    assert not played.complaints, "\n".join(f"{one.code}: {one.text}" for one in played.complaints)


def test_the_same_seed_is_the_same_course_of_events(database: Database) -> None:
    runs = []
    for _ in range(2):
        database.empty()
        runs.append(play(plan(4), whole_trace=True))
    one, other = runs
    assert one.lines == other.lines
    assert one.trace == other.trace
    assert one.injected, "a run without any fault shows nothing"
    database.empty()
    assert play(replace(plan(4), dead=plan(4).dead + 300)).trace != one.trace


def test_people_are_offered_what_they_may_do(empty_database: Database) -> None:
    commands = play(replace(plan(2), people=5)).commands
    refused = sum(count for name, count in commands.items() if name.startswith("refused"))
    given = sum(commands.values()) - refused
    assert given > 10
    assert given > refused, commands


# ---- it notices --------------------------------------------------------------------------------------------------------

SEEDS = {
    planted.nobody_looks_again: 15,
    planted.orders_are_not_locked: 9,
    planted.others_use_up_nothing: 6,
    planted.slow_systems_are_asked_twice: 1,
}
"""The first seed that finds a fault, where that is not 0."""
TRIES = 4


@pytest.mark.parametrize("plant", planted.PLANTS, ids=lambda plant: plant.__name__)
def test_a_fault_put_in_on_purpose_is_noticed(
    database: Database, monkeypatch: pytest.MonkeyPatch, plant: planted.Plant
) -> None:
    plant(monkeypatch)
    first = SEEDS.get(plant, 0)
    for seed in range(first, first + TRIES):
        database.empty()
        played = play(plan(seed))
        if played.complaints:
            print(f"{plant.__name__}: seed {seed}: {', '.join(sorted(played.codes))}: {played.complaints[0].text}")
            return
    pytest.fail(f"{TRIES} seeds have not noticed that {plant.__doc__}")


def test_a_failing_seed_is_made_smaller_and_can_be_kept(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    planted.nobody_looks_before_a_try(monkeypatch)

    def again(smaller: Plan) -> Played:
        database.empty()
        return play(smaller)

    failed = again(plan(0))
    smallest = shrunk(failed, again, tries=70)
    kept = read(written(smallest.plan))
    assert again(kept).codes & failed.codes
    sent = {letter.name for letter in letters(0, invoices=kept.invoices)} - set(kept.without)
    assert len(sent) < len({letter.name for letter in letters(0, invoices=kept.invoices)}) / 2
    with pytest.raises(Malformed, match="no plan"):
        read(b'{"seed": 1}')


def test_the_command_says_what_is_wrong_and_keeps_it(
    database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    @contextmanager
    def plays(*, whole_trace: bool) -> Iterator[Callable[[Plan], Played]]:
        def in_an_empty_database(one: Plan) -> Played:
            database.empty()
            return play(one, whole_trace=whole_trace)

        yield in_an_empty_database

    monkeypatch.setattr(simulate, "_plays", plays)
    words = [
        "simulate",
        "3",
        "--invoices",
        "2",
        "--keep",
        str(tmp_path),
        "--trace",
        str(tmp_path / "calls"),
        "--as-it-is",
    ]
    assert main(words) == 0
    said = capsys.readouterr().out
    assert said.startswith("seed 3: ")
    calls = (tmp_path / "calls").read_text().splitlines()
    assert f"{len(calls)} calls" in said
    with monkeypatch.context() as patch:
        planted.nothing_is_sealed(patch)
        assert main(words) == 1
    assert "unsealed: " in capsys.readouterr().out
    assert main(["simulate", "--replay", str(tmp_path / "simulation-3.json")]) == 0
    assert capsys.readouterr().out == said


# ---- turns -------------------------------------------------------------------------------------------------------------


def turns(*, calls_max: int = 10_000) -> Turns:
    clock = Clock(at=AT)
    return Turns(Draw(1, "turns"), clock, Faults(draw=Draw(1, "faults")), quiet=lambda: False, calls_max=calls_max)


def test_who_waits_in_a_circle_is_found_out(empty_database: Database) -> None:
    scope, run, ended = Scope(tenant="circle"), turns(), []

    def lock(name: str, keys: tuple[str, str]) -> None:
        with interposed(run):
            try:
                with link.transaction(scope):
                    watches.hold(scope, keys[:1])
                    for _ in range(20):
                        run.pass_on("does something else")
                    watches.hold(scope, keys[1:])
            except link.Collision as collision:
                ended.append(f"{name} {type(collision).__name__}")
            else:
                ended.append(f"{name} committed")

    run.add("one", partial(lock, "one", ("a", "b")))
    run.add("other", partial(lock, "other", ("b", "a")))
    run.run()
    assert run.error is None, list(run.lines)
    assert run.deadlocks == 1
    assert sorted(line.partition(" ")[2] for line in ended) == ["DeadlockDetected", "committed"]


def test_who_goes_round_in_a_circle_is_stopped_and_so_are_the_others() -> None:
    run, rested = turns(calls_max=50), []

    def endless() -> None:
        while True:
            run.pass_on("again")

    def resting() -> None:
        rested.append(run.sleep())

    run.add("endless", endless)
    run.add("resting", resting)
    run.run()
    assert isinstance(run.error, EndlessError)
    assert rested == []
