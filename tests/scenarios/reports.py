"""The report of a scenario file in memory, made once a process: several tests look at each."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tieout.cli.scenario import report_of
from tieout.scenario.run import Report


@cache
def once(path: Path) -> Report:
    """The report of a scenario. Whoever reads it changes nothing of it."""
    return report_of(path)
