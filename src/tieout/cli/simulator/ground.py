"""What a run stands on: an engine over the tables with everything that is installed, and the default policy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from tieout import app
from tieout.cli.open_sources import OpenSources
from tieout.core.audit.signing import SecretKey
from tieout.core.audit.witness import Note
from tieout.core.values.scope import Scope
from tieout.engine.plugged import Engine, packs_by_kind
from tieout.engine.prepare import reader_here
from tieout.engine.rules import add_policy
from tieout.metering.engine.listening import METERING


@dataclass(slots=True, kw_only=True)
class Notes:
    """The witness of a run: it remembers the notes of seals."""

    noted: dict[int, Note] = field(default_factory=dict)

    def last(self, tenant: str) -> int:
        """The number of the tenant's last note, 0 for none."""
        return max((note.number for note in self.noted.values() if note.tenant == tenant), default=0)

    def add(self, notes: Iterable[Note]) -> None:
        """Keeps those that it does not have."""
        for note in notes:
            self.noted.setdefault(note.number, note)


KEY = SecretKey(secret=b"simulated")


def engine(people: tuple[Scope, ...], witness: Notes) -> Engine:
    """The engine of a run."""
    return Engine(
        kinds=app.kinds(),
        packs=packs_by_kind(app.packs()),
        read=reader_here(app.kinds()),
        read_policy=app.stored_policy_from,
        signing_key=KEY,
        sources=OpenSources(),
        people=lambda _scope, _on: people,
        roles=app.roles(),
        queues=app.queues(),
        listeners=(METERING,),
        witness=witness,
    )


def set_up(of: Engine, scope: Scope, *, at: datetime) -> None:
    """The tenant's policies."""
    for text in app.default_policy_texts().values():
        add_policy(scope, text, read=of.read_policy, at=at)
