"""The application object: what doors ask of the engine, with all plug-ins. The wiring makes it once a process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from tieout.core.access.authority import Authority, authority
from tieout.core.access.role import Role, acting
from tieout.core.access.source import Source
from tieout.core.case.commands import Command
from tieout.core.case.offering import Offers
from tieout.core.documents.kind import DocumentKind, Kinds
from tieout.core.findings.catalogue import KERNEL, Catalogue
from tieout.core.findings.code import Code
from tieout.core.values.scope import Scope
from tieout.engine.letters import Letters, proposed
from tieout.engine.offers import offered
from tieout.engine.plugged import Engine
from tieout.engine.receive import Incoming, Receipted, receive
from tieout.engine.replay import Replayed, replay
from tieout.engine.submit import submit


class Application(Protocol):
    """Takes commands and files. `codes` are the exception codes of this installation, by id; `processes` the process of each
    kind of claim."""

    @property
    def codes(self) -> Mapping[str, Code]: ...

    @property
    def catalogue(self) -> Catalogue:
        """The codes and resolutions of this installation."""
        ...

    @property
    def processes(self) -> Mapping[str, str]: ...

    @property
    def roles(self) -> Mapping[str, Role]: ...

    @property
    def kinds(self) -> Kinds:
        """The kinds of documents that this installation knows."""
        ...

    def submit(self, scope: Scope, case_id: UUID, command: Command, *, at: datetime, seen: int | None = None) -> object:
        """Carries a command out, or raises `Refused`. `seen`: the version of the case that the person saw."""
        ...

    def offers(self, scope: Scope, case_id: UUID, *, at: datetime) -> Offers:
        """The commands and resolutions that the person may give on this case now."""
        ...

    def letters(
        self, scope: Scope, case_id: UUID, *, at: datetime, reason: str = "", resolutions: Iterable[str] = ()
    ) -> Letters:
        """The letters that are proposed on a case, by these resolutions and for a question."""
        ...

    def receive(self, scope: Scope, files: Sequence[Incoming], *, at: datetime) -> tuple[Receipted, ...]:
        """Takes files, with the person as their source; they are durable when this returns. Raises `Refused` GOV-ROLE."""
        ...

    def source(self, scope: Scope, *, at: datetime) -> Source:
        """What the person may hand in. Raises `Refused` GOV-ROLE."""
        ...

    def replay(self, scope: Scope, source: str, *, at: datetime) -> Replayed:
        """Reads again what could not be read of a source; what can be read now is tied out by the workers."""
        ...

    def authority(self, scope: Scope, *, entity: str, queue: str, at: datetime) -> Authority:
        """What the person may do with a claim of this company, in this queue."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineApplication:
    """The application object over a real engine."""

    engine: Engine
    codes: Mapping[str, Code]

    @property
    def catalogue(self) -> Catalogue:
        """The engine's."""
        return self.engine.catalogue

    @property
    def processes(self) -> Mapping[str, str]:
        """The name of the pack that claims a kind, by kind."""
        return processes_of(self.engine)

    @property
    def roles(self) -> Mapping[str, Role]:
        """The roles that there are, by id."""
        return self.engine.roles

    @property
    def kinds(self) -> Kinds:
        """The engine's."""
        return self.engine.kinds

    def submit(self, scope: Scope, case_id: UUID, command: Command, *, at: datetime, seen: int | None = None) -> object:
        """See `engine.submit`."""
        return submit(self.engine, scope, case_id, command, at=at, seen=seen)

    def offers(self, scope: Scope, case_id: UUID, *, at: datetime) -> Offers:
        """See `engine.offers`."""
        return offered(self.engine, scope, case_id, at=at)

    def letters(
        self, scope: Scope, case_id: UUID, *, at: datetime, reason: str = "", resolutions: Iterable[str] = ()
    ) -> Letters:
        """See `engine.letters`."""
        return proposed(self.engine, scope, case_id, at=at, reason=reason, resolutions=resolutions)

    def receive(self, scope: Scope, files: Sequence[Incoming], *, at: datetime) -> tuple[Receipted, ...]:
        """See `engine.receive`."""
        return receive(self.engine, scope, files, source=self.source(scope, at=at), at=at)

    def source(self, scope: Scope, *, at: datetime) -> Source:
        """What the person may hand in, by what the tenant has named."""
        return self.engine.sources.of(scope, on=at.date())

    def replay(self, scope: Scope, source: str, *, at: datetime) -> Replayed:
        """See `engine.replay`."""
        return replay(self.engine, scope, source=source, at=at)

    def authority(self, scope: Scope, *, entity: str, queue: str, at: datetime) -> Authority:
        """See `core.access.authority`."""
        return authority(acting(scope.grants, self.engine.roles), entity=entity, queue=queue, on=at.date())


_open: list[Application] = []
_clock: list[Callable[[], datetime]] = []


def open_application(application: Application) -> None:
    """Makes this the application object, in place of any before it."""
    _open[:] = [application]


@contextmanager
def simulated(application: Application, *, clock: Callable[[], datetime]) -> Iterator[None]:
    """This is the application object while the block runs, and `clock` (aware) what the doors take for the time."""
    before, clock_before = list(_open), list(_clock)
    _open[:], _clock[:] = [application], [clock]
    try:
        yield
    finally:
        _open[:], _clock[:] = before, clock_before


def time_by(machine: Callable[[], datetime]) -> datetime:
    """The time (aware) for a door: the machine's, unless a simulation has set another clock."""
    return (_clock[0] if _clock else machine)()


def application() -> Application:
    """The application object. Raises `AssertionError` where the wiring has made none."""
    assert _open, "there is no application object: a door was started without the wiring"
    return _open[0]


def codes() -> Mapping[str, Code]:
    """The exception codes by id; none before there is an application object."""
    return _open[0].codes if _open else {}


def kinds() -> Mapping[str, DocumentKind]:
    """The kinds of documents by name; none before there is an application object."""
    return _open[0].kinds if _open else {}


def catalogue() -> Catalogue:
    """The codes and resolutions; the kernel's alone before there is an application object."""
    return _open[0].catalogue if _open else KERNEL


def processes() -> Mapping[str, str]:
    """The process of each kind of claim; none before there is an application object."""
    return _open[0].processes if _open else {}


def processes_of(engine: Engine) -> dict[str, str]:
    """The name of the pack that claims a kind, by kind."""
    return {kind: pack.name for kind, pack in engine.packs.items()}
