"""Starting the server, with retries, and waiting for it as long as its recovery makes progress."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tieout.config.postgres.account import Account
from tieout.config.postgres.errors import EmbeddedError
from tieout.config.postgres.place import Place
from tieout.config.postgres.postmaster import PidFile, is_postmaster, read_pid_file, work_done
from tieout.wording.catalogue import text

# Temporary failures: children of a killed server that still end, a port that another program took first.
_PASSING: Final = (
    "pre-existing shared memory block",
    'lock file "postmaster.pid"',
    "could not create any TCP/IP",
)
_LOG_BYTES_MAX: Final = 16_000_000

children: Final[dict[int, subprocess.Popen[bytes]]] = {}
"""Servers that this process started: a parent must wait for a dead child, or it stays a zombie."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a server may show no sign of progress, and the callback for progress messages."""

    idle_seconds: float
    say: Callable[[str], None]


def launch(place: Place, account: Account, programs: Path, patience: Patience, *, port: int = 0) -> PidFile:
    """Start the server of a place that has none, and wait until it takes connections. `port`: 0 for a free one."""
    give_up_at = time.monotonic() + patience.idle_seconds
    while True:
        log_from = place.log.stat().st_size if place.log.exists() else 0
        try:
            pid = _spawn(place, account, programs, port=port or _free_port()).pid
            return await_ready(place, pid, patience, log_from=log_from)
        except _PassingError as reason:
            if time.monotonic() > give_up_at:
                raise EmbeddedError(
                    "PostgreSQL in {data} does not start: {reason}",
                    remedy="Its log is {log}. See whether another server uses the folder.",
                    data=place.data,
                    reason=reason,
                    log=place.log,
                ) from None
            time.sleep(0.2)


def await_ready(place: Place, pid: int, patience: Patience, *, log_from: int) -> PidFile:
    """Wait for a server that starts, as long as its log grows or it computes; give back what its pid file says."""
    began = moved = time.monotonic()
    seen: tuple[int, float] = (0, 0.0)
    reported = 0
    while _lives(pid, place):
        pid_file = read_pid_file(place.data)
        if pid_file is not None and pid_file.pid == pid and pid_file.ready:
            return pid_file
        now = time.monotonic()
        signs = (place.log.stat().st_size, work_done(pid))
        if signs != seen:
            seen, moved = signs, now
        elif now - moved > patience.idle_seconds:
            raise EmbeddedError(
                "PostgreSQL in {data} (process {pid}) has made no progress for {seconds} seconds.",
                remedy="Its log is {log}. Wait, or stop the process, and try again.",
                data=place.data,
                pid=pid,
                seconds=f"{now - moved:.0f}",
                log=place.log,
            )
        if int(now - began) // 5 > reported:
            reported = int(now - began) // 5
            patience.say(
                text("PostgreSQL is recovering from an unclean stop … {seconds} s", seconds=f"{now - began:.0f}")
            )
        time.sleep(0.02 if now - began < 2 else 0.2)
    raise _reason(place, log_from)


def _lives(pid: int, place: Place) -> bool:
    child = children.get(pid)  # a new child is not in its data folder yet
    return child.poll() is None if child is not None else is_postmaster(pid, place.data)


def reap() -> None:
    """Forget children that have ended."""
    for pid, process in list(children.items()):
        if process.poll() is not None:
            del children[pid]


class _PassingError(Exception):
    """This attempt failed for a reason that goes away."""


def _spawn(place: Place, account: Account, programs: Path, *, port: int) -> subprocess.Popen[bytes]:
    # Nothing of ours lives here (we hold the lock), so what names a process is left from before a crash. PostgreSQL
    # would believe a stale number that is now a zombie or another program of the same user. Its own check of the
    # shared memory block still refuses to start while a child of the old server is alive.
    (place.data / "postmaster.pid").unlink(missing_ok=True)
    shutil.rmtree(place.sockets, ignore_errors=True)
    place.sockets.mkdir()
    account.give(place.sockets, mode=0o700)
    if place.log.exists() and place.log.stat().st_size > _LOG_BYTES_MAX:
        place.log.replace(place.log.with_suffix(".log.1"))
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": str(place.socket_folder or ""),
        "unix_socket_permissions": "0700",
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "lc_messages": "C",
        "log_startup_progress_interval": "2s",
    }
    argv = [str(programs / "postgres"), "-D", str(place.data)]
    argv += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with place.log.open("ab") as log:
        place.log.chmod(0o600)
        process = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # a Ctrl-C is for us; the server is stopped when the last user leaves
            **account.process_arguments(),
        )
    children[process.pid] = process
    return process


def _reason(place: Place, log_from: int) -> Exception:
    with place.log.open("rb") as log:
        log.seek(log_from)
        text = log.read().decode(errors="replace").strip()
    if any(sign in text for sign in _PASSING):
        return _PassingError(text[-600:])
    return EmbeddedError(
        "PostgreSQL in {data} ended: {reason}",
        remedy="Its log is {log}.",
        data=place.data,
        reason=text[-600:],
        log=place.log,
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
