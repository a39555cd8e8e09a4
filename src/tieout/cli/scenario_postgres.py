"""Scenarios on a temporary PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tieout.cli.temporary import temporary_home

if TYPE_CHECKING:
    from tieout.scenario.run import MakeSimulation


@contextmanager
def runs_on_a_database(say: Callable[[str], None]) -> Iterator[MakeSimulation]:
    """Runs through the engine while the block runs, whatever DATABASE_URL says; `say` gets the progress."""
    with temporary_home("scenarios", say=say):
        from tieout.cli.scenario_database import DatabaseSimulation

        yield lambda packs, policies, at: DatabaseSimulation(packs, policies, at=at)
