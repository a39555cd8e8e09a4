"""What went out: shipments with what was picked and shipped, the carrier's events, proofs of delivery, and what came back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from tieout.core.values.quantity import Quantity
from tieout.trade.documents.reference import LineReference, ProductIds

CarrierStatus = Literal["collected", "in_transit", "delivered", "failed"]
DifferenceReason = Literal["", "damaged", "short", "refused", "wrong_product", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentLine:
    """How much of an order line was picked and shipped. Signed: the reversal of a shipment carries negative quantities."""

    id: str
    shipped: Quantity
    picked: Quantity | None = None
    order: LineReference = LineReference()
    product: ProductIds = ProductIds()
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """Goods that left a warehouse (`site`). `confirmed`: the warehouse says that they have left; else they are only picked.

    `occurred_at` is when they left; `arrives_at` when the carrier promised to deliver, None where it is not given. `reverses` is the
    number of the shipment that this one takes back, "" where it is none or does not say.
    """

    number: str
    occurred_at: datetime | None
    lines: tuple[ShipmentLine, ...]
    order_number: str = ""
    site: str = ""
    carrier: str = ""
    confirmed: bool = True
    arrives_at: datetime | None = None
    reverses: str = ""
    entity: str = ""
    made_by: str = ""
    approved_by: str = ""
    kind: Literal["shipment"] = "shipment"


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierEvent:
    """What a carrier says of a shipment, by the shipment's number; `order_number` where it is known."""

    number: str
    shipment: str
    status: CarrierStatus
    occurred_at: datetime
    order_number: str = ""
    carrier: str = ""
    text: str = ""
    entity: str = ""
    kind: Literal["carrier_event"] = "carrier_event"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryProofLine:
    """What the customer signed for of an order line, and how much of the shipment it did not take, with the reason."""

    id: str
    delivered: Quantity
    difference: Quantity | None = None
    reason: DifferenceReason = ""
    order: LineReference = LineReference()
    product: ProductIds = ProductIds()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryProof:
    """A proof of delivery for a shipment. `accepted_by` is who of ours accepted its differences, "" while nobody has."""

    number: str
    shipment: str
    occurred_at: datetime | None
    lines: tuple[DeliveryProofLine, ...]
    order_number: str = ""
    signed_by: str = ""
    accepted_by: str = ""
    entity: str = ""
    made_by: str = ""
    approved_by: str = ""
    kind: Literal["delivery_proof"] = "delivery_proof"


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerReturn:
    """Goods that a customer sent back: they no longer count as delivered."""

    number: str
    occurred_at: datetime | None
    order: LineReference
    quantity: Quantity
    shipment: str = ""
    reason: str = ""
    entity: str = ""
    made_by: str = ""
    approved_by: str = ""
    kind: Literal["customer_return"] = "customer_return"
