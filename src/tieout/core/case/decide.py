"""Every rule about what people may do with a case. Only this part may refuse."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from tieout.core.access.authority import Authority
from tieout.core.access.queues import is_queue
from tieout.core.case.accepting import accept, release_all, revoke
from tieout.core.case.asking import ask, ask_for, notify_of_rejection
from tieout.core.case.assigning import assign
from tieout.core.case.choosing import given_with
from tieout.core.case.commands import (
    NAMES,
    AcceptVariance,
    AskCounterparty,
    Assign,
    Circumstances,
    Command,
    Escalate,
    HandOff,
    Note,
    RecordAnswer,
    Reopen,
    Resolve,
    RevokeRelease,
)
from tieout.core.case.deferring import defer
from tieout.core.case.events import (
    Assigned,
    CaseEvent,
    CaseRejected,
    CaseReopened,
    CaseRouted,
    CounterpartyAnswered,
    Escalated,
    HandedOff,
    Noted,
    ResolutionChosen,
    WaitEnded,
    WaitStarted,
)
from tieout.core.case.legal import MAY, authority_over, require, require_role
from tieout.core.case.names import code_called, resolutions_called
from tieout.core.case.routing import FALLBACK_QUEUE
from tieout.core.case.rules import require_texts, required_text, touches
from tieout.core.case.sla import BREACH, LEVEL_PERCENTS, clock_of, ladder, moved_on
from tieout.core.case.state import Case
from tieout.core.findings.kernel_resolutions import REJECTION
from tieout.core.findings.resolution import Resolution
from tieout.core.values.errors import Refused
from tieout.core.values.scope import Scope
from tieout.core.values.sentence import Sentence

_NOWHERE = Circumstances()


def decide(
    case: Case, command: Command, *, at: datetime, by: Scope, given: Circumstances = _NOWHERE
) -> tuple[CaseEvent, ...]:
    """What happens because of a command. Raises `Refused`:

    CASE-STATE, CASE-ROLE (the table, for the claim's company and the case's queue), CASE-TENANT, CASE-TEXT (no text),
    CASE-ASSIGNEE, CASE-ADDRESSEE (nobody can be asked), CASE-ASKED (the same question is outstanding), CASE-NO-QUESTION,
    CASE-CHANGED (the finding or case is another by
    now), CASE-NOT-RELEASABLE, WF-SOD, CASE-LIMIT, CASE-EXPIRY, CASE-NO-RELEASE, CASE-RESOLUTION, CASE-POSTED (too late),
    CASE-REFERENCE, CASE-FIELD, CASE-LEVEL, CASE-QUEUE.
    """
    if by.tenant != case.tenant:
        raise Refused("CASE-TENANT", "this case belongs to another organisation")
    held = authority_over(case, by, entity=given.entity, on=at.date())
    require(case, NAMES[type(command)], held)
    require_texts(command)
    events: tuple[CaseEvent, ...]
    match command:
        case Assign():
            events = _assign(case, command, at, by, given=given)
        case Note():
            events = (Noted(at=at, actor=by.actor, text=required_text(command.text, "a note")),)
        case AskCounterparty():
            events = (ask(case, command, at, by=by, given=given),)
        case RecordAnswer():
            events = _answer(case, command, at, by, given=given)
        case AcceptVariance():
            events = accept(case, command, at, by, given=given)
        case RevokeRelease():
            events = revoke(case, command, at, by, given=given)
        case Resolve():
            events = _resolve(case, command, at, by, given=given)
        case Escalate():
            events = _escalate(case, command, at, by)
        case HandOff():
            events = _hand_off(case, command, at, by, given=given)
        case Reopen():
            events = _reopen(case, command, at, by, given=given)
        case _:
            assert_never(command)
    return events


def _assign(case: Case, command: Assign, at: datetime, by: Scope, *, given: Circumstances) -> tuple[CaseEvent, ...]:
    assignee = _person(command.assignee.strip(), by, given)
    if assignee == case.assignee:
        raise Refused(
            "CASE-ASSIGNEE",
            "the case is with {assignee} already" if assignee else "nobody has the case",
            assignee=assignee,
        )
    return (Assigned(at=at, actor=by.actor, assignee=assignee),)


def _person(wanted: str, by: Scope, given: Circumstances) -> str:
    """The actor's id of who shall have the case; "" for nobody. Raises `Refused` for somebody who is not known here."""
    if wanted in {"", by.actor}:
        return wanted
    if wanted == by.name:
        return by.actor
    if wanted not in given.people:
        people = ", ".join(sorted({name for name, actor in given.people.items() if name != actor} or given.people))
        raise Refused(
            "CASE-ASSIGNEE",
            "{wanted!r} has no role for this case; possible: {people}",
            wanted=wanted,
            people=people or Sentence("yourself"),
        )
    return given.people[wanted]


