"""Finding files and reading them in processes: in order, in chunks, with bounded memory; a killed process loses no other file."""

from __future__ import annotations

import os
import stat
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from pathlib import Path
from typing import Final

from tieout.cli.read_lines import encoded, lines_of, unread
from tieout.core.values.sentence import Sentence
from tieout.formats import Limits

_CHUNK: Final = 16
_CHUNKS_AHEAD: Final = 4  # a process: enough to keep it busy, little enough to hold in memory
_LIMITS: Final = Limits()

Chunk = tuple[str, ...]


def files_below(paths: Sequence[Path]) -> Iterator[str]:
    """Every file of the paths, folders in order of name, links to folders not followed. What is not a file is listed too."""
    for path in paths:
        yield from _below(path) if path.is_dir() else (str(path),)


def _below(folder: Path) -> Iterator[str]:
    unlisted: list[str] = []
    for inside, names, files in os.walk(folder, onerror=lambda error: unlisted.append(str(error.filename))):
        names.sort()
        yield from (os.path.join(inside, name) for name in sorted(files))  # noqa: PTH118  a Path a file is slow
    yield from unlisted


def read_all(files: Sequence[str], *, processes: int, official: bool = False) -> Iterator[list[bytes]]:
    """For each file, in order, its lines as JSON. With one process everything is read in this one.

    `official`: the published rules are run too.
    """
    if processes <= 1:
        for file in files:
            yield read_one(file, official=official)
        return
    chunks: deque[Chunk] = deque(tuple(files[at : at + _CHUNK]) for at in range(0, len(files), _CHUNK))
    while chunks:
        yield from _in_pool(chunks, processes, official=official)
        if chunks:  # the pool broke: its first unfinished chunks hold the file that kills
            yield from _one_by_one(chunks.popleft(), official=official)


def read_one(file: str, *, official: bool = False) -> list[bytes]:
    """The lines of one file; a problem with it is a line too."""
    try:
        status = os.stat(file)  # noqa: PTH116
        if stat.S_ISDIR(status.st_mode):
            return [encoded(unread(file, "this folder cannot be listed", "give this user the right to open it"))]
        if not stat.S_ISREG(status.st_mode):
            return [encoded(unread(file, "this is not an ordinary file", "give files or folders"))]
        if status.st_size > _LIMITS.source_bytes_max:
            size, limit = status.st_size / 2**20, _LIMITS.source_bytes_max / 2**20
            return [
                encoded(
                    unread(
                        file,
                        Sentence(
                            "the file has {size} MB, more than the limit of {limit} MB",
                            size=f"{size:.1f}",
                            limit=f"{limit:.0f}",
                        ),
                        "split it",
                    )
                )
            ]
        content = Path(file).read_bytes()
    except OSError as error:
        return [
            encoded(
                unread(
                    file,
                    Sentence("the file cannot be opened: {reason}", reason=error.strerror or error),
                    _remedy(error),
                )
            )
        ]
    try:
        return [encoded(line) for line in lines_of(content, file, Path(file).name, official=official)]
    except (MemoryError, RecursionError, ValueError, TypeError, LookupError, ArithmeticError) as error:
        reason = Sentence("reading it failed: {error}", error=f"{type(error).__name__}: {error}"[:380])
        return [encoded(unread(file, reason, "this is a mistake in Tieout: report it with the file"))]


def _remedy(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "check the path; a link may point to nothing"
    if isinstance(error, PermissionError):
        return "give this user the right to read it"
    return "check the disk it is on"


def _read_chunk(files: Chunk, official: bool) -> list[list[bytes]]:
    return [read_one(file, official=official) for file in files]


def _in_pool(chunks: deque[Chunk], processes: int, *, official: bool) -> Iterator[list[bytes]]:
    """Reads chunks from the left, in order, until done or until a process dies; what was not read stays in `chunks`."""
    with ProcessPoolExecutor(processes) as pool, suppress(BrokenProcessPool):
        running: deque[Future[list[list[bytes]]]] = deque()
        submitted = 0
        while chunks:
            while submitted < len(chunks) and len(running) < processes * _CHUNKS_AHEAD:
                running.append(pool.submit(_read_chunk, chunks[submitted], official))
                submitted += 1
            done = running.popleft().result()
            chunks.popleft()
            submitted -= 1
            yield from done


def _one_by_one(chunk: Chunk, *, official: bool) -> Iterator[list[bytes]]:
    """Each file in a process of its own, so that only the one that kills its process is lost."""
    for file in chunk:
        with ProcessPoolExecutor(1) as pool:
            try:
                yield from pool.submit(_read_chunk, (file,), official).result()
            except BrokenProcessPool:
                remedy = "it may need more memory than available: read it alone, or report it"
                yield [encoded(unread(file, "the process that read it was killed", remedy))]
