"""The quantity ledger: what happened to each order line, as signed movements; every state is derived, none is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Final

from tieout.core.documents.kind import Document
from tieout.core.tie_out.dossier import Allocated
from tieout.core.tie_out.key import same_ledger
from tieout.core.values.key import Key
from tieout.core.values.made import made_often
from tieout.core.values.quantity import Quantity
from tieout.core.values.sentence import Sentence
from tieout.trade.documents import (
    DespatchAdvice,
    InspectionResult,
    LineReference,
    Order,
    OrderLine,
    ProductIds,
    Receipt,
    SupplierReturn,
)
from tieout.trade.identifiers import gtin_form
from tieout.trade.keys import order_key

ZERO: Final = Decimal(0)
Factor = Callable[[OrderLine, str], Fraction | None]
"""How many of an order line's unit one of another unit is; None where it is unknown."""


@made_often
@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """One order line in its own unit. What it shows does not depend on the order in which the documents came.

    `confirmed` is what another system (WMS) has confirmed and `confirmed_at` when the oldest confirmation was made that
    the system of record does not cover yet. `billed` and `billed_minor` are what other claims have used up (money of
    another currency than the order's is not added up); `credited` is what of it was given back, `given_minor` the
    money (0 or less) that was given back without goods, `billed_later` and
    `billed_later_minor` are the part of it that claims recorded after this one bill. `uncounted` are units of movements that could
    not be converted.
    """

    order: str
    line: str
    unit: str
    ordered: Decimal
    despatched: Decimal = ZERO
    accepted: Decimal = ZERO
    in_inspection: Decimal = ZERO
    rejected: Decimal = ZERO
    returned: Decimal = ZERO
    confirmed: Decimal = ZERO
    confirmed_at: datetime | None = None
    arrives_at: datetime | None = None
    billed: Decimal = ZERO
    billed_minor: int = 0
    credited: Decimal = ZERO
    given_minor: int = 0
    billed_later: Decimal = ZERO
    billed_later_minor: int = 0
    lots: tuple[str, ...] = ()
    site: str = ""
    uncounted: tuple[str, ...] = ()

    @property
    def received(self) -> Decimal:
        """What was received and not sent back: accepted, in inspection and rejected."""
        return self.accepted + self.in_inspection + self.rejected

    @property
    def unsynchronised(self) -> Decimal:
        """What another system has confirmed and the system of record does not show yet."""
        return max(ZERO, self.confirmed - self.received - self.returned) if self.confirmed else ZERO

    @property
    def in_transit(self) -> Decimal:
        """What was despatched and has not arrived anywhere."""
        return max(ZERO, self.despatched - max(self.received + self.returned, self.confirmed))


@dataclass(slots=True, kw_only=True)
class _Tally:
    line: OrderLine
    site: str = ""
    despatched: Decimal = ZERO
    accepted: Decimal = ZERO
    in_inspection: Decimal = ZERO
    rejected: Decimal = ZERO
    returned: Decimal = ZERO
    confirmations: list[tuple[datetime, Decimal]] = field(default_factory=list)
    arrives_at: datetime | None = None
    billed: Decimal = ZERO
    billed_minor: int = 0
    credited: Decimal = ZERO
    given_minor: int = 0
    billed_later: Decimal = ZERO
    billed_later_minor: int = 0
    lots: list[str] = field(default_factory=list)
    uncounted: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """All lines of the orders at hand, and what could not be placed on any line (never dropped without a finding)."""

    lines: Mapping[tuple[str, str], LedgerLine]
    unplaced: tuple[str, ...] = ()


