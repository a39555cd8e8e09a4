"""What is looked for over all tenants: which of them has work that waits. Nothing else of any tenant is read here.

Every worker finds work again in these rows, whatever became of jobs and processes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from tieout.store.actions import STATES
from tieout.store.link import query_over_tenants

# One row a tenant is enough, so each query hops from tenant to tenant instead of reading all that waits.
_HOP: Final = """
    with recursive hop(tenant) as (
        (select tenant from {table} where {condition} order by tenant limit 1)
        union all
        select (select tenant from {table} where {condition} and tenant > hop.tenant order by tenant limit 1)
        from hop where hop.tenant is not null
    )
    select tenant from hop where tenant is not null
"""
_CHORES: Final[dict[str, tuple[str, str]]] = {
    "read": ("store_unread", "received_at < %(at)s - interval '5 minutes'"),
    "announce": ("store_signal", "true"),
    "recheck": ("store_recheck", "true"),
    "tie_out": ("store_claim", "dirty"),
    "due": ("store_claim", "due_at <= %(at)s and due_at is not null"),
}

_UNSEALED: Final = """
    with recursive hop(tenant) as (
        (select tenant from store_event order by tenant limit 1)
        union all
        select (select tenant from store_event where tenant > hop.tenant order by tenant limit 1)
        from hop where hop.tenant is not null
    )
    select hop.tenant from hop
    left join lateral (
        select at, upto from store_seal where store_seal.tenant = hop.tenant order by number desc limit 1
    ) as last on true
    where hop.tenant is not null and coalesce(last.at, '-infinity') < %s - interval '1 hour' and exists (
        select from store_event where store_event.tenant = hop.tenant and position > coalesce(last.upto, 0)
    )
"""
"""Tenants whose log has grown since a seal of an hour ago, or was never sealed."""


Waiting = tuple[str, str, str]
"""A chore, the tenant that it is for, and the lane where it is about actions."""


def pending(*, at: datetime) -> list[Waiting]:
    """Everything that waits now, but for actions and what other rooms wait for."""
    return hops(_CHORES, at=at) + [("seal", tenant, "") for (tenant,) in query_over_tenants(_UNSEALED, [at])]


def hops(chores: Mapping[str, tuple[str, str]], *, at: datetime) -> list[Waiting]:
    """The tenants of each chore, given as table and condition, that have a row in its table."""
    found: list[Waiting] = []
    for chore, (table, condition) in chores.items():
        values = [at] * condition.count("%(at)s") * 2
        sql = _HOP.format(table=table, condition=condition.replace("%(at)s", "%s"))
        found += [(chore, tenant, "") for (tenant,) in query_over_tenants(sql, values)]
    return found


def waiting(lanes: Iterable[str], *, at: datetime) -> list[Waiting]:
    """In which lanes which tenants have actions that are due now, and of which sort."""
    names = list(lanes)
    found: list[Waiting] = []
    for errand, states in STATES.items():
        sql = f"""
            select distinct tenant, lane from store_action
            where lane = any(%s) and due_at <= %s and state in ({states}) and (lease_until is null or lease_until <= %s)
        """
        found += [(errand, tenant, lane) for tenant, lane in query_over_tenants(sql, (names, at, at))]
    return found
