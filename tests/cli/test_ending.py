"""A command that has a server of its own is told to end: it stops the server and leaves nothing behind."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_main import TIEOUT, clean_environment, family, gone, until
from tieout.cli.table import Exit


@pytest.mark.parametrize(
    ("number", "sign"), [(signal.SIGINT, "Tables"), (signal.SIGTERM, "seed 1:")], ids=["starting", "playing"]
)
def test_a_simulation_that_is_told_to_end_stops_its_server(tmp_path: Path, number: int, sign: str) -> None:
    temporary, out = tmp_path / "temporary", tmp_path / "out"
    temporary.mkdir(mode=0o711)
    tmp_path.chmod(0o711)
    environ = clean_environment(tmp_path) | {"TMPDIR": str(temporary)}
    words = ["simulate", "1", "--seeds", "500", "--invoices", "1", "--keep", str(tmp_path)]
    with out.open("w") as lines:
        process = subprocess.Popen([*TIEOUT, *words], env=environ, stdout=lines, stderr=subprocess.STDOUT)
    try:
        until(lambda: sign in out.read_text(), 120)
        processes = family(process)
        assert any(child.name() == "postgres" for child in processes)
        process.send_signal(number)
        process.send_signal(number)  # the impatient press it twice
        assert process.wait(60) == Exit.INTERRUPTED, out.read_text()
        assert gone(processes)
        assert list(temporary.glob("tieout-simulate-*")) == []
    finally:
        process.kill()
        process.wait()


_IN_A_FINALISER = """
import os, signal, weakref
from tieout.cli.ending import ended_by_signals

class Thing:
    pass

thing = Thing()
try:
    with ended_by_signals():
        weakref.finalize(thing, os.kill, os.getpid(), signal.{signal})
        del thing  # the signal arrives while the finaliser runs
        print("swallowed", flush=True)
        for _ in range(10_000_000_000):
            pass
except KeyboardInterrupt:
    print("ended", flush=True)
"""


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_signal_that_arrives_in_a_finaliser_ends_the_command_all_the_same(name: str) -> None:
    words = [sys.executable, "-c", _IN_A_FINALISER.replace("{signal}", name)]
    ended = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.stdout, ended.stderr) == ("swallowed\nended\n", "")
