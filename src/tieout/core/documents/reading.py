"""What reading a file gives: documents, or the finding that says why not. The formats' one answer, without any file in it."""

from __future__ import annotations

from dataclasses import dataclass

from tieout.core.documents.kind import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something amiss in a paper, found while reading it: a code (DOC-EINV, DOC-UNREAD), the place, plain words with the numbers.

    `rule` is the rule's own name where it has one ("BR-CO-10"). `fatal` False: worth saying, does not hold the paper.
    """

    code: str
    where: str
    message: str
    rule: str = ""
    fatal: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One document read from a file (a file may hold several: then several readings, `part` counts them from 1).

    `format` is "ubl-2.1", "cii-d16b", "factur-x", "canonical-json", "csv" … A paper that cannot be read is an
    `Unreadable` document with a DOC-UNREAD remark, never an exception.
    """

    document: Document
    format: str
    remarks: tuple[Remark, ...] = ()
    part: int = 1
