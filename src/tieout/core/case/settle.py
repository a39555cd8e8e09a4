"""The one way in: what a verdict, a command, an outcome or a clock does to a claim and its cases.

settle(claim, cases, document, verdict, verdict_sha, *, at, begun=frozenset(), lanes=Lanes()) -> Settlement
obey(claim, cases, case_id, command, *, at, by, document, given=Circumstances(), lanes=Lanes()) -> Settlement
outcome(claim, cases, action, outcome, *, at, document, hours=Hours(), lanes=Lanes()) -> Settlement
due(claim, cases, *, at, hours=Hours()) -> Settlement        (tie_out says: tie the claim out again)
supersede(claim, cases, successor, *, at, begun=frozenset()) -> Settlement

`cases` is by case id as text, all cases of the claim; `begun` are ids of actions that are being performed and can no
longer be withdrawn. The claim and its cases are locked by the caller; nothing here reads or writes anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tieout.core.actions import Action
from tieout.core.case.events import CaseEvent
from tieout.core.case.state import Case
from tieout.core.claim import ClaimState
from tieout.core.claim_events import ClaimEvent
from tieout.core.documents import Release


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseChange:
    """A case as it is after `events`."""

    case: Case
    events: tuple[CaseEvent, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """Everything that one transaction must write, and nothing else.

    `claim` is the claim after `claim_events`. `actions` are to be inserted; one whose id is there already as withdrawn
    or refused becomes due again, one that is there in any other state stays as it is. `withdrawn` are ids of actions
    that must not begin any more. `documents` are releases, to be stored as evidence of the claim (a release that is
    there already by its number gets a new version). `tie_out`: tie the claim out again at once. `due_at`: when the
    clock next demands anything of the claim or one of its cases, None if only evidence or people can.
    """

    claim: ClaimState
    claim_events: tuple[ClaimEvent, ...] = ()
    cases: tuple[CaseChange, ...] = ()
    actions: tuple[Action, ...] = ()
    withdrawn: tuple[UUID, ...] = ()
    documents: tuple[Release, ...] = ()
    tie_out: bool = False
    due_at: datetime | None = None

    def __bool__(self) -> bool:
        """Whether anything happened."""
        return bool(self.claim_events or self.cases)
