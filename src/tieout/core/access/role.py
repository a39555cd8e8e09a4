"""Roles: what a user does in the process. What each may do is in `core.case.legal`; grants say who holds one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from tieout.core.values.grant import Grant


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A role under its id. A role that a pack brings acts as one of the kernel's (`acts_as`), in the queues that it names.

    `queues` are the queues (without a site) in which the role may act; empty: in every queue.
    """

    id: str
    name: str
    queues: frozenset[str] = frozenset()
    acts_as: str = ""


ROLES: Final[tuple[Role, ...]] = (
    Role(id="ap_analyst", name="AP analyst"),
    Role(id="ar_analyst", name="AR analyst"),
    Role(
        id="receiver",
        name="Receiver",
        queues=frozenset({"receiving", "warehouse", "quality", "logistics", "system-wait"}),
    ),
    Role(
        id="buyer",
        name="Buyer",
        queues=frozenset(
            {
                "buyer",
                "category-buyer",
                "procurement",
                "pricing",
                "item-master",
                "product-data",
                "requester",
                "budget-holder",
                "business-owner",
                "logistics",
                "services",
                "system-wait",
            }
        ),
    ),
    Role(
        id="credit",
        name="Credit manager",
        queues=frozenset({"credit", "collections", "customer-master", "dispute-desk", "system-wait"}),
    ),
    Role(id="approver", name="Approver"),
    Role(id="controller", name="Controller"),
    Role(id="auditor", name="Auditor"),
    Role(id="engineer", name="Engineer"),
)
"""The kernel's roles. Packs bring more."""

BUILT_IN: Final[Mapping[str, Role]] = {role.id: role for role in ROLES}


def acting(grants: Iterable[Grant], roles: Mapping[str, Role] = BUILT_IN) -> Iterator[Grant]:
    """The grants in terms of the kernel's roles: one of a pack's role gives the role that it acts as, in its queues.

    A grant of a role that no pack defines gives nothing.
    """
    for grant in grants:
        role = roles.get(grant.role)
        if role is None:
            continue
        if not role.acts_as:
            yield grant
        elif not role.queues or grant.queue.partition("/")[0] in role.queues:
            yield replace(grant, role=role.acts_as)
        elif not grant.queue:
            for queue in sorted(role.queues):
                yield replace(grant, role=role.acts_as, queue=queue)
