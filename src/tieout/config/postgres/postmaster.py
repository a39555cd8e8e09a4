"""Is there a server for this folder? What its pid file says, and whether that process is really it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True, slots=True, kw_only=True)
class PidFile:
    """What `postmaster.pid` says. It may be half written, or stale from before a crash."""

    pid: int
    port: int | None
    status: str

    @property
    def ready(self) -> bool:
        """Whether the server has reported that it takes connections."""
        return self.status == "ready"

    @property
    def stopping(self) -> bool:
        """Whether somebody has told the server to stop: it takes no connections any more."""
        return self.status == "stopping"


def read_pid_file(data: Path) -> PidFile | None:
    """The pid file of a data folder, or nothing if there is none or it does not begin with a number yet."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        # the lines: pid, data folder, start time, port, socket folder, address, shared memory, status
        port = int(lines[3]) if len(lines) > 3 else None
        return PidFile(pid=abs(int(lines[0])), port=port, status=lines[7].strip() if len(lines) > 7 else "")
    except (OSError, ValueError, IndexError):
        return None


def is_postmaster(pid: int, data: Path) -> bool:
    """Whether the process lives (a zombie does not) and is the server of this very data folder."""
    try:
        process = psutil.Process(pid)
        # The working folder of a server is its data folder; its name alone would fit the server of any other folder. A zombie
        # has no working folder: psutil raises for it.
        return process.name().startswith("postgres") and data.samefile(process.cwd())
    except (psutil.Error, OSError):
        return False


def living(data: Path) -> PidFile | None:
    """The pid file, if its process is the living server of this folder."""
    pid_file = read_pid_file(data)
    return pid_file if pid_file is not None and is_postmaster(pid_file.pid, data) else None


def work_done(pid: int) -> float:
    """CPU seconds that the server and its children have used: it grows while a recovery makes progress."""
    total = 0.0
    try:
        family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    except psutil.Error:
        return total
    for process in family:
        try:
            times = process.cpu_times()
        except psutil.Error:
            continue
        total += times.user + times.system
    return total
