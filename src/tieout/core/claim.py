"""The life of a claim: received, tied out as often as the evidence changes, posted once. The fold of its events."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal, assert_never
from uuid import UUID

from tieout.core import ids
from tieout.core.actions import Action, ActionKind
from tieout.core.claim_events import (
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
from tieout.core.delivery import Delivery, evolved
from tieout.core.documents import Document, Invoice
from tieout.core.issued import delivery_payload, issued
from tieout.core.ranking import Urgency
from tieout.core.verdict import PostingLine, Status
from tieout.core.voucher import voucher

ClaimStatus = Literal[
    "received",
    "clear",
    "posting",
    "posted",
    "part_posted",
    "waiting",
    "held",
    "rejected",
    "posting_failed",
    "posting_unknown",
    "superseded",
]
PartState = Literal["requested", "refused", "unknown", "withdrawn", "posted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedPart:
    """One posting of (a part of) the claim and how it stands; `ref` is the outer system's number once posted.

    `delivery` is how what it issues goes to the customer, "" where it goes to nobody; `posted_at` when the outer system had
    it.
    """

    action_id: UUID
    part: int
    lines: tuple[PostingLine, ...]
    final: bool
    verdict_sha: str
    state: PartState
    ref: str = ""
    reason: str = ""
    delivery: str = ""
    posted_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimState:
    """A claim as of its last event.

    `verdict` is the last verdict's status, None before the first. `due_at`: tie it out again then, None: only when
    evidence comes. `posted` are the parts that the outer system has, `pending` the one it is asked for (also when it
    refused or did not answer), `withdrawn` the last that was taken back before it began. `complete`: nothing is left
    to post. `rejected` is why a person sent it back, "" if nobody did. `delivery` is how the paper goes to the customer by
    the last verdict, `deliveries` how each posted part has gone: they change nothing about what is posted. `urgency` orders
    its cases; `followed`: a posting has the claim tied out again, since the books are expected to have it then.
    """

    id: UUID
    tenant: str
    key: str
    kind: str
    number: str
    received_at: datetime
    entity: str = ""
    supplier: str = ""
    status: ClaimStatus = "received"
    verdict: Status | None = None
    verdict_sha: str = ""
    due_at: datetime | None = None
    posted: tuple[PostedPart, ...] = ()
    pending: PostedPart | None = None
    withdrawn: PostedPart | None = None
    complete: bool = False
    rejected: str = ""
    successor: str = ""
    delivery: str = ""
    deliveries: tuple[Delivery, ...] = ()
    urgency: Urgency | None = None
    followed: bool = False
    version: int = 1

    @property
    def over(self) -> bool:
        """Whether it is not tied out any more: superseded, or sent back by a person."""
        return bool(self.successor or self.rejected)

    @property
    def posted_lines(self) -> tuple[PostingLine, ...]:
        """All lines that the outer system has: the dossier's `posted`."""
        return tuple(line for part in self.posted for line in part.lines)

    @property
    def posted_at(self) -> datetime | None:
        """When its last part was posted; None before the first."""
        return max((part.posted_at for part in self.posted if part.posted_at is not None), default=None)

    @property
    def resent_at(self) -> datetime | None:
        """When what was posted was last sent to the customer again; None where it was sent once, or never."""
        again = (known.asked_at for known in self.deliveries if known.attempt > 1)
        return max((moment for moment in again if moment is not None), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lanes:
    """Which connector's lane each kind of action goes to.

    `own` are (system, lane) pairs: what came from such a system is posted there, by its own lane, and nowhere else.
    """

    posting: str = "erp"
    supplier: str = "supplier"
    delivery: str = "delivery"
    own: tuple[tuple[str, str], ...] = ()

    def of(self, key: str) -> str:
        """The lane to which the claim with this source key ("stripe/invoice/in_1@2") is posted."""
        return dict(self.own).get(key.partition("/")[0], self.posting)


LANES: Final = Lanes()


def posting_id(claim_id: UUID, part: int, lines: Iterable[PostingLine]) -> UUID:
    """The id of posting these lines as this part of a claim: the same lines in any order are the same act."""
    return ids.derive("posting", str(claim_id), str(part), *sorted(_line_key(line) for line in lines))


def _line_key(line: PostingLine) -> str:
    quantity = "" if line.quantity is None else f"{line.quantity.normalize():f} {line.unit}"
    return "\x1e".join(
        (line.claim_line, line.kind, line.description, str(line.net), str(line.tax), quantity, line.order, line.line)
    )


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
        supplier=event.supplier,
    )


def evolve(claim: ClaimState | None, event: ClaimEvent) -> ClaimState:
    """The claim after an event: total, never refuses. `claim` is None for `ClaimReceived` only, which begins it."""
    if isinstance(event, ClaimReceived):
        return claim or receive(event)
    assert claim is not None, f"{type(event).__name__} before ClaimReceived"
    changed = _changed(claim, event)
    return replace(changed, status=_status(changed), version=claim.version + 1)


