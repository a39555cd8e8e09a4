"""The name and version of a document in its system of record, and whether it supersedes another.

A system of record names its documents and counts their versions: a higher version supersedes a lower one, in whichever
order they arrive. A file has no such name. Evidence from files (an order sent again with a changed line) is identified by
its own number, and the last one received is in force. A claim from a file is never superseded by another: one that comes
again with other figures is either a mistake or a fraud, so its hash is part of its name; it becomes a separate claim, and
the pack's check for duplicates reports it.
"""

from __future__ import annotations

from tieout.core.documents.versions import Name
from tieout.core.values.ids import FILE, SourceKey
from tieout.engine.prepare import Prepared


def named(document: Prepared, source: SourceKey | None, *, alone: bool, claim: bool, file: str = "") -> Name:
    """The name of a document. `source`: the sender's key of the file. `alone`: it is the only document in that file.

    `file` tells files of a name apart that cannot be read for one reason: each of them is kept, and read again later.
    """
    short = document.sha256[:16]
    # That of a file that cannot be read is the file's name, and a key is kept when the content is erased.
    identity = "" if document.unreadable else document.identity
    if source is not None:
        own = source.external_id if alone else f"{source.external_id}/{identity or document.part}"
        kind = source.kind if alone else document.kind
        return Name(key=f"{source.system}/{kind}/{own}", version=source.version, stated=True)
    if claim or not identity:
        own = f"{identity}/{short}" if identity else document.sha256
        own = f"{own}/{file}" if file and document.unreadable else own
        return Name(key=f"{FILE}/{document.kind}/{own}", version="1", stated=False)
    return Name(key=f"{FILE}/{document.kind}/{identity}", version=short, stated=False)
