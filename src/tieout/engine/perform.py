"""Performing actions: due ones in batches for each queue, looked up before every try, each outcome applied to its claim once.

Whatever happens in between, the next worker that takes an action looks it up first: what the external system already has is
linked and not done again. What was handed over and not answered may still be carried out: it is only looked up until the queue's
quiet time has passed, unless the target is idempotent. That time begins with the last instant at which the action may have been handed
over: its answer, or the end of the lease under which nobody answered. So nothing is handed over once the lease has run out, and little
at a time. Failures of the external system are answers; an exception here is a fault of our own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Protocol, TypeVar
from uuid import UUID

from tieout.core.outbox.action import Action, Answer, Done, Outcome, Rejected, Unknown
from tieout.core.outbox.queue import Queue, allowed, missed, quiet_until, reached, spend
from tieout.core.outbox.target import Idempotent, Target, Tidies
from tieout.core.values.scope import Scope
from tieout.core.values.sentence import Sentence
from tieout.engine.answers import follow, gone, looked_for, put_off, unchanged, watched
from tieout.engine.handing_over import begun_now, came_to_nothing, note_late, portions
from tieout.engine.pause import without_collection
from tieout.engine.spans import traced
from tieout.engine.steps import Steps, onward
from tieout.store.actions import (
    ActionJob,
    Change,
    Leased,
    finish,
    lock_held,
    same_number,
    take,
    take_these,
)
from tieout.store.link import transaction
from tieout.store.queues import lock_queue, save_queue

A = TypeVar("A")
_ENDED: Final = frozenset({"done", "watched", "refused"})


class Claims(Protocol):
    """How outcomes reach their claims. Both methods run in the transaction in which the actions are finished."""

    def lock(self, leased: Sequence[Leased]) -> None:
        """Locks the claims of these actions, before the actions are."""
        ...

    def notify(self, outcomes: Sequence[tuple[Leased, Outcome]], *, at: datetime) -> None:
        """Applies the outcomes to the claims and their cases."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Performed:
    """The result of one batch, in actions: `begun` were given to the external system, `states` counts them by their state now.

    `lost` were taken over by another worker meanwhile, and our answers for them were dropped.
    """

    taken: int = 0
    begun: int = 0
    lost: int = 0
    states: tuple[tuple[str, int], ...] = ()

    def __bool__(self) -> bool:
        """Whether there was anything to do."""
        return self.taken > 0


@traced(
    "engine.perform",
    asked=lambda scope, target, job, **_: {"tenant": scope.tenant, "queue": target.queue, "job": job},
    answered=lambda done: {"taken": done.taken, "begun": done.begun, "lost": done.lost, **dict(done.states)},
)
def perform(
    scope: Scope,
    target: Target,
    job: ActionJob,
    *,
    owner: str,
    at: datetime,
    claims: Claims,
    steps: Steps = onward,
    clock: Callable[[], datetime] | None = None,
) -> Performed:
    """One batch of what is due in the target's queue for the scope's tenant. "perform" tries; "look" only looks up what was handed over.

    `owner` names this worker in the leases. `at` is when the batch begins; `clock` says the time during it (None: as if it took
    none). Call again until nothing was taken.
    """
    now = clock or (lambda: at)
    queue, leased = _take(scope, target.queue, job, owner=owner, at=at)
    if not leased:
        return Performed()
    steps("perform.taken")
    looked_up = _ask(target.find, leased)
    steps("perform.found")
    idempotent = isinstance(target, Idempotent) and target.idempotent
    quiet = _quiet(queue, leased, looked_up, idempotent=idempotent, at=now())
    unsent = [
        lease
        for lease in leased
        if looked_up[lease.action.id] is None
        and lease.sent_at is None
        and lease.state != "watched"
        and lease.action.id not in quiet
    ]
    begun: list[Leased] = []
    tried: dict[UUID, Answer] = {}
    for portion in portions(queue, unsent, idempotent=idempotent):
        started = begun_now(scope, portion, owner=owner, clock=now)
        steps("perform.begun")
        answered = _ask(target.perform, started)
        tried |= answered
        begun += started
        if started and all(isinstance(answer, Unknown) and answer.down for answer in answered.values()):
            break  # it cannot be reached: the others come when it can be again
    steps("perform.performed")
    answers = list(_answers(leased, looked_up, begun, tried, at=now()))
    rest = _not_begun(tried.values(), over=now() >= at + timedelta(seconds=queue.lease))
    follows = partial(_followed, queue, quiet=quiet, idempotent=idempotent, rest=rest, at=now())
    states = _close(scope, queue, answers, follows, owner=owner, at=now(), claims=claims, steps=steps)
    note_late(scope, begun, tried, states, at=now())
    steps("perform.committed")
    _tidy(target, [lease.action for lease, _ in answers if states.get(lease.action.id) in _ENDED])
    return Performed(
        taken=len(leased),
        begun=len(begun),
        lost=len(leased) - len(states),
        states=tuple(sorted(Counter(states.values()).items())),
    )


