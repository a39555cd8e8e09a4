"""The worker processes of the workbench: started, restarted when one dies, stopped with the parent."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from tieout.wording.catalogue import text

_STOP_SECONDS_MAX: Final = 30.0
_PAUSE_SECONDS_MAX: Final = 30.0
WORK: Final = (sys.executable, "-m", "tieout.cli", "work", "--until-input-closes")


@contextmanager
def workers(count: int, *, say: Callable[[str], None], argv: Sequence[str] = WORK) -> Iterator[None]:
    """Keep `count` workers running while the block runs. They stop if this process is killed."""
    stopping = threading.Event()
    watchers = [
        threading.Thread(target=_keep_running, args=(number, argv, stopping, say), name=f"worker-{number}")
        for number in range(1, count + 1)
    ]
    for watcher in watchers:
        watcher.start()
    try:
        yield
    finally:
        stopping.set()
        for watcher in watchers:
            watcher.join()


def _keep_running(number: int, argv: Sequence[str], stopping: threading.Event, say: Callable[[str], None]) -> None:
    pause_seconds = 1.0
    while not stopping.is_set():
        began = time.monotonic()
        # the open pipe to its input shows the worker that this process lives
        with subprocess.Popen(list(argv), stdin=subprocess.PIPE, start_new_session=True) as process:
            while process.poll() is None and not stopping.wait(0.2):
                pass
            if stopping.is_set():
                _end(process)
                return
        # a worker that keeps dying is restarted ever later; one that worked for a while is restarted at once
        pause_seconds = (
            1.0 if time.monotonic() - began > _PAUSE_SECONDS_MAX else min(pause_seconds * 2, _PAUSE_SECONDS_MAX)
        )
        say(
            text(
                "Worker {number} ended with {code}; another starts in {seconds} s",
                number=number,
                code=process.returncode,
                seconds=f"{pause_seconds:.0f}",
            )
        )
        stopping.wait(pause_seconds)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_SECONDS_MAX)
    except subprocess.TimeoutExpired:
        process.kill()  # another worker takes over its jobs when their leases end