def _changed(claim: ClaimState, event: ClaimEvent) -> ClaimState:
    match event:
        case ClaimReceived():
            return claim
        case ClaimTiedOut():
            return replace(
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
            return replace(claim, pending=_requested(event), withdrawn=withdrawn, complete=False)
        case PostingWithdrawn() | Posted() | PostingRefused() | PostingUnknown():
            return _posting(claim, event)
        case DeliveryRequested() | Delivered() | DeliveryRefused() | DeliveryUnknown():
            return replace(claim, deliveries=evolved(claim.deliveries, event))
        case ClaimRejected() | ClaimReopened():
            sent_back = isinstance(event, ClaimRejected)
            reason = event.reason or "rejected"
            return replace(claim, rejected=reason if sent_back else "", due_at=None if sent_back else event.at)
        case RetieRequested():
            return replace(claim, due_at=event.due_at)
        case Superseded():
            return replace(claim, successor=event.successor, due_at=None)
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
            return replace(claim, pending=pending, withdrawn=replace(part, state="withdrawn", reason=event.reason))
        case Posted():
            done = replace(part, state="posted", ref=event.ref, reason="", posted_at=event.at)
            withdrawn = None if claim.withdrawn is part else claim.withdrawn
            return replace(
                claim, pending=pending, withdrawn=withdrawn, posted=(*claim.posted, done), complete=part.final
            )
        case PostingRefused():
            return replace(claim, pending=replace(part, state="refused", reason=event.reason))
        case PostingUnknown():
            return replace(claim, pending=replace(part, state="unknown", reason=event.hint))
        case _:
            assert_never(event)


def part_of(claim: ClaimState, action_id: UUID) -> PostedPart | None:
    """The part that is asked for, or was taken back, under this action id; None also where it is posted already."""
    known = (claim.pending, claim.withdrawn)
    return next((part for part in known if part is not None and part.action_id == action_id), None)


def _status(claim: ClaimState) -> ClaimStatus:
    if claim.successor:
        return "superseded"
    if claim.pending is not None:
        return _PENDING[claim.pending.state]
    if claim.rejected:
        return "rejected"
    if claim.posted:
        return "posted" if claim.complete else "part_posted"
    return claim.verdict or "received"


_PENDING: dict[PartState, ClaimStatus] = {
    "requested": "posting",
    "refused": "posting_failed",
    "unknown": "posting_unknown",
    "withdrawn": "posting",
    "posted": "posting",
}


def react(claim: ClaimState, event: ClaimEvent, document: Document, *, lanes: Lanes = LANES) -> tuple[Action, ...]:
    """What the world must do because of this event: post a voucher, deliver what was issued. Never called on replay.

    What is to be done is complete in the action's payload. Raises `AssertionError` for a paper that is no invoice.
    """
    match event:
        case PostingRequested():
            assert isinstance(document, Invoice), f"{claim.key} is no invoice and cannot be posted"
            payload = voucher(document, event.lines, event.part, event.action_id, claim=claim.key, final=event.final)
            return (_action(claim, event, "post_voucher", lanes.of(claim.key), payload),)
        case DeliveryRequested():
            assert isinstance(document, Invoice), f"{claim.key} is no invoice and cannot be delivered"
            return (_action(claim, event, "deliver_invoice", lanes.delivery, _delivery(claim, event, document)),)
        case _:
            return ()


def _action(
    claim: ClaimState, event: PostingRequested | DeliveryRequested, kind: ActionKind, lane: str, payload: str
) -> Action:
    return Action(id=event.action_id, kind=kind, claim=claim.key, lane=lane, payload=payload, due_at=event.at)


def _delivery(claim: ClaimState, event: DeliveryRequested, document: Invoice) -> str:
    paper = issued_part(claim, event.posting, document, to=event.to)
    return delivery_payload(paper, event.action_id, to=event.to, claim=claim.key, attempt=event.attempt)


def issued_part(claim: ClaimState, posting: UUID, document: Invoice, *, to: str = "") -> Invoice:
    """The paper that a posting of this claim issued, with the customer's order number that its delivery has found out.

    Raises `AssertionError` where the claim has no such posting.
    """
    number = next((number for number, part in enumerate(claim.posted) if part.action_id == posting), None)
    assert number is not None, f"{claim.key} has not posted {posting}"
    part, before = claim.posted[number], claim.posted[:number]
    earlier = tuple(line for each in before for line in each.lines)
    found = next((known.customer_order for known in claim.deliveries if known.posting == posting), "")
    document = replace(document, customer_order=found or document.customer_order)
    return issued(document, part.lines, part=part.part, earlier=earlier, to=to)
