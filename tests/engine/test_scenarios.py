"""The scenario texts through the real engine and a real database: they come out as they do in memory."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.engine.database_world import DatabaseSimulation
from tests.scenarios.shared_cases import NAMES
from tieout.cli.scenario import report_of
from tieout.core.policy.policy import PolicySet
from tieout.core.tie_out.pack import Pack

if TYPE_CHECKING:
    from tests.support.server import Database

FILES = sorted((Path(__file__).parents[1] / "scenarios").rglob("*.yaml"))


def new_run(pack: Pack, policies: PolicySet, at: datetime) -> DatabaseSimulation:
    return DatabaseSimulation(pack, policies, at=at)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_comes_out_as_written(database: Database, path: Path) -> None:
    report = report_of(path, make_simulation=new_run)
    assert report.passed, "\n".join(f"{failure.place}: {failure.message}" for failure in report.failures)


@pytest.mark.parametrize("name", NAMES)
def test_a_handed_in_one_comes_out_as_written(database: Database, shared_cases: Path, name: str) -> None:
    report = report_of(shared_cases / "decisions" / f"{name}.yaml", make_simulation=new_run)
    assert report.passed, "\n".join(f"{failure.place}: {failure.message}" for failure in report.failures)
