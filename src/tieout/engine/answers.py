"""What an answer of the external system means for an action: its next state, and the outcome for its claim. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from tieout.core.outbox.action import Answer, Done, Outcome, Rejected, Sent, Unknown
from tieout.core.outbox.queue import Queue, look_at, retry_at
from tieout.core.values.sentence import Sentence
from tieout.store.actions import Change, Leased


def follow(
    queue: Queue, leased: Leased, answer: Answer, *, at: datetime, idempotent: bool = False
) -> tuple[Change, Outcome | None]:
    """The state of the action after an answer, and the outcome for its claim, None while there is none."""
    match answer:
        case Done():
            return _done(queue, leased, answer, at=at, idempotent=idempotent), answer
        case Rejected():
            refused = replace(_kept(leased), state="refused", due_at=at, error=answer.reason)
            return replace(refused, sent_at=None, done_at=at), answer
        case Sent():
            return _sent(queue, leased, answer, at=at)
        case Unknown():
            return _unknown(queue, leased, answer, at=at)
        case _:
            assert_never(answer)


def gone(leased: Leased) -> Unknown:
    """The answer for an action that was handed over and that the external system does not know: it is never sent again automatically."""
    return Unknown(
        hint=Sentence("was handed over at {sent_at} and is neither answered nor there any more", sent_at=leased.sent_at)
    )


def put_off(queue: Queue, leased: Leased, why: str, *, at: datetime) -> Change:
    """Not begun, because its claim comes first. Its state is unchanged."""
    return replace(_kept(leased), due_at=at + timedelta(seconds=queue.retry_first), error=why)


def unchanged(leased: Leased, *, error: str = "") -> Change:
    """An ended action stays as it is."""
    return replace(_kept(leased), ref=leased.ref, done_at=leased.done_at, error=error)


def looked_for(queue: Queue, leased: Leased, until: datetime, *, at: datetime) -> Change:
    """Handed over, not answered and not there: it may still be carried out, so that it is only looked up `until` then."""
    since = leased.handed_at or at
    why = Sentence(
        "handed over at {since} without an answer: it is looked up until {until} before it is tried again",
        since=since,
        until=until,
    )
    return replace(_kept(leased), due_at=min(look_at(queue, since, at=at), until), error=why)


def watched(queue: Queue, leased: Leased, answer: Answer | None, *, at: datetime) -> tuple[Change, Outcome | None]:
    """What is done and may be done twice: looked up until the quiet time is over, or until something contradicts.

    A system that took longer than the quiet time is looked at for as long again. Not to be found, or not to be asked, contradicts
    nothing: the external system has said that it is done.
    """
    done_at = leased.done_at or at
    took = done_at - (leased.tried_at or done_at)
    ends = done_at + max(timedelta(seconds=queue.quiet), took)
    change = replace(_kept(leased), ref=leased.ref, done_at=done_at)
    doubt = _contradiction(leased, answer)
    if doubt is not None:
        return replace(change, state="done", error=doubt.hint), doubt
    if at >= ends:
        return replace(change, state="done"), None
    return replace(change, due_at=min(look_at(queue, done_at, at=at), ends)), None


def _contradiction(leased: Leased, answer: Answer | None) -> Unknown | None:
    match answer:
        case Unknown(ambiguous=True):
            return answer
        case Done() if answer.ref != leased.ref:
            hint = Sentence("was reported as {ref}, and is {other} now", ref=leased.ref, other=answer.ref)
            return Unknown(hint=hint, ambiguous=True)
        case Rejected():
            hint = Sentence("was reported as {ref}, and is refused now: {reason}", ref=leased.ref, reason=answer.reason)
            return Unknown(hint=hint, ambiguous=True)
        case _:
            return None


def _kept(leased: Leased) -> Change:
    """Everything stays as it is, but that the lease ends."""
    return Change(
        leased=leased,
        state=leased.state,
        due_at=leased.action.due_at,
        attempts=leased.attempts,
        sent_at=leased.sent_at,
        handed_at=leased.handed_at,
        handovers=leased.handovers,
    )


def _done(queue: Queue, leased: Leased, answer: Done, *, at: datetime, idempotent: bool) -> Change:
    twice = leased.handovers > 1 and queue.quiet > 0 and not idempotent
    return replace(
        _kept(leased),
        state="watched" if twice else "done",
        due_at=look_at(queue, at, at=at) if twice else at,
        ref=answer.ref,
        sent_at=None,
        done_at=at,
    )


def _sent(queue: Queue, leased: Leased, answer: Sent, *, at: datetime) -> tuple[Change, Outcome | None]:
    since = leased.sent_at or at
    late = at - since >= timedelta(seconds=queue.answer_within)
    notified = leased.state == "unknown"
    change = replace(
        _kept(leased),
        state="unknown" if late or notified else "sent",
        due_at=look_at(queue, since, at=at),
        error=Sentence("{trace} is not answered", trace=answer.trace) if late else "",
        sent_at=since,
    )
    return change, Unknown(
        hint=Sentence("{trace} has had no answer since {since}", trace=answer.trace, since=since)
    ) if late and not notified else None


def _unknown(queue: Queue, leased: Leased, answer: Unknown, *, at: datetime) -> tuple[Change, Outcome | None]:
    attempts = leased.attempts + (0 if answer.down else 1)
    notified = leased.state == "unknown"
    begun = leased.tried_at if leased.sent_at is None else leased.sent_at
    late = begun is not None and at - begun >= timedelta(seconds=queue.answer_within)
    # What was never begun cannot have been done: it waits, however long the external system is down.
    notify = not notified and (answer.ambiguous or late or attempts >= queue.attempts_max)
    change = replace(
        _kept(leased),
        state="unknown" if notify else leased.state,
        due_at=retry_at(queue, leased.action.id, attempts, at=at),
        attempts=attempts,
        error=answer.hint,
    )
    return change, answer if notify else None
