"""What the engine is given: packs, readers, lanes, keys. It knows no plug-in by name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from tieout.core.documents.kind import Kinds
from tieout.core.findings.catalogue import Catalogue, catalogue_of
from tieout.core.outbox.queue import Lanes
from tieout.core.policy.policy import Policy
from tieout.core.tie_out.pack import Pack
from tieout.core.values.scope import Scope
from tieout.engine.decoded import Decoded
from tieout.engine.prepare import Reader
from tieout.engine.rules import Rules
from tieout.engine.steps import Steps, onward


class Listener(Protocol):
    """A room beside the kernel that has to know which documents are there; the wiring plugs it in."""

    def recorded(self, scope: Scope, lookups: Collection[tuple[str, UUID]]) -> None:
        """Documents were recorded under these (key, document's id). Called in the transaction that records them."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """Values that the wiring makes once a process.

    `packs` is by kind of claim; `kinds` are those of documents, which packs and kernel bring; `read` reads files.
    `read_policy` reads a policy's text. `signing_key` signs seals. `decoded` and `rules`
    remember what was decoded and read before; they hold nothing that cannot be had again. `maps` are by system: how
    messages of that system become documents; all other papers are in a format of their own, and `read` knows it.
    `listeners` are told of every document that is recorded.
    """

    packs: Mapping[str, Pack]
    kinds: Kinds
    read_policy: Callable[[bytes], Policy]
    signing_key: bytes
    read: Reader
    maps: Mapping[str, Reader] = field(default_factory=dict)
    lanes: Lanes = field(default_factory=Lanes)
    listeners: tuple[Listener, ...] = ()
    steps: Steps = onward
    decoded: Decoded = field(default_factory=Decoded)
    rules: Rules = field(default_factory=Rules)
    catalogue: Catalogue = field(init=False)

    def __post_init__(self) -> None:
        """The catalogue is the kernel's and that of these packs."""
        packs = {pack.name: pack for _, pack in sorted(self.packs.items())}
        object.__setattr__(self, "catalogue", catalogue_of(packs.values()))

    @property
    def standing(self) -> frozenset[str]:
        """The kinds of claims that are evidence too."""
        return frozenset(kind for kind, pack in self.packs.items() if kind in pack.standing)


def packs_by_kind(packs: tuple[Pack, ...]) -> dict[str, Pack]:
    """Which pack ties out which kind of claim. Asserts that no kind is claimed twice."""
    found: dict[str, Pack] = {}
    for pack in packs:
        for kind in sorted(pack.claims):
            assert kind not in found, f"the packs {found[kind].name} and {pack.name} both claim {kind}"
            found[kind] = pack
    return found
