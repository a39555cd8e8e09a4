"""A tenant's connections: rows, made once from the settings of the process; from then on only the rows count."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from threading import Lock

from tieout.core.access.source import SETUP
from tieout.core.access.source import Source as DocumentSource
from tieout.core.documents.kind import Kinds
from tieout.core.outbox.connection import Connection, Connector, Source, checked, routing_of
from tieout.core.outbox.queue import Routing
from tieout.core.outbox.target import Target
from tieout.core.values.errors import Malformed, Refused
from tieout.core.values.ids import FILE, OURS
from tieout.core.values.scope import Scope
from tieout.core.values.sentence import Sentence
from tieout.engine.prepare import Reader, mapped
from tieout.store import connections
from tieout.store.link import Collision, transaction

LookUp = Callable[[str], str | None]
"""Resolves "env:NAME" or "exchange:FOLDER", None where there is no value; any other text stands for itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connected:
    """What the wiring gives: the `kinds` of documents, `connectors` by system, and `first`, the connections that the settings name."""

    kinds: Kinds = field(default_factory=lambda: Kinds(()))
    connectors: Mapping[str, Connector] = field(default_factory=dict)
    first: tuple[Connection, ...] = ()
    look_up: LookUp = lambda text: text
    _targets: dict[tuple[object, ...], Target] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def of(self, scope: Scope) -> tuple[Connection, ...]:
        """The tenant's connections; those of the settings become its own where it has none."""
        rows = connections.every(scope)
        if rows or not self.first:
            return rows
        with transaction(scope):
            connections.add(scope, self.first)
            return connections.every(scope)

    def routing(self, scope: Scope) -> Routing:
        """Which queue each action of the tenant's claims goes to."""
        return routing_of(self.of(scope), self.connectors)

    def maps(self, scope: Scope) -> dict[str, Reader]:
        """How messages of each connection become documents, by its name; also of systems that are no longer connected."""
        unconnected = [Connection(name=name, system=name, queue=name) for name in self.connectors]
        readers = {}
        for connection in (*unconnected, *self.of(scope)):
            connector = self.connectors.get(connection.system)
            read = connector.reader(connection) if connector is not None else None
            if read is not None:
                readers[connection.name] = mapped(self.kinds, read)
        return readers

    def targets(self, scope: Scope) -> dict[str, Target]:
        """What the tenant's actions are performed by, by queue. A target is made once, and again when its connection changes."""
        by_queue = {}
        for connection in self.of(scope):
            connector, ready = self.connectors.get(connection.system), self._ready(connection)
            if connector is not None and ready is not None:
                by_queue[connection.queue] = self._target(scope, ready, connector)
        return by_queue

    def source(self, scope: Scope, name: str) -> Source | None:
        """Where a connection's documents are pulled from; None where there is no such connection, or nothing is pulled."""
        named = next((connection for connection in self.of(scope) if connection.name == name), None)
        ready = self._ready(named) if named is not None else None
        connector = self.connectors.get(ready.system) if ready is not None else None
        return connector.source(ready, ready.secret) if connector is not None and ready is not None else None

    def document_source(self, scope: Scope, name: str) -> DocumentSource:
        """What a connection may deliver as a source of documents; nothing where there is no such connection."""
        named = next((connection for connection in self.of(scope) if connection.name == name), None)
        connector = self.connectors.get(named.system) if named is not None else None
        if named is None or connector is None:
            return DocumentSource(name=name, kinds=frozenset())
        return DocumentSource(name=name, kinds=connector.kinds, entities=frozenset({named.entity} - {""}))

    def _ready(self, connection: Connection) -> Connection | None:
        """The connection with its settings and secret resolved; None where one of them has no value."""
        values = {name: self.look_up(text) for name, text in connection.settings.items()}
        secret = self.look_up(connection.secret)
        if secret is None or None in values.values():
            return None
        return replace(connection, settings={name: text or "" for name, text in values.items()}, secret=secret)

    def _target(self, scope: Scope, ready: Connection, connector: Connector) -> Target:
        key = (scope.tenant, ready.name, ready.queue, ready.secret, *sorted(ready.settings.items()))
        with self._lock:
            if key not in self._targets:
                self._targets[key] = connector.target(ready, ready.secret)
            return self._targets[key]


def connect(connected: Connected, scope: Scope, connection: Connection) -> None:
    """Add a connection. Raises `Malformed` for what its connector does not understand, `Refused` CONNECTION-TAKEN."""
    connector = connected.connectors.get(connection.system)
    if connector is None:
        installed = ", ".join(sorted(connected.connectors)) or Sentence("none is installed")
        raise Malformed(
            "there is no connector {system!r}",
            remedy="installed: {installed}",
            system=connection.system,
            installed=installed,
        )
    checked(connection, connector)
    if connection.name in {FILE, OURS, SETUP} or "/" in connection.name:
        raise Malformed(
            "{name!r} is no name for a connection",
            where="name",
            remedy="take another name, without a slash",
            name=connection.name,
        )
    connected.of(scope)  # those of the settings stay what they were
    try:
        with transaction(scope):
            added = connections.add(scope, [connection])
    except Collision:
        added = 0
    if not added:
        raise Refused(
            "CONNECTION-TAKEN",
            "the name {name} or the queue {queue} is taken",
            name=connection.name,
            queue=connection.queue,
        )


def change(connected: Connected, scope: Scope, connection: Connection) -> None:
    """Give a connection another entity, other settings or another secret; its name, system and queue stay.

    Raises `Malformed` as `connect` does, `Refused` CONNECTION-UNKNOWN.
    """
    existing = next((candidate for candidate in connected.of(scope) if candidate.name == connection.name), None)
    if existing is None:
        raise Refused("CONNECTION-UNKNOWN", "there is no connection {name}", name=connection.name)
    checked(replace(connection, system=existing.system), connected.connectors[existing.system])
    with transaction(scope):
        connections.replace(scope, connection)
