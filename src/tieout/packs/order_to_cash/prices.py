"""The price that holds for a line of a sales order, and where it comes from: an approved override, a price list, the order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from tieout.core.documents.kind import Document
from tieout.core.values.sentence import Sentence
from tieout.trade.documents import ContractLine, Order, OrderLine, PriceList, PriceOverride, Rebate
from tieout.trade.ledger import Factor, same_product, scaled
from tieout.trade.pricing import order_price


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """A price for one unit of the order line, before rebates; None where no document states one. `source` names that document.

    `rebates` are those that are deducted on invoices and hold for the line on the order's day.
    """

    price: Decimal | None
    source: str
    rebates: tuple[Rebate, ...] = ()

    @property
    def off(self) -> Decimal:
        """What all rebates on the invoice take off together, in percent."""
        return sum((rebate.percent for rebate in self.rebates), Decimal(0))

    @property
    def net(self) -> Decimal | None:
        """The price less the rebates."""
        return None if self.price is None else self.price * (100 - self.off) / 100


def agreed_price(order: Order, line: OrderLine, documents: Iterable[Document], factor: Factor) -> Agreed:
    """The price by precedence: an approved override, the customer's price list, the list for all, the order itself."""
    documents = tuple(documents)
    day = order.issue_date or date.min
    rebates = tuple(sorted(_rebates(order, line, documents, day), key=lambda rebate: rebate.number))
    override = _override(order, line, documents, factor)
    if override is not None:
        return Agreed(price=override[0], source=override[1], rebates=rebates)
    lists = [
        price_list for price_list in documents if isinstance(price_list, PriceList) and _holds(price_list, order, day)
    ]
    for own in (True, False):
        listed = _listed([price_list for price_list in lists if bool(price_list.customer) is own], line, day, factor)
        if listed is not None:
            return Agreed(price=listed[0], source=listed[1], rebates=rebates)
    return Agreed(
        price=order_price(line, factor), source=Sentence("sales order {order}", order=order.number), rebates=rebates
    )


def _rebates(order: Order, line: OrderLine, documents: Sequence[Document], day: date) -> Iterator[Rebate]:
    for document in documents:
        if not isinstance(document, Rebate) or not document.on_invoice:
            continue
        fits = not document.product or document.product in {
            line.product.seller,
            line.product.buyer,
            line.product.standard,
        }
        if fits and _in(day, document.valid_from, document.valid_to) and document.approved_by:
            yield document


def _override(
    order: Order, line: OrderLine, documents: Sequence[Document], factor: Factor
) -> tuple[Decimal, str] | None:
    """The latest approved override of the line; one in another currency or without a conversion does not count."""
    overrides = [
        override
        for override in documents
        if isinstance(override, PriceOverride)
        and (override.order, override.line, override.currency) == (order.number, line.id, order.currency)
        and override.approved_by
    ]
    for override in sorted(overrides, key=lambda override: (override.approved_at, override.number), reverse=True):
        price = _per_unit(override.price, override.price_per, override.unit, line, factor)
        if price is not None:
            return price, Sentence(
                "override {override}, approved by {approved_by}",
                override=override.number,
                approved_by=override.approved_by,
            )
    return None


def _holds(price_list: PriceList, order: Order, day: date) -> bool:
    mine = price_list.customer in {"", order.buyer.identifier("ours")}
    return mine and price_list.currency == order.currency and _in(day, price_list.valid_from, price_list.valid_to)


def _listed(lists: Sequence[PriceList], line: OrderLine, day: date, factor: Factor) -> tuple[Decimal, str] | None:
    best: tuple[date, Decimal, str] | None = None
    for price_list in lists:
        for entry in price_list.lines:
            price = _price(entry, line, day, factor)
            begun = entry.valid_from or price_list.valid_from or date.min
            if price is not None and (best is None or (begun, price_list.number) > (best[0], best[2])):
                best = (begun, price, price_list.number)
    return None if best is None else (best[1], Sentence("price list {number}", number=best[2]))


def _price(entry: ContractLine, line: OrderLine, day: date, factor: Factor) -> Decimal | None:
    if not same_product(entry.product, line.product) or not _in(day, entry.valid_from, entry.valid_to):
        return None
    return _per_unit(entry.price, entry.price_per, entry.unit, line, factor)


def _per_unit(price: Decimal, per: Decimal, unit: str, line: OrderLine, factor: Factor) -> Decimal | None:
    rational = Fraction(1) if unit == line.quantity.unit else factor(line, unit)
    return None if not rational else scaled(price / per, 1 / rational)


def _in(day: date, begin: date | None, end: date | None) -> bool:
    return (begin is None or begin <= day) and (end is None or day <= end)
