"""What a pack defines of the actions of its claims: the payloads that external systems get, and whom we write to.

The kernel decides that something is posted, delivered or asked, once; the pack writes its content. Payloads are
canonical JSON text, complete, so that whoever performs the action reads nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal, Protocol
from uuid import UUID

from tieout.core.documents.kind import Document
from tieout.core.findings.code import Code
from tieout.core.tie_out.correspondence import NOBODY, Correspondence
from tieout.core.tie_out.verdict import PostingLine
from tieout.core.values.money import Money, total
from tieout.core.values.quantity import plain

VERSION: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """The claim that an action is about: its source key as text, its kind and number, its other side and our company.

    `other_side` is the other side as letters know it; None where nothing is written to anybody.
    """

    claim: str
    kind: str
    number: str
    counterparty: str
    entity: str
    other_side: Correspondence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """What one posting issued: the lines of part `part`, those of the parts before it, and where it goes.

    `to` is channel and address; `their_order` the other side's order number where a person supplied it, else "".
    """

    part: int
    lines: tuple[PostingLine, ...]
    earlier: tuple[PostingLine, ...] = ()
    to: str = ""
    their_order: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message to the other side: a draft that nobody has sent, a question with a deadline, or a notice.

    `reference` is the action's id, `id` the message's own; `status`, `reason` and `action` are Peppol response codes. `subject` and
    `text` are the letter, in `language`, with `lines` in it as what differs; it goes `to` an address, which stands in our record or
    (not `on_record`) only on the document itself.
    """

    purpose: Literal["draft", "question", "notice"]
    reference: UUID
    case: UUID
    id: UUID
    status: str
    reason: str
    action: str
    text: str
    lines: tuple[str, ...] = ()
    answer_by: datetime | None = None
    subject: str = ""
    language: str = ""
    to: str = ""
    on_record: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Debit:
    """What was paid short is debited to the other side; `refs` are the external numbers of the postings it belongs to."""

    reference: UUID
    case: UUID
    amount: Money
    reason: str
    on: date
    refs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why the receiving side does not accept what we sent: the finding's code, who can correct it, and what is to be done."""

    code: Code
    queue: str
    remedy: str


class Actions(Protocol):
    """What a pack defines of the actions of its claims. Pure."""

    def asks_for(self, document: Document) -> Money | None:
        """The money that the claim asks for, where it asks for any."""
        ...

    def line_amounts(self, document: Document) -> Mapping[str, Money] | None:
        """What each of its own lines bills, by line id: no more of a line is ever posted. None: its lines are not known."""
        ...

    def posting(
        self, document: Document, lines: tuple[PostingLine, ...], *, part: int, action: UUID, claim: str, final: bool
    ) -> str:
        """The payload that posts these lines."""
        ...

    def issues(self, kind: str) -> bool:
        """Whether posting such a claim issues a document of ours to the other side."""
        ...

    def issued(self, document: Document, issue: Issue) -> Document:
        """The document that a posting issued to the other side."""
        ...

    def delivery(self, document: Document, issue: Issue, *, action: UUID, claim: str, attempt: int) -> str:
        """The payload that delivers what was issued."""
        ...

    def correspondence(self, document: Document, masters: Sequence[Document], *, company: str) -> Correspondence:
        """Whom letters about the claim go to: by the master records in force that our company may use, else by the document itself."""
        ...

    def letter(self, about: About, letter: Letter) -> str | None:
        """The payload of a message; None where nothing goes out to the other side of such a claim."""
        ...

    def debit(self, about: About, debit: Debit) -> str:
        """The payload of a debit note."""
        ...

    def informs(self, kind: str) -> bool:
        """Whether the other side of such a claim is owed a notice: that it is paid in part, or that a question of ours that is still
        open needs no answer any more. Nobody is informed of what is simply accepted."""
        ...

    def refusal(self, reason: str, code: str) -> Refusal:
        """What it means that the receiving side refused a delivery, by its words and its code."""
        ...