def _answer(
    case: Case, command: RecordAnswer, at: datetime, by: Scope, *, given: Circumstances
) -> tuple[CaseEvent, ...]:
    answer = required_text(command.answer, "an answer")
    answered = [question.message.id for question in case.asked if command.message_id in {"", str(question.message.id)}]
    if not answered:
        raise Refused(
            "CASE-NO-QUESTION",
            "this inquiry is answered already, or was never sent: choose one that is open"
            if case.asked
            else "no inquiry is outstanding, so that there is nothing to answer",
        )
    last = len(answered) == len(case.asked)
    levels, minutes = moved_on(case, at, given.hours) if last else (case.ladder, 0)
    return (
        CounterpartyAnswered(
            at=at,
            actor=by.actor,
            message_ids=tuple(answered),
            answer=answer,
            due_at=levels[BREACH] if levels else case.due_at or at,
            ladder=levels,
            paused_minutes=minutes,
        ),
    )


def _resolve(case: Case, command: Resolve, at: datetime, by: Scope, *, given: Circumstances) -> tuple[CaseEvent, ...]:
    chosen = given.catalogue.resolution(command.resolution)
    if command.version is not None and command.version != case.version:
        raise Refused("CASE-CHANGED", "the case has changed since you saw it: look again, then decide")
    _require_offered(case, chosen, authority_over(case, by, entity=given.entity, on=at.date()), given)
    asked_for = given_with(chosen, command)
    decided = ResolutionChosen(at=at, actor=by.actor, resolution=chosen.id, note=command.note.strip(), fields=asked_for)
    if chosen.effect == "confirm":
        decided = replace(decided, note=_reference(command))
    elif chosen.effect == "send":
        decided = replace(decided, note=command.reference.strip())
    if chosen.who == "two_persons" and not _seconds(case, decided, chosen):
        return (replace(decided, final=False),)
    events: tuple[CaseEvent, ...]
    match chosen.effect:
        case "release" | "pay_short":
            events = release_all(case, chosen, command, at, by=by, given=given)
        case "ask":
            events = (decided, ask_for(case, chosen, command, at, by=by, given=given))
        case "assign":
            events = (decided, assign(case, chosen, command, at, by=by, given=given))
        case "wait":
            events = (decided, defer(case, command, at, by=by, given=given))
        case "reject":
            events = _reject(case, command, at, by, given=given)
        case "confirm" | "elsewhere" | "retry" | "deny" | "send" | "check":
            events = (decided,)
        case _:
            assert_never(chosen.effect)
    return events


def _reference(command: Resolve) -> str:
    if not command.reference.strip():
        raise Refused("CASE-REFERENCE", "give the number under which the external system has posted it")
    return command.reference.strip()


def _seconds(case: Case, decided: ResolutionChosen, chosen: Resolution) -> bool:
    """Whether somebody else has chosen the same before. Raises `Refused` where it was the same person."""
    alike = case.resolution == decided.resolution and case.chosen_by
    if not alike or (chosen.effect == "confirm" and case.chosen_note != decided.note):
        return False
    if case.chosen_by == decided.actor:
        raise Refused("CASE-SECOND", "you have chosen this already; a second person must confirm it")
    return True


