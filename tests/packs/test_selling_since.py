"""What went out since, and what comes on top of an acceptance: random orders of events, with oracles that add up for themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.packs.test_order_to_cash_money import (
    AT,
    CHECKED,
    UNCHECKED,
    billed,
    codes,
    credit_status,
    euros,
    findings_of,
    our_invoice,
    rebate,
    run_with,
    status,
)
from tests.support.access import granted
from tieout.core.case.commands import Resolve
from tieout.core.values.quantity import Quantity
from tieout.core.values.scope import Scope
from tieout.scenario.simulation import Simulation
from tieout.trade.documents import CreditStanding, LineReference, OrderLine, ProductIds, Shipment, ShipmentLine

HOUR = timedelta(hours=1)
EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("bill"), st.integers(1, 60)),
        st.tuples(st.just("figures"), st.integers(0, 900)),
        st.tuples(st.just("wait"), st.integers(1, 90_000)),
    ),
    min_size=1,
    max_size=14,
)


def much_shipped(ordered: int, shipped: int) -> Simulation:
    """An order of so many pieces at 10.00, of which so many have left; nothing is checked but what the test adds."""
    line = OrderLine(
        id="10", quantity=Quantity.of(ordered, "EA"), price=Decimal(10), product=ProductIds(seller="BOLT", buyer="BOLT"), tax_category="S",
        tax_percent=Decimal(19),
    )  # fmt: skip
    made = run_with(CHECKED, lines=(line,))
    moved = ShipmentLine(id="10", shipped=Quantity.of(shipped, "EA"), order=LineReference(document="SO-1", line="10"))
    made.receive(Shipment(number="SH-1", occurred_at=AT, order_number="SO-1", lines=(moved,)), version="2")
    return made


def figures(made: Simulation, receivables: int) -> CreditStanding:
    """The credit system's figures of this moment, with a limit of 1000.00."""
    return replace(credit_status(limit=euros(1000), receivables=euros(receivables)), as_of=made.at)


@settings(max_examples=80, deadline=None)
@given(EVENTS)
def test_an_invoice_goes_out_as_long_as_figures_and_what_went_out_since_leave_room(
    events: list[tuple[str, int]],
) -> None:
    made = much_shipped(1000, 1000)
    made.receive(figures(made, 0))
    owed, since = 0, 0
    for k, (event, size) in enumerate(events):
        if event == "wait":
            made.advance(made.at + timedelta(minutes=size))
        elif event == "figures":
            made.advance(made.at + HOUR)  # they contain what went out before
            made.receive(figures(made, size), version=str(k + 2))
            owed, since = size * 100, 0
        else:
            number, gross = f"INV-{k}", size * 1190
            made.receive(our_invoice(billed(str(size)), number=number))
            room = owed + since + gross <= 100_000
            assert (status(made, number), codes(made, number)) == (("posted", []) if room else ("held", ["CRD-LIMIT"]))
            since += gross if room else 0
            if not room:
                clerk = Scope(tenant="scenario", actor="kim", grants=granted("credit", "ar_analyst"))
                away = Resolve(resolution="reject_to_supplier", note="too much")
                made.command(f"scenario/customer_invoice/{number}", "credit", away, clerk)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 40), st.integers(0, 40))
def test_a_later_rebate_is_given_back_but_for_what_was_waived(first: int, second: int) -> None:
    made = run_with(UNCHECKED, rebate(str(first)))
    made.receive(our_invoice())
    assert codes(made) == ["AR-REBATE"]
    pia = Scope(tenant="scenario", actor="pia", grants=granted("approver"))
    made.command("scenario/customer_invoice/INV-1", "rebate", Resolve(resolution="accept_variance", note="waived"), pia)
    assert (status(made), codes(made)) == ("posted", [])
    if second:
        made.receive(replace(rebate(str(second)), number="RB-2"))
        (beyond,) = findings_of(made, stage="hold")
        assert (beyond.code, beyond.at_stake) == ("AR-PRC-POST", euros(second * 10)), "of 1000.00"


@pytest.mark.parametrize(
    ("ordered", "shipped", "before", "now", "code", "quantity"),
    [
        (100, 100, 100, 100, "BIL-SANE", 100), (100, 100, 100, 1, "BIL-SANE", 1), (100, 100, 60, 60, "BIL-SANE", 20),
        (100, 100, 60, 40, "", 0), (200, 100, 100, 100, "AR-SHP-QTY", 100), (200, 100, 100, 1, "AR-SHP-QTY", 1),
        (100, 50, 0, 60, "AR-SHP-QTY", 10),
    ],
)  # fmt: skip
def test_who_is_asked_of_what_is_billed_too_much(
    ordered: int, shipped: int, before: int, now: int, code: str, quantity: int
) -> None:
    made = much_shipped(ordered, shipped)
    made.receive(replace(figures(made, 0), limit=euros(9000)))
    if before:
        made.receive(our_invoice(billed(str(before)), number="INV-0"))
        assert status(made, "INV-0") == "posted"
    made.receive(our_invoice(billed(str(now))))
    raised = [(finding.code, finding.variance) for finding in findings_of(made, stage="hold")]
    assert raised == ([(code, f"{quantity} EA")] if code else [])
