"""The scenario runner over the real engine and the database of the tests: that of `tieout scenario run --database`."""

from __future__ import annotations

from tieout.cli.scenario_database import DatabaseSimulation

__all__ = ["DatabaseSimulation"]
