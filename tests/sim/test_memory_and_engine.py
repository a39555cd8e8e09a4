"""Scenarios in memory and the real engine over PostgreSQL agree: every claim, case and posting of random stories is the same.

Few seeds here; `make soak` plays many.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.engine.database_world import DatabaseSimulation
from tests.sim import selling, test_billing_worlds, test_worlds
from tests.sim.two_worlds import Come, Step, billing, buying, play, sales, story, unlike
from tieout.core.tie_out.pack import Pack
from tieout.scenario.simulation import Simulation

if TYPE_CHECKING:
    from tests.support.server import Database

SEEDS = st.integers(0, 1_000_000)
FEW = settings(
    max_examples=max(2, settings.default.max_examples // 40),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # a smaller seed is not a simpler story
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def over_the_engine(memory: Simulation) -> DatabaseSimulation:
    """An empty run over the database with the packs and policies of one in memory."""
    packs: dict[str, Pack] = {pack.name: pack for pack in memory.packs.values()}
    return DatabaseSimulation(tuple(packs.values()), memory.policies, at=memory.at)


def agree(steps: Iterable[Step], memory: Simulation) -> None:
    """The two agree after every step, and every story comes to rest."""
    engine = over_the_engine(memory)
    for number, step in enumerate(play(steps, memory, engine)):
        if isinstance(step, Come) and not step.last:
            continue
        differences = unlike(memory, engine)
        assert not differences, "\n".join([f"after step {number}, {step}:", *differences])


@FEW
@given(seed=SEEDS, chance=SEEDS)
def test_buying(database: Database, seed: int, chance: int) -> None:
    agree(story(buying(seed), chance), test_worlds.new_run())


@FEW
@given(seed=SEEDS, chance=SEEDS, events=st.booleans(), proof=st.booleans())
def test_selling(database: Database, seed: int, chance: int, *, events: bool, proof: bool) -> None:
    terms = selling.Terms(events=events, proof=proof)
    agree(story(sales(seed, terms), chance), selling.simulation(terms))


@FEW
@given(seed=SEEDS, chance=SEEDS)
def test_billing(database: Database, seed: int, chance: int) -> None:
    agree(story(billing(seed), chance), test_billing_worlds.new_run())
