"""What a scenario's run keeps of received documents: every version, as the store does."""

from __future__ import annotations

from dataclasses import dataclass

from tieout.core.documents.kind import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A version of a document as a run keeps it."""

    version: str
    kind: str
    sha256: str
    document: Document
    in_force: bool
