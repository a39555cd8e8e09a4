"""The only way a case changes: event by event. Total: whatever was written can be read again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from tieout.core.case.events import (
    ActDone,
    Assigned,
    CaseEvent,
    CaseOpened,
    CaseRejected,
    CaseReopened,
    CaseResolved,
    CaseRouted,
    CounterpartyAnswered,
    CounterpartyAsked,
    CounterpartyInformed,
    CounterpartySilent,
    DebitNoteRequested,
    Escalated,
    FindingReleased,
    FindingsChanged,
    HandedOff,
    HandOffWithdrawn,
    MessageDrafted,
    Noted,
    ReleaseRevoked,
    ResolutionChosen,
    WaitEnded,
    WaitStarted,
)
from tieout.core.case.state import Asked, Case, State
from tieout.core.findings.kernel_resolutions import REJECTION
from tieout.core.values.event import by_person
from tieout.core.values.made import changed


def evolve(case: Case | None, event: CaseEvent) -> Case:
    """The case after an event. `case` is None for `CaseOpened` only, which begins it; a second one changes nothing."""
    if isinstance(event, CaseOpened):
        return case or Case(
            id=event.case_id, tenant=event.tenant, claim=event.claim, cause=event.cause, opened_at=event.at
        )
    assert case is not None, f"{type(event).__name__} before CaseOpened"
    return changed(_touched(_changed(case, event), event), version=case.version + 1)


def fold(events: Iterable[CaseEvent]) -> Case | None:
    """The case of a log of events; None for an empty log."""
    case: Case | None = None
    for event in events:
        case = evolve(case, event)
    return case


def _touched(case: Case, event: CaseEvent) -> Case:
    # A decision may write several events: one touch. An ending that a person brought about was counted by its decision.
    touch = (event.at, event.actor)
    if not by_person(event) or case.touched == touch:
        return case
    return changed(case, touches=case.touches + 1, touched=touch)


def _changed(case: Case, event: CaseEvent) -> Case:
    after = case
    match event:
        case FindingsChanged():
            after = changed(case, findings=event.findings, at_stake=event.at_stake)
        case CaseRouted() | WaitStarted() | WaitEnded() | HandedOff() | HandOffWithdrawn() | Assigned() | Escalated():
            after = _owned(case, event)
        case (
            MessageDrafted()
            | CounterpartyAsked()
            | CounterpartyInformed()
            | CounterpartyAnswered()
            | CounterpartySilent()
        ):
            after = _corresponded(case, event)
        case CaseOpened() | Noted():
            pass
        case FindingReleased():
            after = changed(case, releases=(*case.releases, event.release), resolution=event.release.resolution)
        case ReleaseRevoked():
            kept = tuple(release for release in case.releases if release.number != event.number)
            after = changed(case, releases=kept, resolution=kept[-1].resolution if kept else "")
        case ResolutionChosen():
            after = changed(case, resolution=event.resolution, chosen_by=event.actor, chosen_note=event.note)
        case DebitNoteRequested():
            after = changed(case, debit=event.action_id, acts=(*case.acts, event.action_id))
        case ActDone():
            after = changed(case, acts=tuple(act for act in case.acts if act != event.action_id))
        case CaseResolved() | CaseRejected() | CaseReopened():
            after = _ended(case, event)
        case _:
            assert_never(event)
    return after


def _owned(
    case: Case, event: CaseRouted | WaitStarted | WaitEnded | HandedOff | HandOffWithdrawn | Assigned | Escalated
) -> Case:
    match event:
        case CaseRouted():
            return changed(
                case,
                code=event.code,
                queue=event.queue,
                home=event.home,
                sla=event.sla,
                due_at=event.due_at,
                ladder=event.ladder,
                level=0,
                watchers=event.watchers,
                paused_since=event.at if case.asked else None,
                state=_in_hand(case),
            )
        case WaitStarted():
            waits = changed(case, wait_until=event.until, wait_keys=event.keys, wait_label=event.label, deferred=False)
            if not event.silent:
                return waits
            return changed(
                _undrafted(waits),
                state="waiting",
                code=event.code,
                queue="",
                home="",
                ladder=(),
                due_at=event.until,
                assignee="",
                deferred=by_person(event),
            )
        case WaitEnded():
            state: State = "open" if case.state == "waiting" else case.state
            return changed(case, wait_until=None, wait_keys=(), wait_label="", deferred=False, state=state)
        case HandedOff():
            kept = case if event.from_code == event.to_code else _undrafted(case)
            handed = changed(kept, handed_from=event.from_queue, assignee="")
            return changed(handed, state=_in_hand(handed))
        case HandOffWithdrawn():
            return changed(_undrafted(case), handed_from="")
        case Assigned():
            taken = changed(case, assignee=event.assignee)
            return changed(taken, state=_in_hand(taken))
        case Escalated():
            return changed(case, level=max(case.level, event.level))
        case _:
            assert_never(event)


def _in_hand(case: Case) -> State:
    if case.ended or case.asked:
        return "asked" if case.asked and not case.ended else case.state
    return "assigned" if case.assignee else "open"


def _corresponded(
    case: Case,
    event: MessageDrafted | CounterpartyAsked | CounterpartyInformed | CounterpartyAnswered | CounterpartySilent,
) -> Case:
    match event:
        case MessageDrafted():
            draft = Asked(action_id=event.action_id, message=event.message, asked_at=event.at, until=event.at)
            return changed(case, drafted=(draft,), acts=(*_undrafted(case).acts, event.action_id))
        case CounterpartyAsked():
            asked = Asked(action_id=event.action_id, message=event.message, asked_at=event.at, until=event.until)
            return changed(
                case,
                state="asked",
                asked=(*case.asked, asked),
                paused_since=case.paused_since or event.at,
                drafted=(),
                acts=(*_undrafted(case).acts, event.action_id),
            )
        case CounterpartyInformed():
            acts = (*_undrafted(case).acts, event.action_id)
            return changed(case, drafted=(), told=event.message.status, acts=acts)
        case CounterpartyAnswered() | CounterpartySilent():
            left = tuple(question for question in case.asked if question.message.id not in event.message_ids)
            timed = changed(
                case,
                asked=left,
                due_at=event.due_at,
                ladder=event.ladder,
                paused_since=case.paused_since if left else None,
                paused_minutes=case.paused_minutes + event.paused_minutes,
            )
            return changed(timed, state=_in_hand(timed))
        case _:
            assert_never(event)


def _ended(case: Case, event: CaseResolved | CaseRejected | CaseReopened) -> Case:
    match event:
        case CaseResolved():
            return changed(
                _still(case),
                state="resolved",
                resolution=event.resolution,
                resolved_by=event.by,
                resolved_at=event.at,
            )
        case CaseRejected():
            return changed(
                _still(case),
                state="rejected",
                resolution=REJECTION,
                resolved_by=event.actor,
                resolved_at=event.at,
            )
        case CaseReopened():
            return changed(
                case,
                state="open",
                resolution="",
                chosen_by="",
                resolved_by="",
                resolved_at=None,
                unanswered=False,
                reopened=case.reopened + 1,
            )
        case _:
            assert_never(event)


def _still(case: Case) -> Case:
    """Nothing is pending any more: no question, no wait, no draft."""
    return changed(
        _undrafted(case),
        asked=(),
        unanswered=any(question.message.subject for question in case.asked),
        paused_since=None,
        wait_until=None,
        wait_keys=(),
        wait_label="",
        deferred=False,
        assignee="",
        handed_from="",
    )


def _undrafted(case: Case) -> Case:
    """The draft is dropped, and so is its delivery."""
    gone = {draft.action_id for draft in case.drafted}
    return changed(case, drafted=(), acts=tuple(act for act in case.acts if act not in gone)) if gone else case
