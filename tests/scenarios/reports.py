"""The report of a scenario file in memory, made once a process: several tests look at each."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tieout.cli.scenario import report_of
from tieout.scenario.run import Report


@cache
def once(path: Path) -> Report:
    """The report of a scenario. Whoever reads it changes nothing of it. What stops it altogether is raised, and says in which file."""
    try:
        return report_of(path)
    except Exception as error:
        error.add_note(f"in the scenario {path}: run `tieout scenario run {path} --steps`")
        raise
