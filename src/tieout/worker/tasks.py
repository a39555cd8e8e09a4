"""The one task of the queue: a hint that a job waits. It works in batches until nothing is left or its time is over."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from typing import Final

import structlog
from opentelemetry import trace

from tieout.core.values.scope import Scope
from tieout.engine.faults import check_again
from tieout.store.link import close_stale
from tieout.store.wakeups import wake
from tieout.worker.jobs import Work, after_a_mistake, do_batch, waiting_now

_TURN_SECONDS: Final = 10.0  # then others have their turn
_log = structlog.get_logger("tieout.worker")
_tracer = trace.get_tracer("tieout.worker")


def now() -> datetime:
    """The clock of this door; further in, time is passed on."""
    return datetime.now(UTC)


def do_job(work: Work, job: str, tenant: str, queue: str = "", *, clock: Callable[[], datetime] = now) -> None:
    """Does batches of a job for a tenant until none is left, or its turn is over; wakes for what follows."""
    scope = Scope(tenant=tenant)

    def batches() -> None:
        began = time.monotonic()
        more = True
        while more and time.monotonic() - began < _TURN_SECONDS:
            more = do_batch(work, job, scope, queue, clock=clock)
        wake_all(work, at=clock())

    if not _at_the_door(job, tenant, queue, batches):
        after_a_mistake(job, scope, queue)


def begin(tenants: Iterable[str]) -> None:
    """What a worker process does first: claims that an error of ours has set aside are checked again, perhaps by a mended program."""
    for tenant in tenants:
        _at_the_door("faults", tenant, "", partial(check_again, Scope(tenant=tenant)))


def sweep(work: Work, *, clock: Callable[[], datetime] = now) -> None:
    """Looks for what waits in our rows, and wakes for it."""
    _at_the_door("sweep", "", "", lambda: wake_all(work, at=clock()))


def wake_all(work: Work, *, at: datetime) -> None:
    """Puts a hint into the queue for everything that waits."""
    for job, tenant, queue in waiting_now(work, at=at):
        wake(job, tenant, queue)


def _at_the_door(job: str, tenant: str, queue: str, act: Callable[[], object]) -> bool:
    """Whether it succeeded. An exception is logged and goes no further: what waits is found again in our rows."""
    began = time.monotonic()
    about = {"job": job, "tenant": tenant, "queue": queue}
    with _tracer.start_as_current_span(f"job {job}", attributes=about) as span:
        close_stale()
        try:
            act()
        except Exception as error:  # noqa: BLE001 - the one at this door
            span.record_exception(error)
            span.set_status(trace.StatusCode.ERROR)
            _log.exception("job.failed", **about)
            return False
        finally:
            close_stale()
        _log.debug("job.done", **about, seconds=round(time.monotonic() - began, 3))
    return True
