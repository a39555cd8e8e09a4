"""Documents as values, cached by their hash: one order or master record serves many claims of a batch."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from datetime import UTC
from threading import Lock
from typing import NamedTuple
from uuid import UUID

from tieout.core.documents.kind import Document, Kinds
from tieout.core.tie_out.dossier import RecordedDocument
from tieout.core.values.scope import Scope
from tieout.formats import canonical_json
from tieout.store import documents
from tieout.store.documents import DocumentRow


def recorded(kinds: Kinds, row: DocumentRow) -> RecordedDocument[Document]:
    """A row as the kernel sees it, with the company that owns the document."""
    return RecordedDocument(
        key=row.source_key,
        sha256=row.sha256,
        recorded_at=row.recorded_at.astimezone(UTC),
        document=canonical_json.decode(kinds, row.kind, row.body),
        book=row.book,
    )


class Reference(NamedTuple):
    """Where a document is and what it is."""

    id: UUID
    kind: str
    sha256: str


class Decoded:
    """The last documents that were decoded, up to a number. Safe to share between threads."""

    def __init__(self, limit: int = 8_000) -> None:
        self._limit = limit
        self._cached: OrderedDict[str, Document] = OrderedDict()
        self._lock = Lock()

    def fetch(self, kinds: Kinds, scope: Scope, references: Iterable[Reference]) -> dict[UUID, Document]:
        """Those of these documents whose content was not erased; those not in the cache are read with one query."""
        wanted = {reference.id: reference for reference in references}
        by_id: dict[UUID, Document] = {}
        with self._lock:
            for reference in wanted.values():
                cached = self._cached.get(reference.sha256)
                if cached is not None:
                    self._cached.move_to_end(reference.sha256)
                    by_id[reference.id] = cached
        missing = [reference for reference in wanted.values() if reference.id not in by_id]
        if missing:
            bodies = documents.bodies(scope, [reference.id for reference in missing])
            missing = [reference for reference in missing if reference.id in bodies]
            for reference in missing:
                by_id[reference.id] = canonical_json.decode(kinds, reference.kind, bodies[reference.id])
            self._remember((reference.sha256, by_id[reference.id]) for reference in missing)
        return by_id

    def _remember(self, read: Iterable[tuple[str, Document]]) -> None:
        with self._lock:
            self._cached.update(read)
            while len(self._cached) > self._limit:
                self._cached.popitem(last=False)
