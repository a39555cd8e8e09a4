"""What reading a file gives: documents, or the finding that says why not, whatever the format."""

from __future__ import annotations

from dataclasses import dataclass

from tieout.core.documents.kind import Document
from tieout.core.documents.remark import Remark


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One document read from a file (a file may hold several: then several readings, `part` counts them from 1).

    `format` is "ubl-2.1", "cii-d16b", "factur-x", "canonical-json", "csv" … A file that cannot be read is an
    `Unreadable` document with a DOC-UNREAD remark, never an exception.
    """

    document: Document
    format: str
    remarks: tuple[Remark, ...] = ()
    part: int = 1
