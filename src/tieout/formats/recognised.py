"""Files that Tieout recognises but does not take as documents: refused by name, with what to do instead."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tieout.core.documents.reading import Reading
from tieout.core.values.sentence import Sentence
from tieout.formats.format import Source, refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSort:
    """A sort of file: how it is recognised, what it is called, and the remedy."""

    name: str
    called: str
    sign: Callable[[Source], bool]
    remedy: str


def _starts(*magic: bytes) -> Callable[[Source], bool]:
    return lambda source: source.content.startswith(magic)


def _matches(pattern: bytes) -> Callable[[Source], bool]:
    compiled = re.compile(pattern)
    return lambda source: (
        source.root is None and compiled.match(source.content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")) is not None
    )


def _tag(pattern: str) -> Callable[[Source], bool]:
    compiled = re.compile(pattern)
    return lambda source: compiled.match(source.tag) is not None


_LATER: Final = "send it as UBL, CII, Factur-X, canonical JSON or CSV until this format is supported"
_UNPACK: Final = "packed files are not unpacked: unpack it and send the documents one by one"
_STATEMENT: Final = "bank documents are not tied out yet: send the invoice, order, despatch advice or receipt"

_SORTS: Final = (
    FileSort(
        name="zip", called="a ZIP archive (also .xlsx, .docx and .odt are)", sign=_starts(b"PK\x03\x04", b"PK\x05\x06"), remedy=_UNPACK,
    ),
    FileSort(name="gzip", called="a GZIP file", sign=_starts(b"\x1f\x8b"), remedy=_UNPACK),
    FileSort(
        name="archive", called="a packed file (7-Zip, RAR, bzip2, xz, zstd)",
        sign=_starts(b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd"), remedy=_UNPACK,
    ),
    FileSort(
        name="image", called="a picture", sign=_starts(b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*"),
        remedy="ask for the electronic invoice, or key it in: pictures hold no data to tie out",
    ),
    FileSort(
        name="office", called="an old Office file (.xls, .doc, .msg)", sign=_starts(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        remedy="save it as CSV, or ask for the electronic invoice",
    ),
    FileSort(
        name="x12", called="ANSI X12", sign=_matches(rb"ISA[^A-Za-z0-9\s].{2}[^A-Za-z0-9]|GS[*|~^].{2}[*|~^]|ST[*|~^]\d{3}[*|~^]"),
        remedy=_LATER,
    ),
    FileSort(name="edifact", called="UN/EDIFACT", sign=_matches(rb"UNA.{6}\s*UN[BH]|UN[BGH]\+"), remedy=_LATER),
    FileSort(name="mt940", called="a bank statement (SWIFT MT940)", sign=_matches(rb"(\{1:|:20:|:940:)"), remedy=_STATEMENT),
    FileSort(
        name="iso20022", called="an ISO 20022 bank message",
        sign=_tag(r"\{urn:iso:std:iso:20022:tech:xsd:"), remedy=_STATEMENT,
    ),
    FileSort(
        name="fatturapa", called="FatturaPA", sign=_tag(r"\{.*fatture?/v1.*\}FatturaElettronica|\{.*fatturapa.*\}"), remedy=_LATER,
    ),
    FileSort(name="idoc", called="an SAP IDoc", sign=_tag(r"(ORDERS|INVOIC|DESADV|DELVRY)\d\d$"), remedy=_LATER),
    FileSort(name="cxml", called="cXML", sign=_tag(r"cXML$"), remedy=_LATER),
    FileSort(name="edmx", called="an interface description (EDMX)", sign=_tag(r"\{.*edmx.*\}Edmx"), remedy="send business documents"),
    FileSort(name="html", called="a web page", sign=_tag(r"(\{http://www.w3.org/1999/xhtml\})?html$"), remedy="ask for an e-invoice"),
)  # fmt: skip


def recognised(source: Source) -> Reading | None:
    """The refusal that names the sort of file, or None where it is not recognised."""
    for sort in _SORTS:
        if sort.sign(source):
            reason = Sentence(
                "recognised as {sort}, which Tieout does not take as a document yet", sort=Sentence(sort.called)
            )
            return refusal(source, reason, remedy=sort.remedy, format_name=sort.name)
    return None
