"""Sources: from whom documents come, and what each may say: which kinds of document, of which companies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from tieout.core.access.authority import authority
from tieout.core.values.errors import Refused
from tieout.core.values.scope import Scope

ANY: Final = "*"
SETUP: Final = "setup"
"""The source of a new home: the machine's own console, which may say everything until it is closed."""
PERSON: Final = "person:"
"""What stands before a person's id in the name of the source that the person is."""
BY_COMMAND: Final = frozenset({"release"})
"""Kinds that commands write: no source ever says one, whatever it may say else."""
ALWAYS: Final = frozenset({"unreadable"})
"""What cannot be read says nothing, so everybody may say it."""
HANDS_IN: Final = frozenset({"ap_analyst", "controller", "engineer"})
"""The roles whose holders may hand files in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A connection, folder, mailbox, token or person. `kinds` it may say (`ANY`: all); of which `entities` (empty: all)."""

    name: str
    kinds: frozenset[str]
    entities: frozenset[str] = frozenset()

    @property
    def entity(self) -> str:
        """The one company that everything from here belongs to; "" where it may speak for several."""
        return next(iter(self.entities)) if len(self.entities) == 1 else ""

    def says(self, kind: str) -> bool:
        """Whether documents of this kind are taken from here."""
        if kind in ALWAYS:
            return True
        return kind not in BY_COMMAND and (ANY in self.kinds or kind in self.kinds)

    def speaks_for(self, entities: Iterable[str]) -> bool:
        """Whether a document of these companies is taken from here; one that names none belongs to all of them."""
        named = frozenset(entities)
        return not self.entities or (bool(named) and named <= self.entities)


NOBODY: Final = Source(name="", kinds=frozenset())
"""The source of what comes from nowhere that is known: it may say nothing."""


def person_source(by: Scope, kinds: Iterable[str], *, on: date) -> Source:
    """What a person may hand in: these kinds, of the companies in which they may hand in. Raises `Refused` GOV-ROLE."""
    held = [
        grant
        for grant in by.grants
        if grant.role in HANDS_IN and authority([grant], entity=grant.entity, queue="", on=on).roles
    ]
    if not held:
        raise Refused("GOV-ROLE", f"handing in documents needs one of these roles: {', '.join(sorted(HANDS_IN))}")
    everywhere = any(not grant.entity for grant in held)
    entities = frozenset() if everywhere else frozenset(grant.entity for grant in held)
    return Source(name=f"{PERSON}{by.actor}", kinds=frozenset(kinds), entities=entities)
