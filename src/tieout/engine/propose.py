"""Papers of ours that follow from a verdict: an invoice built from a shipment, a credit note for a wrong price.

They are recorded in the verdict's own transaction, so that none is lost, under a name that is derived from the paper's
number, so that none is made twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from tieout.core.documents.kind import Document
from tieout.core.documents.reading import Reading
from tieout.core.values.ids import SourceKey
from tieout.core.values.scope import Scope
from tieout.engine.plugged import Engine
from tieout.engine.prepare import Prepared, prepared
from tieout.engine.record import Arrival, gives_way, record
from tieout.store import documents
from tieout.store.documents import Version

OURS: Final = "tieout"
"""The system of papers that are made here."""


def propose(engine: Engine, scope: Scope, papers: Sequence[Document], *, at: datetime) -> bool:
    """Record proposed papers, in the caller's transaction; gives whether any was new.

    One that is in force with the same content is there already. One whose earlier version is posted, or may be, is not
    taken: that claim's own verdict says what is wrong with it now.
    """
    made = [prepared(engine.kinds, Reading(document=paper, format=OURS)) for paper in papers]
    known: dict[str, list[Version]] = {}
    for version in documents.versions(scope, {key for paper in made for key in (_key(paper), _own_key(paper))}):
        known.setdefault(version.key, []).append(version)
    wanted = _by_key(made, known)
    lasting = engine.packs.keys() - engine.standing
    arrivals = []
    for key in sorted(wanted):
        source = _source(scope, wanted[key], known.get(key, ()), key=key, at=at, claim=wanted[key].kind in lasting)
        if source is not None:
            arrivals.append(Arrival(prepared=wanted[key], raw=None, source=source))
    if arrivals:
        record(
            scope, arrivals, kinds=engine.kinds, kinds_of_claims=engine.packs.keys(), standing=engine.standing, at=at
        )
    return bool(arrivals)


def _by_key(papers: Sequence[Prepared], known: Mapping[str, Sequence[Version]]) -> dict[str, Prepared]:
    """The papers by what they are called here; two companies may give one number."""
    books = {key: {version.book for version in versions} for key, versions in known.items()}
    wanted: dict[str, Prepared] = {}
    for paper in papers:
        others = books.setdefault(_key(paper), set()) - {"", paper.entity}
        key = _own_key(paper) if others and paper.entity else _key(paper)
        books.setdefault(key, set()).add(paper.entity)
        wanted[key] = paper
    return wanted


def _key(paper: Prepared) -> str:
    return f"{OURS}/{paper.kind}/{paper.number}"


def _own_key(paper: Prepared) -> str:
    """The name of a paper whose number another of our companies has used already."""
    return f"{_key(paper)} of {paper.entity}"


def _source(
    scope: Scope, paper: Prepared, known: Sequence[Version], *, key: str, at: datetime, claim: bool
) -> SourceKey | None:
    """The name of the next version; None where there is nothing new, or where the claim in force cannot give way."""
    in_force = [old for old in known if old.in_force]
    if any(old.sha256 == paper.sha256 for old in in_force):
        return None
    version = str(1 + max((int(old.version) for old in known), default=0))
    if claim and not all(gives_way(scope, old.id, f"{key}@{version}", at=at) for old in in_force):
        return None
    return SourceKey(system=OURS, kind=paper.kind, external_id=key.split("/", 2)[2], version=version)
