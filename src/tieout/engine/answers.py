"""What an answer of the outer system means for an action: how it stands from now on, and what its claim is told. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import assert_never

from tieout.core.outbox.action import Answer, Done, Outcome, Rejected, Sent, Unknown
from tieout.core.outbox.queue import Lane, look_at, retry_at
from tieout.store.actions import Change, Leased


def follow(lane: Lane, leased: Leased, answer: Answer, *, at: datetime) -> tuple[Change, Outcome | None]:
    """How the action stands after an answer, and the outcome that its claim is told, None while there is nothing to tell."""
    match answer:
        case Done():
            change = Change(
                leased=leased, state="done", due_at=at, attempts=leased.attempts, ref=answer.ref, done_at=at
            )
            return change, answer
        case Rejected():
            change = Change(
                leased=leased, state="refused", due_at=at, attempts=leased.attempts, error=answer.reason, done_at=at
            )
            return change, answer
        case Sent():
            return _sent(lane, leased, answer, at=at)
        case Unknown():
            return _unknown(lane, leased, answer, at=at)
        case _:
            assert_never(answer)


def gone(leased: Leased) -> Unknown:
    """What to make of an action that was taken over and that nobody knows any more: never send it again by ourselves."""
    return Unknown(hint=f"was handed over at {leased.sent_at} and is neither answered nor there any more")


def put_off(lane: Lane, leased: Leased, why: str, *, at: datetime) -> Change:
    """Not begun: its claim comes first. It stays what it was."""
    return Change(
        leased=leased,
        state=leased.state,
        due_at=at + timedelta(seconds=lane.retry_first),
        attempts=leased.attempts,
        error=why,
        sent_at=leased.sent_at,
    )


def _sent(lane: Lane, leased: Leased, answer: Sent, *, at: datetime) -> tuple[Change, Outcome | None]:
    since = leased.sent_at or at
    late = at - since >= timedelta(seconds=lane.answer_within)
    notified = leased.state == "unknown"
    change = Change(
        leased=leased,
        state="unknown" if late or notified else "sent",
        due_at=look_at(lane, since, at=at),
        attempts=leased.attempts,
        error=f"{answer.trace} is not answered" if late else "",
        sent_at=since,
    )
    return change, Unknown(
        hint=f"{answer.trace} has had no answer since {since.isoformat()}"
    ) if late and not notified else None


def _unknown(lane: Lane, leased: Leased, answer: Unknown, *, at: datetime) -> tuple[Change, Outcome | None]:
    attempts = leased.attempts + (0 if answer.down else 1)
    notified = leased.state == "unknown"
    begun = leased.tried_at if leased.sent_at is None else leased.sent_at
    late = begun is not None and at - begun >= timedelta(seconds=lane.answer_within)
    # What was never begun cannot have been done: however long the outer system is away, it just waits.
    notify = not notified and (answer.ambiguous or late or attempts >= lane.attempts_max)
    change = Change(
        leased=leased,
        state="unknown" if notify else leased.state,
        due_at=retry_at(lane, leased.action.id, attempts, at=at),
        attempts=attempts,
        error=answer.hint,
        sent_at=leased.sent_at,
    )
    return change, answer if notify else None
