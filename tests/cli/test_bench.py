"""The bench runs, accounts for every document, and prints its figures as JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tieout.cli import main
from tieout.cli.bench_against import compared, figures_of
from tieout.cli.bench_pages import PagesMeasured
from tieout.cli.table import Exit


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


def test_two_builds_are_compared_pair_by_pair() -> None:
    """The ratio is the median of the pairs' ratios, not the ratio of medians: a load that comes between two pairs changes nothing."""
    other = [{"receive": 1.0, "gone": 1.0}, {"receive": 4.0, "gone": 1.0}, {"receive": 2.0, "gone": 1.0}]
    ours = [{"receive": 0.5, "new": 1.0}, {"receive": 3.0, "new": 1.0}, {"receive": 3.0, "new": 1.0}]
    (row,) = compared(other, ours)
    assert (row.name, row.other_ms, row.ours_ms, row.ratio) == ("receive", 2.0, 3.0, 0.75)


def test_the_figures_of_a_run_are_both_processors_together() -> None:
    """A stage's figure is Python's and PostgreSQL's; a billing run stands one level deeper."""
    run = {
        "core_documents_per_second": 2000.0,
        "cpu_ms_per_document": 4.5,
        "stages": {"book": {"documents_per_second": None, "cpu_ms_python": 0.25, "cpu_ms_postgresql": 0.5}},
    }
    expected = {"confirm": 0.75, "end to end": 4.5, "kernel alone": 0.5}
    assert figures_of(run) == figures_of({"usage": {}, "run": run}) == expected
    assert figures_of({"core_documents_per_second": 500.0}) == {"kernel alone": 2.0}


def test_a_folder_without_a_build_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It says what is missing, before anything is measured."""
    assert main(["bench", "payables", "--against", str(tmp_path)]) == Exit.CANNOT
    assert "has no environment (.venv)" in capsys.readouterr().err


def test_this_build_measures_itself_and_another(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Both are run with the same arguments, in turn; here the other one is this one too."""
    (tmp_path / ".venv").symlink_to(sys.prefix)
    given = ["bench", "payables", "--core-only", "--invoices", "34", "--lines", "1", "--pairs", "1", "--json"]
    assert main([*given, "--against", str(tmp_path)]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert row["stage"] == "kernel alone"
    assert row["other_ms"] > 0 < row["this_ms"]


def test_pages_are_measured_on_a_home_with_as_many_cases_as_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    """Real claims, copied until there are enough; every page answers."""
    assert main(["bench", "pages", "--cases", "200", "--documents", "3000", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["held"]["open"] >= 200
    assert answer["held"]["documents"] >= 3000
    assert set(answer["pages"]) == {"overview", "list", "next page", "case", "claims", "measures", "measures again"}
    assert all(page["cpu_ms"] > 0 for page in answer["pages"].values())


def test_pages_of_two_builds_are_compared_run_by_run() -> None:
    """The ratio is the median of the runs' ratios; a page that the other build has not is given without one."""
    page = {"cpu_ms_postgresql": 0.0, "elapsed_ms": 9.0, "bytes": 7}
    ours = [{"list": {"cpu_ms_python": ms, **page}, "new": {"cpu_ms_python": 1.0, **page}} for ms in (0.5, 3.0, 3.0)]
    other = [{"list": {"cpu_ms_python": ms, **page}} for ms in (1.0, 4.0, 2.0)]
    pages = PagesMeasured(held={}, ours=ours, other=other).as_json()["pages"]
    assert (pages["list"]["cpu_ms"], pages["list"]["other_cpu_ms"], pages["list"]["ratio"]) == (3.0, 2.0, 0.75)
    assert "ratio" not in pages["new"]


def test_less_than_one_case_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "pages", "--cases", "0"]) == Exit.CANNOT
    assert "at least one is needed" in capsys.readouterr().err


def test_an_invoice_on_grown_books_is_measured_beside_one_on_new_books() -> None:
    """Each part is accounted for by itself, the books hold what was taken in between, and the ratio is of the same stages."""
    asked = ["--invoices", "30", "--books", "40", "--pairs", "1"]
    ran = subprocess.run(
        [sys.executable, "-m", "tieout.cli", "bench", "payables", *asked, "--lines", "2", "--json"],
        env={name: value for name, value in os.environ.items() if not name.startswith(("TIEOUT_", "DJANGO_", "DATABASE"))},
        capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    answer = json.loads(ran.stdout)
    assert answer["documents"] > 3 * (200 + 30 + 40)
    assert [*answer["stages"]] == ["receive", "tie out", "hand over", "confirm", "end to end"]
    for stage in answer["stages"].values():
        new, grown = sum(stage["new_ms"]), sum(stage["grown_ms"])
        assert 0 < new < 1000
        assert stage["ratio"] == pytest.approx(grown / new, rel=0.05), "of one pair, its own"
    new, grown = answer["readers_and_workers_peak_mb"]
    assert grown >= new > 50, "a peak never falls, and there is at least one reader and one worker"


@pytest.mark.parametrize("given", [["billing", "--books", "10"], ["payables", "--books", "10", "--core-only"]])
def test_books_grow_in_payables_alone(given: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", *given]) == Exit.CANNOT
    assert "--books" in capsys.readouterr().err
