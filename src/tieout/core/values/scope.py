"""Scope: which tenant and entities, and who acts. The first argument of every call into the store."""

from __future__ import annotations

from dataclasses import dataclass, field

from tieout.core.values.grant import Grant


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """A tenant, the entities of it that may be seen (empty: all), the actor, and what was granted to the actor.

    `name` is the actor's user name, "" where it has none (workers, the console). What the actor may do follows from the
    grants, for one company and one queue at a time: see `core.access.authority`.
    """

    tenant: str
    entities: frozenset[str] = field(default_factory=frozenset)
    actor: str = "system"
    name: str = ""
    grants: tuple[Grant, ...] = ()

    def sees(self, entity: str) -> bool:
        """Whether documents of this entity may be read under this scope."""
        return not self.entities or entity in self.entities
