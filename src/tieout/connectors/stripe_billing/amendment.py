"""Pure: maps a notification that a subscription has changed to an amendment."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final, Literal

import msgspec

from tieout.connectors.stripe_billing.shapes import (
    PositionsShape,
    SubscriptionDiscountShape,
    SubscriptionShape,
)
from tieout.connectors.stripe_billing.subscription import day, subscribed, subscription
from tieout.formats.agreed_shape import Agreed, agreed
from tieout.trade.documents import Amendment, SubscriptionLine

CHANGES: Final = frozenset({"customer.subscription.updated", "customer.subscription.deleted"})


class ChangeShape(Agreed):
    """The subscription as it is now; `previous_attributes` are those that changed, as they were."""

    object: Any
    previous_attributes: dict[str, Any] | None = None


class EventShape(Agreed):
    """A notification."""

    id: str
    object: Literal["event"]
    type: str
    created: int
    change: ChangeShape = msgspec.field(name="data")


def amendment(message: Any, entity: str) -> Amendment:
    """The amendment: the changed lines as they are now, and the ids of those that ended. Raises `Drift`, `Malformed`.

    `metadata.approved_by`, `metadata.reason` and `metadata.systems` (separated by spaces) of the subscription say who approved
    it, why, and which systems have to receive it.
    """
    event = agreed(EventShape, message)
    shape = agreed(SubscriptionShape, event.change.object)
    now = {line.id: line for line in subscription(shape, entity).lines}
    over = event.type.endswith("deleted")
    before = {} if over else _before(event.change.previous_attributes or {}, shape)
    words = shape.metadata or {}
    return Amendment(
        number=event.id,
        subscription=shape.id,
        effective_on=day(shape.ended_at if over and shape.ended_at else event.created),
        lines=() if over else tuple(line for name, line in now.items() if before.get(name) != line),
        ended=tuple(now) if over else tuple(name for name in before if name not in now),
        signed_at=datetime.fromtimestamp(event.created, UTC),
        approved_by=words.get("approved_by", ""),
        reason=words.get("reason", ""),
        systems=tuple(words.get("systems", "").split()),
        entity=entity,
    )


def _before(previous: dict[str, Any], shape: SubscriptionShape) -> dict[str, SubscriptionLine]:
    """The lines before the change: what is not among the previous attributes has not changed."""
    positions = agreed(PositionsShape, previous["items"]) if "items" in previous else shape.items
    discount = shape.discount
    if "discount" in previous:
        discount = agreed(SubscriptionDiscountShape, previous["discount"]) if previous["discount"] else None
    off = discount.coupon.percent_off if discount else None
    return {line.id: line for line in (subscribed(position, off or Decimal(0)) for position in positions.positions)}
