"""The only way a claim changes: event by event. Total: whatever was written can be read again."""

from __future__ import annotations

from typing import assert_never
from uuid import UUID

from tieout.core.claim.delivery import evolved
from tieout.core.claim.events import (
    ClaimEvent,
    ClaimReceived,
    ClaimRejected,
    ClaimReopened,
    ClaimTiedOut,
    Delivered,
    DeliveryRefused,
    DeliveryRequested,
    DeliveryUnknown,
    Posted,
    PostingRefused,
    PostingRequested,
    PostingUnknown,
    PostingWithdrawn,
    RetieRequested,
    Superseded,
)
from tieout.core.claim.state import ClaimState, ClaimStatus, PartState, PostedPart
from tieout.core.values.made import changed


def receive(event: ClaimReceived) -> ClaimState:
    """The claim that begins with this event."""
    return ClaimState(
        id=event.claim_id,
        tenant=event.tenant,
        key=event.key,
        kind=event.kind,
        number=event.number,
        received_at=event.at,
        entity=event.entity,
        counterparty=event.counterparty,
    )


def evolve(claim: ClaimState | None, event: ClaimEvent) -> ClaimState:
    """The claim after an event: total, never refuses. `claim` is None for `ClaimReceived` only, which begins it."""
    if isinstance(event, ClaimReceived):
        return claim or receive(event)
    assert claim is not None, f"{type(event).__name__} before ClaimReceived"
    after = _changed(claim, event)
    return changed(after, status=_status(after), version=claim.version + 1)


def _changed(claim: ClaimState, event: ClaimEvent) -> ClaimState:
    match event:
        case ClaimReceived():
            return claim
        case ClaimTiedOut():
            return changed(
                claim,
                verdict=event.status,
                verdict_sha=event.verdict_sha,
                due_at=event.due_at,
                delivery=event.delivery,
                urgency=event.urgency,
                followed=event.followed,
                complete=event.settled if event.status == "clear" else claim.complete,
            )
        case PostingRequested():
            again = claim.withdrawn is not None and claim.withdrawn.action_id == event.action_id
            withdrawn = None if again else claim.withdrawn
            return changed(claim, pending=_requested(event), withdrawn=withdrawn, complete=False)
        case PostingWithdrawn() | Posted() | PostingRefused() | PostingUnknown():
            return _posting(claim, event)
        case DeliveryRequested() | Delivered() | DeliveryRefused() | DeliveryUnknown():
            return changed(claim, deliveries=evolved(claim.deliveries, event))
        case ClaimRejected() | ClaimReopened():
            sent_back = isinstance(event, ClaimRejected)
            reason = event.reason or "rejected"
            return changed(claim, rejected=reason if sent_back else "", due_at=None if sent_back else event.at)
        case RetieRequested():
            return changed(claim, due_at=event.due_at)
        case Superseded():
            return changed(claim, successor=event.successor, due_at=None)
        case _:
            assert_never(event)


def _requested(event: PostingRequested) -> PostedPart:
    return PostedPart(
        action_id=event.action_id,
        part=event.part,
        lines=event.lines,
        final=event.final,
        verdict_sha=event.verdict_sha,
        state="requested",
        delivery=event.delivery,
    )


def _posting(claim: ClaimState, event: PostingWithdrawn | Posted | PostingRefused | PostingUnknown) -> ClaimState:
    part = part_of(claim, event.action_id)
    if part is None:
        return claim
    pending = None if claim.pending is part else claim.pending
    match event:
        case PostingWithdrawn():
            return changed(claim, pending=pending, withdrawn=changed(part, state="withdrawn", reason=event.reason))
        case Posted():
            done = changed(part, state="posted", ref=event.ref, reason="", posted_at=event.at)
            withdrawn = None if claim.withdrawn is part else claim.withdrawn
            return changed(
                claim, pending=pending, withdrawn=withdrawn, posted=(*claim.posted, done), complete=part.final
            )
        case PostingRefused():
            return changed(claim, pending=changed(part, state="refused", reason=event.reason))
        case PostingUnknown():
            return changed(claim, pending=changed(part, state="unknown", reason=event.hint))
        case _:
            assert_never(event)


def part_of(claim: ClaimState, action_id: UUID) -> PostedPart | None:
    """The part that is asked for, or was taken back, under this action id; None also where it is posted already."""
    parts = (claim.pending, claim.withdrawn)
    return next((part for part in parts if part is not None and part.action_id == action_id), None)


def _status(claim: ClaimState) -> ClaimStatus:
    if claim.pending is not None and not claim.successor:
        return _PENDING[claim.pending.state]
    if (
        claim.posted
    ):  # also where a person had rejected it, or a later version has its place: the money is in the ledger
        return "posted" if claim.complete else "part_posted"
    if claim.successor:
        return "superseded"
    return "rejected" if claim.rejected else claim.verdict or "received"


_PENDING: dict[PartState, ClaimStatus] = {
    "requested": "posting",
    "refused": "posting_failed",
    "unknown": "posting_unknown",
    "withdrawn": "posting",
    "posted": "posting",
}
