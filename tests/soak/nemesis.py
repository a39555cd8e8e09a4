"""Real processes, and what befalls them: `python -m tests.soak.nemesis --seconds 1800` (part of `make soak`).

`tieout up` with its workers and its own PostgreSQL serves over TCP; files come by `tieout ingest` and by uploads of a person who is signed
in, another person answers cases, and an ERP of its own books what lies in the exchange folder, twice if it is handed over twice. Meanwhile
each process is killed in turn, the database is restarted, and its disk is filled. Then all is left in peace, and what must hold is looked
at. The disk is a small file system of its own where this process may mount one; else files may not grow for a while.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import psutil

from tests.soak.company import Company
from tests.soak.disk import Disk, disk
from tests.soak.holds import complaints
from tieout.config.postgres import destroy
from tieout.config.postgres.place import find
from tieout.config.postgres.postmaster import living

_TIEOUT = [sys.executable, "-m", "tieout.cli"]
_CALM_SECONDS_MAX = 1200
"""After the last blow: a lease and an unread file of a dead process are taken over after minutes."""


@dataclass
class Nemesis:
    """Keeps `tieout up` running on a home, and does harm to its processes."""

    home: Path
    disk: Disk
    random: Random
    port: int
    done: Counter[str] = field(default_factory=Counter)
    _up: subprocess.Popen[bytes] | None = None

    def environment(self) -> dict[str, str]:
        """Settings of every process of the product."""
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("TIEOUT_", "DJANGO_"))}
        ours.pop("DATABASE_URL", None)
        return ours | {
            "TIEOUT_HOME": str(self.home),
            "TIEOUT_WORKERS": "2",
            "TIEOUT_LOG_LEVEL": "error",
            "TIEOUT_REQUESTS_PER_PERSON": "0",
            "TIEOUT_REQUESTS_PER_ADDRESS": "0",
        }

    def keep_up(self) -> None:
        """Starts the product again where it has ended."""
        if self._up is not None and self._up.poll() is None:
            return
        if self._up is not None:
            self.done["starts again"] += 1
        log = (self.home.parent / "up.log").open("ab")
        words = [*_TIEOUT, "up", "--port", str(self.port)]
        self._up = subprocess.Popen(words, env=self.environment(), stdout=log, stderr=log)

    def stop(self) -> None:
        """Ends it as an operator does."""
        if self._up is not None and self._up.poll() is None:
            self._up.terminate()
            self._up.wait(120)

    def strike(self) -> str:
        """Does one harm; gives its name, "" where there was nobody to be harmed."""
        sort = self.random.choice(list(_HARMS))
        if not _HARMS[sort](self):
            return ""
        self.done[sort] += 1
        return sort

    def kill_worker(self) -> bool:
        """A worker, in whatever it does."""
        return self._kill([one for one in self._family() if "work" in one.cmdline()])

    def kill_web(self) -> bool:
        """The process that serves, and keeps the database and the workers running."""
        return self._kill([psutil.Process(self._up.pid)] if self._up is not None and self._up.poll() is None else [])

    def kill_intake(self) -> bool:
        """`tieout ingest`, among the children of this process."""
        return self._kill([one for one in psutil.Process().children() if "ingest" in one.cmdline()])

    def kill_postmaster(self) -> bool:
        """The database server itself."""
        server = self._server()
        return self._kill([server] if server else [])

    def kill_backend(self) -> bool:
        """A process of the database: one that serves somebody, or writes the log of the database."""
        server = self._server()
        return self._kill(server.children() if server else [])

    def restart_database(self) -> bool:
        """The database is shut down, as for an upgrade of its machine."""
        server = self._server()
        if server is not None:
            server.send_signal(signal.SIGINT)
        return server is not None

    def fill_disk(self) -> bool:
        """Nothing can be written to the disk for some seconds."""
        with self.disk.full():
            time.sleep(self.random.uniform(3, 15))
        return True

    def _kill(self, processes: list[psutil.Process]) -> bool:
        if not processes:
            return False
        with suppress(psutil.NoSuchProcess):
            self.random.choice(processes).kill()
            return True
        return False

    def _family(self) -> list[psutil.Process]:
        with suppress(psutil.NoSuchProcess):
            return psutil.Process(self._up.pid).children(recursive=True) if self._up is not None else []
        return []

    def _server(self) -> psutil.Process | None:
        place = find(self.home)
        server = living(place.data) if place is not None else None
        with suppress(psutil.NoSuchProcess):
            return psutil.Process(server.pid) if server is not None else None
        return None


_HARMS: dict[str, Callable[[Nemesis], bool]] = {
    "worker killed": Nemesis.kill_worker,
    "web killed": Nemesis.kill_web,
    "intake killed": Nemesis.kill_intake,
    "database killed": Nemesis.kill_postmaster,
    "process of the database killed": Nemesis.kill_backend,
    "database restarted": Nemesis.restart_database,
    "disk full": Nemesis.fill_disk,
}


def main() -> int:
    """0 where everything that must hold held."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=1800, help="how long harm is done (default: 1800)")
    parser.add_argument("--seed", type=int, default=1, help="which files, and which harm follows which")
    arguments = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="tieout-nemesis-"))
        folder.chmod(0o711)
        home = folder / "home"
        home.mkdir(mode=0o711)
        nemesis = Nemesis(
            home=home, disk=stack.enter_context(disk(home)), random=Random(arguments.seed), port=_free_port()
        )
        stack.callback(destroy, home)
        stack.callback(nemesis.stop)
        failed = _run(nemesis, arguments.seed, arguments.seconds)
    if failed:
        print(f"what is left of it: {folder}")
    else:
        shutil.rmtree(folder)
    return failed


def _run(nemesis: Nemesis, seed: int, seconds: int) -> int:
    company = Company(nemesis.home, nemesis.environment(), nemesis.port, seed)
    nemesis.keep_up()
    company.set_up()
    began = time.monotonic()
    at = began + nemesis.random.uniform(2, 10)
    with company.busy():
        while time.monotonic() - began < seconds:
            nemesis.keep_up()
            if time.monotonic() >= at:
                print(f"{time.monotonic() - began:6.0f} s  {nemesis.strike() or '-':34}{company.figures()}", flush=True)
                at = time.monotonic() + nemesis.random.uniform(2, 20)
            time.sleep(0.2)
        print("in peace from here on", flush=True)
        company.no_more_files()
        calm = time.monotonic()
        while (left := company.left()) and time.monotonic() - calm < _CALM_SECONDS_MAX:
            nemesis.keep_up()
            time.sleep(2)
    print(f"{company.figures()}; at rest after {time.monotonic() - calm:.0f} s" + (f", but {left}" if left else ""))
    print("; ".join(f"{name} {count} times" for name, count in nemesis.done.most_common()))
    wrong = [*([left] if left else []), *company.unfinished(), *complaints(company)]
    for line in wrong:
        print(f"WRONG: {line}")
    return 1 if wrong else 0


def _free_port() -> int:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as opened:
        return int(opened.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
