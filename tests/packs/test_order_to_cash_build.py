"""Invoices built from what happened: each bills one order, under a number of its own (MAT-29)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import permutations

import pytest

from tests.sim.selling import AT, NORD, Terms, invoice, order, shipment, simulation
from tieout.core.documents.kind import Document
from tieout.trade.documents import Shipment

EVENTS = Terms(events=True)


def of_two_orders() -> Shipment:
    """One shipment with goods of SO-1 and SO-2."""
    first, second = shipment("S-1", "SO-1", {"10": 10}, at=AT), shipment("S-1", "SO-2", {"20": 4}, at=AT)
    return replace(first, order_number="", lines=(*first.lines, *second.lines))


@pytest.mark.parametrize("arrival", list(permutations(range(3))))
def test_a_shipment_of_two_orders_builds_one_invoice_an_order(arrival: tuple[int, ...]) -> None:
    documents: list[Document] = [order("SO-1", {"10": 10}, EVENTS), order("SO-2", {"20": 4}, EVENTS), of_two_orders()]
    run = simulation(EVENTS)
    run.receive(NORD)
    for k in arrival:
        run.receive(documents[k])
    booked = {filed.voucher["number"] for filed in run.target.booked.values() if filed.action.kind == "post_voucher"}
    assert booked == {"S-1-SO-1", "S-1-SO-2"}


def test_an_order_that_is_due_on_the_last_day_of_the_calendar_is_judged() -> None:
    """A sales system writes 9999-12-31 for "no day": one such order must not stop all the others."""
    made = order("SO-1", {"10": 10}, Terms(rule="complete_only"))
    run = simulation(Terms())
    run.receive(NORD)
    run.receive(replace(made, lines=(replace(made.lines[0], due_on=date(9999, 12, 31)),)))
    run.receive(shipment("S-1", "SO-1", {"10": 4}, at=AT))
    run.receive(invoice("I-1", "SO-1", {"10": Decimal(4)}))
    last = next(filed.last for filed in run.claims.values() if filed.state.number == "I-1")
    assert last is not None
    assert [(finding.code, finding.stage) for finding in last.verdict.findings] == [("AR-CUST-RULE", "wait")]


def test_a_price_beyond_all_measure_is_a_finding_and_stops_nothing() -> None:
    made = order("SO-1", {"10": 10}, Terms())
    run = simulation(Terms())
    run.receive(NORD)
    run.receive(replace(made, lines=(replace(made.lines[0], price=Decimal("1e30")),)))
    run.receive(shipment("S-1", "SO-1", {"10": 10}, at=AT))
    run.receive(invoice("I-1", "SO-1", {"10": Decimal(10)}))
    last = next(filed.last for filed in run.claims.values() if filed.state.number == "I-1")
    assert last is not None
    assert "AR-PRC-OVR" in {finding.code for finding in last.verdict.findings}
