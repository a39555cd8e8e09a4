"""Waking workers up: a hint in the queue, at most one waiting for each chore. Lost hints cost a moment, never work."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

TASK: Final = "tieout.chore"


def wake(job: str, tenant: str, lane: str = "") -> None:
    """Somebody shall do this chore for this tenant, or for a lane of it, once the present transaction has committed."""
    transaction.on_commit(lambda: _put(job, tenant, lane))


def _put(job: str, tenant: str, lane: str) -> None:
    deferrer = app.configure_task(TASK, queueing_lock=f"{job}/{tenant}/{lane}", allow_unknown=True)
    with suppress(AlreadyEnqueued):  # one that waits does for both
        deferrer.defer(chore=job, tenant=tenant, lane=lane)
