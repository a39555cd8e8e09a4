"""What the world must do because of a claim's event. Never called on replay."""

from __future__ import annotations

from tieout.core.claim.events import (
    ClaimEvent,
    DeliveryRequested,
    PostingRequested,
)
from tieout.core.claim.state import ClaimState
from tieout.core.documents.kind import Document
from tieout.core.outbox.action import Action, ActionKind
from tieout.core.outbox.queue import LANES, Lanes
from tieout.trade.documents import Invoice
from tieout.trade.issued import delivery_payload
from tieout.trade.issued_part import issued_part
from tieout.trade.voucher import voucher


def react(claim: ClaimState, event: ClaimEvent, document: Document, *, lanes: Lanes = LANES) -> tuple[Action, ...]:
    """What the world must do because of this event: post a voucher, deliver what was issued. Never called on replay.

    What is to be done is complete in the action's payload. Raises `AssertionError` for a paper that is no invoice.
    """
    match event:
        case PostingRequested():
            assert isinstance(document, Invoice), f"{claim.key} is no invoice and cannot be posted"
            payload = voucher(document, event.lines, event.part, event.action_id, claim=claim.key, final=event.final)
            return (_action(claim, event, "post_voucher", lanes.of(claim.key, claim.entity), payload),)
        case DeliveryRequested():
            assert isinstance(document, Invoice), f"{claim.key} is no invoice and cannot be delivered"
            return (
                _action(
                    claim, event, "deliver_invoice", lanes.deliver(claim.entity), _delivery(claim, event, document)
                ),
            )
        case _:
            return ()


def _action(
    claim: ClaimState, event: PostingRequested | DeliveryRequested, kind: ActionKind, lane: str, payload: str
) -> Action:
    return Action(id=event.action_id, kind=kind, claim=claim.key, lane=lane, payload=payload, due_at=event.at)


def _delivery(claim: ClaimState, event: DeliveryRequested, document: Invoice) -> str:
    paper = issued_part(claim, event.posting, document, to=event.to)
    return delivery_payload(paper, event.action_id, to=event.to, claim=claim.key, attempt=event.attempt)
