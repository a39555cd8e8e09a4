"""Order numbers as people write them are proposed and never matched by themselves; a unit that does not convert is said to be it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.packs.test_payables_edges import (
    KESSLER,
    billed,
    booked,
    codes,
    invoice,
    judged,
    order,
    ordered,
    run_with,
    verdict_of,
)
from tieout.core.policy.policy import Rules
from tieout.core.values.party import Party
from tieout.core.values.quantity import Quantity
from tieout.scenario.simulation import Simulation
from tieout.trade.documents import Invoice, LineReference
from tieout.trade.order_names import order_names, written_order_numbers

NOWHERE = LineReference()


def _written(number: str = "", **more: Any) -> Invoice:
    line = billed("1", "10", "10.00", order=NOWHERE, description="Bolt M8")
    return replace(invoice(line), order_number=number, **more)


def _proposed(made: Simulation) -> str:
    values = [
        dict(finding.numbers).get("proposed", "")
        for finding in verdict_of(made).findings
        if finding.code.startswith("AP-PO")
    ]
    assert len(values) == 1, verdict_of(made)
    return values[0]


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("PO 500", "PO-500"), ("po500", "PO-500"), ("P.O. 500", "PO-500"), ("Bestellung Nr. 4500012", "4500012"), ("500", "PO500"),
        ("Ihre Bestellung 4500012 vom 12.03.2026", "4500012"), ("Bestell-Nr.: 45/00012", "4500012"), ("0004500012", "4500012"),
        ("Commande n° BC-2026-017", "BC/2026/017"), ("Order no. 4500012", "PO-4500012"), ("PO#4500012", "4500012"),
        ("Pedido 4500012", "4500012"), ("your order 4500012, thank you", "4500012"),
    ],
)  # fmt: skip
def test_a_number_as_people_write_it_is_proposed_and_not_posted(written: str, number: str) -> None:
    made = judged(_written(written), order(number=number))
    if number != "PO500":
        assert _proposed(made).startswith(f"{number} (")
    assert codes(made) == ["AP-PO-INVALID"]
    assert booked(made) == []


def test_several_numbers_in_one_field_are_all_proposed() -> None:
    made = judged(_written("PO-500, PO-501"), order(number="PO-500"), order(number="PO-501"))
    assert _proposed(made) == 'PO-500 ("PO-500"), PO-501 ("PO-501")'
    assert booked(made) == []


@pytest.mark.parametrize("field", [{"buyer_reference": "PO 500"}, {"notes": ("Lieferung zu Bestellung PO-500",)}])
def test_a_number_in_another_field_is_proposed_where_an_order_is_required(field: dict[str, Any]) -> None:
    made = judged(_written(**field), order(number="PO-500"), rules=Rules.of(match="2-way", order_required=True))
    assert _proposed(made).startswith("PO-500 (")
    assert codes(made) == ["AP-PO-MISSING"]
    assert booked(made) == []


@pytest.mark.parametrize("field", [{"buyer_reference": "PO 500"}, {"notes": ("Bestellung PO-500",)}])
def test_where_no_order_is_required_an_order_named_elsewhere_still_holds(field: dict[str, Any]) -> None:
    rules = Rules.of(match="2-way", order_required=False)
    made = judged(_written(**field), order(number="PO-500"), rules=rules)
    assert codes(made) == ["AP-PO-INVALID"]
    assert booked(made) == []
    other = judged(_written(**field), order(number="PO-777"), rules=rules)
    assert "AP-PO-INVALID" not in codes(other), "no order of that name: nothing to propose"


def test_only_open_orders_of_this_supplier_are_proposed() -> None:
    closed, foreign = (
        order(number="PO-500", status="closed"),
        order(number="PO-500", supplier=Party(name="Mayer Tools KG")),
    )
    for one in (closed, foreign):
        assert _proposed(judged(_written("PO 500"), one)) == ""


def test_the_order_itself_posts_and_proposes_nothing() -> None:
    made = judged(_written("PO-500"), order(ordered("10", 100, "10.00"), number="PO-500"), order(number="PO500"))
    assert "AP-PO-INVALID" not in codes(made)


def test_an_order_that_comes_later_is_proposed_then() -> None:
    made = run_with()
    made.receive(_written("PO 500"))
    assert _proposed(made) == ""
    made.receive(order(number="PO-500"))
    assert _proposed(made) == 'PO-500 ("PO 500")'
    assert booked(made) == []
    assert KESSLER.number


@given(
    st.from_regex(r"(PO|BE|X)?-?[1-9][0-9]{2,8}", fullmatch=True),
    st.sampled_from(["{}", "Order {}", "Best.-Nr. {}", "see {} and {}"]),
)
def test_every_number_is_found_in_what_is_written_around_it(number: str, around: str) -> None:
    written = {one.name for one in written_order_numbers(_written(around.format(number, number)))}
    assert written & set(order_names(number))


# ---- units ----


def test_a_unit_that_does_not_convert_is_the_reason_and_not_the_product() -> None:
    line = replace(
        billed("1", "10", "10.00", order=NOWHERE, description="Bolt M8"), quantity=Quantity(Decimal(10), "GEBINDE")
    )
    bought = replace(ordered("10", 100, "10.00"), description="Bolt M8")
    assert codes(judged(invoice(line), order(bought))) == ["AP-UOM"]
    twice = judged(invoice(line), order(bought, replace(bought, id="20")))
    (extra,) = (one for one in verdict_of(twice).findings if one.code == "AP-LINE-XTRA")
    assert "units into which GEBINDE does not convert" in dict(extra.numbers)["reason"]
