"""Postings whose outcome a person confirmed: their actions end too, whatever the external system answers later."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple
from uuid import UUID

from tieout.core.case.claim_change import ClaimChange
from tieout.core.claim.events import Posted, PostingRefused
from tieout.core.values.event import by_person


class Concluded(NamedTuple):
    """How an action ended by a person's confirmation; `ref` is the external number, `reason` why it was refused."""

    action: UUID
    state: Literal["done", "refused"]
    ref: str
    reason: str


def concluded(claim_change: ClaimChange) -> Iterator[Concluded]:
    """The actions that this settlement ends by a person's confirmation."""
    for event in claim_change.claim_events:
        if isinstance(event, Posted) and by_person(event):
            yield Concluded(event.action_id, "done", event.ref, "")
        elif isinstance(event, PostingRefused) and by_person(event):
            yield Concluded(event.action_id, "refused", "", event.reason)
