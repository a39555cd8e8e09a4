"""The history in words: one sentence an event, with who and when."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from tieout.core.case import events as cases
from tieout.core.case.events import Message
from tieout.core.claim import events as claims
from tieout.core.values.event import SYSTEM
from tieout.engine.application import catalogue
from tieout.engine.application import codes as taxonomy
from tieout.store.screens.history import Happening
from tieout.web.sides import BySide
from tieout.web.words import kind_name, moment, money, sentence
from tieout.wording import findings, owners, sentences
from tieout.wording.catalogue import marked, plural, text


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the timeline. `who` is "" where nobody did it; `detail` is quoted from the event."""

    at: datetime
    who: str
    what: str
    detail: str = ""


Words = Callable[[Any, str], tuple[str, str]]
"""What an event is in words, and the detail, for a claim whose other side is called so ("supplier")."""


def _message(message: Message) -> str:
    codes = "/".join(part for part in (message.status, message.reason, message.action) if part)
    if message.subject:
        head = text("To {address}: {subject} ({codes})", address=message.to, subject=message.subject, codes=codes)
        return f"{head}\n{message.text}"
    return f"{message.text} ({codes})" if codes else message.text


def _briefs(event: cases.FindingsChanged, _: str) -> tuple[str, str]:
    if not event.findings:
        return text("Everything ties out: no finding is left"), ""
    codes = ", ".join(dict.fromkeys(brief.code for brief in event.findings))
    if event.at_stake:
        what = text("Findings: {codes}; {amount} at stake", codes=codes, amount=money(event.at_stake))
    else:
        what = text("Findings: {codes}", codes=codes)
    return what, findings.message(event.findings[0], taxonomy(), resolutions=catalogue().resolutions)


_VERDICTS: Final = {
    "clear": marked("Checked: clear"),
    "waiting": marked("Checked: waiting for evidence"),
    "held": marked("Checked: held"),
    "rejected": marked("Checked: rejected"),
}


def _tied_out(event: claims.ClaimTiedOut, _: str) -> tuple[str, str]:
    return text(_VERDICTS[event.status]), ", ".join(event.codes)


def _requested(event: claims.PostingRequested, _: str) -> tuple[str, str]:
    amounts = text("{net} net, {tax} tax", net=money(event.net), tax=money(event.tax))
    if event.final and event.part == 1:
        return text("Posting requested"), amounts
    return text("Posting of part {part} requested", part=event.part), amounts


def _delivering(event: claims.DeliveryRequested, _: str) -> tuple[str, str]:
    order = text("with the customer's order {number}", number=event.customer_order) if event.customer_order else ""
    if event.attempt == 1:
        return text("To be transmitted by {channel}", channel=event.to), order
    return text("To be transmitted by {channel}, attempt {attempt}", channel=event.to, attempt=event.attempt), order


_LEVELS: Final = {
    1: marked("Escalated: owner reminded"),
    2: marked("Escalated: backup and lead notified"),
    3: marked("Escalated: time limit passed"),
    4: marked("Escalated: process owner notified"),
}


def _escalated(event: cases.Escalated, _: str) -> tuple[str, str]:
    if event.level in _LEVELS:
        return text(_LEVELS[event.level]), event.reason
    return text("Escalated to level {level}", level=event.level), event.reason


def _resolution(name: str) -> str:
    row = catalogue().resolution(name)
    return text(row.name) if row.name else sentence(name)


def _resolved(event: cases.CaseResolved, _: str) -> tuple[str, str]:
    if event.by != "world":
        return text("Resolved"), _resolution(event.resolution)
    if event.touches == 0:
        return text("Cleared by the evidence, without a touch"), _resolution(event.resolution)
    what = plural(
        "Cleared by the evidence after {count} touch", "Cleared by the evidence after {count} touches", event.touches
    )
    return what, _resolution(event.resolution)


def _chosen(event: cases.ResolutionChosen, _: str) -> tuple[str, str]:
    labels = {field.name: text(field.label) for field in catalogue().resolution(event.resolution).fields}
    fields = [f"{labels.get(name, sentence(name))}: {value}" for name, value in event.fields]
    what = text("Resolution chosen: {resolution}", resolution=_resolution(event.resolution))
    return what, "; ".join(part for part in (event.note, *fields) if part)


def _released(event: cases.FindingReleased, _: str) -> tuple[str, str]:
    made = event.release
    if made.value:
        return text("{code}: tied out against {value}", code=made.code, value=made.value), made.reason
    return text("{code} accepted up to {amount}", code=made.code, amount=money(made.limit)), made.reason


_ENDS: Final = {
    "answered": marked("Wait ended: what was awaited has arrived"),
    "expired": marked("Wait ended: the time limit passed"),
    "changed": marked("Wait ended: the inquiry changed"),
}
_DRAFTED: Final = BySide(
    marked("Message to the supplier drafted, not sent"),
    marked("Message to the customer drafted, not sent"),
    marked("Message to the counterparty drafted, not sent"),
)
_ASKED: Final = BySide(
    marked("Supplier asked, answer by {moment}"),
    marked("Customer asked, answer by {moment}"),
    marked("Counterparty asked, answer by {moment}"),
)
_INFORMED: Final = BySide(marked("Supplier notified"), marked("Customer notified"), marked("Counterparty notified"))
_ANSWERED: Final = BySide(marked("Supplier answered"), marked("Customer answered"), marked("Counterparty answered"))
_SILENT: Final = BySide(
    marked("No answer from the supplier; due {moment}"),
    marked("No answer from the customer; due {moment}"),
    marked("No answer from the counterparty; due {moment}"),
)

