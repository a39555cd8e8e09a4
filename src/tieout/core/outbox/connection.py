"""Connections: one external system of a tenant each, as values, and what a connector makes of one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from tieout.core.documents.reading import Reading
from tieout.core.outbox.queue import Route, Routing
from tieout.core.outbox.target import Target
from tieout.core.values.errors import Malformed
from tieout.core.values.ids import SourceKey

Purpose = Literal["posting", "message", "delivery"]
"""What a connection does for claims: posts them, writes to the other side, delivers what we issue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """One external system of a tenant. `system` names its connector; `name` is what its documents' source keys begin with.

    `entity` "" serves every entity that has no connection of its own. `secret` says where the secret is kept ("env:NAME"),
    never the secret. `queue` is where its actions wait.
    """

    name: str
    system: str
    queue: str
    entity: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    secret: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingSpec:
    """A setting of a connector: its name, what it means, and whether it must be given."""

    name: str
    doc: str
    required: bool = True


class Received(Protocol):
    """A message as the external system gave it."""

    @property
    def content(self) -> bytes: ...

    @property
    def name(self) -> str: ...

    @property
    def source(self) -> SourceKey: ...


Source = Callable[[datetime | None], Iterator[Received]]
"""Gives the documents created since an instant, or all. Raises `ConnectionEnded` where the connection ends early."""
ReadMessage = Callable[[bytes, str], tuple[Reading, ...]]


class ConnectionEnded(Exception):
    """The external system stopped answering before everything was read. `message` says why."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Connector(Protocol):
    """How to communicate with one sort of external system: what the entry points of `tieout.connectors` name."""

    @property
    def system(self) -> str:
        """The name by which connections ask for it."""
        ...

    @property
    def purpose(self) -> Purpose:
        """What its connections do for claims."""
        ...

    @property
    def keeps_its_own(self) -> bool:
        """Whether claims that came from a connection are posted there and nowhere else, and no other claims are."""
        ...

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of documents that a connection may send; none where nothing is pulled from it."""
        ...

    @property
    def settings(self) -> Sequence[SettingSpec]:
        """What can be set for a connection."""
        ...

    def target(self, connection: Connection, secret: str) -> Target:
        """Where its actions are performed."""
        ...

    def source(self, connection: Connection, secret: str) -> Source | None:
        """Where documents are pulled from; None where nothing is pulled."""
        ...

    def reader(self, connection: Connection) -> ReadMessage | None:
        """How its messages become documents; None where they are files in a format of their own."""
        ...


def checked(connection: Connection, connector: Connector) -> Connection:
    """The connection. Raises `Malformed` for a setting that its connector does not know, or one that is missing."""
    specs = {spec.name: spec for spec in connector.settings}
    where = f"connection {connection.name}"
    for name in sorted(connection.settings.keys() - specs.keys()):
        raise Malformed(
            "{system} knows no setting {name!r}",
            where=where,
            remedy="it knows {settings}",
            system=connector.system,
            name=name,
            settings=", ".join(specs),
        )
    for name, spec in specs.items():
        if spec.required and not connection.settings.get(name):
            raise Malformed("the setting {name} is missing", where=where, remedy=f"{name}: {spec.doc}", name=name)
    return connection


def routing_of(connections: Sequence[Connection], connectors: Mapping[str, Connector]) -> Routing:
    """Which queue each claim's actions go to, by these connections.

    A claim from a system that keeps its own waits for that system where it is not connected (any more): it is never posted
    elsewhere.
    """
    routes = []
    for connection in connections:
        connector = connectors.get(connection.system)
        if connector is None:
            continue
        origin = connection.name if connector.keeps_its_own else ""
        routes.append(Route(purpose=connector.purpose, entity=connection.entity, origin=origin, queue=connection.queue))
    named = {connection.name for connection in connections}
    keeping = (
        connector.system
        for connector in connectors.values()
        if connector.keeps_its_own and connector.system not in named
    )
    return Routing(routes=tuple(routes), own=tuple((system, system) for system in sorted(keeping)))
