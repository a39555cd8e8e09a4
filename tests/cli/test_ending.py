"""A command that has a server of its own is told to end: it stops the server and leaves nothing behind."""

from __future__ import annotations

import signal
import subprocess
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
