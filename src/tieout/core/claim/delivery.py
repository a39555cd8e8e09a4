"""How what we issue gets to the customer: a posted part is sent once, and again only when a person says so.

A sending's id is derived from the posting and its attempt, so that asking for the same sending twice is one act.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, assert_never
from uuid import UUID

from tieout.core.claim.events import Delivered, DeliveryRefused, DeliveryRequested, DeliveryUnknown
from tieout.core.values import ids
from tieout.core.values.sentence import Wordings, keep_words

DeliveryState = Literal["requested", "refused", "unknown", "delivered"]
DeliveryEvent = DeliveryRequested | Delivered | DeliveryRefused | DeliveryUnknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The state of the last sending of a posted part. `to` is channel and address, `attempt` counts the sendings from 1.

    `ref` is the receiving side's number once it has it. `reason` and `code` are its last answer, also while the next
    attempt is under way. `since` is when it became unknown; `ambiguous`: the look-up itself found several. `customer_order`
    is the customer's order number where a person supplied it: the document names it from then on. `correlation` is the id
    under which both sides log a refusal; `asked_at` when this sending was asked for; `heard` the number of
    the last document that has answered it.
    """

    action_id: UUID
    posting: UUID
    part: int
    attempt: int
    to: str
    state: DeliveryState = "requested"
    ref: str = ""
    reason: str = ""
    code: str = ""
    since: datetime | None = None
    ambiguous: bool = False
    customer_order: str = ""
    correlation: str = ""
    asked_at: datetime | None = None
    heard: str = ""
    words: Wordings = field(default=(), compare=False, repr=False)

    def __post_init__(self) -> None:
        """The words of the reason are kept."""
        keep_words(self, "reason")


def delivery_id(posting: UUID, attempt: int) -> UUID:
    """The id of sending what this posting issued, for the first time (1) or again."""
    return ids.derive("delivery", str(posting), str(attempt))


def delivery_of(deliveries: Iterable[Delivery], action_id: UUID) -> Delivery | None:
    """The delivery whose last sending has this id."""
    return next((delivery for delivery in deliveries if delivery.action_id == action_id), None)


def evolved(deliveries: Sequence[Delivery], event: DeliveryEvent) -> tuple[Delivery, ...]:
    """The deliveries after an event; one about a sending that has been followed by another changes nothing."""
    if isinstance(event, DeliveryRequested):
        before = next((delivery for delivery in deliveries if delivery.posting == event.posting), None)
        asked = Delivery(
            action_id=event.action_id,
            posting=event.posting,
            part=event.part,
            attempt=event.attempt,
            to=event.to,
            reason=before.reason if before else "",
            code=before.code if before else "",
            customer_order=event.customer_order,
            correlation=before.correlation if before else "",
            asked_at=event.at,
            heard=before.heard if before else "",
        )
        return (*(delivery for delivery in deliveries if delivery.posting != event.posting), asked)
    return tuple(
        _after(delivery, event) if delivery.action_id == event.action_id else delivery for delivery in deliveries
    )


def _after(delivery: Delivery, event: Delivered | DeliveryRefused | DeliveryUnknown) -> Delivery:
    match event:
        case Delivered():
            return replace(
                delivery, state="delivered", ref=event.ref, reason="", code="", since=None, ambiguous=False,
                correlation="", heard=event.paper or delivery.heard,
            )  # fmt: skip
        case DeliveryRefused():
            return replace(
                delivery, state="refused", reason=event.reason, code=event.code, since=None, ambiguous=False,
                correlation=event.correlation, heard=event.paper or delivery.heard,
            )  # fmt: skip
        case DeliveryUnknown():
            return replace(
                delivery, state="unknown", reason=event.hint, code="", since=event.at, ambiguous=event.ambiguous
            )
        case _:
            assert_never(event)


def goes_out(to: str) -> bool:
    """Whether a delivery goes to anybody: the customer may want none."""
    return channel_of(to)[0] not in {"", "none"}


def channel_of(to: str) -> tuple[str, str]:
    """Channel and address of a delivery ("peppol 0088:73…" → peppol, 0088:73…)."""
    channel, _, address = to.partition(" ")
    return channel, address.strip()
