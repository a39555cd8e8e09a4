"""The life of a claim: received, tied out as often as the evidence changes, posted once. The fold of its events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from tieout.core.claim.delivery import Delivery
from tieout.core.tie_out.follows import Urgency
from tieout.core.tie_out.verdict import PostingLine, Status
from tieout.core.values.made import made_often

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


@made_often
@dataclass(frozen=True, slots=True, kw_only=True)
class PostedPart:
    """One posting of (a part of) the claim and its state; `ref` is the external system's number once posted.

    `delivery` is how what it issues goes to the customer, "" where it goes to nobody; `posted_at` when the external
    system posted it.
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


@made_often
@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimState:
    """A claim as of its last event.

    `verdict` is the last verdict's status, None before the first. `due_at`: tie it out again then, None: only when
    evidence comes. `posted` are the parts that the external system has, `pending` the one it is asked for (also when it
    refused or did not answer), `withdrawn` the last that was taken back before it began. `complete`: nothing is left
    to post. `rejected` is why a person sent it back, "" if nobody did. `delivery` is how the document goes to the customer by
    the last verdict, `deliveries` how each posted part has gone: they change nothing about what is posted. `urgency` orders
    its cases; `followed`: a posting has the claim tied out again, since the general ledger is expected to show it then.
    """

    id: UUID
    tenant: str
    key: str
    kind: str
    number: str
    received_at: datetime
    entity: str = ""
    counterparty: str = ""
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
    def rejected_by_verdict(self) -> bool:
        """Whether its verdict rejects it, as that of a copy does, and no person has."""
        return self.status == "rejected" and not self.rejected

    @property
    def posted_lines(self) -> tuple[PostingLine, ...]:
        """All lines that the external system has: the dossier's `posted`."""
        return tuple(line for part in self.posted for line in part.lines)

    @property
    def posted_at(self) -> datetime | None:
        """When its last part was posted; None before the first."""
        return max((part.posted_at for part in self.posted if part.posted_at is not None), default=None)

    @property
    def resent_at(self) -> datetime | None:
        """When what was posted was last sent to the customer again; None where it was sent once, or never."""
        again = (delivery.asked_at for delivery in self.deliveries if delivery.attempt > 1)
        return max((moment for moment in again if moment is not None), default=None)
