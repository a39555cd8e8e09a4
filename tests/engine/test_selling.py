"""The sales order as a claim and as evidence, over the database as in memory: every invoice on it ties it out again."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest

from tests.engine.database_world import DatabaseSimulation
from tests.sim.selling import AT, NORD, Terms, invoice, order, shipment, simulation
from tieout.core.policy.policy import PolicySet
from tieout.core.tie_out.pack import Pack
from tieout.scenario.simulation import Simulation
from tieout.trade.selling_keys import billed_key, sales_order_key

ONE, FIVE = Decimal(1), Decimal(5)


def over_the_database(terms: Terms) -> Simulation:
    made = simulation(terms)
    packs: list[Pack] = list({id(pack): pack for pack in made.packs.values()}.values())
    policies: PolicySet = made.policies
    at: datetime = made.at
    return DatabaseSimulation(packs, policies, at=at)


def leak(of: Simulation) -> str:
    """What the order says is not billed of it, or nothing."""
    (filed,) = [claim for claim in of.claims.values() if claim.recorded.document.kind == "sales_order"]
    assert filed.last is not None
    return "".join(finding.variance for finding in filed.last.verdict.findings if finding.code == "BIL-LEAK")


def notifies_its_order(here: Simulation) -> None:
    here.receive(NORD)
    here.receive(order("SO-1", {"10": 10}, Terms()))
    here.receive(shipment("S-1", "SO-1", {"10": 10}, at=AT))
    assert leak(here) == "10 EA"
    here.receive(invoice("I-1", "SO-1", {"10": FIVE}))
    assert leak(here) == "5 EA"
    here.receive(invoice("I-2", "SO-1", {"10": FIVE}))
    assert leak(here) == ""
    here.receive(invoice("C-1", "SO-1", {"10": ONE}, taking_back="I-2"))
    assert leak(here) == "1 EA"


@pytest.mark.usefixtures("empty_database")
def test_over_the_database_a_sales_order_is_notified_of_every_invoice_that_uses_it() -> None:
    notifies_its_order(over_the_database(Terms()))


def test_in_memory_a_sales_order_is_notified_of_every_invoice_that_uses_it() -> None:
    here = simulation(Terms())
    notifies_its_order(here)
    (filed,) = [claim for claim in here.claims.values() if claim.recorded.document.kind == "sales_order"]
    assert billed_key(sales_order_key("SO-1")) in filed.looked_up


@pytest.mark.usefixtures("empty_database")
def test_over_the_database_an_invoice_is_built_once_and_what_changes_after_its_release_does_not_replace_it() -> None:
    here = over_the_database(Terms(events=True))
    here.receive(NORD)
    left = shipment("S-1", "SO-1", {"10": 10}, at=AT)
    here.receive(left)
    assert not here.target.booked
    here.receive(order("SO-1", {"10": 10}, Terms(events=True)))
    here.receive(left)
    here.receive(shipment("S-1", "SO-1", {"10": 8}, at=AT), version="2")
    booked = [
        booking.voucher["number"] for booking in here.target.booked.values() if booking.action.kind == "post_voucher"
    ]
    assert booked == ["S-1"]
    (built,) = [claim for claim in here.claims.values() if claim.state.number == "S-1"]
    assert built.last is not None
    assert [(finding.code, finding.variance) for finding in built.last.verdict.findings] == [("AR-SHP-QTY", "2 EA")]