def ledger_of(
    orders: Sequence[Order],
    documents: Iterable[Document],
    allocated: Iterable[Allocated],
    *,
    factor: Factor,
    ledgers: Mapping[str, Key] | None = None,
) -> Ledger:
    """Folds receipts, confirmations, despatches, usage decisions, returns and allocations over the lines of `orders`.

    `ledgers` gives an order's by its number: what is used up of a sister company's, or of another system's, is not used up of it.
    """
    tallies = {(order.number, line.id): _Tally(line=line) for order in orders for line in order.lines}
    fold = _Fold({order.number: order for order in orders}, tallies, factor)
    late: list[InspectionResult | SupplierReturn] = []
    for document in documents:
        match document:
            case Receipt():
                fold.receipt(document)
            case DespatchAdvice():
                fold.despatch(document)
            case InspectionResult() | SupplierReturn():
                late.append(document)
            case _:
                pass
    for result in late:
        fold.result(result) if isinstance(result, InspectionResult) else fold.sent_back(result)
    own = {order_key(order.number).bare: order for order in orders}
    for used in allocated:
        order = own.get(used.ledger.bare)
        if order is None or not same_ledger((ledgers or {}).get(order.number, used.ledger), used.ledger):
            continue
        tally = tallies.get((order.number, used.line))
        if tally is not None:
            minor = used.amount.minor if used.amount.currency == order.currency else 0
            tally.billed += used.quantity
            tally.credited -= min(ZERO, used.quantity)
            tally.given_minor += 0 if used.quantity else min(0, minor)
            tally.billed_minor += minor
            # A credit gives back to all of them, whenever it comes.
            if not used.earlier and (used.quantity > 0 or (not used.quantity and minor > 0)):
                tally.billed_later += used.quantity
                tally.billed_later_minor += minor
    return Ledger(lines={key: _line(key, tally) for key, tally in tallies.items()}, unplaced=tuple(fold.unplaced))


class _Fold:
    """The running state of one fold; lives no longer than `ledger_of`."""

    def __init__(self, orders: Mapping[str, Order], tallies: Mapping[tuple[str, str], _Tally], factor: Factor) -> None:
        self.orders, self.tallies, self.factor = orders, tallies, factor
        self.lot_lines: dict[str, tuple[str, str]] = {}
        self.unplaced: list[str] = []

    def receipt(self, receipt: Receipt) -> None:
        for line in receipt.lines:
            tally = self.place(
                line.order,
                receipt.order_number,
                line.product,
                "receipt {number} line {line}",
                number=receipt.number,
                line=line.id,
            )
            if tally is None:
                continue
            accepted = self.convert(tally, line.accepted, receipt.number)
            inspected = self.convert(tally, line.in_inspection, receipt.number)
            rejected = self.convert(tally, line.rejected, receipt.number)
            tally.site = tally.site or receipt.site
            if receipt.origin == "confirmation":
                if receipt.occurred_at is not None:
                    tally.confirmations.append((receipt.occurred_at, accepted + inspected + rejected))
                continue
            tally.accepted += accepted
            tally.in_inspection += inspected
            tally.rejected += rejected
            if line.lot:
                tally.lots.append(line.lot)
                self.lot_lines[line.lot] = (line.order.document or receipt.order_number, tally.line.id)

    def despatch(self, advice: DespatchAdvice) -> None:
        for line in advice.lines:
            tally = self.place(
                line.order,
                advice.order_number,
                line.product,
                "despatch {number} line {line}",
                number=advice.number,
                line=line.id,
            )
            if tally is None:
                continue
            tally.despatched += self.convert(tally, line.quantity, advice.number)
            if advice.arrives_at is not None:
                tally.arrives_at = max(tally.arrives_at or advice.arrives_at, advice.arrives_at)

    def result(self, result: InspectionResult) -> None:
        reference = result.order
        if not reference.line and result.lot in self.lot_lines:
            number, line_id = self.lot_lines[result.lot]
            reference = LineReference(document=number, line=line_id)
        tally = self.place(reference, "", ProductIds(), "inspection result {number}", number=result.number)
        if tally is None:
            return
        accepted = self.convert(tally, result.accepted, result.number)
        rejected = self.convert(tally, result.rejected, result.number)
        tally.accepted += accepted
        tally.rejected += rejected
        tally.in_inspection -= accepted + rejected

    def sent_back(self, returned: SupplierReturn) -> None:
        tally = self.place(returned.order, "", ProductIds(), "return {number}", number=returned.number)
        if tally is None:
            return
        quantity = self.convert(tally, returned.quantity, returned.number)
        tally.returned += quantity
        if returned.state == "accepted":
            tally.accepted -= quantity
        elif returned.state == "rejected":
            tally.rejected -= quantity
        else:
            tally.in_inspection -= quantity

    def place(
        self, reference: LineReference, fallback: str, product: ProductIds, what: str, **names: str
    ) -> _Tally | None:
        order = self.orders.get(reference.document or fallback)
        if order is None:
            return None
        tally = self.tallies.get((order.number, reference.line)) if reference.line else None
        if tally is not None:
            return tally
        line = order_line_of(order, reference.line, product)
        if line is None:
            self.unplaced.append(
                Sentence("{what}: no line of order {order} fits it", what=Sentence(what, **names), order=order.number)
            )
            return None
        return self.tallies[order.number, line.id]

    def convert(self, tally: _Tally, quantity: Quantity | None, number: str) -> Decimal:
        if quantity is None or not quantity.value:
            return ZERO
        if quantity.unit == tally.line.quantity.unit:
            return quantity.value
        factor = self.factor(tally.line, quantity.unit)
        if factor is None:
            tally.uncounted.append(quantity.unit)
            self.unplaced.append(
                Sentence(
                    "{number}: no conversion from {unit} to {ordered}",
                    number=number,
                    unit=quantity.unit,
                    ordered=tally.line.quantity.unit,
                )
            )
            return ZERO
        return scaled(quantity.value, factor)


