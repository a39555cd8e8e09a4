"""Order to cash where scenarios do not look: the source of a delay (EXC-14), and how old what is not billed is."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.sim.selling import AT, NORD, Terms, invoice, order, shipment, simulation
from tieout.core.findings.finding import Finding
from tieout.core.values.quantity import Quantity
from tieout.scenario.simulation import Simulation
from tieout.trade.documents import CustomerReturn, LineReference

TEN = Decimal(10)


def findings(of: Simulation, number: str) -> list[Finding]:
    (filed,) = [claim for claim in of.claims.values() if claim.state.number == number]
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
def test_a_finding_of_goods_names_site_shipment_and_carrier_so_that_delay_has_a_source(terms: Terms, code: str) -> None:
    run = simulation(terms)
    run.receive(NORD)
    run.receive(order("SO-1", {"10": 10}, terms))
    run.receive(shipment("S-1", "SO-1", {"10": 10}, at=AT))
    if not terms.events:
        run.receive(invoice("I-1", "SO-1", {"10": TEN}))
    (finding,) = findings(run, "SO-1" if terms.events else "I-1")
    assert finding.code == code
    numbers = dict(finding.numbers)
    assert (numbers["site"], numbers["shipment"], numbers["carrier"], numbers["order"]) == (
        "W3",
        "S-1",
        "Blitz",
        "SO-1",
    )


def test_a_leak_names_all_shipments_of_the_line_and_counts_from_the_oldest_that_is_not_billed() -> None:
    run = simulation(Terms())
    run.receive(NORD)
    run.receive(order("SO-1", {"10": 30}, Terms()))
    for k in range(3):
        run.receive(shipment(f"S-{k}", "SO-1", {"10": 10}, at=AT - timedelta(days=3 - k)))
    days = []
    for k in range(3):
        (leak,) = findings(run, "SO-1")
        days.append(dict(leak.numbers)["date"])
        assert dict(leak.numbers)["shipment"] == "S-0, S-1, S-2"
        run.receive(invoice(f"I-{k}", "SO-1", {"10": TEN}))
    assert days == ["2026-02-27", "2026-02-28", "2026-03-01"]
    assert findings(run, "SO-1") == []


@pytest.mark.mission("MAT-30")
@pytest.mark.parametrize(("named", "left"), [("S-0", {"S-0": 7, "S-1": 10}), ("", {"S-0": 10, "S-1": 7})])
def test_a_return_comes_off_the_shipment_that_it_names_else_off_the_latest(named: str, left: dict[str, int]) -> None:
    """MAT-30: where we make the invoices, each bills what of its shipment stayed."""
    terms = Terms(events=True)
    run = simulation(terms)
    run.receive(NORD)
    for k in range(2):
        run.receive(shipment(f"S-{k}", "SO-1", {"10": 10}, at=AT - timedelta(days=3 - k)))
    place = LineReference(document="SO-1", line="10")
    run.receive(
        CustomerReturn(number="B-1", occurred_at=AT, order=place, quantity=Quantity(Decimal(3), "EA"), shipment=named)
    )
    run.receive(order("SO-1", {"10": 20}, terms))
    built = {job.voucher["number"]: int(job.voucher["lines"][0]["quantity"]) for job in run.target.booked.values()}
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
    run = simulation(terms)
    run.receive(NORD)
    run.receive(order("SO-1", {"10": 10}, terms, charge=40))
    for k, count in enumerate(shipped):
        run.receive(shipment(f"S-{k}", "SO-1", {"10": count}, at=AT))
    assert {job.voucher["number"]: job.voucher["net"] for job in run.target.booked.values()} == nets
