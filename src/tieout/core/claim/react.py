"""What external systems must do because of a claim's event. Never called on replay."""

from __future__ import annotations

from uuid import UUID

from tieout.core.claim.events import ClaimEvent, DeliveryRequested, PostingRequested
from tieout.core.claim.state import ClaimState
from tieout.core.documents.kind import Document
from tieout.core.outbox.action import Action, ActionKind
from tieout.core.outbox.queue import ROUTING, Routing
from tieout.core.tie_out.actions import Actions, Issue


def react(
    claim: ClaimState, event: ClaimEvent, document: Document, *, actions: Actions, routing: Routing = ROUTING
) -> tuple[Action, ...]:
    """Post a voucher, deliver what was issued. The pack writes the payload, and it is complete."""
    match event:
        case PostingRequested():
            payload = actions.posting(
                document, event.lines, part=event.part, action=event.action_id, claim=claim.key, final=event.final
            )
            queue = routing.of(claim.key, claim.entity)
            return (_action(claim, event, payload, kind="post_voucher", queue=queue),)
        case DeliveryRequested():
            issue = issue_of(claim, event.posting, to=event.to)
            payload = actions.delivery(document, issue, action=event.action_id, claim=claim.key, attempt=event.attempt)
            return (_action(claim, event, payload, kind="deliver", queue=routing.deliver(claim.entity)),)
        case _:
            return ()


def _action(
    claim: ClaimState, event: PostingRequested | DeliveryRequested, payload: str, *, kind: ActionKind, queue: str
) -> Action:
    return Action(id=event.action_id, kind=kind, claim=claim.key, queue=queue, payload=payload, due_at=event.at)


def issue_of(claim: ClaimState, posting: UUID, *, to: str = "") -> Issue:
    """What a posting of this claim issued, with the other side's order number where its delivery names one.

    Raises `AssertionError` where the claim has no such posting.
    """
    number = next((number for number, part in enumerate(claim.posted) if part.action_id == posting), None)
    assert number is not None, f"{claim.key} has not posted {posting}"
    part, before = claim.posted[number], claim.posted[:number]
    order = next((delivery.customer_order for delivery in claim.deliveries if delivery.posting == posting), "")
    earlier = tuple(line for one in before for line in one.lines)
    return Issue(part=part.part, lines=part.lines, earlier=earlier, to=to, their_order=order)