def scaled(value: Decimal, factor: Fraction) -> Decimal:
    """A decimal times an exact rational; exact whenever the result has a finite decimal form."""
    return value * factor.numerator / factor.denominator


def order_line_of(order: Order, line_id: str, product: ProductIds) -> OrderLine | None:
    """The order line that a reference means: by its id, else by the product if just one line has it, else the only line."""
    if line_id:
        return next((line for line in order.lines if line.id == line_id), None)
    if product:
        named = [line for line in order.lines if same_product(line.product, product)]
        if len(named) == 1:
            return named[0]
        if named:
            return None
    return order.lines[0] if len(order.lines) == 1 else None


def same_product(one: ProductIds, other: ProductIds) -> bool:
    """Whether two namings share an identifier of one scheme."""
    return bool(
        (one.buyer and one.buyer == other.buyer)
        or (one.standard and gtin_form(one.standard) == gtin_form(other.standard))
        or (one.seller and one.seller == other.seller)
    )


def _line(key: tuple[str, str], tally: _Tally) -> LedgerLine:
    # A usage decision may arrive before its receipt: until then what it moved is not counted on either side.
    ahead = min(ZERO, tally.in_inspection)
    accepted = tally.accepted
    rejected = tally.rejected
    if ahead:
        from_accepted = max(ahead, -max(accepted, ZERO))
        accepted += from_accepted
        rejected += ahead - from_accepted
    recorded = accepted + rejected + max(ZERO, tally.in_inspection) + tally.returned
    return LedgerLine(
        order=key[0],
        line=key[1],
        unit=tally.line.quantity.unit,
        ordered=tally.line.quantity.value,
        despatched=tally.despatched,
        accepted=accepted,
        in_inspection=max(ZERO, tally.in_inspection),
        rejected=rejected,
        returned=tally.returned,
        confirmed=sum((quantity for _, quantity in tally.confirmations), ZERO) if tally.confirmations else ZERO,
        confirmed_at=_uncovered_since(tally.confirmations, recorded) if tally.confirmations else None,
        arrives_at=tally.arrives_at,
        billed=tally.billed,
        billed_minor=tally.billed_minor,
        credited=tally.credited,
        given_minor=tally.given_minor,
        billed_later=tally.billed_later,
        billed_later_minor=tally.billed_later_minor,
        lots=_distinct(tally.lots),
        site=tally.site or tally.line.site,
        uncounted=_distinct(tally.uncounted),
    )


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted(set(names))) if names else ()


def _uncovered_since(confirmations: Sequence[tuple[datetime, Decimal]], recorded: Decimal) -> datetime | None:
    covered = ZERO
    for at, quantity in sorted(confirmations):
        covered += quantity
        if covered > recorded:
            return at
    return None
