"""What people ask of a case. A command may be refused; an event may not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from tieout.core.documents.acceptance import Release
from tieout.core.findings.catalogue import KERNEL, Catalogue
from tieout.core.tie_out.correspondence import NOBODY, Correspondence
from tieout.core.values.clock import Clock, Hours
from tieout.core.values.money import Money

CommandName = Literal[
    "assign",
    "note",
    "ask_counterparty",
    "record_answer",
    "accept_variance",
    "revoke_release",
    "resolve",
    "escalate",
    "hand_off",
    "reopen",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assign:
    """Take the case, or give it to somebody; "" gives it back to the queue."""

    assignee: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Add a note."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskCounterparty:
    """Ask the counterparty by a letter. `text` is the whole letter; left out, it is sent as proposed. `to` is the address: "" for the
    first one on record; one that only the document states has to be named. Peppol response codes (`status`, `reason`,
    `action`) that are left out are those of the exception code.
    """

    text: str | None = None
    to: str = ""
    status: str = ""
    reason: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAnswer:
    """Record the counterparty's answer: to one message by its id as text, or, with "", to all that are outstanding."""

    answer: str
    message_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptVariance:
    """Accept one finding as it was seen: `evidence_hash` is the one on the screen; another by now is refused.

    Without `limit` exactly the money at stake is accepted, without `expires_at` there is no expiry date.
    """

    code: str
    where: str
    evidence_hash: str
    reason: str
    limit: Money | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeRelease:
    """Revoke an acceptance, by its number."""

    number: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolve:
    """Choose one of the findings' resolutions. `reference` is the number in the external system where one is asked
    for, `fields` what else the resolution asks for, by name: dates as 2026-01-31, amounts as 12.50 EUR.

    `version` is that of the case on the screen; where given, a case that has changed since is refused. Where the counterparty is
    written to, `text` is the whole letter (left out, it is sent as proposed) and `to` the address, as in `AskCounterparty`.
    """

    resolution: str
    note: str = ""
    reference: str = ""
    version: int | None = None
    fields: tuple[tuple[str, str], ...] = ()
    text: str | None = None
    to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalate:
    """Escalate to the next level now."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOff:
    """Give the case to another queue."""

    queue: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopen:
    """Open a case again whose document was rejected. (A case that documents
    cleared is reopened by documents, one that was accepted by revoking the acceptance.)
    """

    reason: str


Command = (
    Assign
    | Note
    | AskCounterparty
    | RecordAnswer
    | AcceptVariance
    | RevokeRelease
    | Resolve
    | Escalate
    | HandOff
    | Reopen
)

NAMES: dict[type[Command], CommandName] = {
    Assign: "assign",
    Note: "note",
    AskCounterparty: "ask_counterparty",
    RecordAnswer: "record_answer",
    AcceptVariance: "accept_variance",
    RevokeRelease: "revoke_release",
    Resolve: "resolve",
    Escalate: "escalate",
    HandOff: "hand_off",
    Reopen: "reopen",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What a decision needs to know besides the case. `catalogue` has the codes and resolutions that are known here.

    `entity` is the claim's company: what the actor may do follows from the grants that hold there. `makers` are those who
    made, changed, approved or handed in the claim's own document or its evidence: they may not accept (segregation of duties).
    `accepted` is what the actor has accepted on this claim before: limits are for all of it together. `queues` are those
    that the taxonomy, the packs and the policy name, `people` the actors who may be given a case, by id and by user name.
    `payable` is what the claim asks for: at stake where a finding names no money. `committed`: part of the claim is posted,
    or may be at this moment. `hours` are those of the verdict; `answer_within` is how long the other side may take.
    `other_side` is whom messages go to; `doubted`: an open case puts the document itself in doubt. `watched`: the claim is evidence
    of ours whose billing is watched: documents or an acceptance end its case, and it is rejected only where a finding says so.
    `over`: a later version has superseded the claim's document ("superseded"), or its content was "erased".
    """

    entity: str = ""
    makers: frozenset[str] = frozenset()
    accepted: tuple[Release, ...] = ()
    queues: frozenset[str] = frozenset()
    people: Mapping[str, str] = field(default_factory=dict)
    payable: Money | None = None
    committed: bool = False
    hours: Hours = Hours()
    answer_within: Clock = Clock(amount=3)
    catalogue: Catalogue = KERNEL
    other_side: Correspondence = NOBODY
    doubted: bool = False
    watched: bool = False
    over: Literal["", "superseded", "erased"] = ""
