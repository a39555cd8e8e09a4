"""The external system of a scenario: books every voucher once by its reference, and fails on demand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

from tieout.core.case.claim_change import ClaimChange
from tieout.core.case.concluded import concluded
from tieout.core.outbox.action import Action, Done, Outcome, Rejected, Unknown
from tieout.core.values.errors import Malformed

RETRY: Final = timedelta(minutes=5)
MOODS: Final = (
    "works",
    "times out after accepting",
    "times out before accepting",
    "rejects",
    "down",
    "finds several",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """A voucher as the external system has it."""

    number: str
    action: Action
    voucher: dict[str, Any]


@dataclass(slots=True, kw_only=True)
class ScriptedTarget:
    """`mood` is how it behaves now; `booked` are its vouchers, by our reference. `attempts` counts creates, also failed ones.

    `reason` is given when it rejects.
    """

    idempotent: Literal[True] = True
    queue: str = "erp"
    mood: str = "works"
    booked: dict[UUID, Booked] = field(default_factory=dict)
    attempts: int = 0
    reason: str = ""

    def behave(self, mood: str) -> None:
        """Sets the mood; the reason of a rejection may follow ("rejects: missing PO reference"). Raises `Malformed`."""
        mood, _, self.reason = (part.strip() for part in mood.partition(":"))
        if mood not in MOODS:
            raise Malformed(
                "{mood!r} is not a behaviour of the target", remedy="one of: {moods}", mood=mood, moods=", ".join(MOODS)
            )
        self.mood = mood

    def find(self, actions: Sequence[Action]) -> Sequence[Outcome | None]:
        """Its documents under our references."""
        return [self._looked_up(action) for action in actions]

    def _looked_up(self, action: Action) -> Outcome | None:
        if self.mood == "down":
            return Unknown(hint="the target does not answer")
        if self.mood == "finds several":
            return Unknown(hint="two documents carry this reference", ambiguous=True)
        booked = self.booked.get(action.id)
        return None if booked is None else Done(ref=booked.number)

    def perform(self, actions: Sequence[Action]) -> Sequence[Outcome]:
        """Books every action, or fails as its mood says: once, then it works again."""
        return [self._performed(action) for action in actions]

    def _performed(self, action: Action) -> Outcome:
        self.attempts += 1
        mood, self.mood = self.mood, "works" if self.mood != "down" else "down"
        match mood:
            case "rejects":
                return Rejected(reason=self.reason or "period is closed")
            case "down" | "times out before accepting":
                return Unknown(hint="no answer within the time limit")
            case _:
                assert action.id not in self.booked, f"action {action.id} is booked twice"
                number = f"DOC-{len(self.booked) + 1}"
                self.booked[action.id] = Booked(number=number, action=action, voucher=json.loads(action.payload))
                return Unknown(hint="no answer within the time limit") if mood != "works" else Done(ref=number)


@dataclass(slots=True, kw_only=True)
class ActionJob:
    """An action and when it is due; None: no longer. "unknown": it was tried, and the outcome is not known."""

    action: Action
    claim: str
    due_at: datetime | None
    state: Literal["due", "begun", "unknown", "done", "refused", "withdrawn"] = "due"

    @property
    def withdrawn(self) -> bool:
        """Whether it was withdrawn."""
        return self.state == "withdrawn"

    def again(self, action: Action, at: datetime) -> None:
        """It is due (again)."""
        self.action, self.due_at, self.state = action, at, "due"

    def ended(self, state: Literal["unknown", "done", "refused", "withdrawn"]) -> None:
        """It is closed."""
        self.due_at, self.state = None, state

    def answered(self, answer: Outcome, at: datetime) -> None:
        """Its state after an answer; a missing answer is asked for again."""
        match answer:
            case Done():
                self.ended("done")
            case Rejected():
                self.ended("refused")
            case Unknown(ambiguous=True):
                self.ended("unknown")
            case _:
                self.due_at = at + RETRY


def act(jobs: dict[UUID, ActionJob], source: str, change: ClaimChange, *, at: datetime) -> None:
    """Records which actions a change of a claim adds, withdraws, retries or concludes."""
    for action_id in change.withdrawn:
        jobs[action_id].ended("withdrawn")
    for action in change.actions:
        job = jobs.get(action.id)
        if job is None:
            jobs[action.id] = ActionJob(action=action, claim=source, due_at=max(action.due_at, at))
        elif job.state in {"withdrawn", "refused"}:
            job.again(action, max(action.due_at, at))
    for action_id in change.retried:
        job = jobs[action_id]
        if job.state in {"withdrawn", "refused"}:
            job.again(job.action, at)
    for end in concluded(change):
        if end.action in jobs and jobs[end.action].state != "done":
            jobs[end.action].ended(end.state)
