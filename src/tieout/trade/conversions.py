"""Unit factors of the products at hand, as the ledgers ask for them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from tieout.core.values.quantity import NO_CONVERSIONS, Conversion, factor_between
from tieout.trade.documents import OrderLine, Product
from tieout.trade.ledger import same_product


class Factors:
    """Unit factors of the products at hand: physical standards first, then the product's own table."""

    def __init__(self, products: Sequence[Product]) -> None:
        self._products = products

    def __call__(self, line: OrderLine, unit: str) -> Fraction | None:
        """How many of the order line's unit one `unit` is; None where it is unknown."""
        return factor_between(unit, line.quantity.unit, conversions=self._conversions(line))

    def _conversions(self, line: OrderLine) -> tuple[Conversion, ...]:
        for product in self._products:
            if same_product(product.ids, line.product) or product.number == line.product.buyer:
                return product.conversions
        return NO_CONVERSIONS
