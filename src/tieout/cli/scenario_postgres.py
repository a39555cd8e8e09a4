"""A PostgreSQL for scenarios alone: started for them and removed after them, so that nothing of it touches anybody's books."""

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
def worlds_on_a_database(say: Callable[[str], None]) -> Iterator[MakeWorld]:
    """Worlds over the engine while the block runs, whatever DATABASE_URL says; `say` is told what takes a while."""
    home = Path(tempfile.mkdtemp(prefix="tieout-scenarios-"))
    settle_apart(home)
    try:
        with booted(say=say):
            from tieout.cli.scenario_database import DatabaseWorld

            yield lambda packs, policies, at: DatabaseWorld(packs, policies, at=at)
    finally:
        destroy(home)
        shutil.rmtree(home, ignore_errors=True)
