"""S-11, S-21: which case comes first, from the rows alone; and verdicts with times of posting and sending, derived again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.engine.database_world import DatabaseSimulation
from tests.engine.test_scenarios import new_run
from tests.engine.test_selling import over_the_database
from tests.sim.selling import AT, NORD, THEM, Terms, invoice, order, shipment
from tests.support.peek import peek
from tieout.cli.scenario import report_of
from tieout.core.values.party import Identifier
from tieout.engine.explain import explain
from tieout.engine.rebuild import differences, rebuild
from tieout.scenario.simulation import Simulation
from tieout.store.models import Case, Event
from tieout.store.screens.worklist import Filter, worklist

SCENARIOS = Path(__file__).parents[1] / "scenarios"
DAY = date(2026, 3, 2)


def first(of: Simulation, *, by: str = "priority", on: date = DAY, size: int = 50) -> list[str]:
    """The numbers of the worklist, page by page."""
    assert isinstance(of, DatabaseSimulation)
    numbers: list[str] = []
    after = ""
    while True:
        page = worklist(of.scope, Filter(by=by), on=on, after=after, size=size)  # type: ignore[arg-type]
        numbers += [line.number for line in page.lines]
        if not (after := page.following):
            return numbers


@pytest.mark.mission("S-11", "S-21")
@pytest.mark.usefixtures("empty_database")
def test_s21_s11_the_worklist_puts_first_what_counts_most_by_tier_amount_and_month_end() -> None:
    """Tier A with 1000 before tier B with 1500 before no tier with 2500: in the order of tier × amount, on any page size."""
    here = over_the_database(Terms())
    for number, tier, quantity in (("1", "", 250), ("2", "A", 100), ("3", "B", 150)):
        them = replace(THEM, name=f"Kunde {number}", identifiers=(Identifier(scheme="ours", value=f"7100{number}"),))
        here.receive(replace(NORD, number=f"7100{number}", name=them.name, tier=tier))
        here.receive(replace(order(f"SO-{number}", {"10": quantity}, Terms()), buyer=them))
        here.receive(replace(invoice(f"I-{number}", f"SO-{number}", {"10": Decimal(quantity)}), buyer=them))
    assert first(here) == ["I-2", "I-3", "I-1"]
    assert first(here, size=1) == ["I-2", "I-3", "I-1"]


@pytest.mark.mission("S-21")
@pytest.mark.usefixtures("empty_database")
def test_s21_another_tier_presses_the_open_case_without_anything_happening_to_it() -> None:
    here = over_the_database(Terms())
    assert isinstance(here, DatabaseSimulation)
    here.receive(NORD)
    here.receive(order("SO-1", {"10": 10}, Terms()))
    here.receive(invoice("I-1", "SO-1", {"10": Decimal(10)}))
    (before,) = peek(Case).filter(tenant=here.scope.tenant, number="I-1")
    events = peek(Event).filter(tenant=here.scope.tenant, stream=before.id).count()
    here.receive(replace(NORD, tier="A"), version="2")
    (after,) = peek(Case).filter(tenant=here.scope.tenant, number="I-1")
    assert (before.pressing > 0, after.pressing) == (True, 4 * before.pressing)
    assert peek(Event).filter(tenant=here.scope.tenant, stream=before.id).count() == events
    assert list(differences(here.scope)) == []


@pytest.mark.usefixtures("empty_database")
def test_what_presses_is_proven_by_the_events_and_written_anew_from_them() -> None:
    here = over_the_database(Terms())
    assert isinstance(here, DatabaseSimulation)
    here.receive(NORD)
    here.receive(order("SO-1", {"10": 10}, Terms()))
    here.receive(shipment("S-1", "SO-1", {"10": 4}, at=AT))
    here.receive(invoice("I-1", "SO-1", {"10": Decimal(10)}))
    right = peek(Case).get(tenant=here.scope.tenant, number="I-1").pressing
    peek(Case).filter(tenant=here.scope.tenant, number="I-1").update(pressing=right + 1)
    (wrong,) = differences(here.scope)
    assert f"pressing is {right + 1} in its row, {right} by its events" in wrong
    assert rebuild(here.scope) == 1
    assert list(differences(here.scope)) == []


@pytest.mark.usefixtures("empty_database")
@pytest.mark.parametrize("name", ["code_ar_unposted_never", "s21_refused_twice_one_case"])
def test_verdicts_that_know_when_it_was_posted_and_sent_are_derived_again(name: str) -> None:
    report = report_of(SCENARIOS / "order_to_cash" / f"{name}.yaml", make_simulation=new_run)
    assert report.passed, report.failures
    assert isinstance(report.simulation, DatabaseSimulation)
    explanation = explain(report.simulation.engine, report.simulation.scope, "INV-1")
    assert explanation.proven
    assert len(explanation.verdicts) > 3
