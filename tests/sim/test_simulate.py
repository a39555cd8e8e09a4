"""`tieout simulate`: whatever happens between the calls of senders, workers, people and external systems, what must hold holds.

Twenty seeds here; `make soak` plays a thousand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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
from tieout.cli.scenario import report_of
from tieout.cli.scenario_database import DatabaseSimulation
from tieout.cli.simulator.as_scenario import scenario_of
from tieout.cli.simulator.company import made
from tieout.cli.simulator.plan import Plan, plan, read, written
from tieout.cli.simulator.play import Played, play
from tieout.cli.simulator.shrink import shrunk
from tieout.cli.simulator.turns import Clock, EndlessError, Faults, Turns
from tieout.core.policy.policy import PolicySet
from tieout.core.tie_out.pack import Pack
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
    planted.nobody_looks_again: 42,
    planted.orders_are_not_locked: 3,
    planted.slow_systems_are_asked_twice: 9,
    planted.the_door_keeps_the_first_file_alone: 2,
    planted.events_of_usage_are_dropped: 7,
    planted.invoices_are_issued_twice: 5,
}
"""The seed that is tried first, where that is not 0. Which one notices a fault changes with any statement: others follow."""
TRIES = 16


@pytest.mark.parametrize("plant", planted.PLANTS, ids=lambda plant: plant.__name__)
def test_a_fault_put_in_on_purpose_is_noticed(
    database: Database, monkeypatch: pytest.MonkeyPatch, plant: planted.Plant
) -> None:
    plant(monkeypatch)
    for seed in dict.fromkeys((SEEDS.get(plant, 0), *range(TRIES))):
        database.empty()
        played = play(plan(seed))
        if played.complaints:
            print(f"{plant.__name__}: seed {seed}: {', '.join(sorted(played.codes))}: {played.complaints[0].text}")
            return
    pytest.fail(f"{TRIES} seeds have not noticed that {plant.__doc__}")


def test_a_failing_seed_is_made_smaller_and_can_be_kept(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    planted.answers_are_swallowed(monkeypatch)

    def again(smaller: Plan) -> Played:
        database.empty()
        return play(smaller)

    failed = again(plan(0, invoices=3))
    smallest = shrunk(failed, again, tries=20)
    kept = read(written(smallest.plan))
    assert again(kept).codes & failed.codes
    sent = {letter.name for letter in made(kept).letters}
    assert len(sent) < len({letter.name for letter in made(failed.plan).letters}) / 2
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


def over_the_database(packs: Sequence[Pack], policies: PolicySet, at: datetime) -> DatabaseSimulation:
    return DatabaseSimulation(packs, policies, at=at)


def test_what_needs_no_turns_is_kept_as_a_scenario(
    database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    database.empty()
    one = replace(plan(0), invoices=4, sales=0, bills=0)
    assert scenario_of(one) is None, "nothing is wrong with it"
    with monkeypatch.context() as patch:
        planted.news_is_lost(patch)
        text = scenario_of(one)
    assert text is not None
    file = tmp_path / "one.yaml"
    file.write_text(text)
    assert report_of(file).passed
    assert report_of(file, make_simulation=over_the_database).passed, "the fault is mended"
    with monkeypatch.context() as patch:
        planted.news_is_lost(patch)
        assert not report_of(file, make_simulation=over_the_database).passed
        assert scenario_of(replace(one, bills=1)) is None, "a billing run is kept as a plan"


def test_people_and_files_come_by_http_as_well(empty_database: Database) -> None:
    played = play(replace(plan(2), doors=100, people=4, invoices=3, sales=1, bills=0), whole_trace=True)
    assert not played.complaints
    assert any("sender-1 uploads" in line for line in played.lines)
    assert any("store_case" in line and " ann " in line for line in played.lines)
    assert sum(count for name, count in played.commands.items() if not name.startswith("refused")) > 5


def test_many_invoices_come_in_large_batches(empty_database: Database) -> None:
    played = play(replace(plan(8, invoices=150), people=1, doors=0))
    assert not played.complaints, "\n".join(f"{one.code}: {one.text}" for one in played.complaints)
    assert played.invoices > 200
    assert played.calls < 40 * played.invoices


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
