"""Lines find their order lines by reference, product or description; what is ambiguous is said and not guessed."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.core.values.money import Money
from tieout.core.values.party import Party
from tieout.core.values.quantity import Quantity, factor_between
from tieout.trade.documents import InvoiceLine, LineReference, Order, OrderLine, ProductIds
from tieout.trade.ledger import ledger_of
from tieout.trade.matching import Match, match_lines


def _factor(line: OrderLine, unit: str) -> Fraction | None:
    return factor_between(unit, line.quantity.unit)


def order(number: str, *lines: OrderLine) -> Order:
    return Order(number=number, issue_date=None, currency="EUR", supplier=Party(), buyer=Party(), lines=lines)


def ordered(
    id_: str, quantity: str, price: str = "1.00", *, product: ProductIds = ProductIds(), words: str = ""
) -> OrderLine:
    return OrderLine(
        id=id_, quantity=Quantity.parse(quantity), price=Decimal(price), product=product, description=words
    )


def billed(
    id_: str,
    quantity: str,
    price: str = "1.00",
    *,
    to: LineReference = LineReference(),
    product: ProductIds = ProductIds(),
    words: str = "",
) -> InvoiceLine:
    amount = Quantity.parse(quantity)
    return InvoiceLine(
        id=id_,
        net=Money.rounded(amount.value * Decimal(price), "EUR"),
        quantity=amount,
        price=Decimal(price),
        order=to,
        product=product,
        description=words,
    )


def match(lines: list[InvoiceLine], *orders: Order) -> tuple[Match, ...]:
    return match_lines(lines, orders, ledger_of(orders, (), (), factor=_factor), factor=_factor)


def where(found: Match) -> list[tuple[str, str, Decimal | None]]:
    return [(share.order.number, share.line.id, share.quantity) for share in found.shares]


def test_a_reference_is_followed() -> None:
    po = order("PO", ordered("10", "5 EA"), ordered("20", "5 EA"))
    (found,) = match([billed("1", "5 EA", to=LineReference(document="PO", line="20"))], po)
    assert (where(found), found.by) == ([("PO", "20", Decimal(5))], "order line reference")


def test_a_reference_that_contradicts_the_product_is_not_followed() -> None:
    po = order(
        "PO", ordered("10", "5 EA", product=ProductIds(buyer="A")), ordered("20", "5 EA", product=ProductIds(buyer="B"))
    )
    (found,) = match(
        [billed("1", "5 EA", to=LineReference(document="PO", line="20"), product=ProductIds(buyer="A"))], po
    )
    assert (where(found), found.by) == ([("PO", "10", Decimal(5))], "product identifier")


@pytest.mark.parametrize("scheme", ["buyer", "seller", "standard"])
def test_any_identifier_will_do(scheme: str) -> None:
    ids = ProductIds(**{scheme: "X"})
    po = order("PO", ordered("10", "5 EA", product=ProductIds(buyer="other")), ordered("20", "5 EA", product=ids))
    (found,) = match([billed("1", "5 EA", product=ids)], po)
    assert where(found) == [("PO", "20", Decimal(5))]


def test_one_line_over_two_orders_of_one_product() -> None:
    ids = ProductIds(buyer="A")
    orders = order("P1", ordered("10", "6 EA", product=ids)), order("P2", ordered("10", "4 EA", product=ids))
    (found,) = match([billed("1", "10 EA", product=ids)], *orders)
    assert where(found) == [("P1", "10", Decimal(6)), ("P2", "10", Decimal(4))]
    assert sum(share.part for share in found.shares) == 1


def test_two_lines_on_one_order_line() -> None:
    ids = ProductIds(buyer="A")
    found = match(
        [billed("1", "3 EA", product=ids), billed("2", "7 EA", product=ids)],
        order("PO", ordered("10", "10 EA", product=ids)),
    )
    assert [where(each) for each in found] == [[("PO", "10", Decimal(3))], [("PO", "10", Decimal(7))]]


def test_one_product_at_two_prices_is_decided_by_price_or_not_at_all() -> None:
    ids = ProductIds(buyer="A")
    po = order("PO", ordered("10", "5 EA", "1.00", product=ids), ordered("20", "5 EA", "2.00", product=ids))
    (clear,) = match([billed("1", "5 EA", "2.00", product=ids)], po)
    assert (where(clear), clear.by) == ([("PO", "20", Decimal(5))], "product identifier and price")
    (unclear,) = match([billed("1", "5 EA", "1.50", product=ids)], po)
    assert unclear.shares == ()
    assert "PO/10, PO/20" in unclear.problem


def test_a_description_needs_unit_and_price_beside_it() -> None:
    po = order(
        "PO",
        ordered("10", "5 EA", "9.00", words="Hex bolt M8 zinc"),
        ordered("20", "5 EA", "4.00", words="Rubber seal"),
    )
    (found,) = match([billed("1", "5 EA", "9.00", words="hex bolt M8, zinc plated")], po)
    assert (where(found), found.by) == ([("PO", "10", Decimal(5))], "description, unit and price")
    (dearer,) = match([billed("1", "5 EA", "9.01", words="hex bolt M8, zinc plated")], po)
    assert dearer.shares == ()


def test_two_that_fit_equally_well_are_named() -> None:
    po = order("PO", ordered("10", "5 EA", words="red paint"), ordered("20", "5 EA", words="paint red"))
    (found,) = match([billed("1", "5 EA", words="red paint")], po)
    assert found.shares == ()
    assert "fit equally well" in found.problem


def test_no_conversion_is_said_and_not_guessed() -> None:
    ids = ProductIds(buyer="A")
    (found,) = match([billed("1", "5 BX", product=ids)], order("PO", ordered("10", "60 EA", product=ids)))
    assert where(found) == [("PO", "10", None)]


IDS = st.sampled_from(["", "A", "B", "C"])
LINES = st.lists(st.tuples(IDS, st.integers(1, 20), st.sampled_from(["1.00", "2.00"])), min_size=1, max_size=5)


@given(LINES, LINES, st.randoms())
def test_the_order_of_evidence_does_not_matter_and_parts_add_up(
    bought: list[tuple[str, int, str]], claimed: list[tuple[str, int, str]], chance: object
) -> None:
    lines = [
        ordered(str(10 * k), f"{n} EA", price, product=ProductIds(buyer=name))
        for k, (name, n, price) in enumerate(bought)
    ]
    asked = [
        billed(str(k), f"{n} EA", price, product=ProductIds(buyer=name)) for k, (name, n, price) in enumerate(claimed)
    ]
    found = match(asked, order("PO", *lines))
    assert len(found) == len(asked)
    for each in found:
        assert bool(each.shares) != bool(each.problem)
        if each.shares:
            assert sum(share.part for share in each.shares) == 1
            assert sum(share.quantity or 0 for share in each.shares) == each.line.quantity.value  # type: ignore[union-attr]