def text_of(value: Mapping[str, object]) -> str:
    """JSON text of a payload: sorted keys, no blanks, the letters as they are. Same value, same text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


class PlainActions:
    """Actions of claims that are posted and never delivered, with what the kernel itself knows of them."""

    def asks_for(self, document: Document) -> Money | None:  # noqa: ARG002  nothing is known of it
        """Unknown."""
        return None

    def line_amounts(self, document: Document) -> Mapping[str, Money] | None:  # noqa: ARG002
        """Unknown: then each posting line is posted once."""
        return {}

    def posting(
        self, document: Document, lines: tuple[PostingLine, ...], *, part: int, action: UUID, claim: str, final: bool
    ) -> str:
        """The lines with their amounts as decimal strings in the claim's currency."""
        currency = lines[0].net.currency
        return text_of(
            {
                "version": VERSION,
                "reference": str(action),
                "claim": claim,
                "kind": document.kind,
                "number": document.number,
                "part": part,
                "final": final,
                "entity": str(getattr(document, "entity", "")),
                "currency": currency,
                "lines": [_line(line) for line in lines],
                "net": _amount(total((line.net for line in lines), currency)),
                "tax": _amount(total((line.tax for line in lines), currency)),
                "gross": _amount(total((line.net + line.tax for line in lines), currency)),
            }
        )

    def issues(self, kind: str) -> bool:  # noqa: ARG002
        """Nothing."""
        return False

    def issued(self, document: Document, issue: Issue) -> Document:  # noqa: ARG002
        """The document itself."""
        return document

    def delivery(self, document: Document, issue: Issue, *, action: UUID, claim: str, attempt: int) -> str:
        """Asserts: nothing is delivered."""
        raise AssertionError(f"{claim} issues nothing: {document.kind} {issue.part} {action} {attempt}")

    def correspondence(self, document: Document, masters: Sequence[Document], *, company: str) -> Correspondence:  # noqa: ARG002
        """Nobody is known."""
        return NOBODY

    def letter(self, about: About, letter: Letter) -> str | None:
        """The message with what it is about."""
        return letter_text(about, letter, counterparty="counterparty")

    def debit(self, about: About, debit: Debit) -> str:
        """The debit note with what it is about."""
        return debit_text(about, debit, counterparty="counterparty", refs="posting_refs")

    def informs(self, kind: str) -> bool:  # noqa: ARG002
        """Nobody."""
        return False

    def refusal(self, reason: str, code: str) -> Refusal:
        """Asserts: nothing is delivered."""
        raise AssertionError(f"nothing was sent that could be refused: {code} {reason}")


def letter_text(about: About, letter: Letter, *, counterparty: str) -> str:
    """The payload of a message; `counterparty` is what the other side is called in it. A draft is marked as one.

    `to` is the addressee: a message that is no draft always has an address. `from` is our company, `document` what it is about.
    """
    other = about.other_side or Correspondence()
    kind = next((address.kind for address in other.addresses if address.value == letter.to), "")
    return text_of(
        {
            "version": VERSION,
            "reference": str(letter.reference),
            "draft": letter.purpose == "draft",
            "case": str(letter.case),
            **_about(about, counterparty),
            "to": {
                "name": other.name or about.counterparty,
                "number": other.number,
                "language": letter.language,
                "address": letter.to,
                "address_kind": kind,
                "on_record": letter.on_record,
            },
            "from": {"entity": about.entity, "name": other.ours},
            "document": {"kind": about.kind, "number": about.number} | _stated(other),
            "message": str(letter.id),
            "subject": letter.subject,
            "status": letter.status,
            "reason": letter.reason,
            "action": letter.action,
            "text": letter.text,
            "lines": list(letter.lines),
            "answer_by": letter.answer_by.isoformat() if letter.answer_by else None,
        }
    )


def debit_text(about: About, debit: Debit, *, counterparty: str, refs: str) -> str:
    """The payload of a debit note; `refs` is what the numbers of the postings are called in it."""
    return text_of(
        {
            "version": VERSION,
            "reference": str(debit.reference),
            "kind": "debit_note",
            "case": str(debit.case),
            **_about(about, counterparty),
            refs: list(debit.refs),
            "issue_date": debit.on.isoformat(),
            "currency": debit.amount.currency,
            "amount": _amount(debit.amount),
            "reason": debit.reason,
        }
    )


def _about(about: About, counterparty: str) -> dict[str, object]:
    name = about.other_side.name if about.other_side else ""
    return {
        "claim": about.claim,
        "number": about.number,
        counterparty: about.counterparty or name,
        "entity": about.entity,
    }


def _stated(other: Correspondence) -> dict[str, object]:
    """The day and the amount of the document, where it states them."""
    day = next((value for _, value in other.about if isinstance(value, date)), None)
    amount = next((value for _, value in other.about if isinstance(value, Money)), None)
    return {
        "issue_date": day.isoformat() if day else None,
        "currency": amount.currency if amount else "",
        "amount": _amount(amount) if amount else None,
    }


def _line(line: PostingLine) -> dict[str, object]:
    return {
        "claim_line": line.claim_line,
        "kind": line.kind,
        "description": line.description,
        "quantity": None if line.quantity is None else plain(line.quantity),
        "unit": line.unit,
        "net": _amount(line.net),
        "tax": _amount(line.tax),
    }


def _amount(money: Money) -> str:
    return f"{money.amount:f}"
