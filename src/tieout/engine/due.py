"""What is due by the clock: waits that end, service levels that run out, and what dead workers left behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from tieout.core.case import apply_verdict
from tieout.core.values.clock import Hours
from tieout.core.values.scope import Scope
from tieout.engine.announce import sweep
from tieout.engine.apply import apply
from tieout.engine.claim_record import claim_records, hours_of
from tieout.engine.faults import Share, guarded, in_shares
from tieout.engine.plugged import Engine
from tieout.engine.receive import read_left_over
from tieout.engine.spans import traced
from tieout.store import cases, claims
from tieout.store.claims import ClaimRow

LIMIT: Final = 500
_CASES: Final = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """The result of a sweep: claims that were due, files that were still unread, claims that had missed news."""

    due: int = 0
    left_over: int = 0
    missed: int = 0


@traced(
    "engine.due",
    asked=lambda _engine, scope, *, at, limit=LIMIT: {"tenant": scope.tenant, "limit": limit},  # noqa: ARG005
    answered=lambda count: {"taken": count},
)
def due(engine: Engine, scope: Scope, *, at: datetime, limit: int = LIMIT) -> int:
    """Run the timers of up to `limit` due claims and their cases. Returns how many; call again until none was."""
    at = at.astimezone(UTC)

    def batch(share: Share) -> int:
        rows = claims.take_due(scope, at=at, limit=share.limit)
        guarded(engine, scope, share, rows, act=lambda: _write(engine, scope, rows, at=at), otherwise=None, at=at)
        engine.steps("due.written")
        return len(rows)

    count = sum(in_shares(scope, batch, limit=limit))
    engine.steps("due.committed")
    return count


def _write(engine: Engine, scope: Scope, rows: Sequence[ClaimRow], *, at: datetime) -> None:
    records = claim_records(scope, rows)
    hours = hours_of(scope, [row.id for row in rows])
    settled = [
        (record, apply_verdict.due(record.claim, record.cases, at=at, hours=hours.get(record.row.id, Hours())))
        for record in records
    ]
    apply(engine, Scope(tenant=scope.tenant), settled, at=at)


def prioritise(scope: Scope, day: date) -> bool:
    """Work out the priority of open cases for a day, those of earlier days first, a batch at a time; whether there may be more."""
    return cases.prioritise(scope, day, limit=_CASES) == _CASES


def sweep_all(engine: Engine, scope: Scope, *, at: datetime) -> Swept:
    """Everything that a periodic task does for a tenant, except tying out."""
    count = 0
    while taken := due(engine, scope, at=at):
        count += taken
        if taken < LIMIT:
            break
    return Swept(due=count, left_over=read_left_over(engine, scope, at=at), missed=sweep(engine, scope))
