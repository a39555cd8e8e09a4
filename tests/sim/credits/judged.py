"""Plays a world and lets the oracle judge what was posted after every step."""

from __future__ import annotations

from collections.abc import Iterator

from tests.sim.credits.documents import new_run
from tests.sim.credits.facts import Accepted
from tests.sim.credits.oracle import Oracle
from tests.sim.credits.writer import World
from tests.sim.two_worlds import Come, Step, play
from tieout.scenario.simulation import Simulation


class Judge:
    """The oracle beside a run of a world; `wrong` is what it has found."""

    def __init__(self, made: World) -> None:
        self._oracle = Oracle(tolerance=made.tolerance)

    @property
    def wrong(self) -> list[str]:
        """What is wrong with what was posted so far."""
        return self._oracle.wrong

    def after(self, step: Step, run: Simulation) -> bool:
        """Judges what a run has posted after a step; False while others come together with it."""
        if isinstance(step, Come):
            for fact in step.facts:
                self._oracle.learn(fact)
            if not step.last:
                return False
        self._oracle.accepted(acceptances(run))
        self._oracle.look(posted(run))
        return True


def judged(made: World) -> list[str]:
    """What is wrong with what is posted in a world, in memory."""
    run, judge = new_run(made.pack, made.tolerance), Judge(made)
    for step in play(made.steps, run):
        judge.after(step, run)
    return judge.wrong


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
                    key, place = filed.recorded.key.partition("@")[0], f"{release.where}/{case.cause}"
                    yield Accepted(claim=key, code=release.code, place=place, limit=release.limit.minor)
