"""Meters of a measured run: processor seconds and memory of this program with its readers, and of its PostgreSQL.

Processes end while a stage runs (a reader, a backend, an autovacuum worker). Their time is not lost: the kernel adds it to
their parent's, so that a family's seconds only ever grow.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

import psutil

_ALL: Final = 4
"""`cpu_times` begins with user, system, and both again of the children that have ended."""


class Meters:
    """Reads both families. `backend` is the process id of our connection's server process, as that server says.

    A server on another machine cannot be measured from here: then it counts nothing.
    """

    def __init__(self, backend: int) -> None:
        self._own = psutil.Process()
        self._server = _postmaster(backend)
        self._server_peak = 0

    @property
    def sees_server(self) -> bool:
        """Whether the server's processes are on this machine."""
        return self._server is not None

    def own_seconds(self) -> float:
        """Processor seconds of this process and its readers, the ended ones included."""
        return _seconds(self._own, self._readers())

    def server_seconds(self) -> float:
        """Processor seconds of our PostgreSQL: all of its processes, the ended ones included."""
        if self._server is None:
            return 0.0
        while True:  # a process that ends between the two readings would count twice or not at all
            before = self._server.cpu_times()[2:_ALL]
            spent = _seconds(self._server, self._server.children(recursive=True))
            if self._server.cpu_times()[2:_ALL] == before:
                return spent

    def sample_memory(self) -> None:
        """Look how much memory PostgreSQL holds now; `server_peak_mb` is the most that was seen."""
        if self._server is not None:
            family = [self._server, *self._server.children(recursive=True)]
            self._server_peak = max(self._server_peak, sum(map(_share, family)))

    @property
    def server_peak_mb(self) -> float:
        """The most memory that PostgreSQL had at any sample, what its processes share counted once, in megabytes."""
        return self._server_peak / 1024**2

    def own_peak_mb(self) -> float:
        """The most that this process ever had resident, and each of its readers, added up, in megabytes."""
        return sum(map(_most, [self._own, *self._readers()])) / 1024**2

    def processes_peak_mb(self) -> float:
        """The most that each reader and worker ever had resident, added up, in megabytes: without this process, which holds the sample."""
        return sum(map(_most, self._readers())) / 1024**2

    def _readers(self) -> list[psutil.Process]:
        server = set() if self._server is None else {self._server, *self._server.children(recursive=True)}
        return [child for child in self._own.children(recursive=True) if child not in server]


def _postmaster(backend: int) -> psutil.Process | None:
    with suppress(psutil.Error):
        process = psutil.Process(backend)
        parent = process.parent()
        if process.name().startswith("postgres") and parent is not None:
            return parent
    return None


def _seconds(head: psutil.Process, rest: Iterable[psutil.Process]) -> float:
    spent = float(sum(head.cpu_times()[:_ALL]))
    for process in rest:
        with suppress(psutil.Error):
            spent += sum(process.cpu_times()[:_ALL])
    return spent


def _share(process: psutil.Process) -> int:
    """Bytes of a process, its part of what is shared with others included."""
    with suppress(psutil.Error):
        memory = process.memory_full_info()
        return int(getattr(memory, "pss", memory.uss))
    return 0


def _most(process: psutil.Process) -> int:
    """The most bytes that a process ever had resident; what it has now where the system does not remember."""
    with suppress(OSError):
        for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    with suppress(psutil.Error):
        return int(process.memory_info().rss)
    return 0
