"""Documents that are made here: no file was read for them, so there is none to keep.

A document that follows from a verdict, an acceptance, a usage statement: each has a named source, and is recorded in the
transaction of what it follows from, so that none is lost, under a key that is derived from its number, so that none is made
twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from tieout.core.documents.kind import Document
from tieout.core.documents.reading import Reading
from tieout.core.values.ids import OURS, SourceKey
from tieout.core.values.scope import Scope
from tieout.engine.plugged import Engine
from tieout.engine.prepare import Prepared, prepared
from tieout.engine.record import Arrival, gives_way, record
from tieout.store import documents
from tieout.store.documents import Version


def receive_ready(engine: Engine, scope: Scope, made: Sequence[Document], *, at: datetime, source: str = OURS) -> bool:
    """Record documents that a source of ours has made, in the caller's transaction; returns whether any was new.

    One that is in force with the same content is not recorded again. One whose earlier version is posted, or may be, is not
    recorded either: the verdict of that claim reports what is wrong with it now. `announce` after the transaction has committed.
    """
    read = [prepared(engine.kinds, Reading(document=one, format=source)) for one in made]
    versions: dict[str, list[Version]] = {}
    for version in documents.versions(
        scope, {key for one in read for key in (_key(source, one), _own_key(source, one))}
    ):
        versions.setdefault(version.key, []).append(version)
    wanted = _by_key(source, read, versions)
    lasting = engine.packs.keys() - engine.watched_kinds
    arrivals = []
    for key in sorted(wanted):
        claim = wanted[key].kind in lasting
        next_one = _next(scope, wanted[key], versions.get(key, ()), key=key, at=at, claim=claim)
        if next_one:
            name = SourceKey(system=source, kind=wanted[key].kind, external_id=key.split("/", 2)[2], version=next_one)
            arrivals.append(Arrival(prepared=wanted[key], source_file=None, source=name))
    if arrivals:
        record(engine, scope, arrivals, at=at)
    return bool(arrivals)


def _by_key(source: str, read: Sequence[Prepared], versions: Mapping[str, Sequence[Version]]) -> dict[str, Prepared]:
    """The documents by their keys here; two companies may use the same number."""
    books = {key: {version.book for version in of_key} for key, of_key in versions.items()}
    wanted: dict[str, Prepared] = {}
    for one in read:
        others = books.setdefault(_key(source, one), set()) - {"", one.entity}
        key = _own_key(source, one) if others and one.entity else _key(source, one)
        books.setdefault(key, set()).add(one.entity)
        wanted[key] = one
    return wanted


def _key(source: str, one: Prepared) -> str:
    return f"{source}/{one.kind}/{one.number}"


def _own_key(source: str, one: Prepared) -> str:
    """The name of a document whose number another of our companies has used already."""
    return f"{_key(source, one)} of {one.entity}"


def _next(scope: Scope, one: Prepared, versions: Sequence[Version], *, key: str, at: datetime, claim: bool) -> str:
    """The next version; "" where there is nothing new, or where the claim in force cannot give way."""
    in_force = [old for old in versions if old.in_force]
    if any(old.sha256 == one.sha256 for old in in_force):
        return ""
    version = str(1 + max((int(old.version) for old in versions), default=0))
    if claim and not all(gives_way(scope, old.id, f"{key}@{version}", at=at) for old in in_force):
        return ""
    return version
