"""Progress of the demo on standard error: a bar for each stage at a terminal, nothing in a pipe."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tieout.wording.catalogue import text

Advance = Callable[[int], None]
"""Called with how much of a stage is done, counted from 0."""

_TABLES: Final = re.compile(r"\D*(\d+)/(\d+): ")
_WIDTH: Final = 22


@contextmanager
def stage(name: str, total: int | None) -> Iterator[Advance]:
    """One stage by its name, a message; call what it yields with how much of `total` is done. `total` None: not known beforehand."""
    console = Console(stderr=True)
    with _bar(console) as progress:
        task = progress.add_task(text(name).ljust(_WIDTH), total=total)
        yield lambda done: progress.update(task, completed=done)
        done = progress.tasks[0].completed if total is None else total
        progress.update(task, completed=done, total=max(done, 1))


class DatabaseStage:
    """The stage in which the database is created: progress arrives as lines of text, as for every command."""

    def __init__(self) -> None:
        self._progress = _bar(Console(stderr=True))
        self._task = self._progress.add_task(text("Database").ljust(_WIDTH), total=None)

    def say(self, line: str) -> None:
        """One line of progress."""
        tables = _TABLES.match(line)
        if tables:
            self._progress.update(self._task, completed=int(tables[1]), total=int(tables[2]))

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """The database is up, or failed to start."""
        self._progress.stop()


def _bar(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
    )
