"""Requests and responses: amounts as decimal text and currency, instants as ISO 8601, everything else named as in the code."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final, Literal
from uuid import UUID

from ninja import Field, Schema

from tieout.core.values.money import Money


class Amount(Schema):
    """Money: `amount` is a decimal number as text, `currency` ISO 4217."""

    amount: str
    currency: str


class Problem(Schema):
    """Why a call was refused: `code` is stable, `message` is for people."""

    code: str
    message: str


REFUSALS: Final[dict[int, type[Schema]]] = dict.fromkeys((400, 401, 403, 422, 429, 503), Problem)
"""What each call behind the sign-in may answer instead: unreadable, not signed in, not allowed, wrong in its fields, asked too often, no
database."""


class ClaimBrief(Schema):
    """A claim in a list."""

    id: UUID
    document: UUID
    kind: str
    number: str
    counterparty: str
    status: str
    payable: Amount | None
    issue_date: date | None
    received_at: datetime


class CaseBrief(Schema):
    """A case in a list. `due_at`: by when somebody must act; `wait_until`: until when evidence is awaited."""

    id: UUID
    claim: UUID
    number: str
    counterparty: str
    code: str
    status: str
    queue: str
    assignee: str
    at_stake: Amount | None
    opened_at: datetime
    due_at: datetime | None
    wait_until: datetime | None
    closed_at: datetime | None
    headline: str


class DocumentBrief(Schema):
    """A document in short."""

    id: UUID
    kind: str
    number: str
    key: str
    version: str
    issue_date: date | None
    recorded_at: datetime
    superseded: bool


class DocumentWhole(DocumentBrief):
    """A document: `body` is its canonical JSON; `remarks` are the problems found on reading. Where the content was erased, since
    `erased_at`, both are empty."""

    format: str
    sha256: str
    claim: UUID | None
    remarks: list[dict[str, Any]]
    body: dict[str, Any]
    erased_at: datetime | None = None


class ClaimWhole(ClaimBrief):
    """A claim with its present verdict (`findings`, `silenced` and `worksheet` are empty before the first), cases and evidence.

    `expected`, `actual` and `variance` of a finding are in its `unit` ("EA", "EUR", "EUR per EA", "%", "date", "moment" or
    "text"), and `at_stake` is money. `message` and `clears` are in the language of Accept-Language: en, de; English without it."""

    verdict: str | None
    verdict_sha256: str
    policies: list[str]
    findings: list[dict[str, Any]]
    silenced: list[dict[str, Any]]
    worksheet: list[dict[str, Any]]
    cases: list[CaseBrief]
    evidence: list[DocumentBrief]


class CaseWhole(CaseBrief):
    """A case. `version` is to be sent along with commands; `commands` are those that the caller may give now, `resolutions`
    those that may be chosen, and `instructions` those that somebody carries out in another system. `nobody_to_ask`: why the counterparty
    cannot be asked, and what is to be done about it; "" where they can."""

    version: int
    findings: list[dict[str, Any]]
    commands: list[str]
    resolutions: list[str]
    instructions: list[str]
    nobody_to_ask: str


class Addressee(Schema):
    """Where a letter may go: `kind` is email or electronic; not `on_record`: only the document itself states it, and whoever sends
    something there has to name it."""

    address: str
    kind: str
    on_record: bool


class LetterDraft(Schema):
    """The letter that would be sent, in the language of the counterparty: `name` and `number` are theirs, as in our record. Without
    another `to` in the command it goes to the first of `addresses`. `answer_by`: when an answer is due; null where none is asked for.
    `nobody_to_ask`: why there is no address, and what is to be done about it; "" where there is one. Not `complete`: Tieout proposes
    no text for this question, and the letter is refused (CASE-TEXT) until `text` says what is asked."""

    name: str
    number: str
    language: str
    addresses: list[Addressee]
    subject: str
    text: str
    complete: bool
    answer_by: datetime | None
    nobody_to_ask: str


class ClaimPage(Schema):
    """A page of claims; `following` is the cursor of the next, "" at the end."""

    total: int
    following: str
    claims: list[ClaimBrief]


class CasePage(Schema):
    """A page of cases."""

    total: int
    following: str
    cases: list[CaseBrief]


class Ask(Schema):
    """A command: its `name`, and its arguments as `core.case.commands` has them. `seen`: the version that the caller saw."""

    name: str
    arguments: dict[str, Any] = Field(default_factory=dict)
    seen: int | None = None


class Taken(Schema):
    """What became of a file: "accepted", or "known" where it had been received before; `source_file` is its id.

    `read` is "now", or "before" where nothing was left to read. `documents` are those that were read now.
    """

    name: str
    source_file: UUID
    fate: str
    read: str
    documents: list[UUID]


class Health(Schema):
    """`status` is "ok" where everything that was asked about holds, else "unavailable".

    `database` says whether the database answers. `tables`: whether its tables are those of this release; null where that was not
    asked.
    """

    status: Literal["ok", "unavailable"]
    version: str
    database: bool
    tables: bool | None = None


def amount(money: Money | None) -> Amount | None:
    """Money as the API writes it."""
    return None if money is None else Amount(amount=f"{money.amount:f}", currency=money.currency)
