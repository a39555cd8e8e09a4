"""Sources: where documents come from, and which kinds of document, of which companies, each may send."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from tieout.core.access.authority import authority
from tieout.core.documents.column_mapping import ColumnMapping
from tieout.core.values.errors import Refused
from tieout.core.values.ids import FILE, OURS
from tieout.core.values.scope import Scope

ANY: Final = "*"
SETUP: Final = "setup"
"""The source of a new installation: the machine's own console, which may send every kind until it is closed."""
PERSON: Final = "person:"
"""The prefix of a person's id where a person is the source."""
BY_COMMAND: Final = frozenset({"release"})
"""Kinds that commands write: no source may send one, whatever else it may send."""
ALWAYS: Final = frozenset({"unreadable"})
"""A file that cannot be read asserts nothing, so every source may send one."""
HANDS_IN: Final = frozenset({"ap_analyst", "controller", "engineer"})
"""The roles whose holders may hand files in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A connection, folder, mailbox, token or person. `kinds` it may send (`ANY`: all); of which `entities` (empty: all).

    `mappings` say what the column headings of its tables mean.
    """

    name: str
    kinds: frozenset[str]
    entities: frozenset[str] = frozenset()
    mappings: tuple[ColumnMapping, ...] = ()

    @property
    def entity(self) -> str:
        """The one company that everything from here belongs to; "" where it may send documents of several."""
        return next(iter(self.entities)) if len(self.entities) == 1 else ""

    def says(self, kind: str) -> bool:
        """Whether documents of this kind are accepted from here."""
        if kind in ALWAYS:
            return True
        return kind not in BY_COMMAND and (ANY in self.kinds or kind in self.kinds)

    def names(self, system: str) -> bool:
        """Whether a source key of this system is taken from here: a system names its own documents, and supersedes no others."""
        return ANY in self.kinds or (system == self.name and system not in {FILE, OURS})

    def speaks_for(self, entities: Iterable[str]) -> bool:
        """Whether a document of these companies is accepted from here; one that names none belongs to all of them."""
        named = frozenset(entities)
        return not self.entities or (bool(named) and named <= self.entities)


NOBODY: Final = Source(name="", kinds=frozenset())
"""The source of what comes from an unknown place: it may send nothing."""


def person_source(by: Scope, kinds: Iterable[str], *, on: date) -> Source:
    """What a person may hand in: these kinds, of the companies in which they may hand in. Raises `Refused` GOV-ROLE."""
    held = [
        grant
        for grant in by.grants
        if grant.role in HANDS_IN and authority([grant], entity=grant.entity, queue="", on=on).roles
    ]
    if not held:
        raise Refused(
            "GOV-ROLE",
            "handing in documents needs one of these roles: {roles}",
            roles=", ".join(sorted(HANDS_IN)),
        )
    everywhere = any(not grant.entity for grant in held)
    entities = frozenset() if everywhere else frozenset(grant.entity for grant in held)
    return Source(name=f"{PERSON}{by.actor}", kinds=frozenset(kinds), entities=entities)
