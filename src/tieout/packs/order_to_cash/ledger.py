"""The billable ledger: what happened to each line of a sales order on its way to the customer; derived, signed, never stored.

What it shows does not depend on the order in which the documents came.
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
from tieout.core.values.key import Key
from tieout.core.values.quantity import Quantity
from tieout.core.values.sentence import Sentence
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
    delivery counts them too. `shipped` is signed: a reversal is negative.

    `left`: the warehouse confirmed that it left, at `left_at`. `carried_at` is the carrier's first event, `arrives_at` the promised
    arrival. `reverses` names the shipment that a reversal takes back. `proven`: there is a proof of delivery, for `delivered`; the
    customer did not take the rest, for `reason`; `accepted_by` is who of us accepted that.
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
    """What one accepted milestone makes billable of a service: its share of the line, since `at`."""

    milestone: str
    quantity: Decimal
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """What was returned, of the shipment `shipment` ("" where none is named)."""

    number: str
    quantity: Decimal
    shipment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BillableLine:
    """One line of a sales order in its own unit. `work` is what accepted milestones make billable of a service, `unaccepted` what
    others would that the customer has not accepted.

    `billed` and `credited` are what other claims use up and give back, `billed_minor` their net together, `given_minor` the part of
    it (0 or less) that was given back without goods; `billed_later` and `later_minor` the part of both that claims recorded after
    this one bill. `uncounted` are units of movements for which there is no conversion.
    """

    order: str
    line: str
    unit: str
    ordered: Decimal
    legs: tuple[Leg, ...] = ()
    returns: tuple[Returned, ...] = ()
    work: tuple[Performed, ...] = ()
    unaccepted: tuple[Performed, ...] = ()
    billed: Decimal = ZERO
    credited: Decimal = ZERO
    billed_minor: int = 0
    given_minor: int = 0
    billed_later: Decimal = ZERO
    later_minor: int = 0
    uncounted: tuple[str, ...] = ()

    @property
    def picked(self) -> Decimal:
        """What was picked, shipped or not."""
        return sum((leg.picked for leg in self.legs), ZERO)

    @property
    def shipped(self) -> Decimal:
        """What left the warehouse, as the warehouse confirmed."""
        return sum((leg.shipped for leg in self.legs if leg.left), ZERO)

    @property
    def confirmed(self) -> Decimal:
        """What the carrier has received."""
        return sum((leg.shipped for leg in self.legs if leg.carried_at or leg.proven), ZERO)

    @property
    def performed(self) -> Decimal:
        """What accepted milestones make billable together."""
        return sum((milestone.quantity for milestone in self.work), ZERO)

    @property
    def returned(self) -> Decimal:
        """What customers sent back."""
        return sum((goods.quantity for goods in self.returns), ZERO)

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
    """All lines of the orders at hand, and what could not be placed on any line (never dropped silently)."""

    lines: Mapping[tuple[str, str], BillableLine]
    unplaced: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class _Tally:
    line: OrderLine
    legs: dict[str, Leg] = field(default_factory=dict)
    returns: list[Returned] = field(default_factory=list)
    work: list[Performed] = field(default_factory=list)
    unaccepted: list[Performed] = field(default_factory=list)
    billed: Decimal = ZERO
    credited: Decimal = ZERO
    billed_minor: int = 0
    given_minor: int = 0
    billed_later: Decimal = ZERO
    later_minor: int = 0
    uncounted: list[str] = field(default_factory=list)


def billable_of(
    orders: Sequence[Order],
    documents: Iterable[Document],
    allocated: Iterable[Allocated],
    *,
    factor: Factor,
    ledgers: Mapping[str, Key] | None = None,
) -> Billable:
    """Folds shipments, carrier events, proofs, returns, milestones and allocations over the lines of `orders`."""
    documents = tuple(documents)
    fold = _Fold(orders, factor, ledgers or {})
    events = [document for document in documents if isinstance(document, CarrierEvent)]
    proofs = [document for document in documents if isinstance(document, DeliveryProof)]
    for document in documents:
        if isinstance(document, Shipment):
            fold.shipment(
                document,
                _first_carried(document.number, events),
                [proof for proof in proofs if proof.shipment == document.number],
            )
        elif isinstance(document, CustomerReturn):
            fold.sent_back(document)
        elif isinstance(document, Milestone):
            fold.performed(document)
    for used in allocated:
        fold.used(used)
    lines = {key: _line(key, tally) for key, tally in fold.tallies.items()}
    return Billable(lines=lines, unplaced=tuple(sorted(fold.unplaced)))


def _first_carried(shipment: str, events: Iterable[CarrierEvent]) -> datetime | None:
    times = (event.occurred_at for event in events if event.shipment == shipment and event.status in _MOVING)
    return min(times, default=None)


class _Fold:
    """The running state of one fold; lives no longer than `billable_of`."""

    def __init__(self, orders: Sequence[Order], factor: Factor, ledgers: Mapping[str, Key]) -> None:
        self.ledgers = {order.number: ledgers.get(order.number, sales_order_key(order.number)) for order in orders}
        self.orders = {order.number: order for order in orders}
        self.tallies = {(order.number, line.id): _Tally(line=line) for order in orders for line in order.lines}
        self.factor = factor
        self.unplaced: list[str] = []

    def shipment(self, shipment: Shipment, carried_at: datetime | None, proofs: Sequence[DeliveryProof]) -> None:
        """A shipment with its carrier's events and its proofs of delivery. One that reverses another takes back, whatever its signs."""
        touched: dict[str, _Tally] = {}
        for line in shipment.lines:
            tally = self.place(
                line.order,
                shipment.order_number,
                line.product,
                "shipment {number} line {line}",
                number=shipment.number,
                line=line.id,
            )
            if tally is None:
                continue
            shipped = self.convert(tally, line.shipped, shipment.number)
            picked = shipped if line.picked is None else self.convert(tally, line.picked, shipment.number)
            if shipment.reverses:
                shipped, picked = -abs(shipped), -abs(picked)
            leg = tally.legs.get(shipment.number) or _leg(shipment, carried_at)
            tally.legs[shipment.number] = replace(leg, picked=leg.picked + picked, shipped=leg.shipped + shipped)
            touched[tally.line.id] = tally
        for proof in sorted(proofs, key=lambda proof: proof.number):
            self.proven(proof, shipment, touched.values())

    def proven(self, proof: DeliveryProof, shipment: Shipment, tallies: Iterable[_Tally]) -> None:
        """What was signed for, on the legs that the proof names."""
        for tally in tallies:
            for line in proof.lines:
                if self._names(line, proof, shipment) is tally:
                    leg = tally.legs[shipment.number]
                    tally.legs[shipment.number] = replace(
                        leg,
                        proven=True,
                        proven_at=max(filter(None, (leg.proven_at, proof.occurred_at)), default=None),
                        delivered=leg.delivered + self.convert(tally, line.delivered, proof.number),
                        reason=line.reason or leg.reason,
                        accepted_by=proof.accepted_by or leg.accepted_by,
                    )

    def _names(self, line: DeliveryProofLine, proof: DeliveryProof, shipment: Shipment) -> _Tally | None:
        fallback = proof.order_number or shipment.order_number
        return self.place(
            line.order,
            fallback,
            line.product,
            "proof of delivery {number} line {line}",
            number=proof.number,
            line=line.id,
        )

    def sent_back(self, customer_return: CustomerReturn) -> None:
        """Goods that came back."""
        tally = self.place(customer_return.order, "", ProductIds(), "return {number}", number=customer_return.number)
        if tally is not None:
            quantity = self.convert(tally, customer_return.quantity, customer_return.number)
            tally.returns.append(
                Returned(number=customer_return.number, quantity=quantity, shipment=customer_return.shipment)
            )

    def performed(self, milestone: Milestone) -> None:
        """An accepted milestone makes its share of a line billable; the shares of several add up."""
        if milestone.order not in self.orders:
            return
        reference = LineReference(document=milestone.order, line=milestone.line)
        tally = self.place(reference, "", ProductIds(), "milestone {number}", number=milestone.number)
        if tally is not None:
            share = tally.line.quantity.value * milestone.percent / 100
            work = Performed(milestone=milestone.number, quantity=share, at=milestone.occurred_at)
            (tally.work if milestone.accepted else tally.unaccepted).append(work)

    def used(self, used: Allocated) -> None:
        """What another claim uses up, or gives back."""
        for (order, line), tally in self.tallies.items():
            if line != used.line or not same_ledger(self.ledgers[order], used.ledger):
                continue
            tally.billed += max(ZERO, used.quantity)
            tally.credited -= min(ZERO, used.quantity)
            # A credit gives back to all of them, whenever it comes.
            later = not used.earlier and (used.quantity > 0 or (not used.quantity and used.amount.minor > 0))
            tally.billed_later += used.quantity if later else ZERO
            if used.amount.currency == self.orders[order].currency:
                tally.billed_minor += used.amount.minor
                tally.later_minor += used.amount.minor if later else 0
                tally.given_minor += 0 if used.quantity else min(0, used.amount.minor)

    def place(
        self, reference: LineReference, fallback: str, product: ProductIds, what: str, **names: str
    ) -> _Tally | None:
        """The order line that a movement is about; None for another order's, or for one that fits no line."""
        order = self.orders.get(reference.document or fallback)
        if order is None:
            return None
        line = order_line_of(order, reference.line, product)
        if line is None:
            self.note_unplaced(
                Sentence(
                    "{what}: no line of sales order {order} fits it", what=Sentence(what, **names), order=order.number
                )
            )
            return None
        return self.tallies[order.number, line.id]

    def note_unplaced(self, what: str) -> None:
        """Record once what could not be placed or counted."""
        if what not in self.unplaced:
            self.unplaced.append(what)

    def convert(self, tally: _Tally, quantity: Quantity | None, number: str) -> Decimal:
        """A quantity in the order line's unit; zero, and recorded as unplaced, where there is no conversion."""
        if quantity is None or not quantity.value:
            return ZERO
        if quantity.unit == tally.line.quantity.unit:
            return quantity.value
        factor = self.factor(tally.line, quantity.unit)
        if factor is None:
            tally.uncounted.append(quantity.unit)
            self.note_unplaced(
                Sentence(
                    "{number}: no conversion from {unit} to {ordered}",
                    number=number,
                    unit=quantity.unit,
                    ordered=tally.line.quantity.unit,
                )
            )
            return ZERO
        return scaled(quantity.value, factor)