WORDS: Final[Mapping[type, Words]] = {
    claims.ClaimReceived: lambda event, _: (
        text("Received: {kind} {number}", kind=kind_name(event.kind), number=event.number),
        "",
    ),
    claims.ClaimTiedOut: _tied_out,
    claims.PostingRequested: _requested,
    claims.PostingWithdrawn: lambda event, _: (
        text("Request to post cancelled before it began"),
        sentences.sentence(event.reason),
    ),
    claims.Posted: lambda event, _: (text("Posted as {number}", number=event.ref), ""),
    claims.PostingRefused: lambda event, _: (
        text("Posting refused by the external system"),
        sentences.sentence(event.reason),
    ),
    claims.PostingUnknown: lambda event, _: (
        text("Posting outcome unknown: the external system is asked before anything else"),
        sentences.sentence(event.hint),
    ),
    claims.DeliveryRequested: _delivering,
    claims.Delivered: lambda event, _: (text("Transmitted to the customer as {number}", number=event.ref), ""),
    claims.DeliveryRefused: lambda event, _: (
        text("Refused by the customer's system with {code}", code=event.code)
        if event.code
        else text("Refused by the customer's system"),
        sentences.sentence(event.reason),
    ),
    claims.DeliveryUnknown: lambda event, _: (
        text("Transmission outcome unknown: the external system is asked before anything else"),
        sentences.sentence(event.hint),
    ),
    claims.ClaimRejected: lambda event, _: (text("Document rejected"), event.reason),
    claims.ClaimReopened: lambda event, _: (text("Rejection reversed"), event.reason),
    claims.RetieRequested: lambda event, _: (text("To be checked again"), sentences.sentence(event.reason)),
    claims.Superseded: lambda event, _: (text("Superseded by a corrected version"), event.successor),
    cases.CaseOpened: lambda _event, _: (text("Case opened"), ""),
    cases.FindingsChanged: _briefs,
    cases.CaseRouted: lambda event, _: (
        text("Assigned to {queue}, due {moment}", queue=owners.queue(event.queue), moment=moment(event.due_at)),
        event.code,
    ),
    cases.WaitStarted: lambda event, _: (
        text("Waiting for evidence until {moment}", moment=moment(event.until)),
        owners.wait(event.label),
    ),
    cases.WaitEnded: lambda event, _: (text(_ENDS[event.reason]), ""),
    cases.HandedOff: lambda event, _: (
        text(
            "Handed over from {queue} to {other}", queue=owners.queue(event.from_queue), other=owners.queue(event.queue)
        ),
        event.reason or event.to_code,
    ),
    cases.HandOffWithdrawn: lambda event, _: (
        text("Handover to {queue} withdrawn: the evidence arrived", queue=owners.queue(event.queue)),
        "",
    ),
    cases.Assigned: lambda event, _: (text("Case taken") if event.assignee else text("Given back to the queue"), ""),
    cases.Noted: lambda event, _: (text("Note written"), event.text),
    cases.MessageDrafted: lambda event, side: (_DRAFTED.about(side), _message(event.message)),
    cases.CounterpartyAsked: lambda event, side: (
        _ASKED.about(side, moment=moment(event.until)),
        _message(event.message),
    ),
    cases.CounterpartyInformed: lambda event, side: (_INFORMED.about(side), _message(event.message)),
    cases.CounterpartyAnswered: lambda event, side: (_ANSWERED.about(side), event.answer),
    cases.CounterpartySilent: lambda event, side: (_SILENT.about(side, moment=moment(event.due_at)), ""),
    cases.FindingReleased: _released,
    cases.ReleaseRevoked: lambda event, _: (text("Acceptance revoked"), event.reason),
    cases.ResolutionChosen: _chosen,
    cases.DebitNoteRequested: lambda event, _: (
        text("Our debit note of {amount} requested", amount=money(event.amount)),
        event.reason,
    ),
    cases.ActDone: lambda event, _: (text("Done by the external system as {number}", number=event.ref), ""),
    cases.Escalated: _escalated,
    cases.CaseResolved: _resolved,
    cases.CaseRejected: lambda event, _: (text("Closed: document rejected"), event.reason),
    cases.CaseReopened: lambda event, _: (text("Case reopened"), event.reason),
}


def timeline(happenings: tuple[Happening, ...], names: Mapping[str, str], side: str = "supplier") -> tuple[Entry, ...]:
    """The history, latest first. `names` are people's names by actor, `side` is what the other side of the claim is called."""
    return tuple(_entry(happening, names, side) for happening in reversed(happenings))


def _entry(happening: Happening, names: Mapping[str, str], side: str) -> Entry:
    what, detail = WORDS[type(happening.event)](happening.event, side)
    who = "" if happening.actor == SYSTEM else names.get(happening.actor, happening.actor)
    return Entry(at=happening.at, who=who, what=what, detail=detail)
