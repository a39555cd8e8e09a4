"""Asking the other side, and telling them that their document is rejected: the letter that is proposed, and the one that is sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from tieout.core.case.addressing import chosen as chosen_address
from tieout.core.case.commands import AskCounterparty, Circumstances, Resolve
from tieout.core.case.events import CounterpartyAsked, CounterpartyInformed
from tieout.core.case.letters import Draft, message, question, rejection, row_of
from tieout.core.case.rules import act_id
from tieout.core.case.state import Case
from tieout.core.findings.resolution import Resolution
from tieout.core.findings.response import Response, query_of, refusal_of
from tieout.core.values.calendar import add
from tieout.core.values.errors import Refused
from tieout.core.values.scope import Scope


def ask_draft(case: Case, chosen: Resolution | None, *, at: datetime, given: Circumstances) -> Draft:
    """The letter that is proposed for a question: by one of the resolutions that ask, or, for None, about the findings."""
    response = query_of(row_of(case)) if chosen is None else _response(case, chosen)
    return _question(case, response, "" if chosen is None else chosen.text, at, given)


def open_draft(case: Case, *, at: datetime, given: Circumstances) -> Draft:
    """The letter of a question in one's own words: about the document, with nothing of the findings."""
    return ask_draft(replace(case, findings=()), None, at=at, given=given)


def rejection_draft(case: Case, reason: str, *, given: Circumstances) -> Draft:
    """The letter that is proposed where the document is rejected for a reason."""
    return rejection(case, refusal_of(row_of(case)), given.other_side, given.catalogue.codes, reason=reason)


def ask(case: Case, command: AskCounterparty, at: datetime, *, by: Scope, given: Circumstances) -> CounterpartyAsked:
    """A question about the findings. Raises `Refused`: CASE-ADDRESSEE, CASE-TEXT, CASE-ASKED."""
    query = query_of(row_of(case))
    response = Response(
        status=command.status or query.status,
        reason=command.reason or query.reason,
        action=command.action or query.action,
    )
    return _asked(case, response, command, at, by=by, given=given)


def ask_for(
    case: Case, chosen: Resolution, command: Resolve, at: datetime, *, by: Scope, given: Circumstances
) -> CounterpartyAsked:
    """A question by one of the resolutions that ask. Raises `Refused` as `ask` does."""
    return _asked(case, _response(case, chosen), command, at, by=by, given=given, wanted=chosen.text)


def _response(case: Case, chosen: Resolution) -> Response:
    return replace(query_of(row_of(case)), action=chosen.action or "CNP")


def _question(case: Case, response: Response, wanted: str, at: datetime, given: Circumstances) -> Draft:
    until = add(given.answer_within, at, given.hours)
    return question(case, response, given.other_side, given.catalogue.codes, ask=wanted, until=until)


def _asked(
    case: Case,
    response: Response,
    command: AskCounterparty | Resolve,
    at: datetime,
    *,
    by: Scope,
    given: Circumstances,
    wanted: str = "",
) -> CounterpartyAsked:
    """The question as it is sent. Where there is nobody who could answer nothing is asked, and no clock stands."""
    address = chosen_address(given.other_side, command.to, doubted=given.doubted)
    draft = _question(case, response, wanted, at, given)
    sent = message(case, response, draft, given.other_side, address, text=command.text)
    outstanding = next((question for question in case.asked if question.message.id == sent.id), None)
    if outstanding is not None:
        raise Refused(
            "CASE-ASKED",
            "the same inquiry was sent on {asked_at}; the answer is outstanding",
            asked_at=outstanding.asked_at,
        )
    return CounterpartyAsked(
        at=at,
        actor=by.actor,
        action_id=act_id(case, "ask"),
        message=sent,
        until=add(given.answer_within, at, given.hours),
    )


def notify_of_rejection(
    case: Case, command: Resolve, reason: str, at: datetime, *, by: Scope, given: Circumstances
) -> tuple[CounterpartyInformed, ...]:
    """The sender is informed, where there is an address of theirs; a document is rejected without one too, since every case can end.

    Of a document of ours nobody outside is informed. Raises `Refused` CASE-ADDRESSEE where a letter was written that would go nowhere.
    """
    other = given.other_side
    if not other.sender:
        if command.to.strip() or command.text is not None:
            raise Refused(
                "CASE-ADDRESSEE", "the document is ours: nobody outside the company is informed that it is rejected"
            )
        return ()
    if not command.to.strip() and not other.on_record and command.text is None:
        return ()
    address = chosen_address(other, command.to, doubted=given.doubted)
    response, draft = refusal_of(row_of(case)), rejection_draft(case, reason, given=given)
    sent = message(case, response, draft, other, address, text=command.text)
    return (CounterpartyInformed(at=at, actor=by.actor, action_id=act_id(case, "reject"), message=sent),)
