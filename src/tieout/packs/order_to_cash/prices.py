"""The price that holds for a line of a sales order, and where it comes from: an approved override, a price list, the order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from tieout.core.documents.kind import Document
from tieout.trade.documents import ContractLine, Order, OrderLine, PriceList, PriceOverride, Rebate
from tieout.trade.ledger import Factor, same_product, scaled
from tieout.trade.pricing import order_price


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """A price for one unit of the order line, before rebates; None where nothing states one. `source` says where it is from.

    `rebates` are those that come off invoices and hold for the line on the order's day.
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


def agreed_price(order: Order, line: OrderLine, papers: Iterable[Document], factor: Factor) -> Agreed:
    """The price by precedence: an approved override, the customer's price list, the list for all, the order itself."""
    papers = tuple(papers)
    day = order.issue_date or date.min
    rebates = tuple(sorted(_rebates(order, line, papers, day), key=lambda each: each.number))
    override = _override(order, line, papers, factor)
    if override is not None:
        return Agreed(price=override[0], source=override[1], rebates=rebates)
    lists = [paper for paper in papers if isinstance(paper, PriceList) and _holds(paper, order, day)]
    for own in (True, False):
        found = _listed([paper for paper in lists if bool(paper.customer) is own], line, day, factor)
        if found is not None:
            return Agreed(price=found[0], source=found[1], rebates=rebates)
    return Agreed(price=order_price(line, factor), source=f"sales order {order.number}", rebates=rebates)


def _rebates(order: Order, line: OrderLine, papers: Sequence[Document], day: date) -> Iterator[Rebate]:
    for paper in papers:
        if not isinstance(paper, Rebate) or not paper.on_invoice:
            continue
        fits = not paper.product or paper.product in {line.product.seller, line.product.buyer, line.product.standard}
        if fits and _in(day, paper.valid_from, paper.valid_to) and paper.approved_by:
            yield paper


def _override(order: Order, line: OrderLine, papers: Sequence[Document], factor: Factor) -> tuple[Decimal, str] | None:
    """The latest approved override of the line; one in another currency or without conversion is no price."""
    known = [
        paper
        for paper in papers
        if isinstance(paper, PriceOverride)
        and (paper.order, paper.line, paper.currency) == (order.number, line.id, order.currency)
        and paper.approved_by
    ]
    for paper in sorted(known, key=lambda each: (each.approved_at, each.number), reverse=True):
        price = _each(paper.price, paper.price_per, paper.unit, line, factor)
        if price is not None:
            return price, f"override {paper.number}, approved by {paper.approved_by}"
    return None


def _holds(paper: PriceList, order: Order, day: date) -> bool:
    mine = paper.customer in {"", order.buyer.identifier("ours")}
    return mine and paper.currency == order.currency and _in(day, paper.valid_from, paper.valid_to)


def _listed(lists: Sequence[PriceList], line: OrderLine, day: date, factor: Factor) -> tuple[Decimal, str] | None:
    best: tuple[date, Decimal, str] | None = None
    for paper in lists:
        for known in paper.lines:
            price = _price(known, line, day, factor)
            begun = known.valid_from or paper.valid_from or date.min
            if price is not None and (best is None or (begun, paper.number) > (best[0], best[2])):
                best = (begun, price, paper.number)
    return None if best is None else (best[1], f"price list {best[2]}")


def _price(known: ContractLine, line: OrderLine, day: date, factor: Factor) -> Decimal | None:
    if not same_product(known.product, line.product) or not _in(day, known.valid_from, known.valid_to):
        return None
    return _each(known.price, known.price_per, known.unit, line, factor)


def _each(price: Decimal, per: Decimal, unit: str, line: OrderLine, factor: Factor) -> Decimal | None:
    rational = Fraction(1) if unit == line.quantity.unit else factor(line, unit)
    return None if not rational else scaled(price / per, 1 / rational)


def _in(day: date, begin: date | None, end: date | None) -> bool:
    return (begin is None or begin <= day) and (end is None or day <= end)
