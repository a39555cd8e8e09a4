"""The history in words: one sentence an event, who and when beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from tieout.core.case import events as cases
from tieout.core.case.events import Message
from tieout.core.claim import events as claims
from tieout.core.values.event import SYSTEM
from tieout.engine import desk
from tieout.store.screens.history import Happening
from tieout.web.words import moment, money, sentence
from tieout.wording import findings


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the timeline. `who` is "" where nobody did it; `detail` is what was said, in quotation."""

    at: datetime
    who: str
    what: str
    detail: str = ""


Words = Callable[[Any], tuple[str, str]]


def _message(message: Message) -> str:
    codes = "/".join(part for part in (message.status, message.reason, message.action) if part)
    return f"{message.text} ({codes})" if codes else message.text


def _briefs(event: cases.FindingsChanged) -> tuple[str, str]:
    if not event.findings:
        return "Nothing is left that does not tie out", ""
    stake = f", {money(event.at_stake)} at stake" if event.at_stake else ""
    codes = ", ".join(dict.fromkeys(brief.code for brief in event.findings))
    return f"Found {codes}{stake}", findings.message(event.findings[0], desk.codes())


def _tied_out(event: claims.ClaimTiedOut) -> tuple[str, str]:
    return f"Tied out: {event.status}", ", ".join(event.codes)


def _requested(event: claims.PostingRequested) -> tuple[str, str]:
    share = "Posting asked for" if event.final and event.part == 1 else f"Posting of part {event.part} asked for"
    return share, f"{money(event.net)} net, {money(event.tax)} tax"


def _sent(event: claims.DeliveryRequested) -> tuple[str, str]:
    again = "" if event.attempt == 1 else f", attempt {event.attempt}"
    order = f"with the customer's order {event.customer_order}" if event.customer_order else ""
    return f"To be delivered by {event.to}{again}", order


def _waiting(event: cases.WaitStarted) -> tuple[str, str]:
    return f"Waiting for the world until {moment(event.until)}", event.label


def _escalated(event: cases.Escalated) -> tuple[str, str]:
    rungs = {1: "owner reminded", 2: "backup and lead told", 3: "time limit passed", 4: "process owner told"}
    return f"Escalated: {rungs.get(event.level, f'step {event.level}')}", event.reason


def _resolved(event: cases.CaseResolved) -> tuple[str, str]:
    if event.by == "world":
        touches = "no touch" if event.touches == 0 else f"{event.touches} touches"
        return f"Cleared by the evidence, {touches}", sentence(event.resolution)
    return "Resolved", sentence(event.resolution)


def _chosen(event: cases.ResolutionChosen) -> tuple[str, str]:
    given = [f"{sentence(name).lower()} {value}" for name, value in event.fields]
    words = "; ".join(part for part in (event.note, *given) if part)
    return f"To be resolved: {sentence(event.resolution).lower()}", words


_ENDS: Final = {"answered": "the answer came", "expired": "the time ran out", "changed": "the question changed"}

WORDS: Final[Mapping[type, Words]] = {
    claims.ClaimReceived: lambda event: (f"{sentence(event.kind)} {event.number} received", ""),
    claims.ClaimTiedOut: _tied_out,
    claims.PostingRequested: _requested,
    claims.PostingWithdrawn: lambda event: ("Posting withdrawn before it began", event.reason),
    claims.Posted: lambda event: (f"Posted as {event.ref}", ""),
    claims.PostingRefused: lambda event: ("Posting refused by the target", event.reason),
    claims.PostingUnknown: lambda event: ("Posting not answered: it is looked up before anything else", event.hint),
    claims.DeliveryRequested: _sent,
    claims.Delivered: lambda event: (f"The customer has it as {event.ref}", ""),
    claims.DeliveryRefused: lambda event: (f"Refused by the customer's system {event.code}".rstrip(), event.reason),
    claims.DeliveryUnknown: lambda event: ("Delivery not answered: it is looked up before anything else", event.hint),
    claims.ClaimRejected: lambda event: ("Sent back to the supplier", event.reason),
    claims.ClaimReopened: lambda event: ("Rejection taken back", event.reason),
    claims.RetieRequested: lambda event: ("To be tied out again", event.reason),
    claims.Superseded: lambda event: ("Replaced by a corrected version", event.successor),
    cases.CaseOpened: lambda event: ("Case opened", event.cause),
    cases.FindingsChanged: _briefs,
    cases.CaseRouted: lambda event: (f"Given to {event.queue} until {moment(event.due_at)}", f"{event.code}"),
    cases.WaitStarted: _waiting,
    cases.WaitEnded: lambda event: (f"Wait over: {_ENDS[event.reason]}", ""),
    cases.HandedOff: lambda event: (f"Handed from {event.from_queue} to {event.queue}", event.reason or event.to_code),
    cases.HandOffWithdrawn: lambda event: (f"Hand-off to {event.queue} withdrawn: the evidence came", ""),
    cases.Assigned: lambda event: ("Taken" if event.assignee else "Given back to the queue", ""),
    cases.Noted: lambda event: ("Note", event.text),
    cases.MessageDrafted: lambda event: ("Message to the supplier drafted, not sent", _message(event.message)),
    cases.CounterpartyAsked: lambda event: (
        f"Supplier asked, answer by {moment(event.until)}",
        _message(event.message),
    ),
    cases.CounterpartyInformed: lambda event: ("Supplier told", _message(event.message)),
    cases.CounterpartyAnswered: lambda event: ("Supplier answered", event.answer),
    cases.CounterpartySilent: lambda event: (f"No answer from the supplier; due {moment(event.due_at)}", ""),
    cases.FindingReleased: lambda event: (
        f"{event.release.code} accepted up to {money(event.release.limit)}",
        event.release.reason,
    ),
    cases.ReleaseRevoked: lambda event: ("Acceptance taken back", event.reason),
    cases.ResolutionChosen: _chosen,
    cases.DebitNoteRequested: lambda event: (f"Debit note over {money(event.amount)} asked for", event.reason),
    cases.ActDone: lambda event: (f"Done by the outer system as {event.ref}", ""),
    cases.Escalated: _escalated,
    cases.CaseResolved: _resolved,
    cases.CaseRejected: lambda event: ("Ended: the paper went back to the supplier", event.reason),
    cases.CaseReopened: lambda event: ("Opened again", event.reason),
}


_OF_THE_OTHER_SIDE: Final = (
    claims.ClaimRejected, cases.MessageDrafted, cases.CounterpartyAsked, cases.CounterpartyInformed, cases.CounterpartyAnswered,
    cases.CounterpartySilent, cases.CaseRejected,
)  # fmt: skip


def timeline(happenings: tuple[Happening, ...], names: Mapping[str, str], side: str = "supplier") -> tuple[Entry, ...]:
    """The history, latest first. `names` are people's names by actor, `side` is what the other side of the claim is called."""
    return tuple(_entry(each, names, side) for each in reversed(happenings))


def _entry(happening: Happening, names: Mapping[str, str], side: str) -> Entry:
    what, detail = WORDS[type(happening.event)](happening.event)
    if isinstance(happening.event, _OF_THE_OTHER_SIDE):
        what = what.replace("supplier", side).replace("Supplier", side.capitalize())
    who = "" if happening.actor == SYSTEM else names.get(happening.actor, happening.actor)
    return Entry(at=happening.at, who=who, what=what, detail=detail)
