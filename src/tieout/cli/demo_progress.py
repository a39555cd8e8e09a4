"""Progress of the demo on standard error: a bar for each stage at a terminal, nothing in a pipe."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

Told = Callable[[int], None]
"""Hears how much of a stage is done, counted from 0."""

_TABLES: Final = re.compile(r"Tables (\d+)/(\d+)")
_WIDTH: Final = 22


@contextmanager
def stage(name: str, total: int | None) -> Iterator[Told]:
    """One stage; what is given hears how much of `total` is done. `total` None: nobody knows how much it is."""
    console = Console(stderr=True)
    with _bar(console) as progress:
        task = progress.add_task(name.ljust(_WIDTH), total=total)
        yield lambda done: progress.update(task, completed=done)
        done = progress.tasks[0].completed if total is None else total
        progress.update(task, completed=done, total=max(done, 1))


class DatabaseStage:
    """The stage in which the database is made: it is told in lines of words, as every command tells it."""

    def __init__(self) -> None:
        self._progress = _bar(Console(stderr=True))
        self._task = self._progress.add_task("Database".ljust(_WIDTH), total=None)

    def say(self, line: str) -> None:
        """One line of what is going on."""
        found = _TABLES.match(line)
        if found:
            self._progress.update(self._task, completed=int(found[1]), total=int(found[2]))

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """It is up, or will not be."""
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
