"""Plays a world and lets the oracle judge what was posted after every step."""

from __future__ import annotations

from collections.abc import Iterator

from tests.sim.credits.documents import new_run
from tests.sim.credits.facts import Accepted
from tests.sim.credits.oracle import Oracle
from tests.sim.credits.writer import World
from tests.sim.two_worlds import Come, play
from tieout.scenario.simulation import Simulation


def judged(made: World, run: Simulation | None = None) -> list[str]:
    """What is wrong with what was posted in a world."""
    here = run or new_run(made.pack, made.tolerance)
    oracle = Oracle(tolerance=made.tolerance)
    for step in play(made.steps, here):
        if isinstance(step, Come):
            for fact in step.facts:
                oracle.learn(fact)
            if not step.last:
                continue
        oracle.accepted(acceptances(here))
        oracle.look(posted(here))
    return oracle.wrong


def posted(run: Simulation) -> Iterator[str]:
    """The claims of which the external system has booked something."""
    for one in run.target.booked.values():
        if one.action.kind == "post_voucher":
            yield str(one.voucher["claim"]).partition("@")[0]


def acceptances(run: Simulation) -> Iterator[Accepted]:
    """What people have accepted in a run by now."""
    for filed in run.claims.values():
        for case in filed.cases.values():
            for release in case.releases:
                if not release.value:
                    key = filed.recorded.key.partition("@")[0]
                    yield Accepted(
                        claim=key, code=release.code, place=f"{release.where}/{case.cause}", limit=release.limit.minor
                    )
