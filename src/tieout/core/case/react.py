"""What the world must do because of a case's event. Never called on replay."""

from __future__ import annotations

from tieout.core.case.events import CaseEvent, DebitNoteRequested, MessageDrafted, SupplierAsked, SupplierTold
from tieout.core.case.state import Case
from tieout.core.claim.state import ClaimState
from tieout.core.outbox.action import Action
from tieout.core.outbox.queue import LANES, Lanes
from tieout.trade.documents.invoice import OURS
from tieout.trade.voucher import text_of


def react(case: Case, event: CaseEvent, *, claim: ClaimState, lanes: Lanes = LANES) -> tuple[Action, ...]:
    """The actions that an event asks for. A draft is delivered as a draft ("draft": true): its reader sends nothing on.

    What a supplier is told of its invoice is nothing for the customer of one of ours: only what a person asks goes out.
    """
    match event:
        case MessageDrafted() | SupplierTold() if claim.kind in OURS:
            return ()
        case MessageDrafted() | SupplierAsked() | SupplierTold():
            return (_message(case, event, claim, lanes),)
        case DebitNoteRequested():
            return (_debit_note(case, event, claim, lanes),)
        case _:
            return ()


def _message(
    case: Case, event: MessageDrafted | SupplierAsked | SupplierTold, claim: ClaimState, lanes: Lanes
) -> Action:
    message = event.message
    payload: dict[str, object] = {
        "version": 1,
        "reference": str(event.action_id),
        "draft": isinstance(event, MessageDrafted),
        "case": str(case.id),
        **_of(claim),
        "message": str(message.id),
        "status": message.status,
        "reason": message.reason,
        "action": message.action,
        "text": message.text,
        "lines": list(message.lines),
        "answer_by": event.until.isoformat() if isinstance(event, SupplierAsked) else None,
    }
    return Action(
        id=event.action_id,
        kind="message_supplier",
        claim=claim.key,
        lane=lanes.message(claim.entity),
        payload=text_of(payload),
        due_at=event.at,
    )


def _debit_note(case: Case, event: DebitNoteRequested, claim: ClaimState, lanes: Lanes) -> Action:
    payload: dict[str, object] = {
        "version": 1,
        "reference": str(event.action_id),
        "kind": "debit_note",
        "case": str(case.id),
        **_of(claim),
        "invoice_refs": [part.ref for part in claim.posted],
        "issue_date": event.at.date().isoformat(),
        "currency": event.amount.currency,
        "amount": f"{event.amount.amount:f}",
        "reason": event.reason,
    }
    return Action(
        id=event.action_id,
        kind="post_debit_note",
        claim=claim.key,
        lane=lanes.of(claim.key, claim.entity),
        payload=text_of(payload),
        due_at=event.at,
    )


def _of(claim: ClaimState) -> dict[str, object]:
    return {"claim": claim.key, "number": claim.number, "supplier": claim.supplier, "entity": claim.entity}
