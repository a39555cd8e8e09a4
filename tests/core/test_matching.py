"""Lines find their order lines by reference, product or description; what is ambiguous is reported and not guessed."""

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


def where(matched: Match) -> list[tuple[str, str, Decimal | None]]:
    return [(share.order.number, share.line.id, share.quantity) for share in matched.shares]


def test_a_reference_is_followed() -> None:
    po = order("PO", ordered("10", "5 EA"), ordered("20", "5 EA"))
    (matched,) = match([billed("1", "5 EA", to=LineReference(document="PO", line="20"))], po)
    assert (where(matched), matched.by) == ([("PO", "20", Decimal(5))], "order line reference")


def test_a_reference_that_contradicts_the_product_is_not_followed() -> None:
    po = order(
        "PO", ordered("10", "5 EA", product=ProductIds(buyer="A")), ordered("20", "5 EA", product=ProductIds(buyer="B"))
    )
    (matched,) = match(
        [billed("1", "5 EA", to=LineReference(document="PO", line="20"), product=ProductIds(buyer="A"))], po
    )
    assert (where(matched), matched.by) == ([("PO", "10", Decimal(5))], "product identifier")


@pytest.mark.parametrize("scheme", ["buyer", "seller", "standard"])
def test_any_identifier_will_do(scheme: str) -> None:
    ids = ProductIds(**{scheme: "X"})
    po = order("PO", ordered("10", "5 EA", product=ProductIds(buyer="other")), ordered("20", "5 EA", product=ids))
    (matched,) = match([billed("1", "5 EA", product=ids)], po)
    assert where(matched) == [("PO", "20", Decimal(5))]


def test_one_line_over_two_orders_of_one_product() -> None:
    ids = ProductIds(buyer="A")
    orders = order("P1", ordered("10", "6 EA", product=ids)), order("P2", ordered("10", "4 EA", product=ids))
    (matched,) = match([billed("1", "10 EA", product=ids)], *orders)
    assert where(matched) == [("P1", "10", Decimal(6)), ("P2", "10", Decimal(4))]
    assert sum(share.part for share in matched.shares) == 1


def test_two_lines_on_one_order_line() -> None:
    ids = ProductIds(buyer="A")
    matches = match(
        [billed("1", "3 EA", product=ids), billed("2", "7 EA", product=ids)],
        order("PO", ordered("10", "10 EA", product=ids)),
    )
    assert [where(matched) for matched in matches] == [[("PO", "10", Decimal(3))], [("PO", "10", Decimal(7))]]


def test_one_product_at_two_prices_is_decided_by_price_or_not_at_all() -> None:
    ids = ProductIds(buyer="A")
    po = order("PO", ordered("10", "5 EA", "1.00", product=ids), ordered("20", "5 EA", "2.00", product=ids))
    (clear,) = match([billed("1", "5 EA", "2.00", product=ids)], po)
    assert (where(clear), clear.by) == ([("PO", "20", Decimal(5))], "product identifier and price")
    (unclear,) = match([billed("1", "5 EA", "1.50", product=ids)], po)
    assert unclear.shares == ()
    assert "PO/10, PO/20" in unclear.problem


def test_a_description_alone_is_not_enough_without_unit_and_price() -> None:
    po = order(
        "PO",
        ordered("10", "5 EA", "9.00", words="Hex bolt M8 zinc"),
        ordered("20", "5 EA", "4.00", words="Rubber seal"),
    )
    (matched,) = match([billed("1", "5 EA", "9.00", words="hex bolt M8, zinc plated")], po)
    assert (where(matched), matched.by) == ([("PO", "10", Decimal(5))], "description, unit and price")
    (costlier,) = match([billed("1", "5 EA", "9.01", words="hex bolt M8, zinc plated")], po)
    assert costlier.shares == ()


def test_two_that_fit_equally_well_are_named() -> None:
    po = order("PO", ordered("10", "5 EA", words="red paint"), ordered("20", "5 EA", words="paint red"))
    (matched,) = match([billed("1", "5 EA", words="red paint")], po)
    assert matched.shares == ()
    assert "fit equally well" in matched.problem


def test_a_missing_conversion_is_reported_and_not_guessed() -> None:
    ids = ProductIds(buyer="A")
    (matched,) = match([billed("1", "5 BX", product=ids)], order("PO", ordered("10", "60 EA", product=ids)))
    assert where(matched) == [("PO", "10", None)]


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
    matches = match(asked, order("PO", *lines))
    assert len(matches) == len(asked)
    for matched in matches:
        assert bool(matched.shares) != bool(matched.problem)
        if matched.shares:
            assert sum(share.part for share in matched.shares) == 1
            assert sum(share.quantity or 0 for share in matched.shares) == matched.line.quantity.value  # type: ignore[union-attr]
