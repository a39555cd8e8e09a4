"""Everything that waits now, done in this process: for a first look, and for a schedule in place of workers."""

from __future__ import annotations

from typing import Final

from tieout.core.values.scope import Scope
from tieout.worker.jobs import Clock, Work, do_batch, waiting_now

_ROUNDS_MAX: Final = 100


def all_that_waits(work: Work, *, clock: Clock) -> int:
    """Does batches until nothing waits that a batch can change; returns how many it did. What is due later is left."""
    done, idle = 0, False
    before: list[tuple[str, str, str]] = []
    for _ in range(_ROUNDS_MAX):
        waiting = waiting_now(work, at=clock())
        if not waiting or (idle and waiting == before):
            break
        before, idle = waiting, True
        for job, tenant, queue in waiting:
            while True:
                more = do_batch(work, job, Scope(tenant=tenant), queue, clock=clock)
                done += 1
                if not more:
                    break
                idle = False
    return done
