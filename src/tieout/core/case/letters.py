"""Letters of a case to the other side: what it is about, what differs, what is asked for and until when, in their language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from tieout.core.case.events import FindingBrief, Message
from tieout.core.case.state import Case
from tieout.core.findings.code import Code
from tieout.core.findings.precedence import DOCUMENT
from tieout.core.findings.response import Response
from tieout.core.tie_out.correspondence import Address, Correspondence
from tieout.core.values import ids
from tieout.core.values.account_numbers import accounts_masked
from tieout.core.values.errors import Refused
from tieout.core.values.money import Money
from tieout.core.values.sentence import Sentence

LONGEST: Final = 10_000
"""How many characters a letter may have."""

_ASKS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "PIN": Sentence("Please send us what is missing, or explain the difference."),
        "NIN": Sentence("Please send us a corrected document."),
        "CNF": Sentence("Please send us a credit note for the whole amount."),
        "CNP": Sentence("Please send us a credit note for the difference."),
        "CNA": Sentence("Please send us a credit note for the amount."),
        "OTH": Sentence("Please let us know how you want to proceed."),
    }
)
"""What is asked for, by the Peppol code of the action."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A letter as it is proposed. `lines` are what differs, one a finding; `core` is what makes two letters the same, without days.

    `whole`: it says something of its own. For some findings no text is proposed: what is asked has to be written by a person.
    """

    subject: str
    text: str
    lines: tuple[str, ...]
    core: str
    whole: bool = True


def question(
    case: Case,
    response: Response,
    other: Correspondence,
    codes: Mapping[str, Code],
    *,
    ask: str = "",
    until: datetime | None = None,
) -> Draft:
    """A question about the findings of the case; `ask` is what is asked for, else what the response's action says."""
    lines = _lines(case.findings, other, codes)
    wanted = Sentence(ask) if ask else _ASKS.get(response.action, "") if lines else ""
    after = [wanted, Sentence("If you disagree, please tell us why.")] if lines or ask else []
    if until is not None:
        after.append(Sentence("Please answer by {day}.", day=until.date()))
    return _draft(
        other,
        subject=Sentence("Question"),
        opening=Sentence("we have a question about this document:"),
        lines=lines,
        after=after,
        core=ask,
        whole=bool(lines or ask),
    )


def rejection(
    case: Case, response: Response, other: Correspondence, codes: Mapping[str, Code], *, reason: str
) -> Draft:
    """The document is not accepted, and why: the reason that a person gave, and what was found."""
    wanted = _ASKS.get(response.action, "")
    return _draft(
        other,
        subject=Sentence("Not accepted"),
        opening=Sentence("we do not accept this document:"),
        before=[Sentence("Reason: {reason}", reason=reason)] if reason else [],
        lines=_lines(case.findings, other, codes),
        after=[wanted],
        core=reason,
    )


def paid_short(case: Case, other: Correspondence, codes: Mapping[str, Code], *, amount: Money) -> Draft:
    """The document is paid in part: how much is claimed with a debit note, and why."""
    return _draft(
        other,
        subject=Sentence("Paid in part"),
        opening=Sentence("we pay this document in part:"),
        before=[
            Sentence(
                "In our view {amount} is not owed: you will receive our debit note for this amount.", amount=amount
            )
        ],
        lines=_lines(case.findings, other, codes),
        after=[Sentence("If you disagree, please tell us why.")],
        core=str(amount),
    )


def needs_no_answer(case: Case, other: Correspondence) -> Draft:
    """What was asked about the document needs no answer any more: it is accepted as it is."""
    return _draft(
        other,
        subject=Sentence("Our question is answered"),
        opening=Sentence("we have accepted this document:"),
        after=[Sentence("Our question about it needs no answer any more.")],
        core=str(case.id),
    )


def message(
    case: Case, response: Response, draft: Draft, other: Correspondence, address: Address, *, text: str | None = None
) -> Message:
    """The message as it is sent: the draft, or what a person has made of it. Same case, codes and words: same id.

    Raises `Refused` CASE-TEXT: empty, too long, or a draft in which only a person can say what is asked.
    """
    words = draft.text if text is None else checked(text)
    as_proposed = words == draft.text.strip() or text is None
    if as_proposed and not draft.whole:
        raise Refused("CASE-TEXT", "Tieout proposes no text for this inquiry: write into the message what you ask")
    same = draft.core if as_proposed else " ".join(words.casefold().split())
    return Message(
        id=ids.derive("message", str(case.id), response.status, response.reason, response.action, same, *draft.lines),
        status=response.status,
        reason=response.reason,
        action=response.action,
        text=words,
        lines=draft.lines,
        subject=draft.subject,
        language=other.language,
        to=address.value,
        on_record=address.on_record,
    )


def checked(text: str) -> str:
    """The text of a letter without blanks around it. Raises `Refused` CASE-TEXT."""
    words = text.replace("\r\n", "\n").strip()
    if not words:
        raise Refused("CASE-TEXT", "the message is empty: write what you ask, or leave the text that was proposed")
    if len(words) > LONGEST:
        raise Refused(
            "CASE-TEXT",
            "the message has {count} characters, and at most {most} are sent: shorten it",
            count=len(words),
            most=LONGEST,
        )
    return words


def row_of(case: Case) -> str:
    """The Peppol response of the case's leading finding ("UQ/QTY/CNP"), "" if none."""
    leading = [finding.peppol for finding in case.findings if finding.code == case.code]
    return next((row for row in (*leading, *(finding.peppol for finding in case.findings)) if row), "")


_NO_LINE: Final = frozenset({"", DOCUMENT, "totals", "tax", "buyer", "currency", "payment"})
"""Places of findings that are no line of the document."""


def _lines(findings: Iterable[FindingBrief], other: Correspondence, codes: Mapping[str, Code]) -> tuple[str, ...]:
    """What the other side reads of each finding, with its line; findings for which no text is proposed are left out."""
    lines: dict[str, None] = {}
    for finding in findings:
        told = accounts_masked(other.tongue.finding(finding, codes))
        if told and finding.where not in _NO_LINE:
            told = other.tongue.say(Sentence("Line {line}: {told}", line=finding.where, told=told))
        if told:
            lines[told] = None
    return tuple(lines)


def _draft(
    other: Correspondence,
    *,
    subject: str,
    opening: str,
    lines: tuple[str, ...] = (),
    before: Iterable[str] = (),
    after: Iterable[str] = (),
    core: str,
    whole: bool = True,
) -> Draft:
    say = other.tongue.say
    facts = [": ".join((say(label), other.tongue.value(value))) for label, value in other.about if value]
    differs = [say(Sentence("What differs:")), *(f"– {line}" for line in lines)] if lines else []
    named = next((fact for fact in facts), "")
    parts = (
        [say(Sentence("Dear Sir or Madam,"))],
        [say(opening)],
        facts,
        *([say(sentence)] for sentence in before),
        differs,
        [say(sentence) for sentence in after if sentence],
        [say(Sentence("Kind regards")), other.ours] if other.ours else [say(Sentence("Kind regards"))],
    )
    return Draft(
        subject=": ".join(part for part in (say(subject), named.replace(":", "", 1)) if part),
        text=accounts_masked("\n\n".join("\n".join(part) for part in parts if part)),
        lines=lines,
        core=core,
        whole=whole,
    )
