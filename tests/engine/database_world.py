"""A scenario's world over the real engine and the database of the tests: the one that `tieout scenario run --database` has."""

from __future__ import annotations

from tieout.cli.scenario_database import DatabaseWorld

__all__ = ["DatabaseWorld"]
