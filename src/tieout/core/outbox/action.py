"""Actions: what an external system must do once; outcomes: how it ended. A time-out is Unknown, not a failure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from tieout.core.values.made import made_often

ActionKind = Literal["post_voucher", "post_debit_note", "message", "deliver"]


@made_often
@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """`id` is derived from the event that asked for it and travels to the external system as our reference.

    `payload` is canonical JSON text: what to do, complete, so that the performer reads nothing else.
    """

    id: UUID
    kind: ActionKind
    claim: str
    queue: str
    payload: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The external system did it; `ref` is its own number for it."""

    ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """The external system refused; `reason` in its words."""

    reason: str
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """The outcome is not known: look it up before anything else. `ambiguous` when the look-up itself found several.

    `down`: the external system could not be reached at all, which is a trouble of its queue and not of this action.
    """

    hint: str
    ambiguous: bool = False
    down: bool = False


Outcome = Done | Rejected | Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """Handed over and not yet answered. Not final: only the target's answer, or too long without one, is an `Outcome`.

    `trace` is where it lies, in the target's words ("outbox/….json").
    """

    trace: str = ""


Answer = Outcome | Sent
