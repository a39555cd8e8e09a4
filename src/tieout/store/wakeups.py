"""Waking workers up: a hint in the queue, at most one waiting for each job. A lost hint costs a moment, never work."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

TASK: Final = "tieout.job"
FORMER_TASK: Final = "tieout.chore"


def wake(job: str, tenant: str, queue: str = "") -> None:
    """Ask for a worker to do this job for this tenant, or for one of its queues, once the present transaction has committed."""
    transaction.on_commit(lambda: _put(job, tenant, queue))


def _put(job: str, tenant: str, queue: str) -> None:
    deferrer = app.configure_task(TASK, queueing_lock=f"{job}/{tenant}/{queue}", allow_unknown=True)
    with suppress(AlreadyEnqueued):  # the one that waits is enough
        deferrer.defer(job=job, tenant=tenant, queue=queue)
