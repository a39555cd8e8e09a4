"""Answers that come of their own accord: to what is done already, to what was refused or withdrawn, and to nothing of ours.

Whoever performs asks about what is not ended. Everything else that lies in a folder of answers is looked at here.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from tieout.core.access.source import Source
from tieout.core.outbox.target import LeavesAnswers, Target, UnreadAnswer
from tieout.core.values.ids import SourceKey
from tieout.core.values.scope import Scope
from tieout.engine.answers_nothing import ANSWERS
from tieout.engine.perform import Claims, look_at_ended
from tieout.engine.plugged import Engine
from tieout.engine.receive import Incoming, receive
from tieout.store.link import transaction
from tieout.store.waiting import note, note_done

JOB: Final = "answers"
EVERY: Final = timedelta(minutes=1)
_LIMIT: Final = 500
_WRITTEN: Final = timedelta(minutes=1)
_OVERDUE: Final = timedelta(hours=1)


def expect_answers(scope: Scope, target: Target, *, at: datetime) -> None:
    """Note that answers may come to this target's queue from now on."""
    if isinstance(target, LeavesAnswers):
        with transaction(scope):
            note(scope, JOB, target.queue, at=at + EVERY)


def take_answers(engine: Engine, scope: Scope, target: Target, *, owner: str, at: datetime, claims: Claims) -> int:
    """Look at the answers that lie unread in the target's place; returns how many there were. Looked at again in a minute.

    Those to actions that have ended are looked up again. Those to nothing that was handed over become a held record of the queue
    (INT-MAP), and are put aside; a file that is still being written is left until it is a minute old.
    """
    if not isinstance(target, LeavesAnswers):
        return 0
    unread = target.unread(_LIMIT)
    if unread:
        _take(engine, scope, target, unread, owner=owner, at=at, claims=claims)
    with transaction(scope):
        note_done(scope, JOB, target.queue, at=at)
        note(scope, JOB, target.queue, at=at + EVERY)
    return len(unread)


def _take(
    engine: Engine,
    scope: Scope,
    target: Target,
    unread: Sequence[UnreadAnswer],
    *,
    owner: str,
    at: datetime,
    claims: Claims,
) -> None:
    by_id = {key: answer for answer in unread if (key := _id(answer.reference)) is not None}
    overdue = {key for key, answer in by_id.items() if at - answer.since >= _OVERDUE}
    existing = look_at_ended(scope, target, list(by_id), overdue=overdue, owner=owner, at=at, claims=claims)
    strange = [answer for answer in unread if _id(answer.reference) not in existing and not _is_fresh(answer, at)]
    if strange:
        assert isinstance(target, LeavesAnswers)
        incoming = [_incoming(target.queue, answer) for answer in strange]
        receive(engine, scope, incoming, source=Source(name=target.queue, kinds=frozenset()), at=at)
        target.put_aside(strange)


def _is_fresh(answer: UnreadAnswer, at: datetime) -> bool:
    """Whether it may still be written. By a clock that is ahead nothing is."""
    return timedelta(0) <= at - answer.since < _WRITTEN


def _incoming(queue: str, answer: UnreadAnswer) -> Incoming:
    source = SourceKey(system=queue, kind=ANSWERS, external_id=answer.name)
    return Incoming(content=answer.content, name=answer.name, source=source, media_type="application/json")


def _id(reference: str) -> UUID | None:
    """The action that a reference names, spelled as we spell it: in another spelling it is found by nobody."""
    with suppress(ValueError):
        key = UUID(reference)
        return key if str(key) == reference else None
    return None
