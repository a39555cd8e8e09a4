"""Grant: one user holds one role: in which company, for which queue, up to how much money, until which day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tieout.core.values.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """`user` is the actor's id, `role` the id of a role. `entity` "" is every company of the tenant, `queue` "" every queue.

    `limit` is how much may be accepted under this grant, None where it sets no limit; in another currency than the
    limit's nothing may be accepted. `until` is the last day on which the grant holds, None for good.
    """

    user: str
    role: str
    entity: str = ""
    queue: str = ""
    limit: Money | None = None
    until: date | None = None