def _require_offered(case: Case, chosen: Resolution, held: Authority, given: Circumstances) -> None:
    # A demand can always be sent back: that is how every case of one can end.
    catalogue = given.catalogue
    offered = dict.fromkeys(name for finding in case.findings for name in finding.resolutions)
    if not given.watched:
        offered.setdefault(REJECTION)
    if chosen.id not in offered:
        raise Refused(
            "CASE-RESOLUTION",
            "'{resolution}' does not end {code} here (the rule {rule} of policy has to permit it); possible: {offered}"
            if chosen.permitted_by
            else "'{resolution}' does not end {code} here; possible: {offered}",
            resolution=Sentence(chosen.name),
            code=code_called(catalogue, case.code),
            rule=chosen.permitted_by,
            offered=resolutions_called(catalogue, offered),
        )
    require_role(case, Sentence("'{resolution}'", resolution=Sentence(chosen.name)), MAY[chosen.who], held)
    if chosen.effect in {"ask", "reject"}:
        require(case, "resolve" if case.state == "waiting" else "ask_counterparty", held)
    if case.state == "waiting" and chosen.effect not in {"reject", "elsewhere", "assign", "wait"}:
        raise Refused("CASE-STATE", "evidence may still arrive; hand the case to a queue first, or reject the document")


def _reject(case: Case, command: Resolve, at: datetime, by: Scope, *, given: Circumstances) -> tuple[CaseEvent, ...]:
    reason = required_text(command.note, "a rejection")
    if given.committed:
        raise Refused("CASE-POSTED", "the claim is posted, or is being posted: request a credit note instead")
    return (
        *notify_of_rejection(case, command, reason, at, by=by, given=given),
        CaseRejected(at=at, actor=by.actor, reason=reason, touches=touches(case, at, by)),
    )


def _escalate(case: Case, command: Escalate, at: datetime, by: Scope) -> tuple[CaseEvent, ...]:
    if case.level >= len(LEVEL_PERCENTS):
        raise Refused("CASE-LEVEL", "the process owner has been notified already: there is no higher escalation level")
    reason = required_text(command.reason, "an escalation")
    return (Escalated(at=at, actor=by.actor, level=case.level + 1, reason=reason),)


def _hand_off(case: Case, command: HandOff, at: datetime, by: Scope, *, given: Circumstances) -> tuple[CaseEvent, ...]:
    queue = command.queue.strip()
    if not queue or queue == case.queue:
        raise Refused(
            "CASE-QUEUE",
            "the case is in {case_queue} already" if queue else "name the queue to hand it to",
            case_queue=queue,
        )
    if not is_queue(queue, given.queues):
        raise Refused(
            "CASE-QUEUE",
            "there is no queue {queue!r}; there are {queues}",
            queue=queue,
            queues=", ".join(sorted(given.queues)) or Sentence("no queues"),
        )
    reason = required_text(command.reason, "a hand-off")
    handed = HandedOff(
        at=at,
        actor=by.actor,
        from_code=case.code,
        to_code=case.code,
        from_queue=case.queue,
        queue=queue,
        reason=reason,
    )
    routed = _routed(case, queue, at, by, given)
    if case.state == "waiting":
        assert case.wait_until is not None, "a wait without a timer"
        ended = WaitEnded(at=at, actor=by.actor, reason="changed")
        waits = WaitStarted(
            at=at,
            actor=by.actor,
            code=case.code,
            until=case.wait_until,
            keys=case.wait_keys,
            label=case.wait_label,
        )
        return (ended, handed, routed, waits)
    return (handed, routed)


def _routed(case: Case, queue: str, at: datetime, by: Scope, given: Circumstances) -> CaseRouted:
    sla = clock_of(case)
    levels = ladder(at, sla, given.hours)
    home = case.home or next((finding.queue for finding in case.findings if finding.queue), queue)
    return CaseRouted(
        at=at,
        actor=by.actor,
        code=case.code,
        queue=queue,
        home=home,
        sla=str(sla),
        due_at=levels[BREACH],
        ladder=levels,
        watchers=case.watchers,
    )


def _reopen(case: Case, command: Reopen, at: datetime, by: Scope, *, given: Circumstances) -> tuple[CaseEvent, ...]:
    reason = required_text(command.reason, "reopening")
    queue = case.queue or next((finding.queue for finding in case.findings if finding.queue), FALLBACK_QUEUE)
    return (CaseReopened(at=at, actor=by.actor, reason=reason), _routed(case, queue, at, by, given))
