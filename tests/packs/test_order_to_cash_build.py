"""Invoices built from what happened: each bills one order, under a number of its own (MAT-29)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import permutations

import pytest

from tests.sim.selling import AT, NORD, Terms, invoice, order, shipment, world
from tieout.core.documents.kind import Document
from tieout.trade.documents import Shipment

EVENTS = Terms(events=True)


def of_two_orders() -> Shipment:
    """One shipment with goods of SO-1 and SO-2."""
    first, second = shipment("S-1", "SO-1", {"10": 10}, at=AT), shipment("S-1", "SO-2", {"20": 4}, at=AT)
    return replace(first, order_number="", lines=(*first.lines, *second.lines))


@pytest.mark.parametrize("arrival", list(permutations(range(3))))
def test_a_shipment_of_two_orders_builds_one_invoice_for_each(arrival: tuple[int, ...]) -> None:
    papers: list[Document] = [order("SO-1", {"10": 10}, EVENTS), order("SO-2", {"20": 4}, EVENTS), of_two_orders()]
    here = world(EVENTS)
    here.receive(NORD)
    for k in arrival:
        here.receive(papers[k])
    booked = {each.voucher["number"] for each in here.target.booked.values() if each.action.kind == "post_voucher"}
    assert booked == {"S-1-SO-1", "S-1-SO-2"}


def test_an_order_that_is_due_on_the_last_day_of_the_calendar_is_judged() -> None:
    """A sales system writes 9999-12-31 for "no day": one such order must not stop all the others."""
    made = order("SO-1", {"10": 10}, Terms(rule="complete_only"))
    here = world(Terms())
    here.receive(NORD)
    here.receive(replace(made, lines=(replace(made.lines[0], due_on=date(9999, 12, 31)),)))
    here.receive(shipment("S-1", "SO-1", {"10": 4}, at=AT))
    here.receive(invoice("I-1", "SO-1", {"10": Decimal(4)}))
    last = next(each.last for each in here.claims.values() if each.state.number == "I-1")
    assert last is not None
    assert [(found.code, found.stage) for found in last.verdict.findings] == [("AR-CUST-RULE", "wait")]


def test_a_price_beyond_all_measure_is_a_finding_and_stops_nothing() -> None:
    made = order("SO-1", {"10": 10}, Terms())
    here = world(Terms())
    here.receive(NORD)
    here.receive(replace(made, lines=(replace(made.lines[0], price=Decimal("1e30")),)))
    here.receive(shipment("S-1", "SO-1", {"10": 10}, at=AT))
    here.receive(invoice("I-1", "SO-1", {"10": Decimal(10)}))
    last = next(each.last for each in here.claims.values() if each.state.number == "I-1")
    assert last is not None
    assert "AR-PRC-OVR" in {found.code for found in last.verdict.findings}
