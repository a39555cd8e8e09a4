"""What a run stands on: an engine over the tables with everything that is installed, and the default policy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from tieout import app
from tieout.cli.simulator.actors import ANYTHING
from tieout.core.access.source import Source
from tieout.core.audit.witness import Note
from tieout.core.values.scope import Scope
from tieout.engine.plugged import Engine, packs_by_kind
from tieout.engine.prepare import reader_here
from tieout.engine.rules import add_policy
from tieout.metering.engine.listening import METERING


class _Everything:
    """Every source may send any document."""

    def named(self, _scope: Scope, name: str, *, on: date) -> Source:  # noqa: ARG002  required by the port
        """A source that may send everything."""
        return replace(ANYTHING, name=name)

    def of(self, _by: Scope, *, on: date) -> Source:  # noqa: ARG002
        """The same, for a person."""
        return ANYTHING


@dataclass(slots=True, kw_only=True)
class Notes:
    """The witness of a run: it remembers the notes of seals."""

    noted: dict[int, Note] = field(default_factory=dict)

    def add(self, notes: Iterable[Note]) -> None:
        """Keeps those that it does not have."""
        for note in notes:
            self.noted.setdefault(note.number, note)


KEY = b"simulated"


def engine(people: tuple[Scope, ...], witness: Notes) -> Engine:
    """The engine of a run."""
    return Engine(
        kinds=app.kinds(),
        packs=packs_by_kind(app.packs()),
        read=reader_here(app.kinds()),
        read_policy=app.stored_policy_from,
        signing_key=KEY,
        sources=_Everything(),
        people=lambda _scope, _on: people,
        roles=app.roles(),
        queues=app.queues(),
        listeners=(METERING,),
        witness=witness,
    )


def set_up(of: Engine, scope: Scope, *, at: datetime) -> None:
    """The tenant's policy."""
    add_policy(scope, app.default_policy_text(), read=of.read_policy, at=at)
