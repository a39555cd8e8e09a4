"""Invoices built from what happened: each bills one order, under a number of its own (MAT-29)."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest

from tests.sim.selling import AT, NORD, Terms, order, shipment, world
from tieout.core.documents import Document, Shipment

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
