"""Handed-in scenarios in memory."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenarios.shared_cases import NAMES
from tieout.cli.scenario import report_of


@pytest.mark.parametrize("name", NAMES)
def test_it_comes_out_as_written(shared_cases: Path, name: str) -> None:
    report = report_of(shared_cases / "decisions" / f"{name}.yaml")
    assert report.passed, "\n".join(f"{failure.place}: {failure.message}" for failure in report.failures)
