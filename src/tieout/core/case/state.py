"""What a case is: the fold of its events, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from tieout.core.case.events import FindingBrief, Message
from tieout.core.documents.acceptance import Release
from tieout.core.values import ids
from tieout.core.values.made import made_often
from tieout.core.values.money import Money

State = Literal["waiting", "open", "assigned", "asked", "resolved", "rejected"]
STATES: Final[tuple[State, ...]] = ("waiting", "open", "assigned", "asked", "resolved", "rejected")
ENDED: Final[frozenset[State]] = frozenset({"resolved", "rejected"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question that the other side has not answered yet."""

    action_id: UUID
    message: Message
    asked_at: datetime
    until: datetime


@made_often
@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One cause of one claim.

    `queue` owns it now; `home` is the queue that policy named (a person may have handed it elsewhere). `ladder` are the
    instants of escalation, `level` how many levels were reached, `due_at` when it must be answered (the time limit, or the
    end of the wait in state waiting). `wait_until` and `wait_keys`: what evidence may still come
    (`deferred`: a person chose that day). `drafted` is a
    message that nobody has sent, `asked` are unanswered questions, `told` is the last status that the other side was informed of;
    `unanswered`: a letter with a question was out when the case ended.
    `resolution` was chosen by `chosen_by`, with the words (or the external number) of `chosen_note`. `acts` are ids of
    actions that this case asked for. `touches` counts how often a person had to act; several events of one actor at one
    instant are one touch.
    """

    id: UUID
    tenant: str
    claim: str
    cause: str
    opened_at: datetime
    state: State = "open"
    code: str = ""
    queue: str = ""
    home: str = ""
    sla: str = ""
    due_at: datetime | None = None
    ladder: tuple[datetime, ...] = ()
    level: int = 0
    watchers: tuple[str, ...] = ()
    findings: tuple[FindingBrief, ...] = ()
    at_stake: Money | None = None
    wait_until: datetime | None = None
    wait_keys: tuple[str, ...] = ()
    wait_label: str = ""
    deferred: bool = False
    assignee: str = ""
    handed_from: str = ""
    drafted: tuple[Asked, ...] = ()
    asked: tuple[Asked, ...] = ()
    releases: tuple[Release, ...] = ()
    resolution: str = ""
    chosen_by: str = ""
    chosen_note: str = ""
    resolved_by: str = ""
    resolved_at: datetime | None = None
    debit: UUID | None = None
    told: str = ""
    unanswered: bool = False
    acts: tuple[UUID, ...] = ()
    paused_since: datetime | None = None
    paused_minutes: int = 0
    reopened: int = 0
    touches: int = 0
    touched: tuple[datetime, str] | None = None
    version: int = 1

    @property
    def ended(self) -> bool:
        """Whether nobody needs to do anything about it any more."""
        return self.state in ENDED

    @property
    def next_at(self) -> datetime | None:
        """When the clock next demands something of this case; None when it has ended or every escalation level was reached."""
        if self.ended:
            return None
        if self.state == "waiting":
            return self.wait_until
        if self.state == "asked":
            return min((question.until for question in self.asked), default=self.due_at)
        return self.ladder[self.level] if self.level < len(self.ladder) else None


def case_id(tenant: str, claim: str, cause: str) -> UUID:
    """The id of the case of this cause of this claim (its source key as text)."""
    return ids.derive("case", tenant, claim, cause)
