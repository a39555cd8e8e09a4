"""A PostgreSQL for scenarios alone: started for them and removed after them, so that nothing of it touches anybody's books."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tieout.config.boot import booted, settle_in
from tieout.config.postgres import destroy

if TYPE_CHECKING:
    from tieout.scenario.run import MakeWorld

_OF_OTHERS: Final = ("DATABASE_URL", "TIEOUT_EXCHANGE", "TIEOUT_SECRET_KEY")


@contextmanager
def worlds_on_a_database(say: Callable[[str], None]) -> Iterator[MakeWorld]:
    """Worlds over the engine while the block runs, whatever DATABASE_URL says; `say` is told what takes a while."""
    home = Path(tempfile.mkdtemp(prefix="tieout-scenarios-"))
    for name in _OF_OTHERS:
        os.environ.pop(name, None)
    os.environ.setdefault("TIEOUT_LOG_LEVEL", "warning")
    settle_in(home)
    try:
        with booted(say=say):
            from tieout.cli.scenario_database import DatabaseWorld

            yield lambda packs, policies, at: DatabaseWorld(packs, policies, at=at)
    finally:
        destroy(home)
        shutil.rmtree(home, ignore_errors=True)
