"""Catch weight: what is ordered by the piece (a case, a carcass), weighed when it comes, and priced and billed by weight.

No fixed conversion leads from pieces to weight: each receipt states both. Where the receipts of an order line do, the line is
matched in the unit of its price: its ordered quantity is what so many pieces weigh on average, and received is what was weighed.
A movement that states no weight stays in pieces, and cannot be counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Final

from tieout.core.documents.kind import Document
from tieout.core.values.quantity import Quantity
from tieout.core.values.units import standard_factor
from tieout.trade.documents import DespatchAdvice, LineReference, Order, OrderLine, ProductIds, Receipt, ReceiptLine
from tieout.trade.ledger import order_line_of, scaled

ZERO: Final = Decimal(0)
_Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Weighed:
    """An order line that is weighed: the unit of its price, and what one piece weighs on average."""

    unit: str
    pieces: str
    average: Fraction


def by_weight(
    orders: Mapping[str, Order], documents: Sequence[Document]
) -> tuple[dict[str, Order], tuple[Document, ...]]:
    """The orders and documents, lines whose receipts state a weight in the unit of their price counted in that unit."""
    if not any(_by_piece(line) for order in orders.values() for line in order.lines):
        return dict(orders), tuple(documents)
    weighed = dict(_weighed(orders, documents))
    if not weighed:
        return dict(orders), tuple(documents)
    counted = tuple(_movement(document, orders, weighed) for document in documents)
    return {number: _order(order, weighed) for number, order in orders.items()}, counted


def _by_piece(line: OrderLine) -> bool:
    """Whether a line is priced in a unit that no physical definition leads to."""
    return bool(line.price_unit) and standard_factor(line.price_unit, line.quantity.unit) is None


def _weighed(orders: Mapping[str, Order], documents: Iterable[Document]) -> Iterable[tuple[_Place, _Weighed]]:
    pieces: dict[_Place, Decimal] = {}
    weights: dict[_Place, Fraction] = {}
    lines: dict[_Place, OrderLine] = {}
    for receipt in documents:
        if not isinstance(receipt, Receipt) or receipt.origin != "record":
            continue
        for stated in receipt.lines:
            placed = _placed(orders, stated.order, receipt.order_number, stated.product)
            if placed is None or stated.catch_weight is None or not _by_piece(placed[1]):
                continue
            place, line = placed
            factor = standard_factor(stated.catch_weight.unit, line.price_unit)
            if factor is None or stated.accepted.unit != line.quantity.unit:
                continue
            lines[place] = line
            pieces[place] = pieces.get(place, ZERO) + abs(_pieces(stated))
            weights[place] = weights.get(place, Fraction(0)) + abs(Fraction(stated.catch_weight.value)) * factor
    for place, line in lines.items():
        if pieces[place] and weights[place]:
            average = weights[place] / Fraction(pieces[place])
            yield place, _Weighed(line.price_unit, line.quantity.unit, average)


def _placed(
    orders: Mapping[str, Order], reference: LineReference, fallback: str, product: ProductIds
) -> tuple[_Place, OrderLine] | None:
    order = orders.get(reference.document or fallback)
    line = order_line_of(order, reference.line, product) if order is not None else None
    return None if order is None or line is None else ((order.number, line.id), line)


def _pieces(line: ReceiptLine) -> Decimal:
    return sum((part.value for part in (line.accepted, line.in_inspection, line.rejected) if part is not None), ZERO)


def _order(order: Order, weighed: Mapping[_Place, _Weighed]) -> Order:
    lines = tuple(
        line
        if (by := weighed.get((order.number, line.id))) is None
        else replace(line, quantity=_weight(line.quantity, by.average, by.unit), price_unit="")
        for line in order.lines
    )
    return replace(order, lines=lines)


def _weight(quantity: Quantity, average: Fraction, unit: str) -> Quantity:
    return Quantity(scaled(quantity.value, average), unit)


def _movement(document: Document, orders: Mapping[str, Order], weighed: Mapping[_Place, _Weighed]) -> Document:
    match document:
        case Receipt():
            lines = [
                (line, _of(orders, line.order, document.order_number, line.product, weighed)) for line in document.lines
            ]
            by_average = document.origin != "record"  # only what the system of record has weighed is paid for
            counted = tuple(line if by is None else _received(line, by, by_average=by_average) for line, by in lines)
            return replace(document, lines=counted)
        case DespatchAdvice():
            sent = [
                (line, _of(orders, line.order, document.order_number, line.product, weighed)) for line in document.lines
            ]
            return replace(
                document,
                lines=tuple(
                    line
                    if by is None or line.quantity.unit != by.pieces
                    else replace(line, quantity=_weight(line.quantity, by.average, by.unit))
                    for line, by in sent
                ),
            )
        case _:
            return document


def _of(
    orders: Mapping[str, Order],
    reference: LineReference,
    fallback: str,
    product: ProductIds,
    weighed: Mapping[_Place, _Weighed],
) -> _Weighed | None:
    placed = _placed(orders, reference, fallback, product)
    return None if placed is None else weighed.get(placed[0])


def _received(line: ReceiptLine, by: _Weighed, *, by_average: bool) -> ReceiptLine:
    """A receipt's line by weight: each state has its share of the weight, by pieces."""
    if line.accepted.unit != by.pieces:
        return line
    average = by.average if by_average else Fraction(0)
    if line.catch_weight is not None:
        factor, pieces = standard_factor(line.catch_weight.unit, by.unit), _pieces(line)
        if factor is None or not pieces:
            return line
        average = Fraction(line.catch_weight.value) * factor / Fraction(pieces)
    if not average:
        return line
    inspected, rejected = line.in_inspection, line.rejected
    return replace(
        line,
        accepted=_weight(line.accepted, average, by.unit),
        in_inspection=None if inspected is None else _weight(inspected, average, by.unit),
        rejected=None if rejected is None else _weight(rejected, average, by.unit),
        catch_weight=None,
    )
