"""What an answer of the external system means for an action: its next state, and the outcome for its claim. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import assert_never

from tieout.core.outbox.action import Answer, Done, Outcome, Rejected, Sent, Unknown
from tieout.core.outbox.queue import Lane, look_at, retry_at
from tieout.core.values.sentence import Sentence
from tieout.store.actions import Change, Leased


def follow(lane: Lane, leased: Leased, answer: Answer, *, at: datetime) -> tuple[Change, Outcome | None]:
    """The state of the action after an answer, and the outcome for its claim, None while there is none."""
    match answer:
        case Done():
            change = Change(
                leased=leased, state="done", due_at=at, attempts=leased.attempts, ref=answer.ref, done_at=at
            )
            return change, answer
        case Rejected():
            change = Change(
                leased=leased,
                state="refused",
                due_at=at,
                attempts=leased.attempts,
                error=str(answer.reason),
                done_at=at,
            )
            return change, answer
        case Sent():
            return _sent(lane, leased, answer, at=at)
        case Unknown():
            return _unknown(lane, leased, answer, at=at)
        case _:
            assert_never(answer)


def gone(leased: Leased) -> Unknown:
    """The answer for an action that was handed over and that the external system does not know: it is never sent again automatically."""
    return Unknown(
        hint=Sentence("was handed over at {sent_at} and is neither answered nor there any more", sent_at=leased.sent_at)
    )


def put_off(lane: Lane, leased: Leased, why: str, *, at: datetime) -> Change:
    """Not begun, because its claim comes first. Its state is unchanged."""
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
        hint=Sentence("{trace} has had no answer since {since}", trace=answer.trace, since=since)
    ) if late and not notified else None


def _unknown(lane: Lane, leased: Leased, answer: Unknown, *, at: datetime) -> tuple[Change, Outcome | None]:
    attempts = leased.attempts + (0 if answer.down else 1)
    notified = leased.state == "unknown"
    begun = leased.tried_at if leased.sent_at is None else leased.sent_at
    late = begun is not None and at - begun >= timedelta(seconds=lane.answer_within)
    # What was never begun cannot have been done: it waits, however long the external system is down.
    notify = not notified and (answer.ambiguous or late or attempts >= lane.attempts_max)
    change = Change(
        leased=leased,
        state="unknown" if notify else leased.state,
        due_at=retry_at(lane, leased.action.id, attempts, at=at),
        attempts=attempts,
        error=str(answer.hint),
        sent_at=leased.sent_at,
    )
    return change, answer if notify else None
