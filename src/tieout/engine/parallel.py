"""Reading in worker processes: on all cores, and a file that crashes or hangs its reader affects no other file."""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import fields
from typing import Final, TypeVar

from tieout.core.documents.kind import Kinds
from tieout.engine.pause import settled_in, without_collection
from tieout.engine.prepare import FileToRead, Prepared, Reader, prepared, readings_of, unreadable

_CHUNK: Final = 16
_SECONDS_MAX: Final = 60
"""For each of the two steps of a file."""
_AT_ONCE_BYTES: Final = 512 * 1024
T = TypeVar("T")
U = TypeVar("U")


@contextmanager
def parallel_reader(kinds: Kinds, workers: int | None = None) -> Iterator[Reader]:
    """A reader over worker processes (by default one a core), which end with the block.

    A file that takes longer than a minute ends its process, as does one that crashes the parser: the files that were in
    hand are then read again one by one, and the faulty one is returned as unreadable.
    """
    pool = _Pool(kinds, workers or os.cpu_count() or 1)
    try:
        yield pool.read
    finally:
        pool.close()


class _Pool:
    """Starts its processes with the first file, and anew when one has died."""

    def __init__(self, kinds: Kinds, workers: int) -> None:
        self._kinds = kinds
        self._workers = workers
        self._running: ProcessPoolExecutor | None = None

    def close(self) -> None:
        """End the processes."""
        if self._running is not None:
            self._running.shutdown(wait=True, cancel_futures=True)
            self._running = None

    def read(self, files: list[FileToRead]) -> list[tuple[Prepared, ...]]:
        """Read files in chunks, in parallel."""
        chunks = [files[start : start + _CHUNK] for start in range(0, len(files), _CHUNK)]
        waiting = [self._send(chunk) for chunk in chunks]
        return [answer for chunk, future in zip(chunks, waiting, strict=True) for answer in self._taken(chunk, future)]

    def _send(self, chunk: list[FileToRead]) -> Future[list[tuple[Prepared, ...]]] | None:
        if self._running is None:
            # Not forked from here: a fork would share our connection to the database. They are forked from one process that has
            # loaded what reading needs, so that only the first of them costs a start of Python.
            context = multiprocessing.get_context("forkserver")
            context.set_forkserver_preload([__name__, *_modules_of(self._kinds)])
            self._running = ProcessPoolExecutor(
                self._workers, mp_context=context, initializer=_begin, initargs=(self._kinds,)
            )
        try:
            return self._running.submit(_read_chunk, chunk)
        except BrokenProcessPool:
            return None

    def _taken(
        self, chunk: list[FileToRead], future: Future[list[tuple[Prepared, ...]]] | None
    ) -> list[tuple[Prepared, ...]]:
        if future is not None:
            try:
                return future.result()
            except BrokenProcessPool:
                pass
        return [self._alone(file) for file in chunk]

    def _alone(self, file: FileToRead) -> tuple[Prepared, ...]:
        for _ in range(2):  # the pool may still be broken from another file
            future = self._send([file])
            try:
                if future is not None:
                    return future.result()[0]
            except BrokenProcessPool:
                break_here = self._renew()
                if break_here:
                    continue
            else:
                self._renew()
        return unreadable(
            self._kinds,
            file.name,
            "the program that reads files died or hung on this one",
            "ask for it again in another format",
        )

    def _renew(self) -> bool:
        broken, self._running = self._running, None
        if broken is not None:
            broken.shutdown(wait=False, cancel_futures=True)
        return True


def _modules_of(kinds: Kinds) -> list[str]:
    """The modules of the kinds' documents and functions."""
    parts = (getattr(kind, field.name) for kind in kinds.values() for field in fields(kind))
    return sorted({part.__module__ for part in parts if callable(part)})


_kinds: list[Kinds] = []  # of a process that reads: handed over when it begins


def _begin(kinds: Kinds) -> None:
    _kinds[:] = [kinds]
    settled_in()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Ends this process as soon as the pipe to its parent closes: however the parent ended, nobody waits for answers any more."""
    parent = multiprocessing.parent_process()
    assert parent is not None, "a process that reads was started by another"
    multiprocessing.connection.wait([parent.sentinel])
    os._exit(1)


def _read_chunk(chunk: list[FileToRead]) -> list[tuple[Prepared, ...]]:
    kinds = _kinds[0]
    answers = []
    with without_collection():
        for files in _at_once(chunk):
            # All are read before the first is prepared: the processor's caches hold either step, but not both.
            read = [_in_time(lambda file: readings_of(kinds, file), file) for file in files]
            answers += [_in_time(lambda of: tuple(prepared(kinds, reading) for reading in of), one) for one in read]
    return answers


def _at_once(chunk: list[FileToRead]) -> Iterator[list[FileToRead]]:
    """The files in groups that are small enough for all their documents to be in memory at once; a long file is by itself."""
    together: list[FileToRead] = []
    size = 0
    for file in chunk:
        if together and size + len(file.content) > _AT_ONCE_BYTES:
            yield together
            together, size = [], 0
        together.append(file)
        size += len(file.content)
    yield together


def _in_time(act: Callable[[T], U], given: T) -> U:
    signal.alarm(_SECONDS_MAX)  # not caught: a parser that hangs in C ends with its process
    answer = act(given)
    signal.alarm(0)
    return answer
