"""Scope: whose books, and who acts. The first argument of every call into the store."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """A tenant, the entities of it that may be seen (empty: all), the actor and what roles it holds."""

    tenant: str
    entities: frozenset[str] = field(default_factory=frozenset)
    actor: str = "system"
    roles: frozenset[str] = field(default_factory=frozenset)

    def sees(self, entity: str) -> bool:
        """Whether papers of this entity may be read under this scope."""
        return not self.entities or entity in self.entities
