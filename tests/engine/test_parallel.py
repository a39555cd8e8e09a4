"""Reading in processes: a file that kills its reader is unreadable, and costs no other file anything."""

from __future__ import annotations

import os
import subprocess
import sys

import psutil
import pytest

from tests.engine import killers
from tieout import app
from tieout.engine import parallel
from tieout.engine.parallel import parallel_reader
from tieout.engine.prepare import FileToRead, reader_here

FILES = [FileToRead(f"a,b\n{n},2\n".encode(), f"{n}.csv") for n in range(40)]


def test_it_reads_what_reading_here_reads() -> None:
    with parallel_reader(app.kinds(), 2) as read:
        assert read(FILES) == reader_here(app.kinds())(FILES)
        assert read([]) == []


@pytest.mark.parametrize("how", ["dies", "hangs"])
def test_a_file_that_kills_its_reader_is_unreadable(how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "_read_chunk", killers.read_chunk)
    files = [*FILES[:20], FileToRead(how.encode(), "bad.pdf"), *FILES[20:]]
    with parallel_reader(app.kinds(), 2) as read:
        answers = read(files)
    assert [answer[0].kind for answer in answers] == ["unreadable"] * 41
    assert answers[:20] + answers[21:] == reader_here(app.kinds())(FILES)
    assert b"died or hung" in answers[20][0].body
    assert answers[20][0].number == "bad.pdf"


def test_what_reading_needs_is_loaded_once_for_all_readers() -> None:
    with parallel_reader(app.kinds(), 2) as read:
        read(FILES)
        # one that an earlier test has left dead, and that nobody has waited for yet, has no command any more
        children = psutil.Process().children(recursive=True)
        alive = [child for child in children if child.status() != psutil.STATUS_ZOMBIE]
        readers = [child for child in alive if "forkserver" in str(child.cmdline())]
        seconds = {child.pid: sum(child.cpu_times()[:2]) for child in readers}
    server = next(child.pid for child in readers if child.ppid() == os.getpid())
    assert len(seconds) == 3
    assert sum(seconds.values()) < 2 * seconds[server]


_READING = """
import time
from tieout import app
from tieout.engine.parallel import parallel_reader
from tieout.engine.prepare import FileToRead
with parallel_reader(app.kinds(), 2) as read:
    read([FileToRead(b"a", str(n)) for n in range(40)])
    print("reading", flush=True)
    time.sleep(60)
"""


def test_readers_end_when_their_parent_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", _READING], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"reading\n"
        readers = [
            child
            for child in psutil.Process(parent.pid).children(recursive=True)
            if "forkserver" in str(child.cmdline())
        ]
        parent.kill()
        _, alive = psutil.wait_procs(readers, timeout=10)
    assert len(readers) == 3  # and the process that they are forked from
    assert not alive


def test_long_files_are_not_held_in_memory_together() -> None:
    short, long = FileToRead(b"a,b\n", "short.csv"), FileToRead(b"a,b\n" + b"1,2\n" * 200_000, "long.csv")
    chunk = [short, short, long, long, short, short]
    groups = list(parallel._at_once(chunk))
    assert groups == [[short, short], [long], [long], [short, short]]
