"""Beginning actions and handing them over: never after the lease has run out, and little at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from tieout.core.outbox.action import Answer, Rejected, Unknown
from tieout.core.outbox.queue import Queue
from tieout.core.values.scope import Scope
from tieout.store.actions import Leased, begin, handed_over_late
from tieout.store.link import transaction

_LONGEST: Final = 30
"""Seconds that an external system is waited for with one action; connectors give up then."""


def portions(queue: Queue, unsent: Sequence[Leased], *, idempotent: bool) -> Iterator[Sequence[Leased]]:
    """What is begun and handed over at once: no more than can be within the lease, even where each action waits in vain for its answer."""
    size = len(unsent) if idempotent or not queue.quiet else queue.lease // _LONGEST
    return (unsent[begin : begin + max(size, 1)] for begin in range(0, len(unsent), max(size, 1)))


def begun_now(scope: Scope, unsent: Sequence[Leased], *, owner: str, clock: Callable[[], datetime]) -> list[Leased]:
    """Those that may be handed over now. Where the commit took so long that the lease has run out, nothing is: another worker has them."""
    with transaction(scope):
        started = begin(scope, unsent, owner=owner, clock=clock)
    now = clock()
    return [
        replace(
            lease,
            state="leased" if lease.state == "due" else lease.state,
            tried_at=lease.tried_at or started[lease.action.id][0],
            handed_at=started[lease.action.id][0],
            handovers=lease.handovers + 1,
        )
        for lease in unsent
        if lease.action.id in started and now < started[lease.action.id][1]
    ]


def note_late(
    scope: Scope, begun: Sequence[Leased], tried: Mapping[UUID, Answer], states: Mapping[UUID, str], *, at: datetime
) -> None:
    """What we handed over after our lease had run out may still be carried out, though our answers are dropped."""
    lost = [
        lease.action.id
        for lease in begun
        if lease.action.id not in states and not came_to_nothing(tried[lease.action.id])
    ]
    if lost:
        handed_over_late(scope, lost, at)


def came_to_nothing(answer: Answer) -> bool:
    """Whether surely nothing comes of an action after this answer."""
    return isinstance(answer, Rejected) or (isinstance(answer, Unknown) and answer.down)