@traced(
    "engine.look_at_ended",
    asked=lambda scope, target, references, **_: {
        "tenant": scope.tenant,
        "queue": target.queue,
        "references": len(references),
    },
    answered=lambda existing: {"existing": len(existing)},
)
def look_at_ended(
    scope: Scope,
    target: Target,
    references: Sequence[UUID],
    *,
    overdue: AbstractSet[UUID],
    owner: str,
    at: datetime,
    claims: Claims,
) -> set[UUID]:
    """Look up actions of the target's queue that have ended, since an answer to them has come once more; returns which exist at all.

    A contradiction reaches the claim, as does a late success of what was refused or withdrawn. An answer that can't be read
    contradicts too where it is `overdue`; until then it is left where it is.
    """
    with transaction(scope):
        queue = lock_queue(scope, target.queue)
        until = at + timedelta(seconds=queue.lease)
        leased, existing = take_these(scope, target.queue, references, owner=owner, at=at, until=until)
    looked_up = _ask(target.find, leased)
    answers = [(lease, _settled(looked_up[lease.action.id], late=lease.action.id in overdue)) for lease in leased]
    _close(scope, queue, answers, partial(_once_more, queue, at=at), owner=owner, at=at, claims=claims, steps=onward)
    _tidy(
        target, [lease.action for lease, answer in answers if isinstance(answer, Done | Rejected) or _ambiguous(answer)]
    )
    return existing


def _settled(answer: Answer | None, *, late: bool) -> Answer | None:
    return replace(answer, ambiguous=True) if late and isinstance(answer, Unknown) and not answer.down else answer


def _ambiguous(answer: Answer | None) -> bool:
    return isinstance(answer, Unknown) and answer.ambiguous


def _once_more(queue: Queue, lease: Leased, answer: Answer | None, *, at: datetime) -> tuple[Change, Outcome | None]:
    """What an answer to an ended action means: the state stays but where a refused or withdrawn one was done after all."""
    if lease.state == "done":
        change, outcome = watched(queue, lease, answer, at=at)
        return replace(change, state="done", due_at=lease.action.due_at), outcome
    if isinstance(answer, Done):
        return follow(queue, lease, answer, at=at)
    outcome = answer if isinstance(answer, Unknown) and answer.ambiguous else None
    return unchanged(lease, error=outcome.hint if outcome else ""), outcome


def _tidy(target: Target, ended: Sequence[Action]) -> None:
    if ended and isinstance(target, Tidies):
        target.settled(ended)


def tread_carefully(scope: Scope, queue: str) -> None:
    """After a fault of our own in a queue: one action at a time, so that a faulty one does not stop the others."""
    with transaction(scope):
        save_queue(scope, replace(lock_queue(scope, queue), allowance=1))


def _take(scope: Scope, name: str, job: ActionJob, *, owner: str, at: datetime) -> tuple[Queue, list[Leased]]:
    with transaction(scope):
        queue = lock_queue(scope, name)
        limit = allowed(queue, at=at)
        if job == "look" and limit:
            limit = queue.batch_max  # a look-up costs the external system little
        until = at + timedelta(seconds=queue.lease)
        leased = take(scope, job, name, owner=owner, limit=limit, at=at, until=until)
        if job == "perform":
            save_queue(scope, spend(queue, len(leased), at=at))
        return queue, leased


def _ask(ask: Callable[[Sequence[Action]], Sequence[A]], leased: Sequence[Leased]) -> dict[UUID, A]:
    if not leased:
        return {}
    answers = ask([lease.action for lease in leased])
    return {lease.action.id: answer for lease, answer in zip(leased, answers, strict=True)}


def _answers(
    leased: Sequence[Leased],
    looked_up: Mapping[UUID, Answer | None],
    begun: Sequence[Leased],
    tried: Mapping[UUID, Answer],
    *,
    at: datetime,
) -> Iterator[tuple[Leased, Answer | None]]:
    """Each action with its last answer; None if it was not begun."""
    started = {lease.action.id: lease for lease in begun}
    for lease in leased:
        key = lease.action.id
        if key in started:
            yield _handed_over(lease, started[key], tried[key], at=at), tried[key]
        elif looked_up[key] is None and lease.sent_at is not None:
            yield lease, gone(lease)
        else:
            yield lease, looked_up[key]


def _handed_over(before: Leased, begun: Leased, answer: Answer, *, at: datetime) -> Leased:
    """The action after it was tried: where surely nothing came of it, it counts as it did before; else from when its answer came."""
    if came_to_nothing(answer):
        return replace(begun, handed_at=before.handed_at, handovers=before.handovers)
    return replace(begun, handed_at=at)


