"""What the engine is given: packs, readers, queues, keys. It knows no plug-in by name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Protocol
from uuid import UUID

from tieout.core.access.role import BUILT_IN, Role
from tieout.core.access.source import Source, person_source
from tieout.core.audit.signing import SealKey
from tieout.core.audit.witness import Note
from tieout.core.documents.kind import Kinds
from tieout.core.findings.catalogue import Catalogue, catalogue_of
from tieout.core.outbox.queue import Routing
from tieout.core.policy.policy import Policy
from tieout.core.tie_out.pack import Pack
from tieout.core.values.scope import Scope
from tieout.engine.connected import Connected
from tieout.engine.decoded import Decoded
from tieout.engine.prepare import Reader
from tieout.engine.rules import Rules
from tieout.engine.steps import Steps, onward


class Listener(Protocol):
    """A component outside the kernel that is notified of recorded documents; the wiring plugs it in."""

    def recorded(self, scope: Scope, lookups: Collection[tuple[str, UUID]]) -> None:
        """Documents were recorded under these (key, document's id). Called in the transaction that records them."""
        ...


class Sources(Protocol):
    """What each source of documents may deliver, as the tenant has configured it."""

    def named(self, scope: Scope, name: str, *, on: date) -> Source:
        """The source of that name; one that may deliver nothing where there is none."""
        ...

    def of(self, by: Scope, *, on: date) -> Source:
        """The person as a source. Raises `Refused` GOV-ROLE where they may hand nothing in."""
        ...


class Witness(Protocol):
    """Keeps what is known of seals outside the database."""

    def last(self, tenant: str) -> int:
        """The number of the tenant's last seal that is kept, 0 for none. Raises OSError."""
        ...

    def add(self, notes: Iterable[Note]) -> None:
        """Keep, durably, those that are later than the last of their tenant. Raises OSError."""
        ...


class NoWitness:
    """Keeps nothing: for tests and scenarios."""

    def last(self, tenant: str) -> int:  # noqa: ARG002  the port's own shape
        """As if all were kept."""
        return 2**31 - 1

    def add(self, notes: Iterable[Note]) -> None:
        """Nothing."""


class NoSources:
    """No source is configured: what was not read at once is not taken, and no person hands anything in."""

    def named(self, scope: Scope, name: str, *, on: date) -> Source:  # noqa: ARG002  the port's own shape
        """A source that may deliver nothing."""
        return Source(name=name, kinds=frozenset())

    def of(self, by: Scope, *, on: date) -> Source:
        """Refuses."""
        return person_source(by, (), on=on)


def as_stated(_scope: Scope, _company: str, stated: str) -> str:
    """A company of ours by the name that a document gives it."""
    return stated


def nobody(_scope: Scope, _on: date) -> Sequence[Scope]:
    """No people: a case can be taken, but assigned to nobody else."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """Values that the wiring makes once a process.

    `packs` is by kind of claim; `kinds` are those of documents, which packs and kernel bring; `read` reads files.
    `read_policy` reads a policy's text. `signing_key` signs seals, one at most every `seal_every`; `witness` keeps their hashes outside
    the database. `decoded` and `rules` are caches. `maps` are by system: how messages of that system become documents; `read` reads all
    other files by their format. Both
    `maps` and `queues` are for engines that are given no connectors.
    `sources` says what each source of documents may deliver, `people` who holds which grants in a tenant on a day; `roles` are
    the kernel's and the packs', `queues` those that codes and packs name.
    `listeners` are notified of every document that is recorded. `language` is ours: letters to those of whom no language is on record
    are written in it. `called` is what a company of ours is called; its third argument is what a document calls it.
    """

    packs: Mapping[str, Pack]
    kinds: Kinds
    read_policy: Callable[[bytes], Policy]
    signing_key: SealKey
    read: Reader
    maps: Mapping[str, Reader] = field(default_factory=dict)
    routing: Routing = field(default_factory=Routing)
    sources: Sources = field(default_factory=NoSources)
    people: Callable[[Scope, date], Sequence[Scope]] = nobody
    roles: Mapping[str, Role] = field(default_factory=lambda: BUILT_IN)
    queues: frozenset[str] = frozenset()
    connected: Connected = field(default_factory=Connected)
    listeners: tuple[Listener, ...] = ()
    witness: Witness = field(default_factory=NoWitness)
    seal_every: timedelta = timedelta(hours=1)
    language: str = "en"
    called: Callable[[Scope, str, str], str] = as_stated
    steps: Steps = onward
    decoded: Decoded = field(default_factory=Decoded)
    rules: Rules = field(default_factory=Rules)
    catalogue: Catalogue = field(init=False)

    def __post_init__(self) -> None:
        """The catalogue is the kernel's and that of these packs."""
        packs = {pack.name: pack for _, pack in sorted(self.packs.items())}
        object.__setattr__(self, "catalogue", catalogue_of(packs.values()))

    def routing_for(self, scope: Scope) -> Routing:
        """Which queue each action of the tenant's claims goes to."""
        return self.connected.routing(scope) if self.connected.connectors else self.routing

    def maps_for(self, scope: Scope) -> Mapping[str, Reader]:
        """How messages become documents, by the first word of their source keys."""
        return self.connected.maps(scope) if self.connected.connectors else self.maps

    @property
    def watched_kinds(self) -> frozenset[str]:
        """The kinds of claims that are evidence too."""
        return frozenset(kind for kind, pack in self.packs.items() if kind in pack.watched_kinds)


def packs_by_kind(packs: tuple[Pack, ...]) -> dict[str, Pack]:
    """Which pack ties out which kind of claim. Asserts that no kind is claimed twice."""
    by_kind: dict[str, Pack] = {}
    for pack in packs:
        for kind in sorted(pack.claims):
            assert kind not in by_kind, f"the packs {by_kind[kind].name} and {pack.name} both claim {kind}"
            by_kind[kind] = pack
    return by_kind
