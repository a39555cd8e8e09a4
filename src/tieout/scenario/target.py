"""The outer system of a scenario: books vouchers once by their reference, and misbehaves on order."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

from tieout.core.case.concluded import concluded
from tieout.core.case.settlement import Settlement
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
    """A voucher as the outer system has it."""

    number: str
    action: Action
    voucher: dict[str, Any]


@dataclass(slots=True, kw_only=True)
class ScriptedTarget:
    """`mood` is how it behaves now; `booked` what it has, by our reference. `attempts` counts creates, also failed ones.

    `reason` is what it says when it rejects.
    """

    lane: str = "erp"
    mood: str = "works"
    booked: dict[UUID, Booked] = field(default_factory=dict)
    attempts: int = 0
    reason: str = ""

    def behave(self, mood: str) -> None:
        """Sets the mood; what it rejects with may follow ("rejects: missing PO reference"). Raises `Malformed`."""
        mood, _, self.reason = (part.strip() for part in mood.partition(":"))
        if mood not in MOODS:
            raise Malformed(f"{mood!r} is not a mood of the target", remedy=f"one of: {', '.join(MOODS)}")
        self.mood = mood

    def find(self, actions: Sequence[Action]) -> Sequence[Outcome | None]:
        """What it has under our references."""
        return [self._found(action) for action in actions]

    def _found(self, action: Action) -> Outcome | None:
        if self.mood == "down":
            return Unknown(hint="the target does not answer")
        if self.mood == "finds several":
            return Unknown(hint="two documents carry this reference", ambiguous=True)
        known = self.booked.get(action.id)
        return None if known is None else Done(ref=known.number)

    def perform(self, actions: Sequence[Action]) -> Sequence[Outcome]:
        """Books each action, or does what its mood says. A mood that fails does so once and then works again."""
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
class Errand:
    """An action and when it is to be tried; None: not any more. "unknown": tried, and nobody can tell how that ended."""

    action: Action
    claim: str
    due_at: datetime | None
    state: Literal["due", "begun", "unknown", "done", "refused", "withdrawn"] = "due"

    @property
    def withdrawn(self) -> bool:
        """Whether it was taken back."""
        return self.state == "withdrawn"

    def again(self, action: Action, at: datetime) -> None:
        """It is to be done (again)."""
        self.action, self.due_at, self.state = action, at, "due"

    def ended(self, state: Literal["unknown", "done", "refused", "withdrawn"]) -> None:
        """Nothing is to be done about it any more."""
        self.due_at, self.state = None, state

    def answered(self, answer: Outcome, at: datetime) -> None:
        """How it stands after an answer; one that nobody gave is asked for again."""
        match answer:
            case Done():
                self.ended("done")
            case Rejected():
                self.ended("refused")
            case Unknown(ambiguous=True):
                self.ended("unknown")
            case _:
                self.due_at = at + RETRY


def act(errands: dict[UUID, Errand], source: str, settled: Settlement, *, at: datetime) -> None:
    """Notes what external systems must do for a claim, or not any more, because of a settlement."""
    for action_id in settled.withdrawn:
        errands[action_id].ended("withdrawn")
    for action in settled.actions:
        errand = errands.get(action.id)
        if errand is None:
            errands[action.id] = Errand(action=action, claim=source, due_at=max(action.due_at, at))
        elif errand.state in {"withdrawn", "refused"}:
            errand.again(action, max(action.due_at, at))
    for action_id in settled.retried:
        errand = errands[action_id]
        if errand.state in {"withdrawn", "refused"}:
            errand.again(errand.action, at)
    for end in concluded(settled):
        if end.action in errands and errands[end.action].state != "done":
            errands[end.action].ended(end.state)
