"""A temporary home with a PostgreSQL of its own: started for one command and removed afterwards, so that no real data is touched."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tieout.cli.ending import ended_by_signals
from tieout.config.boot import booted, use_separate_home
from tieout.config.postgres import destroy


@contextmanager
def temporary_home(name: str, *, say: Callable[[str], None]) -> Iterator[Path]:
    """The folder, with a migrated database that Django is set up for; both are gone after the block, also when a signal ends it.

    `name` is what the folder's name begins with. Raises EmbeddedError.
    """
    with ended_by_signals():
        home = Path(tempfile.mkdtemp(prefix=f"tieout-{name}-"))
        use_separate_home(home)
        try:
            with booted(say=say):
                yield home
        finally:
            destroy(home)
            shutil.rmtree(home, ignore_errors=True)
