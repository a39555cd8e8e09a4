"""What happens to a case. The state of a case is derived from these; nothing else changes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from tieout.core.documents.acceptance import Release
from tieout.core.findings.code import Stage
from tieout.core.values.event import Event
from tieout.core.values.money import Money
from tieout.core.values.sentence import Wordings


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingBrief:
    """What a case keeps of a finding: enough to decide on it and to show it; the verdict has the rest.

    `message` is the sentence that a release before 0.2 stored; today it is made from code and numbers, and stored nowhere.
    `queue` is who policy says must answer it. `evidence_hash` is of the finding's own numbers: acceptances are bound to it.
    """

    code: str
    where: str
    stage: Stage
    queue: str
    evidence_hash: str = ""
    at_stake: Money | None = None
    message: str = ""
    expected: str = ""
    actual: str = ""
    variance: str = ""
    limit: str = ""
    numbers: tuple[tuple[str, str], ...] = ()
    releasable: bool = True
    resolutions: tuple[str, ...] = ()
    peppol: str = ""
    words: Wordings = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message to the counterparty: a letter, with its Peppol response codes. Same case, codes and words: same `id`.

    `to` is the address that it goes to, `on_record` whether that stands in our record or only on the document itself; `lines` are
    what differs, within `text`. What a release before 0.2 stored has neither subject nor address.
    """

    id: UUID
    status: str
    reason: str
    action: str
    text: str
    lines: tuple[str, ...] = ()
    subject: str = ""
    language: str = ""
    to: str = ""
    on_record: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpened(Event):
    """A cause of a claim needs an answer. `claim` is the claim's source key as text."""

    case_id: UUID
    tenant: str
    claim: str
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingsChanged(Event):
    """The findings of the cause are now these, the most severe first; `at_stake` is their total amount."""

    findings: tuple[FindingBrief, ...]
    at_stake: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRouted(Event):
    """The case has an owner: queue `queue` for code `code`, to be answered by `due_at`.

    `ladder` are the times of the four escalation levels: 50, 80, 100 and 150 % of the time allowed. `home` is the queue that policy named
    (a person may have handed the case elsewhere). `sla` in words ("1 bd").
    """

    code: str
    queue: str
    home: str
    sla: str
    due_at: datetime
    ladder: tuple[datetime, ...]
    watchers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitStarted(Event):
    """Evidence may still come until `until`. `silent`: no person is asked meanwhile. `label` is the kind of wait ("WAIT-SYNC")."""

    code: str
    until: datetime
    keys: tuple[str, ...] = ()
    silent: bool = False
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitEnded(Event):
    """The wait is over: evidence came, the time ran out, or the finding changed."""

    reason: Literal["answered", "expired", "changed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOff(Event):
    """The case has another code and owner, because the evidence changed or a person decided it. CaseRouted follows."""

    from_code: str
    to_code: str
    from_queue: str
    queue: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOffWithdrawn(Event):
    """The evidence came late and cleared what had been handed off to `queue`."""

    code: str
    queue: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned(Event):
    """A person has taken it; `assignee` "" gives it back to the queue."""

    assignee: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted(Event):
    """A person added a note."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDrafted(Event):
    """A message to the counterparty is drafted; nobody has sent it."""

    action_id: UUID
    message: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterpartyAsked(Event):
    """The counterparty was asked; the time limit is paused until the answer, at most until `until`."""

    action_id: UUID
    message: Message
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterpartyInformed(Event):
    """The counterparty was informed of something that needs no answer (accepted, rejected)."""

    action_id: UUID
    message: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterpartyAnswered(Event):
    """The counterparty has answered: the time limit counts again, later by the pause.

    `paused_minutes` are minutes of business hours. `ladder`: as in CaseRouted.
    """

    message_ids: tuple[UUID, ...]
    answer: str
    due_at: datetime
    ladder: tuple[datetime, ...]
    paused_minutes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterpartySilent(Event):
    """No answer came in time: the time limit counts again, and the question may be asked again. `ladder`: as in CaseRouted."""

    message_ids: tuple[UUID, ...]
    due_at: datetime
    ladder: tuple[datetime, ...]
    paused_minutes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingReleased(Event):
    """A person accepted a finding on this evidence, up to a limit, until a day. `release` is the acceptance: evidence of the claim."""

    release: Release


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseRevoked(Event):
    """The acceptance was revoked."""

    number: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolutionChosen(Event):
    """Somebody chose a resolution; the case closes when the documents show it. Not `final`: a second person must agree.

    `fields` are the further details that the resolution asked for, by name.
    """

    version: ClassVar[int] = 2
    resolution: str
    note: str = ""
    final: bool = True
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DebitNoteRequested(Event):
    """A short payment: after the claim was posted whole, `amount` is claimed from the counterparty with a debit note."""

    action_id: UUID
    amount: Money
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActDone(Event):
    """An action that this case requested from an external system is done, under its own number `ref`."""

    action_id: UUID
    ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalated(Event):
    """An escalation level is reached: 1 owner, 2 backup and lead, 3 breach, 4 process owner. By a person: with a reason."""

    level: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResolved(Event):
    """The case is closed. `by` is "world" where evidence cleared it, else the person who closed it.

    `touches` is how often people had to act.
    """

    by: str
    resolution: str
    touches: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRejected(Event):
    """The case is closed because the document was rejected."""

    reason: str
    touches: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReopened(Event):
    """The closed case is open again. CaseRouted or WaitStarted follows."""

    reason: str


CaseEvent = (
    CaseOpened
    | FindingsChanged
    | CaseRouted
    | WaitStarted
    | WaitEnded
    | HandedOff
    | HandOffWithdrawn
    | Assigned
    | Noted
    | MessageDrafted
    | CounterpartyAsked
    | CounterpartyInformed
    | CounterpartyAnswered
    | CounterpartySilent
    | FindingReleased
    | ReleaseRevoked
    | ResolutionChosen
    | DebitNoteRequested
    | ActDone
    | Escalated
    | CaseResolved
    | CaseRejected
    | CaseReopened
)
