"""A format: one module that can recognise, read and perhaps write one sort of file. The registry lists them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from lxml import etree

from tieout.core.documents.column_mapping import ColumnMapping
from tieout.core.documents.kind import Document, Kinds
from tieout.core.documents.reading import Reading
from tieout.core.documents.remark import Remark
from tieout.core.documents.unreadable import Unreadable
from tieout.core.values.made import made_often
from tieout.core.values.sentence import Sentence, as_sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits beyond which a file is refused: bytes of the source file, bytes of XML, levels of nesting, documents in a file, rows
    of a table, values of JSON. Documents, rows and values are counted before they are read.

    One text node may hold ten million characters: the XML parser's own limit, which is kept.
    """

    source_bytes_max: int = 100 * 1024 * 1024
    xml_bytes_max: int = 20 * 1024 * 1024
    depth_max: int = 100
    documents_max: int = 10_000
    rows_max: int = 200_000
    values_max: int = 5_000_000


LIMITS: Final = Limits()
NO_KINDS: Final = Kinds(())


@made_often
@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One file to be read. `root` is its safely parsed XML root where it is XML (the registry does that once), else None.

    `kinds` are the kinds of documents.

    `name` is the file's name: used in messages, never trusted for the content. `mappings` say what the headings of tables from this
    sender mean. `remarks` come from opening the file; the
    registry adds them to every reading.
    """

    content: bytes
    kinds: Kinds = NO_KINDS
    name: str = ""
    mappings: tuple[ColumnMapping, ...] = ()
    limits: Limits = LIMITS
    root: etree._Element | None = None
    remarks: tuple[Remark, ...] = ()

    @property
    def tag(self) -> str:
        """The root's "{namespace}Name", or "" where the file is no XML."""
        return "" if self.root is None or not isinstance(self.root.tag, str) else self.root.tag


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One sort of file. `sniff` checks the bytes (or the root) and must be quick; the first format that recognises the file reads it.

    `read` gives one reading per document and raises nothing for bad input: an `Unreadable` says what is wrong (`refusal`).
    `write` gives deterministic bytes for a document that the format can carry and raises `Malformed` for others.
    """

    name: str
    sniff: Callable[[Source], bool]
    read: Callable[[Source], tuple[Reading, ...]]
    write: Callable[[Any], bytes] | None = None


def refusal(
    source: Source, reason: str, *, where: str = "", remedy: str = "", format_name: str = "", part: int = 1
) -> Reading:
    """The reading of a document that cannot be read: an `Unreadable` named after its file, and the DOC-UNREAD remark that says why."""
    where = str(where)  # the PDF library's own string type cannot be stored
    document: Document = Unreadable(number=source.name, reason=reason, where=where, remedy=remedy, format=format_name)
    message = (
        Sentence("{reason}; {remedy}", reason=as_sentence(reason), remedy=as_sentence(remedy)) if remedy else reason
    )
    remark = Remark(code="DOC-UNREAD", where=where or "document", message=message)
    return Reading(document=document, format=format_name or "unknown", remarks=(remark,), part=part)
