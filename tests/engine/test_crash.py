"""A worker is killed -9 at every step boundary of all five operations; the final state is that of a run without kills."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from subprocess import Popen

import pytest

from tests.engine.crash.run import CrashRun, nursery, verify
from tests.engine.crash.samples import File, heap

STEPS = (
    "receive.accepted receive.read receive.recorded receive.committed announce.found announce.committed "
    "recheck.committed tie_out.taken tie_out.judged tie_out.written tie_out.committed submit.written submit.committed "
    "due.written due.committed perform.taken perform.found perform.begun perform.half perform.performed "
    "perform.settled perform.committed"
).split()
HARDEST = (
    "receive.accepted receive.recorded receive.committed announce.found recheck.committed tie_out.written "
    "tie_out.committed submit.written perform.begun perform.half perform.performed perform.settled"
).split()


@pytest.fixture(scope="module")
def mother() -> Iterator[Popen[str]]:
    with nursery() as process:
        yield process


def in_parts(files: list[File], parts: int) -> list[list[File]]:
    return [files[k::parts] for k in range(parts)]


def killed_at(run: CrashRun, plan: list[tuple[str, int]], *, seed: int, orders: int) -> list[str]:
    """Sends a heap in as many parts as there are kills; returns the steps at which a life really ended."""
    done = []
    for part, (step, time) in zip(in_parts(heap(seed, orders), len(plan)), plan, strict=True):
        if step.startswith("due."):
            run.at += timedelta(days=3)  # clocks jump, and timers run out
        if run.send(part, step=step, time=time):
            done.append(step)
    run.recover()
    return done


def test_twelve_kills_end_as_a_calm_day_does(
    fresh_database: Callable[[], str], tmp_path: Path, mother: Popen[str]
) -> None:
    calm = CrashRun(dsn=fresh_database(), folder=tmp_path / "calm", nursery=mother)
    killed_at(calm, [("", 1)] * 3, seed=7, orders=16)
    expected = verify(calm)
    assert calm.steps() - {""} == set(STEPS), "every step is listed here and is reached"
    assert len(expected["posted"]) > 10
    assert {status for _, status in expected["claims"]} >= {"posted", "held"}

    # One of each sort; the last ones are those after which the ERP has something that we have not written down.
    plan = [(step, 1) for step in HARDEST]
    wild = CrashRun(dsn=fresh_database(), folder=tmp_path / "wild", nursery=mother)
    assert killed_at(wild, plan, seed=7, orders=16) == HARDEST
    assert verify(wild) == expected


@pytest.mark.skipif(os.environ.get("HYPOTHESIS_PROFILE") != "soak", reason="more than a hundred kills: make soak")
@pytest.mark.parametrize("seed", range(8))
def test_every_step_again_and_again(
    fresh_database: Callable[[], str], tmp_path: Path, mother: Popen[str], seed: int
) -> None:
    calm = CrashRun(dsn=fresh_database(), folder=tmp_path / "calm", nursery=mother)
    killed_at(calm, [("", 1)] * 3, seed=seed, orders=60)
    random = Random(seed)
    plan = [(step, random.choice([1, 1, 1, 2])) for step in STEPS]
    random.shuffle(plan)
    wild = CrashRun(dsn=fresh_database(), folder=tmp_path / "wild", nursery=mother)
    done = killed_at(wild, plan, seed=seed, orders=60)
    print(
        f"seed {seed}: {len(done)} kills at {len(set(done))} steps, {wild.lives} lives, {len(wild.importer.ledger())} vouchers"
    )
    assert verify(wild) == verify(calm)