def _quiet(
    queue: Queue, leased: Sequence[Leased], looked_up: Mapping[UUID, Answer | None], *, idempotent: bool, at: datetime
) -> dict[UUID, datetime]:
    """Those that were handed over, are not there and may still be carried out, with the instant until which that may be."""
    until = {
        lease.action.id: quiet_until(queue, lease.handed_at, idempotent=idempotent)
        for lease in leased
        if looked_up[lease.action.id] is None and lease.sent_at is None and lease.state != "watched"
    }
    return {key: instant for key, instant in until.items() if instant is not None and at < instant}


def _close(
    scope: Scope,
    queue: Queue,
    answers: Sequence[tuple[Leased, Answer | None]],
    follows: Callable[[Leased, Answer | None], tuple[Change, Outcome | None]],
    *,
    owner: str,
    at: datetime,
    claims: Claims,
    steps: Steps,
) -> dict[UUID, str]:
    """Writes the consequences of the answers; returns the states of those actions that were still ours.

    Whoever ties a claim out holds its ledgers when it withdraws an action, and whoever applies an outcome holds the actions when it comes
    to the ledgers. So the second one locks no action without its claim: what has no outcome is written by itself.
    """
    followed = [follows(lease, answer) for lease, answer in answers]
    silent = [(change, None) for change, outcome in followed if outcome is None]
    answered = [(change, outcome) for change, outcome in followed if outcome is not None]
    states: dict[UUID, str] = {}
    if silent and answered:
        with transaction(scope):
            held = lock_held(scope, [change.leased for change, _ in silent], owner=owner)
            states |= _finished(scope, _still_ours(silent, held), owner=owner)
        silent = []
    with without_collection(), transaction(scope):
        claims.lock([change.leased for change, _ in answered])
        held = lock_held(scope, [change.leased for change, _ in (*answered, *silent)], owner=owner)
        ours = _still_ours((*answered, *silent), held)
        outcomes = [(change.leased, outcome) for change, outcome in ours if outcome is not None]
        claims.notify(outcomes, at=at)
        states |= _finished(scope, ours, owner=owner)
        claims.notify(_same_number(scope, queue, outcomes), at=at)
        save_queue(scope, _after_answers(lock_queue(scope, queue.name), [answer for _, answer in answers], at=at))
        steps("perform.settled")
    return states


def _still_ours(
    followed: Sequence[tuple[Change, Outcome | None]], held: Mapping[UUID, str]
) -> list[tuple[Change, Outcome | None]]:
    """Those that no other worker has taken over, and that were not withdrawn, unless they were done all the same."""
    return [
        (change, outcome)
        for change, outcome in followed
        if (state := held.get(change.leased.action.id)) is not None
        and (state != "withdrawn" or isinstance(outcome, Done))
    ]


def _finished(scope: Scope, ours: Sequence[tuple[Change, Outcome | None]], *, owner: str) -> dict[UUID, str]:
    changes = [change for change, _ in ours]
    finished = finish(scope, changes, owner=owner)
    return {change.leased.action.id: change.state for change in changes if change.leased.action.id in finished}


def _same_number(
    scope: Scope, queue: Queue, outcomes: Sequence[tuple[Leased, Outcome]]
) -> list[tuple[Leased, Outcome]]:
    """Two postings of one company under one number are a contradiction of each that was done last."""
    done = {lease.action.id: lease for lease, outcome in outcomes if isinstance(outcome, Done)}
    if not done:
        return []
    return [
        (
            done[key],
            Unknown(hint=Sentence("{ref} is also the number of {claim}", ref=ref, claim=other), ambiguous=True),
        )
        for key, ref, other in same_number(scope, queue.name, list(done))
    ]


def _not_begun(answers: Iterable[Answer], *, over: bool) -> Sentence:
    """Why the rest of a batch was not begun."""
    if over:
        return Sentence("the time for this batch was over: it comes next")
    if any(isinstance(answer, Unknown) and answer.down for answer in answers):
        return Sentence("it waits until the external system can be reached")
    return Sentence("its claim has to be tied out first")


def _followed(
    queue: Queue,
    lease: Leased,
    answer: Answer | None,
    *,
    quiet: Mapping[UUID, datetime],
    idempotent: bool,
    rest: Sentence,
    at: datetime,
) -> tuple[Change, Outcome | None]:
    if lease.state == "watched":
        return watched(queue, lease, answer, at=at)
    if answer is None and lease.action.id in quiet:
        return looked_for(queue, lease, quiet[lease.action.id], at=at), None
    if answer is None:
        return put_off(queue, lease, rest, at=at), None
    return follow(queue, lease, answer, at=at, idempotent=idempotent)


def _after_answers(queue: Queue, answers: Sequence[Answer | None], *, at: datetime) -> Queue:
    """A queue is down when its system answered for none of a batch, and up when it answered for one."""
    answered = [answer for answer in answers if answer is not None]
    missing = [answer for answer in answered if isinstance(answer, Unknown) and answer.down]
    if missing and len(missing) == len(answered):
        return missed(queue, missing[0].hint, at=at)
    return reached(queue) if answered else queue
