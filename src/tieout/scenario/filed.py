"""A claim as a scenario's run keeps it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from tieout.core.case.state import Case
from tieout.core.claim.state import ClaimState
from tieout.core.documents.kind import Document
from tieout.core.documents.remark import Remark
from tieout.core.tie_out.dossier import RecordedDocument
from tieout.core.tie_out.pack import TieOut
from tieout.core.tie_out.verdict import Allocation
from tieout.core.values.event import Event
from tieout.core.values.key import Key


@dataclass(slots=True, kw_only=True)
class Filed:
    """A claim of the run: its document, its state, its cases by id, its last tie-out and what it uses up."""

    recorded: RecordedDocument[Document]
    state: ClaimState
    remarks: tuple[Remark, ...] = ()
    cases: dict[str, Case] = field(default_factory=dict)
    last: TieOut | None = None
    used: tuple[Allocation, ...] = ()
    looked_up: frozenset[str] = frozenset()
    due_at: datetime | None = None
    events: list[Event] = field(default_factory=list)


def bare(keys: Iterable[Key]) -> frozenset[str]:
    """The keys that are watched, without their book."""
    return frozenset(key.bare for key in keys)


def sha_of(value: object) -> str:
    """An identifier of a value in memory: the hash of its `repr`, which is complete for our values."""
    return hashlib.sha256(repr(value).encode()).hexdigest()
