"""The scenario texts through the real engine and a real database: they come out as they do in memory."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.engine.database_world import DatabaseWorld
from tieout.cli.scenario import report_of
from tieout.core.pack import Pack
from tieout.core.policy import PolicySet

if TYPE_CHECKING:
    from tests.support.server import Database

FILES = sorted((Path(__file__).parents[1] / "scenarios").rglob("*.yaml"))
# The reason that the text gives for the broken file is the text's own; a real reader words it otherwise.
IN_MEMORY_ONLY = {"code_doc_unread"}


def world(pack: Pack, policies: PolicySet, at: datetime) -> DatabaseWorld:
    return DatabaseWorld(pack, policies, at=at)


@pytest.mark.parametrize(
    "path", [path for path in FILES if path.stem not in IN_MEMORY_ONLY], ids=lambda path: path.stem
)
def test_it_comes_out_as_written(database: Database, path: Path) -> None:
    report = report_of(path, make_world=world)
    assert report.passed, "\n".join(f"{failure.place}: {failure.message}" for failure in report.failures)
