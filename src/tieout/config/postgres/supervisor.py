"""Start, join, leave and stop the embedded server: the last program to leave stops it, whoever started it."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Final

from tieout.config.errors import CannotRunError
from tieout.config.postgres.account import account_for
from tieout.config.postgres.binaries import programs
from tieout.config.postgres.cluster import dsn, ensure_cluster, ensure_owner
from tieout.config.postgres.errors import EmbeddedError
from tieout.config.postgres.launch import Patience, await_ready, children, launch, reap
from tieout.config.postgres.place import SHELTER, Place, ensure_place, find, open_home, open_shelter, starting_lock
from tieout.config.postgres.postmaster import is_postmaster, living
from tieout.wording.catalogue import text

_STOP_SECONDS_MAX: Final = 60.0
_LOOK_SECONDS: Final = 0.5
_AGAIN_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running server: its address (no secret in it), process, folder, and whether this call started it."""

    dsn: str
    pid: int
    port: int
    folder: Path
    started_here: bool


def _quiet(_line: str) -> None:
    """Say nothing."""


def start(
    home: Path, *, say: Callable[[str], None] = _quiet, idle_seconds_max: float = 120, shelter: Path = SHELTER
) -> Server:
    """Start the server of a home, or join the one that runs. It runs on until `stop`.

    Waits for a recovery as long as it makes progress. Raises EmbeddedError, which names place and remedy.
    """
    home = open_home(home)
    with starting_lock(home):
        return _start(home, Patience(idle_seconds=idle_seconds_max, say=say), shelter)


def stop(home: Path) -> bool:
    """Stop the server of a home cleanly. Gives back whether one ran."""
    home = open_home(home)
    with starting_lock(home):
        return _stop(find(home))


def destroy(home: Path) -> None:
    """Stop the server of a home and remove its database for good."""
    home = open_home(home)
    with starting_lock(home):
        place = find(home)
        _stop(place)
        if place is not None:
            link = home / "postgres"
            if link.is_symlink():
                link.unlink()
            shutil.rmtree(place.folder)


@contextmanager
def running(
    home: Path,
    *,
    say: Callable[[str], None] = _quiet,
    idle_seconds_max: float = 120,
    shelter: Path = SHELTER,
    watch: bool = False,
) -> Iterator[Server]:
    """The server of a home while the block runs; the last of all programs to leave its block stops the server.

    `watch`: it is started again under the same address when it ends in between, however it ended.
    """
    home = open_home(home)
    patience = Patience(idle_seconds=idle_seconds_max, say=say)
    # A lock that is shared by all users and that the kernel takes back from a killed one: a list of process ids
    # would lie after a crash.
    with (home / "postgres.users").open("a") as users:
        with starting_lock(home):
            server = _start(home, patience, shelter)
            fcntl.flock(users, fcntl.LOCK_SH)
        try:
            with _kept_running(home, server, patience, shelter) if watch else nullcontext():
                yield server
        finally:
            with starting_lock(home):
                fcntl.flock(users, fcntl.LOCK_UN)
                with suppress(BlockingIOError):
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    _stop(find(home))


@contextmanager
def _kept_running(home: Path, server: Server, patience: Patience, shelter: Path) -> Iterator[None]:
    """Look for the server while the block runs, and start it again under its port when it is gone."""
    stopping = Event()

    def keep() -> None:
        while not stopping.wait(_LOOK_SECONDS):
            place = find(home)
            server_now = living(place.data) if place is not None else None
            if place is None or (server_now is not None and not server_now.stopping):
                continue
            patience.say(text("The database has ended; it is being started again"))
            try:
                with starting_lock(home):
                    _start(home, patience, shelter, port=server.port)
            except CannotRunError as trouble:
                patience.say(str(trouble))
                stopping.wait(_AGAIN_SECONDS)
            else:
                patience.say(text("The database runs again"))

    watcher = Thread(target=keep, name="database")
    watcher.start()
    try:
        yield
    finally:
        stopping.set()
        watcher.join()


def _start(home: Path, patience: Patience, shelter: Path, *, port: int = 0) -> Server:
    reap()
    existing = find(home)
    account = account_for(existing.data if existing else home / "postgres" / "data")
    place = ensure_place(home, account, shelter=shelter)
    pid_file = living(place.data)
    if pid_file is not None and pid_file.stopping:  # one that hangs in it is ended after a minute, and recovers
        _stop(place)
        pid_file = None
    started_here = pid_file is None
    if pid_file is None:
        if account.other:
            open_shelter(shelter)
        folder = programs(account, shelter=shelter)
        if not place.data.exists():
            patience.say(text("Creating the database in {folder}", folder=place.data))
        ensure_cluster(place, account, folder)
        pid_file = launch(place, account, folder, patience, port=port)
    elif not pid_file.ready:  # its starter was stopped in the middle of a recovery
        pid_file = await_ready(place, pid_file.pid, patience, log_from=place.log.stat().st_size)
    served = pid_file.port
    assert served is not None, "a server that is ready has written its port"
    ensure_owner(place, served)
    return Server(dsn=dsn(place, served), pid=pid_file.pid, port=served, folder=place.folder, started_here=started_here)


def _stop(place: Place | None) -> bool:
    reap()
    pid_file = living(place.data) if place is not None else None
    if place is None or pid_file is None:
        return False
    for how in (
        signal.SIGINT,
        signal.SIGQUIT,
    ):  # fast and clean; then at once, which the next start recovers from
        with suppress(ProcessLookupError):
            os.kill(pid_file.pid, how)
        deadline = time.monotonic() + _STOP_SECONDS_MAX
        while time.monotonic() < deadline:
            if pid_file.pid in children:
                reap()
            if not is_postmaster(pid_file.pid, place.data):
                return True
            time.sleep(0.02)
    raise EmbeddedError(
        "The server {pid} in {data} does not stop.", remedy="Stop it by hand.", pid=pid_file.pid, data=place.data
    )
