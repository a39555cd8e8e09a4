"""What a source may deliver, applied to what was read from it: the rest is kept as a held record (GOV-SOURCE), and is no evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from tieout.core.access.source import ANY, Source
from tieout.core.documents.kind import Kinds
from tieout.core.documents.reading import Reading
from tieout.core.documents.unreadable import Unreadable
from tieout.core.values.sentence import Sentence, joined
from tieout.engine.prepare import Prepared, prepared
from tieout.store.source_files import SourceFileRow

FORMAT: Final = "refused"
"""The format of a record of what was not taken."""


def admitted(kinds: Kinds, row: SourceFileRow, read: Sequence[Prepared], source: Source) -> tuple[Prepared, ...]:
    """The documents of a file that its source may deliver.

    A document that names no company belongs to that of the source, where it has exactly one. A document of a kind or company
    that the source may not deliver becomes a record that says so: held, owned by controls, without look-up keys.
    """
    return tuple(_admitted(kinds, row, document, source) for document in read)


def refused(document: Prepared) -> bool:
    """Whether a prepared document is a record of what was not taken."""
    return document.format == FORMAT


def _admitted(kinds: Kinds, row: SourceFileRow, document: Prepared, source: Source) -> Prepared:
    if document.unreadable:
        return replace(document, entity=document.entity or source.entity)
    if not document.entities and document.placeable and source.entity:
        document = replace(document, entity=source.entity, entities=(source.entity,))
    if not source.says(document.kind):
        return _record(kinds, row, document, source, Sentence("documents of this kind are not taken from there"))
    if not source.speaks_for(document.entities):
        reason = Sentence(
            "it names {companies}, and that source speaks for {whose}",
            companies=", ".join(document.entities) or Sentence("no company"),
            whose=", ".join(sorted(source.entities)),
        )
        return _record(kinds, row, document, source, reason)
    return document


def _record(kinds: Kinds, row: SourceFileRow, document: Prepared, source: Source, reason: str) -> Prepared:
    listed = joined(", ", [Sentence(kind.replace("_", " ")) for kind in sorted(source.kinds)])
    allowed = Sentence("everything") if ANY in source.kinds else listed or Sentence("nothing")
    record = Unreadable(
        number=document.number or row.name,
        reason=reason,
        where=f"document {document.part} of the file {row.sha256[:16]}",
        remedy="let a source that may say it hand it in, or allow this one to, and read it again",
        format=document.format,
        code="GOV-SOURCE",
        sender=source.name or Sentence("an unknown source"),
        expected=allowed,
        actual=Sentence("a document of kind {kind}", kind=Sentence(document.kind.replace("_", " "))),
        entity=source.entity,
    )
    return prepared(kinds, Reading(document=record, format=FORMAT, part=document.part))
