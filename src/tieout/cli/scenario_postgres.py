"""A temporary PostgreSQL for scenarios: started for them and removed afterwards, so that no real data is touched."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tieout.config.boot import booted, use_separate_home
from tieout.config.postgres import destroy

if TYPE_CHECKING:
    from tieout.scenario.run import MakeSimulation


@contextmanager
def runs_on_a_database(say: Callable[[str], None]) -> Iterator[MakeSimulation]:
    """Runs through the engine while the block runs, whatever DATABASE_URL says; `say` gets the progress."""
    home = Path(tempfile.mkdtemp(prefix="tieout-scenarios-"))
    use_separate_home(home)
    try:
        with booted(say=say):
            from tieout.cli.scenario_database import DatabaseSimulation

            yield lambda packs, policies, at: DatabaseSimulation(packs, policies, at=at)
    finally:
        destroy(home)
        shutil.rmtree(home, ignore_errors=True)
