"""What people may do with an action that is stuck: have it tried now, or cancel it before it has begun."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from tieout.core.case import apply_verdict
from tieout.core.case.claim_change import DELIVERY, EXTERNAL_CAUSES, POSTING
from tieout.core.case.commands import Resolve
from tieout.core.outbox.action import Rejected
from tieout.core.outbox.queue import Queue
from tieout.core.values.clock import Hours
from tieout.core.values.errors import Malformed, Refused
from tieout.core.values.scope import Scope
from tieout.core.values.sentence import Sentence
from tieout.engine.announce import announce
from tieout.engine.apply import apply
from tieout.engine.claim_record import claim_records, documents_of, hours_of
from tieout.engine.plugged import Engine
from tieout.engine.submit import submit
from tieout.store import claims
from tieout.store.link import transaction
from tieout.store.outstanding import Outstanding, conclude, hurry, outstanding
from tieout.store.queues import lock_queue, save_queue

CANCELLED = "CANCELLED"
# The resolution by which a case requests again what was refused.
_AGAIN = {POSTING: "retry_posting", DELIVERY: "send_again"}


def retry(engine: Engine, scope: Scope, action: UUID, *, at: datetime) -> str:
    """Try an action, or look it up, now; returns in words which of the two. One that was begun is looked up before it is tried.

    One that was refused is requested again through its case, so that it is recorded who did it. Raises `Refused`
    ACTION-UNKNOWN, ACTION-OVER, and what the case refuses.
    """
    at = at.astimezone(UTC)
    open_action = _find(scope, action, at=at)
    if open_action.state in {"done", "withdrawn"}:
        raise Refused(
            "ACTION-OVER",
            "action {action} is {state}: there is nothing to retry",
            action=action,
            state=Sentence(open_action.state),
        )
    if open_action.state == "refused":
        return _ask_again(engine, scope, open_action, at=at)
    with transaction(scope):
        hurry(scope, [action], at=at)
    return Sentence("looked up in the external system now") if open_action.begun else Sentence("tried now")


def cancel(engine: Engine, scope: Scope, action: UUID, *, reason: str, at: datetime) -> None:
    """Cancel an action that has not begun; its claim gets a case, so that a person decides how it goes on.

    Raises `Refused` ACTION-UNKNOWN, or ACTION-BEGUN: what the external system may have is never cancelled here.
    """
    at = at.astimezone(UTC)
    with transaction(scope):
        open_action = _find(scope, action, at=at)
        locked = claim_records(scope, claims.lock(scope, [open_action.stream]))
        again = _find(scope, action, at=at)  # it cannot begin while we hold the lock of its claim
        if again.state != "due" or not locked:
            raise Refused(
                "ACTION-BEGUN",
                "action {action} is {state}: it cannot be cancelled any more",
                action=action,
                state=Sentence(again.state),
            )
        why = Rejected(
            reason=Sentence("taken back by {actor}: {reason}", actor=scope.actor, reason=reason), code=CANCELLED
        )
        claim_change = apply_verdict.outcome(
            locked[0].claim,
            locked[0].cases,
            again.action,
            why,
            at=at,
            document=documents_of(engine, scope, locked)[open_action.stream],
            actions=engine.packs[locked[0].row.kind].actions,
            routing=engine.routing_for(scope),
            catalogue=engine.catalogue,
            hours=hours_of(scope, [open_action.stream]).get(open_action.stream, Hours()),
        )
        apply(engine, scope, [(locked[0], claim_change)], at=at)
        conclude(scope, [(action, "refused", "", why.reason)], at=at)
    announce(engine, scope)


def set_pace(
    scope: Scope,
    name: str,
    *,
    per_minute: int | None = None,
    answer_within: int | None = None,
    attempts_max: int | None = None,
    quiet: int | None = None,
) -> Queue:
    """Set the rate and the time limits of a queue; None leaves a setting as it is. Returns the queue.

    `per_minute` 0 means no limit; `answer_within` and `quiet` are in seconds; `quiet` 0: what was
    not answered is handed over again at once. Raises `Malformed` for negative numbers.
    """
    if min(per_minute or 0, answer_within or 0, attempts_max or 0, quiet or 0) < 0:
        raise Malformed("the settings of a queue are not negative", where=f"queue {name}")
    with transaction(scope):
        queue = lock_queue(scope, name)
        if per_minute is not None:
            queue = replace(queue, per_minute=per_minute or None, paid_until=None)
        if answer_within is not None:
            queue = replace(queue, answer_within=answer_within)
        if attempts_max is not None:
            queue = replace(queue, attempts_max=max(attempts_max, 1))
        if quiet is not None:
            queue = replace(queue, quiet=quiet)
        save_queue(scope, queue)
        return queue


def _find(scope: Scope, action: UUID, *, at: datetime) -> Outstanding:
    rows = outstanding(scope, at=at, ids=[action])
    if not rows:
        raise Refused("ACTION-UNKNOWN", "there is no action {action} that you may see", action=action)
    return rows[0]


def _ask_again(engine: Engine, scope: Scope, open_action: Outstanding, *, at: datetime) -> str:
    with transaction(scope):
        record = claim_records(scope, claims.lock(scope, [open_action.stream]))[0]
    open_ = [case for case in record.cases.values() if not case.ended and case.cause in EXTERNAL_CAUSES]
    for case in open_:
        resolution = _AGAIN.get(case.cause, "retry")
        about = case.cause == POSTING or str(open_action.action.id) in {finding.where for finding in case.findings}
        if about and any(resolution in finding.resolutions for finding in case.findings):
            submit(engine, scope, case.id, Resolve(resolution=resolution), at=at)
            return Sentence("asked for again by case {case}", case=case.id)
    raise Refused(
        "ACTION-OVER",
        "action {action} was refused, and no open case asks for it any more",
        action=open_action.action.id,
    )
