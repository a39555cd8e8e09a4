"""Authority: what an actor may do with one claim: which roles hold for its company and the case's queue, and up to how much."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from tieout.core.access.queues import without_site
from tieout.core.access.role import BUILT_IN
from tieout.core.values.grant import Grant
from tieout.core.values.money import Money
from tieout.core.values.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """The grants that hold for a company, a queue and a day. `elsewhere` are roles that the actor holds, but not here."""

    grants: tuple[Grant, ...] = ()
    elsewhere: frozenset[str] = frozenset()

    @property
    def roles(self) -> frozenset[str]:
        """The roles that hold here."""
        return frozenset(grant.role for grant in self.grants)

    def unlimited(self, roles: Collection[str]) -> bool:
        """Whether one of these roles was granted without a limit."""
        return any(grant.limit is None for grant in self.grants if grant.role in roles)

    def limit(self, roles: Collection[str], currency: str) -> Money:
        """The highest limit of these roles in a currency; nothing where no grant names one in it."""
        amounts = [
            grant.limit.minor
            for grant in self.grants
            if grant.role in roles and grant.limit is not None and grant.limit.currency == currency
        ]
        return Money(max(amounts, default=0), currency)


def authority(grants: Iterable[Grant], *, entity: str, queue: str, on: date) -> Authority:
    """What grants (of the kernel's roles) give for a claim of this company, in this queue, on this day.

    A role acts in the queues that are its own, or in the one that its grant names; a queue's site ("receiving/0001")
    belongs to the queue, and a grant for a site holds for that site alone. A case in no queue ("") is in everybody's.
    """
    held = [grant for grant in grants if grant.until is None or on <= grant.until]
    here = [grant for grant in held if grant.entity in {"", entity} and _reaches(grant, queue)]
    roles = {grant.role for grant in here}
    return Authority(grants=tuple(here), elsewhere=frozenset(grant.role for grant in held) - roles)


def _reaches(grant: Grant, queue: str) -> bool:
    if not queue:
        return True
    if grant.queue:
        return grant.queue in {queue, without_site(queue)}
    queues = BUILT_IN[grant.role].queues if grant.role in BUILT_IN else frozenset[str]()
    return not queues or without_site(queue) in queues


def actors_of(people: Iterable[Scope]) -> dict[str, str]:
    """The ids of actors, by id and by user name."""
    people = tuple(people)
    named = {person.name: person.actor for person in people if person.name}
    return {person.actor: person.actor for person in people} | named
