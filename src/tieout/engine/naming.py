"""Which paper of which system a document is, and whether it takes another's place.

A system of record names its papers itself and counts their versions: a higher version takes the place of a lower one,
whichever comes first. A file has no such name. Evidence from files (an order sent again with a line changed) is known by
its own number, and what came last is in force. A claim from a file is never replaced by another: one that comes
again with other figures is either a mistake or a fraud, so its hash is part of its name; it becomes a claim of its own,
and the pack's search for duplicates says what it is.
"""

from __future__ import annotations

from typing import Final

from tieout.core.documents.versions import Name
from tieout.core.values.ids import SourceKey
from tieout.engine.prepare import Prepared

FILE: Final = "file"
"""The system of papers whose senders have not named them."""


def named(document: Prepared, source: SourceKey | None, *, alone: bool, claim: bool) -> Name:
    """The name of a document. `source`: what its sender calls the file. `alone`: nothing else is in that file."""
    short = document.sha256[:16]
    if source is not None:
        own = source.external_id if alone else f"{source.external_id}/{document.identity or document.part}"
        kind = source.kind if alone else document.kind
        return Name(key=f"{source.system}/{kind}/{own}", version=source.version, stated=True)
    if claim or not document.identity:
        own = f"{document.identity}/{short}" if document.identity else document.sha256
        return Name(key=f"{FILE}/{document.kind}/{own}", version="1", stated=False)
    return Name(key=f"{FILE}/{document.kind}/{document.identity}", version=short, stated=False)
