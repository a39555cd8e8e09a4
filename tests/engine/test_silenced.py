"""Findings that others explain are stored with the verdict, derived again with it, and shown on the case."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.engine.database_world import DatabaseSimulation
from tests.support.peek import peek
from tieout.cli.scenario import report_of
from tieout.engine.explain import explain
from tieout.store.models import Case
from tieout.store.screens.case import case

if TYPE_CHECKING:
    from tests.support.server import Database

PATH = Path(__file__).parents[1] / "scenarios/payables/s08_contract_not_yet.yaml"


def test_they_are_derived_again_bit_for_bit_and_shown_on_the_case(database: Database) -> None:
    report = report_of(PATH, make_simulation=lambda packs, policies, at: DatabaseSimulation(packs, policies, at=at))
    database_run = report.simulation
    assert isinstance(database_run, DatabaseSimulation)
    explanation = explain(database_run.engine, database_run.scope, "FL-7")
    assert explanation.proven
    silenced = explanation.verdicts[-1].verdict.silenced
    assert [gone.by for gone in silenced] == ["AP-PRC-OVER"]
    row = peek(Case).get(tenant=database_run.scope.tenant)
    page = case(database_run.scope, row.id)
    assert page is not None
    assert page.silenced == silenced
