"""What happens to a claim: it is received and tied out, its parts are posted once each and, for our own documents, delivered once each."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from tieout.core.tie_out.follows import Urgency
from tieout.core.tie_out.verdict import PostingLine, Status
from tieout.core.values.event import Event
from tieout.core.values.money import Money
from tieout.core.values.sentence import Wordings, keep_words


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimReceived(Event):
    """A claim is durably recorded. `key` is its source key as text; `counterparty` and `entity` are numbers, "" where unknown."""

    version: ClassVar[int] = 2

    claim_id: UUID
    tenant: str
    key: str
    kind: str
    number: str
    entity: str = ""
    counterparty: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimTiedOut(Event):
    """A verdict was reached. `at_stake` is the money its findings are about; `due_at` when it must be tied out again.

    `settled` is True where the verdict is clear and leaves nothing to post. `delivery` is how the document goes to the
    customer as things stand now: channel and address, "" where it goes to nobody. `urgency` is the priority: what makes
    waiting costly, by which the claim's cases are ordered. `followed`: once it is posted, the general ledger is expected to
    show it.
    """

    version: ClassVar[int] = 3

    verdict_sha: str
    status: Status
    codes: tuple[str, ...] = ()
    at_stake: Money | None = None
    due_at: datetime | None = None
    settled: bool = False
    delivery: str = ""
    urgency: Urgency | None = None
    followed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingRequested(Event):
    """The external system shall post `lines` as part `part`. `final`: nothing of the claim is left after it.

    The same part with the same lines has the same `action_id`, so asking again is the same action. `delivery` is how what is
    posted then goes to the customer.
    """

    version: ClassVar[int] = 2

    action_id: UUID
    part: int
    lines: tuple[PostingLine, ...]
    net: Money
    tax: Money
    final: bool
    verdict_sha: str
    delivery: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingWithdrawn(Event):
    """The posting is not wanted any more; it had not been started."""

    action_id: UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted(Event):
    """The external system has posted it under its own number `ref`."""

    action_id: UUID
    ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingRefused(Event):
    """The external system refused to post, in its own words; `words` are those of ours that have a translation."""

    action_id: UUID
    reason: str
    code: str = ""
    words: Wordings = field(default=(), compare=False, repr=False)

    def __post_init__(self) -> None:
        keep_words(self, "reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingUnknown(Event):
    """It is not known whether it was posted. `ambiguous`: the look-up found several documents that it might be."""

    action_id: UUID
    hint: str
    ambiguous: bool = False
    words: Wordings = field(default=(), compare=False, repr=False)

    def __post_init__(self) -> None:
        keep_words(self, "hint")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRequested(Event):
    """What was issued by posting `posting` (part `part`) shall go to the customer by `to`, channel and address.

    `attempt` counts the sendings of this part from 1; the same attempt has the same `action_id`. `customer_order` is the
    customer's order number where a person supplied it after a refusal for lack of it.
    """

    action_id: UUID
    posting: UUID
    part: int
    attempt: int
    to: str
    customer_order: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered(Event):
    """The receiving side has it, under its own number `ref`. By a person: the customer has got it another way.

    `paper` is the number of the answer document that says so, "" where the sending itself was answered.
    """

    version: ClassVar[int] = 2

    action_id: UUID
    ref: str
    paper: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRefused(Event):
    """The receiving side does not accept it, in its own words and, where it has one, with its own code.

    `paper` is the number of the answer document that says so, "" where the sending itself was answered; `correlation` the id
    under which both sides log it.
    """

    version: ClassVar[int] = 2

    action_id: UUID
    reason: str
    code: str = ""
    paper: str = ""
    correlation: str = ""
    words: Wordings = field(default=(), compare=False, repr=False)

    def __post_init__(self) -> None:
        keep_words(self, "reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryUnknown(Event):
    """It is not known whether the receiving side has it; it is looked up. `ambiguous`: the look-up found several."""

    action_id: UUID
    hint: str
    ambiguous: bool = False
    words: Wordings = field(default=(), compare=False, repr=False)

    def __post_init__(self) -> None:
        keep_words(self, "hint")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRejected(Event):
    """A person rejected the document; it is not tied out any more."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimReopened(Event):
    """The rejection was taken back: the claim is tied out again."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RetieRequested(Event):
    """The claim is to be tied out again at `due_at`: what was posted changed the basis of the last verdict."""

    due_at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Superseded(Event):
    """A corrected version of the document, under source key `successor`, takes its place."""

    successor: str


ClaimEvent = (
    ClaimReceived
    | ClaimTiedOut
    | PostingRequested
    | PostingWithdrawn
    | Posted
    | PostingRefused
    | PostingUnknown
    | DeliveryRequested
    | Delivered
    | DeliveryRefused
    | DeliveryUnknown
    | ClaimRejected
    | ClaimReopened
    | RetieRequested
    | Superseded
)
