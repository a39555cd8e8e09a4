"""What workers do: each chore is one batch of one sort of work, for one tenant or one lane."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tieout.core.outbox.target import Target
from tieout.core.values.scope import Scope
from tieout.engine.announce import announce, recheck
from tieout.engine.audit import seal
from tieout.engine.due import due
from tieout.engine.outcomes import ClaimsOfActions
from tieout.engine.perform import perform, tread_carefully
from tieout.engine.plugged import Engine
from tieout.engine.receive import read_left_over
from tieout.engine.tie_out import tie_out
from tieout.metering.engine.counting import count_left_over
from tieout.metering.engine.publish import publish
from tieout.store import pending
from tieout.store.actions import Errand, waiting
from tieout.store.metering import pending as pending_usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a worker is given. `owner` is its name in leases, one a process. `targets` are by lane."""

    engine: Engine
    targets: Mapping[str, Target]
    owner: str


Chore = Callable[[Work, str, datetime], bool]
"""Does one batch for a tenant or a lane, and says whether there may be more."""


def _read(work: Work, tenant: str, at: datetime) -> bool:
    read_left_over(work.engine, tenant, at=at)
    return False


def _usage(work: Work, tenant: str, at: datetime) -> bool:
    count_left_over(work.engine, tenant, at=at)
    return False


def _usage_statements(work: Work, tenant: str, at: datetime) -> bool:
    publish(work.engine, Scope(tenant=tenant), at=at)
    return False


def _announce(work: Work, tenant: str, at: datetime) -> bool:  # noqa: ARG001  news has no time
    announce(work.engine, tenant)
    return False


def _recheck(work: Work, tenant: str, at: datetime) -> bool:  # noqa: ARG001  as above
    recheck(work.engine, tenant)
    return False


def _due(work: Work, tenant: str, at: datetime) -> bool:
    # Some stay due until they have been tied out, so this does not ask for more.
    due(work.engine, tenant, at=at)
    return False


def _seal(work: Work, tenant: str, at: datetime) -> bool:
    seal(work.engine, tenant, at=at)
    return False


def _tie_out(work: Work, tenant: str, at: datetime) -> bool:
    return bool(tie_out(work.engine, tenant, at=at))


def _perform(work: Work, lane: str, at: datetime) -> bool:
    return _act(work, lane, "perform", at)


def _look(work: Work, lane: str, at: datetime) -> bool:
    return _act(work, lane, "look", at)


def _act(work: Work, lane: str, errand: Errand, at: datetime) -> bool:
    claims = ClaimsOfActions(work.engine)
    target = work.targets[lane]
    return bool(perform(target, errand, owner=work.owner, at=at, claims=claims, steps=work.engine.steps))


CHORES: Final[Mapping[str, Chore]] = {
    "read": _read,
    "usage": _usage,
    "usage_statements": _usage_statements,
    "announce": _announce,
    "recheck": _recheck,
    "due": _due,
    "tie_out": _tie_out,
    "perform": _perform,
    "look": _look,
    "seal": _seal,
}


def waiting_now(work: Work, *, at: datetime) -> list[tuple[str, str]]:
    """(Chore, tenant or lane) of everything that waits in our own rows, whatever became of jobs and processes."""
    due_now = pending.pending(at=at) + pending_usage.pending(at=at)
    return due_now + [(errand, lane) for lane, errand in waiting(work.targets, at=at)]


def after_a_mistake(chore: str, subject: str) -> None:
    """Something of ours went wrong in a chore: what can be done more carefully from now on is."""
    if chore in {"perform", "look"}:
        tread_carefully(subject)
