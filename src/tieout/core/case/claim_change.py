"""What one transaction must write: a claim, its cases, their events, and what external systems must do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from tieout.core.case.events import CaseEvent
from tieout.core.case.evolve import evolve
from tieout.core.case.react import react
from tieout.core.case.state import Case
from tieout.core.claim.events import ClaimEvent, DeliveryRequested, PostingRequested, PostingWithdrawn
from tieout.core.claim.evolve import evolve as evolve_claim
from tieout.core.claim.react import react as react_claim
from tieout.core.claim.state import ClaimState
from tieout.core.documents.acceptance import Release
from tieout.core.documents.kind import Document
from tieout.core.findings.catalogue import KERNEL, Catalogue
from tieout.core.outbox.action import Action
from tieout.core.outbox.queue import ROUTING, Routing
from tieout.core.tie_out.actions import Actions, PlainActions
from tieout.core.tie_out.correspondence import Correspondence, nobody
from tieout.core.values.clock import Clock
from tieout.core.values.made import made_often

# Causes that are not findings of a verdict: they come from the answers of external systems, and only those end them.
POSTING: Final = "posting"
DEBIT: Final = "debit"
MESSAGE: Final = "message"
DELIVERY: Final = "dispatch"
TWICE: Final = "posted twice"
EXTERNAL_CAUSES: Final = frozenset({POSTING, DEBIT, MESSAGE, DELIVERY, TWICE})
# How long look-ups may go on before a person is asked what came of it.
LOOK_UP_WITHIN: Final = Clock(amount=2, unit="h")
NOTHING_GOES_OUT: Final = PlainActions()
"""For changes that neither post nor write to anybody: a timer that is due, a claim that is superseded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseChange:
    """A case as it is after `events`."""

    case: Case
    events: tuple[CaseEvent, ...]


@made_often
@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimChange:
    """Everything that one transaction must write, and nothing else.

    `claim` is the claim after `claim_events`. `actions` are to be inserted; one whose id is stored already as withdrawn
    or refused becomes due again, one that is stored in any other state stays as it is. `withdrawn` are ids of actions
    that must not begin any more, `retried` ids of actions that become due again. `documents` are acceptances, to be
    stored as evidence of the claim (one whose number is stored already gets a new version). `tie_out`: tie the claim
    out again at once. `due_at`: when the clock next demands anything of the claim or one of its cases, None if only
    evidence or people can.
    """

    claim: ClaimState
    claim_events: tuple[ClaimEvent, ...] = ()
    cases: tuple[CaseChange, ...] = ()
    actions: tuple[Action, ...] = ()
    withdrawn: tuple[UUID, ...] = ()
    documents: tuple[Release, ...] = ()
    retried: tuple[UUID, ...] = ()
    tie_out: bool = False
    due_at: datetime | None = None

    def __bool__(self) -> bool:
        """Whether anything happened."""
        return bool(self.claim_events or self.cases)


class Page:
    """A settlement in the making: events go in, and are folded and reacted to at once."""

    def __init__(
        self,
        claim: ClaimState,
        cases: Mapping[str, Case],
        document: Document | None,
        *,
        actions: Actions,
        begun: Iterable[UUID] = (),
        routing: Routing = ROUTING,
        catalogue: Catalogue = KERNEL,
        other_side: Callable[[], Correspondence] = nobody,
    ) -> None:
        self.claim = claim
        self.other_side = other_side
        self.catalogue = catalogue
        self.cases = {name: cases[name] for name in sorted(cases)}
        self.begun = frozenset(begun)
        self.documents: list[Release] = []
        self.retried: list[UUID] = []
        self.tie_out = False
        self.looked_at: datetime | None = None
        self._before = cases
        self._document = document
        self.actions = actions
        self._routing = routing
        self._claim_events: list[ClaimEvent] = []
        self._case_events: dict[str, list[CaseEvent]] = {}
        self._actions: list[Action] = []
        self._withdrawn: list[UUID] = []

    def claimed(self, event: ClaimEvent) -> None:
        """Applies an event to the claim."""
        self.claim = evolve_claim(self.claim, event)
        self._claim_events.append(event)
        if isinstance(event, PostingWithdrawn):
            self._withdrawn.append(event.action_id)
        asks = isinstance(event, PostingRequested | DeliveryRequested)
        assert self._document is not None or not asks, "nothing is posted or delivered without the document"
        if self._document is not None:
            self._actions += react_claim(self.claim, event, self._document, actions=self.actions, routing=self._routing)

    def happened(self, name: str, events: Iterable[CaseEvent]) -> None:
        """Applies events to a case (by its id as text)."""
        for event in events:
            case = self.cases[name] = evolve(self.cases.get(name), event)
            self._case_events.setdefault(name, []).append(event)
            self._actions += react(
                case, event, claim=self.claim, actions=self.actions, routing=self._routing, other_side=self.other_side
            )

    def claim_change(self) -> ClaimChange:
        """The finished settlement. Asserts that no case is left without an owner or a timer."""
        for name in self._case_events:
            assert is_looked_after(self.cases[name]), f"case {name} is left without owner or timer"
        gone = [draft for name in self._case_events for draft in self._stale_drafts(name)]
        withdrawn = tuple(act for act in dict.fromkeys((*self._withdrawn, *gone)) if act not in self.begun)
        # What was asked for and taken back in the same change never reaches an external system.
        actions = tuple(action for action in self._actions if action.id not in withdrawn or self._wanted(action.id))
        return ClaimChange(
            claim=self.claim,
            claim_events=tuple(self._claim_events),
            cases=tuple(
                CaseChange(case=self.cases[name], events=tuple(events))
                for name, events in sorted(self._case_events.items())
            ),
            actions=actions,
            withdrawn=tuple(act for act in withdrawn if not self._wanted(act)),
            documents=tuple(self.documents),
            retried=tuple(self.retried),
            tie_out=self.tie_out,
            due_at=next_at(self.claim, self.cases.values(), after=self.looked_at),
        )

    def _wanted(self, action_id: UUID) -> bool:
        return self.claim.pending is not None and self.claim.pending.action_id == action_id

    def _stale_drafts(self, name: str) -> Iterable[UUID]:
        kept = {draft.action_id for draft in self.cases[name].drafted}
        before = self._before.get(name)
        return [draft.action_id for draft in (before.drafted if before else ()) if draft.action_id not in kept]


def is_looked_after(case: Case) -> bool:
    """Whether a case has ended, or waits with a timer, or has both an owner queue and a time limit."""
    if case.ended:
        return True
    if case.state == "waiting":
        return case.wait_until is not None
    return bool(case.queue) and case.due_at is not None and bool(case.ladder)


def next_at(claim: ClaimState, cases: Iterable[Case], *, after: datetime | None = None) -> datetime | None:
    """When the clock next demands anything of a claim or one of its cases; only what is later than `after`, where given."""
    moments = [claim.due_at, *(case.next_at for case in cases)]
    later = (moment for moment in moments if moment is not None and (after is None or moment > after))
    return min(later, default=None)
