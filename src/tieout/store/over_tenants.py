"""What is read over all tenants: which of them may have work that waits. Nothing else of any tenant is read here.

Every worker finds waiting work in these rows, whatever became of jobs in the queue and of processes.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from tieout.core.values.scope import Scope
from tieout.store.link import query_over_tenants
from tieout.store.waiting import SEAL_EVERY, waits

Waiting = tuple[str, str, str]
"""A job, its tenant, and for actions their queue."""


def pending(*, at: datetime, seal_every: timedelta = SEAL_EVERY) -> list[Waiting]:
    """Everything that waits now; the log of a tenant is sealed at most every `seal_every`."""
    sql = """
        select distinct job, tenant, queue from store_waiting
        where at <= %s order by tenant, job, queue
    """
    noted = query_over_tenants(sql, (at,))
    return [
        (job, tenant, queue)
        for job, tenant, queue in noted
        if waits(Scope(tenant=tenant), job, queue, at=at, seal_every=seal_every)
    ]
