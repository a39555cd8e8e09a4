"""The billable ledger: what happened to each line of a sales order on its way to the customer; derived, signed, never stored.

What it shows does not depend on the order in which the papers came.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Final

from tieout.core.documents.kind import Document
from tieout.core.tie_out.dossier import Allocated
from tieout.core.tie_out.key import same_ledger
from tieout.core.values.key import ANY
from tieout.core.values.quantity import Quantity
from tieout.trade.documents import (
    CarrierEvent,
    CustomerReturn,
    DeliveryProof,
    DeliveryProofLine,
    LineReference,
    Milestone,
    Order,
    OrderLine,
    ProductIds,
    Shipment,
)
from tieout.trade.ledger import Factor, order_line_of, scaled
from tieout.trade.selling_keys import sales_order_key

ZERO: Final = Decimal(0)
_MOVING: Final = frozenset({"collected", "in_transit", "delivered"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """What one shipment did on an order line, in the order line's unit: all its lines for that line together, as a proof of
    delivery says it too. `shipped` is signed: a reversal is negative.

    `left`: the warehouse confirmed that it left, at `left_at`. `carried_at` is the carrier's first word of it, `arrives_at` when it
    promised to deliver. `reverses` names what a reversal takes back. `proven`: a proof of delivery is here, for `delivered`; what
    is missing from it the customer did not take, for `reason`; `accepted_by` who of ours accepted that.
    """

    shipment: str
    site: str
    picked: Decimal
    shipped: Decimal
    left: bool
    left_at: datetime | None
    carrier: str = ""
    reverses: str = ""
    carried_at: datetime | None = None
    arrives_at: datetime | None = None
    proven: bool = False
    proven_at: datetime | None = None
    delivered: Decimal = ZERO
    reason: str = ""
    accepted_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Performed:
    """What one accepted milestone releases of a service: its share of the line, since `at`."""

    milestone: str
    quantity: Decimal
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """What came back, of the shipment `shipment` ("" where nobody said)."""

    number: str
    quantity: Decimal
    shipment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BillableLine:
    """One line of a sales order in its own unit. `work` is what accepted milestones release of a service.

    `billed` and `credited` are what other claims use up and give back, `billed_minor` their net together. `uncounted` are units
    of movements that nobody could convert.
    """

    order: str
    line: str
    unit: str
    ordered: Decimal
    legs: tuple[Leg, ...] = ()
    returns: tuple[Returned, ...] = ()
    work: tuple[Performed, ...] = ()
    billed: Decimal = ZERO
    credited: Decimal = ZERO
    billed_minor: int = 0
    uncounted: tuple[str, ...] = ()

    @property
    def picked(self) -> Decimal:
        """What was picked, shipped or not."""
        return sum((leg.picked for leg in self.legs), ZERO)

    @property
    def shipped(self) -> Decimal:
        """What left the warehouse, by its own word."""
        return sum((leg.shipped for leg in self.legs if leg.left), ZERO)

    @property
    def confirmed(self) -> Decimal:
        """What the carrier has, or had."""
        return sum((leg.shipped for leg in self.legs if leg.carried_at or leg.proven), ZERO)

    @property
    def performed(self) -> Decimal:
        """What accepted milestones release together."""
        return sum((each.quantity for each in self.work), ZERO)

    @property
    def returned(self) -> Decimal:
        """What customers sent back."""
        return sum((each.quantity for each in self.returns), ZERO)

    @property
    def delivered(self) -> Decimal:
        """What customers signed for."""
        return sum((leg.delivered for leg in self.legs if leg.proven), ZERO)

    @property
    def net_billed(self) -> Decimal:
        """Billed less credited."""
        return self.billed - self.credited

    @property
    def site(self) -> str:
        """The warehouse that ships it, or "" where there are several or none."""
        sites = {leg.site for leg in self.legs if leg.site}
        return sites.pop() if len(sites) == 1 else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Billable:
    """All lines of the orders at hand, and what could not be placed on any line (never dropped in silence)."""

    lines: Mapping[tuple[str, str], BillableLine]
    unplaced: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class _Tally:
    line: OrderLine
    legs: dict[str, Leg] = field(default_factory=dict)
    returns: list[Returned] = field(default_factory=list)
    work: list[Performed] = field(default_factory=list)
    billed: Decimal = ZERO
    credited: Decimal = ZERO
    billed_minor: int = 0
    uncounted: list[str] = field(default_factory=list)


def billable_of(
    orders: Sequence[Order],
    papers: Iterable[Document],
    allocated: Iterable[Allocated],
    *,
    factor: Factor,
    books: Mapping[str, str] | None = None,
) -> Billable:
    """Folds shipments, carrier events, proofs, returns, milestones and allocations over the lines of `orders`."""
    papers = tuple(papers)
    fold = _Fold(orders, factor, books or {})
    events = [paper for paper in papers if isinstance(paper, CarrierEvent)]
    proofs = [paper for paper in papers if isinstance(paper, DeliveryProof)]
    for paper in papers:
        if isinstance(paper, Shipment):
            fold.shipment(
                paper, _first_word(paper.number, events), [each for each in proofs if each.shipment == paper.number]
            )
        elif isinstance(paper, CustomerReturn):
            fold.sent_back(paper)
        elif isinstance(paper, Milestone):
            fold.performed(paper)
    for used in allocated:
        fold.used(used)
    lines = {key: _line(key, tally) for key, tally in fold.tallies.items()}
    return Billable(lines=lines, unplaced=tuple(sorted(fold.unplaced)))


def _first_word(shipment: str, events: Iterable[CarrierEvent]) -> datetime | None:
    known = (event.occurred_at for event in events if event.shipment == shipment and event.status in _MOVING)
    return min(known, default=None)


class _Fold:
    """The running state of one fold; lives no longer than `billable_of`."""

    def __init__(self, orders: Sequence[Order], factor: Factor, books: Mapping[str, str]) -> None:
        self.ledgers = {order.number: sales_order_key(order.number, books.get(order.number, ANY)) for order in orders}
        self.orders = {order.number: order for order in orders}
        self.tallies = {(order.number, line.id): _Tally(line=line) for order in orders for line in order.lines}
        self.factor = factor
        self.unplaced: list[str] = []

    def shipment(self, paper: Shipment, carried_at: datetime | None, proofs: Sequence[DeliveryProof]) -> None:
        """A shipment with what its carrier and its customer said of it."""
        touched: dict[str, _Tally] = {}
        for line in paper.lines:
            what = f"shipment {paper.number} line {line.id}"
            tally = self.place(line.order, paper.order_number, line.product, what)
            if tally is None:
                continue
            shipped = self.convert(tally, line.shipped, paper.number)
            picked = shipped if line.picked is None else self.convert(tally, line.picked, paper.number)
            known = tally.legs.get(paper.number) or _leg(paper, carried_at)
            tally.legs[paper.number] = replace(known, picked=known.picked + picked, shipped=known.shipped + shipped)
            touched[tally.line.id] = tally
        for proof in sorted(proofs, key=lambda each: each.number):
            self.proven(proof, paper, touched.values())

    def proven(self, proof: DeliveryProof, paper: Shipment, tallies: Iterable[_Tally]) -> None:
        """What was signed for, on the legs that the proof names."""
        for tally in tallies:
            for said in proof.lines:
                if self._names(said, proof, paper) is tally:
                    leg = tally.legs[paper.number]
                    tally.legs[paper.number] = replace(
                        leg,
                        proven=True,
                        proven_at=max(filter(None, (leg.proven_at, proof.occurred_at)), default=None),
                        delivered=leg.delivered + self.convert(tally, said.delivered, proof.number),
                        reason=said.reason or leg.reason,
                        accepted_by=proof.accepted_by or leg.accepted_by,
                    )

    def _names(self, said: DeliveryProofLine, proof: DeliveryProof, paper: Shipment) -> _Tally | None:
        fallback = proof.order_number or paper.order_number
        return self.place(said.order, fallback, said.product, f"proof of delivery {proof.number} line {said.id}")

    def sent_back(self, paper: CustomerReturn) -> None:
        """Goods that came back."""
        tally = self.place(paper.order, "", ProductIds(), f"return {paper.number}")
        if tally is not None:
            quantity = self.convert(tally, paper.quantity, paper.number)
            tally.returns.append(Returned(number=paper.number, quantity=quantity, shipment=paper.shipment))

    def performed(self, paper: Milestone) -> None:
        """An accepted milestone releases its share of a line; several release their shares together."""
        if not paper.accepted or paper.order not in self.orders:
            return
        reference = LineReference(document=paper.order, line=paper.line)
        tally = self.place(reference, "", ProductIds(), f"milestone {paper.number}")
        if tally is not None:
            share = tally.line.quantity.value * paper.percent / 100
            tally.work.append(Performed(milestone=paper.number, quantity=share, at=paper.occurred_at))

    def used(self, used: Allocated) -> None:
        """What another claim uses up, or gives back."""
        for (order, line), tally in self.tallies.items():
            if line != used.line or not same_ledger(self.ledgers[order], used.ledger):
                continue
            tally.billed += max(ZERO, used.quantity)
            tally.credited -= min(ZERO, used.quantity)
            if used.amount.currency == self.orders[order].currency:
                tally.billed_minor += used.amount.minor

    def place(self, reference: LineReference, fallback: str, product: ProductIds, what: str) -> _Tally | None:
        """The order line that a movement is about; None for another order's, or for one that fits no line."""
        order = self.orders.get(reference.document or fallback)
        if order is None:
            return None
        line = order_line_of(order, reference.line, product)
        if line is None:
            self.stray(f"{what}: no line of sales order {order.number} fits it")
            return None
        return self.tallies[order.number, line.id]

    def stray(self, what: str) -> None:
        """What could not be placed or counted, said once."""
        if what not in self.unplaced:
            self.unplaced.append(what)

    def convert(self, tally: _Tally, quantity: Quantity | None, number: str) -> Decimal:
        """A quantity in the order line's unit; nothing, and said so, where nobody can convert it."""
        if quantity is None or not quantity.value:
            return ZERO
        if quantity.unit == tally.line.quantity.unit:
            return quantity.value
        factor = self.factor(tally.line, quantity.unit)
        if factor is None:
            tally.uncounted.append(quantity.unit)
            self.stray(f"{number}: no conversion from {quantity.unit} to {tally.line.quantity.unit}")
            return ZERO
        return scaled(quantity.value, factor)


def _leg(paper: Shipment, carried_at: datetime | None) -> Leg:
    return Leg(
        shipment=paper.number,
        site=paper.site,
        picked=ZERO,
        shipped=ZERO,
        left=paper.confirmed,
        left_at=paper.occurred_at,
        carrier=paper.carrier,
        reverses=paper.reverses,
        carried_at=carried_at,
        arrives_at=paper.arrives_at,
    )


def _line(key: tuple[str, str], tally: _Tally) -> BillableLine:
    return BillableLine(
        order=key[0],
        line=key[1],
        unit=tally.line.quantity.unit,
        ordered=tally.line.quantity.value,
        legs=tuple(tally.legs[number] for number in sorted(tally.legs)),
        returns=tuple(sorted(tally.returns, key=lambda each: each.number)),
        work=tuple(sorted(tally.work, key=lambda each: each.milestone)),
        billed=tally.billed,
        credited=tally.credited,
        billed_minor=tally.billed_minor,
        uncounted=tuple(sorted(set(tally.uncounted))),
    )
