"""What external systems must do because of a case's event. Never called on replay."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from tieout.core.case.events import (
    CaseEvent,
    CounterpartyAsked,
    CounterpartyInformed,
    DebitNoteRequested,
    MessageDrafted,
)
from tieout.core.case.state import Case
from tieout.core.claim.state import ClaimState
from tieout.core.outbox.action import Action, ActionKind
from tieout.core.outbox.queue import ROUTING, Routing
from tieout.core.tie_out.actions import About, Actions, Debit, Letter
from tieout.core.tie_out.correspondence import Correspondence, nobody


def react(
    case: Case,
    event: CaseEvent,
    *,
    claim: ClaimState,
    actions: Actions,
    routing: Routing = ROUTING,
    other_side: Callable[[], Correspondence] = nobody,
) -> tuple[Action, ...]:
    """The actions that an event asks for. A draft is delivered as a draft: whoever gets it does not send it on.

    The pack decides whether anything goes out to the other side of such a claim.
    """
    match event:
        case MessageDrafted() | CounterpartyAsked() | CounterpartyInformed():
            payload = actions.letter(_about(claim, other_side()), _letter(case, event))
            if payload is None:
                return ()
            return (_action(event, claim, payload, kind="message", queue=routing.message(claim.entity)),)
        case DebitNoteRequested():
            debit = Debit(
                reference=event.action_id,
                case=case.id,
                amount=event.amount,
                reason=event.reason,
                on=event.at.date(),
                refs=tuple(part.ref for part in claim.posted),
            )
            payload = actions.debit(_about(claim), debit)
            return (_action(event, claim, payload, kind="post_debit_note", queue=routing.of(claim.key, claim.entity)),)
        case _:
            return ()


def _letter(case: Case, event: MessageDrafted | CounterpartyAsked | CounterpartyInformed) -> Letter:
    purposes: dict[type, Literal["draft", "question", "notice"]] = {
        MessageDrafted: "draft",
        CounterpartyAsked: "question",
    }
    message = event.message
    return Letter(
        purpose=purposes.get(type(event), "notice"),
        reference=event.action_id,
        case=case.id,
        id=message.id,
        status=message.status,
        reason=message.reason,
        action=message.action,
        text=message.text,
        lines=message.lines,
        answer_by=event.until if isinstance(event, CounterpartyAsked) else None,
        subject=message.subject,
        language=message.language,
        to=message.to,
        on_record=message.on_record,
    )


def _action(
    event: MessageDrafted | CounterpartyAsked | CounterpartyInformed | DebitNoteRequested,
    claim: ClaimState,
    payload: str,
    *,
    kind: ActionKind,
    queue: str,
) -> Action:
    return Action(id=event.action_id, kind=kind, claim=claim.key, queue=queue, payload=payload, due_at=event.at)


def _about(claim: ClaimState, other_side: Correspondence | None = None) -> About:
    return About(
        claim=claim.key,
        kind=claim.kind,
        number=claim.number,
        counterparty=claim.counterparty,
        entity=claim.entity,
        other_side=other_side,
    )
