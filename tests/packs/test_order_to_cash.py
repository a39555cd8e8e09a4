"""Order to cash where scenarios do not look: at whose door a delay is laid (EXC-14), and how old what is not billed is."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.sim.selling import AT, NORD, Terms, invoice, order, shipment, world
from tieout.core.findings.finding import Finding
from tieout.core.values.quantity import Quantity
from tieout.scenario.world import World
from tieout.trade.documents import CustomerReturn, LineReference

TEN = Decimal(10)


def findings(of: World, number: str) -> list[Finding]:
    (filed,) = [each for each in of.claims.values() if each.state.number == number]
    assert filed.last is not None
    return list(filed.last.verdict.findings)


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        (Terms(carrier=True), "AR-SHP-NOEVENT"),
        (Terms(proof=True), "AR-POD-MISS"),
        (Terms(carrier=True, events=True), "AR-SHP-NOEVENT"),
        (Terms(proof=True, events=True), "AR-POD-MISS"),
    ],
)
def test_a_finding_of_goods_names_site_shipment_and_carrier_so_that_delay_can_be_laid_at_their_door(
    terms: Terms, code: str
) -> None:
    here = world(terms)
    here.receive(NORD)
    here.receive(order("SO-1", {"10": 10}, terms))
    here.receive(shipment("S-1", "SO-1", {"10": 10}, at=AT))
    if not terms.events:
        here.receive(invoice("I-1", "SO-1", {"10": TEN}))
    (found,) = findings(here, "SO-1" if terms.events else "I-1")
    assert found.code == code
    said = dict(found.numbers)
    assert (said["site"], said["shipment"], said["carrier"], said["order"]) == ("W3", "S-1", "Blitz", "SO-1")


def test_a_leak_names_all_shipments_of_the_line_and_counts_from_the_oldest_that_is_not_billed() -> None:
    here = world(Terms())
    here.receive(NORD)
    here.receive(order("SO-1", {"10": 30}, Terms()))
    for k in range(3):
        here.receive(shipment(f"S-{k}", "SO-1", {"10": 10}, at=AT - timedelta(days=3 - k)))
    days = []
    for k in range(3):
        (leak,) = findings(here, "SO-1")
        days.append(dict(leak.numbers)["date"])
        assert dict(leak.numbers)["shipment"] == "S-0, S-1, S-2"
        here.receive(invoice(f"I-{k}", "SO-1", {"10": TEN}))
    assert days == ["2026-02-27", "2026-02-28", "2026-03-01"]
    assert findings(here, "SO-1") == []


@pytest.mark.mission("MAT-30")
@pytest.mark.parametrize(("named", "left"), [("S-0", {"S-0": 7, "S-1": 10}), ("", {"S-0": 10, "S-1": 7})])
def test_a_return_comes_off_the_shipment_that_it_names_else_off_the_latest(named: str, left: dict[str, int]) -> None:
    """MAT-30: where we make the invoices, each bills what of its shipment stayed."""
    terms = Terms(events=True)
    here = world(terms)
    here.receive(NORD)
    for k in range(2):
        here.receive(shipment(f"S-{k}", "SO-1", {"10": 10}, at=AT - timedelta(days=3 - k)))
    place = LineReference(document="SO-1", line="10")
    here.receive(
        CustomerReturn(number="B-1", occurred_at=AT, order=place, quantity=Quantity(Decimal(3), "EA"), shipment=named)
    )
    here.receive(order("SO-1", {"10": 20}, terms))
    built = {each.voucher["number"]: int(each.voucher["lines"][0]["quantity"]) for each in here.target.booked.values()}
    assert built == left


@pytest.mark.mission("MAT-24")
@pytest.mark.parametrize(
    ("shipped", "nets"),
    [
        ([10], {"S-0": "140.00"}),
        ([6, 4], {"S-0": "60.00", "S-1": "40.00", "SO-1-charges": "40.00"}),
        ([6], {"S-0": "60.00"}),
    ],
)
def test_charges_are_billed_once_with_the_whole_order_or_on_their_own_when_it_is_complete(
    shipped: list[int], nets: dict[str, str]
) -> None:
    """MAT-24: freight is billed with its goods, once."""
    terms = Terms(events=True)
    here = world(terms)
    here.receive(NORD)
    here.receive(order("SO-1", {"10": 10}, terms, charge=40))
    for k, count in enumerate(shipped):
        here.receive(shipment(f"S-{k}", "SO-1", {"10": count}, at=AT))
    assert {each.voucher["number"]: each.voucher["net"] for each in here.target.booked.values()} == nets
