"""The comparison with the evidence: its prices name their currency, and two currencies are not compared."""

from __future__ import annotations

from decimal import Decimal

from tieout.core.tie_out.worksheet import Row
from tieout.core.values.money import Money
from tieout.web.worksheet import worksheet


def row(**more: object) -> Row:
    values = {
        "claim_line": "1",
        "description": "Clamp",
        "order": "4500180",
        "order_line": "10",
        "price": Decimal("51.52"),
    }
    return Row(**(values | {"price_expected": Decimal("51.52"), "net": Money.parse("6543.04 EUR")} | more))  # type: ignore[arg-type]


def test_prices_name_their_currency() -> None:
    shown = worksheet([row(variance=Decimal(0))], ["1"])
    assert [group.name for group in shown.groups] == ["Price in EUR"]
    assert shown.lines[0].compared


def test_a_price_in_another_currency_is_shown_with_it_and_is_not_compared() -> None:
    shown = worksheet([row(price_expected=Decimal("48.00"), currency_expected="USD")], ["1"], status="held")
    (line,) = shown.lines
    assert [cell.text for cell in line.cells] == ["51.52", "48.00\u00a0USD"]
    assert not any(cell.differs for cell in line.cells)
    assert not line.compared
