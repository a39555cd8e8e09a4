"""The jobs of workers: each is one batch of one kind of work, for one tenant, or for one queue of a tenant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, cast

from tieout.core.outbox.target import Target
from tieout.core.values.scope import Scope
from tieout.engine.announce import announce, recheck
from tieout.engine.audit import seal
from tieout.engine.due import due, prioritise
from tieout.engine.outcomes import ClaimsOfActions
from tieout.engine.perform import perform, tread_carefully
from tieout.engine.plugged import Engine
from tieout.engine.receive import read_left_over
from tieout.engine.tie_out import tie_out
from tieout.engine.unasked import JOB as ANSWERS_JOB
from tieout.engine.unasked import expect_answers, take_answers
from tieout.metering.engine.counting import count_left_over
from tieout.metering.engine.publish import publish
from tieout.store.actions import STATES, ActionJob
from tieout.store.over_tenants import Waiting, pending


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a worker is given. `owner` is its name in leases, one a process. `targets` gives those of a tenant, by queue."""

    engine: Engine
    targets: Callable[[Scope], Mapping[str, Target]]
    owner: str


Clock = Callable[[], datetime]
Job = Callable[[Work, Scope, datetime], bool]
"""Does one batch for a tenant; returns whether there may be more."""


def _read(work: Work, scope: Scope, at: datetime) -> bool:
    read_left_over(work.engine, scope, at=at)
    return False


def _usage(work: Work, scope: Scope, at: datetime) -> bool:
    count_left_over(work.engine, scope, at=at)
    return False


def _usage_statements(work: Work, scope: Scope, at: datetime) -> bool:
    publish(work.engine, scope, at=at)
    return False


def _announce(work: Work, scope: Scope, at: datetime) -> bool:  # noqa: ARG001  news does not depend on the time
    announce(work.engine, scope)
    return False


def _recheck(work: Work, scope: Scope, at: datetime) -> bool:  # noqa: ARG001  as above
    recheck(work.engine, scope)
    return False


def _due(work: Work, scope: Scope, at: datetime) -> bool:
    # Some stay due until they have been tied out, so this does not ask for more.
    due(work.engine, scope, at=at)
    return False


def _priority(work: Work, scope: Scope, at: datetime) -> bool:  # noqa: ARG001  what an order is of, is stored
    return prioritise(scope, at.astimezone(UTC).date())


def _seal(work: Work, scope: Scope, at: datetime) -> bool:
    seal(work.engine, scope, at=at)
    return False


def _tie_out(work: Work, scope: Scope, at: datetime) -> bool:
    return bool(tie_out(work.engine, scope, at=at))


def _act(work: Work, scope: Scope, job: ActionJob, queue: str, clock: Clock) -> bool:
    claims = ClaimsOfActions(work.engine, scope)
    target = work.targets(scope).get(queue)
    if target is None:
        return False  # it waits until there is a connection
    performed = perform(
        scope, target, job, owner=work.owner, at=clock(), claims=claims, steps=work.engine.steps, clock=clock
    )
    if performed:
        expect_answers(scope, target, at=clock())
    return bool(performed)


def _answers(work: Work, scope: Scope, queue: str, at: datetime) -> bool:
    target = work.targets(scope).get(queue)
    if target is not None:
        claims = ClaimsOfActions(work.engine, scope)
        take_answers(work.engine, scope, target, owner=work.owner, at=at, claims=claims)
    return False


JOBS: Final[Mapping[str, Job]] = {
    "read": _read,
    "usage": _usage,
    "usage_statements": _usage_statements,
    "announce": _announce,
    "recheck": _recheck,
    "due": _due,
    "priority": _priority,
    "tie_out": _tie_out,
    "seal": _seal,
}


def do_batch(work: Work, job: str, scope: Scope, queue: str, *, clock: Clock) -> bool:
    """Does one batch of a job for a tenant, or of its actions in a queue; returns whether there may be more."""
    if job in STATES:
        return _act(work, scope, cast("ActionJob", job), queue, clock)
    if job == ANSWERS_JOB:
        return _answers(work, scope, queue, clock())
    return JOBS[job](work, scope, clock())


def waiting_now(work: Work, *, at: datetime) -> list[Waiting]:
    """Everything that waits by our own rows, whatever became of jobs in the queue and of processes."""
    waiting = pending(at=at, seal_every=work.engine.seal_every)
    tenants = {tenant for _, tenant, queue in waiting if queue}
    served = {(tenant, queue) for tenant in tenants for queue in work.targets(Scope(tenant=tenant))}
    return [entry for entry in waiting if not entry[2] or entry[1:] in served]


def after_a_mistake(job: str, scope: Scope, queue: str) -> None:
    """After a fault of our own in a job: its actions are tried one at a time from now on."""
    if job in STATES:
        tread_carefully(scope, queue)
