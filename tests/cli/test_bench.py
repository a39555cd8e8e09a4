"""The bench runs, accounts for every document, and prints its figures as JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tieout.cli import main


@pytest.mark.mission("ING-13", "MAT-26")
@pytest.mark.parametrize("what", ["payables", "billing"])
def test_what_went_in_is_accounted_for(what: str) -> None:
    """MAT-26, ING-13: events are counted once, statements are complete, and every invoice of the run has a final state."""
    environ = {
        name: value for name, value in os.environ.items() if not name.startswith(("TIEOUT_", "DJANGO_", "DATABASE"))
    }
    command = [sys.executable, "-m", "tieout.cli", "bench", what, "--invoices", "40", "--lines", "4", "--json"]
    command += ["--events", "2000"] if what == "billing" else []
    ran = subprocess.run(command, env=environ, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    assert ran.returncode == 0, ran.stderr
    answer = json.loads(ran.stdout)
    run = answer["run"] if what == "billing" else answer
    assert sum(run["states"].values()) == run["documents"] >= 40
    assert run["states"]["posted"] > 20
    if what == "billing":
        assert answer["usage"]["events"] == 2000
        assert answer["usage"]["statements"] == 40 * 3
        assert run["lines"] >= 160


@pytest.mark.mission("MAT-05")
def test_what_came_twice_is_recognised_by_pattern(capsys: pytest.CaptureFixture[str]) -> None:
    """MAT-05: every pattern of one document twice is held, and nothing of two documents that look alike."""
    assert main(["bench", "duplicates", "--invoices", "68", "--lines", "2", "--seed", "7", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert {row["pairs"] for row in answer["patterns"]} == {4}
    assert [row["pattern"] for row in answer["patterns"] if row["same"] and row["flagged"] < row["pairs"]] == []
    assert [row["pattern"] for row in answer["patterns"] if not row["same"] and row["flagged"]] == []
    assert (answer["precision"], answer["recall"]) == ("1.000", "1.000")
