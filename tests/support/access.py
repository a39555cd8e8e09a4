"""Who tests act as, and the source that their documents come from."""

from __future__ import annotations

from typing import Final

from tieout.core.access.source import ANY, Source
from tieout.core.values.grant import Grant

SETUP: Final = Source(name="setup", kinds=frozenset({ANY}))
"""A source that may say everything, as a new home has one."""


def granted(*roles: str, user: str = "") -> tuple[Grant, ...]:
    """Grants of these roles: everywhere, for their queues, without a limit."""
    return tuple(Grant(user=user, role=role) for role in roles)


class Open:
    """Sources of which each may say everything: for tests of what is read again."""

    def named(self, scope: object, name: str, *, on: object) -> Source:
        return Source(name=name, kinds=frozenset({ANY}))

    def of(self, by: object, *, on: object) -> Source:
        return SETUP