def _leg(shipment: Shipment, carried_at: datetime | None) -> Leg:
    return Leg(
        shipment=shipment.number,
        site=shipment.site,
        picked=ZERO,
        shipped=ZERO,
        left=shipment.confirmed,
        left_at=shipment.occurred_at,
        carrier=shipment.carrier,
        reverses=shipment.reverses,
        carried_at=carried_at,
        arrives_at=shipment.arrives_at,
    )


def _line(key: tuple[str, str], tally: _Tally) -> BillableLine:
    return BillableLine(
        order=key[0],
        line=key[1],
        unit=tally.line.quantity.unit,
        ordered=tally.line.quantity.value,
        legs=tuple(tally.legs[number] for number in sorted(tally.legs)),
        returns=tuple(sorted(tally.returns, key=lambda goods: goods.number)),
        work=tuple(sorted(tally.work, key=lambda performed: performed.milestone)),
        unaccepted=tuple(sorted(tally.unaccepted, key=lambda performed: performed.milestone)),
        billed=tally.billed,
        credited=tally.credited,
        billed_minor=tally.billed_minor,
        given_minor=tally.given_minor,
        billed_later=tally.billed_later,
        later_minor=tally.later_minor,
        uncounted=tuple(sorted(set(tally.uncounted))),
    )
