"""A temporary PostgreSQL for scenarios: started for them and removed afterwards, so that no real data is touched."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tieout.config.boot import booted, settle_apart
from tieout.config.postgres import destroy

if TYPE_CHECKING:
    from tieout.scenario.run import MakeWorld


@contextmanager
def runs_on_a_database(say: Callable[[str], None]) -> Iterator[MakeWorld]:
    """Runs through the engine while the block runs, whatever DATABASE_URL says; `say` gets the progress."""
    home = Path(tempfile.mkdtemp(prefix="tieout-scenarios-"))
    settle_apart(home)
    try:
        with booted(say=say):
            from tieout.cli.scenario_database import DatabaseWorld

            yield lambda packs, policies, at: DatabaseWorld(packs, policies, at=at)
    finally:
        destroy(home)
        shutil.rmtree(home, ignore_errors=True)
