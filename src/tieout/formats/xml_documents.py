"""XML, wherever it stands (a file, a PDF, another document): which format reads it, and what envelopes hold inside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Final

from lxml import etree

from tieout.core.documents.reading import Reading
from tieout.core.values.sentence import Sentence
from tieout.formats import cii, ubl
from tieout.formats.format import Format, Source, refusal
from tieout.formats.guarded import read_by
from tieout.formats.recognised import recognised
from tieout.formats.ubl.attached_document import is_attached_document, read_attached
from tieout.formats.xml_safety import parsed

_LOOKED_AT: Final = 20

FORMATS: Final[tuple[Format, ...]] = (ubl.FORMAT, cii.FORMAT)
"""The formats that are XML, in the order in which they are tried."""


def read_xml(source: Source, *, inside: bool = False) -> tuple[Reading, ...]:
    """Every document of a parsed root; at least one reading. `inside` another document, no further one is opened."""
    if (refused := recognised(source)) is not None:
        return (refused,)
    if is_attached_document(source) and not inside:
        return read_attached(source, lambda within: read_unparsed(within, inside=True))
    reader = _reader_of(source)
    if reader is not None:
        return read_by(reader, source)
    return _unwrapped(source) or (_recognised_within(source) or _foreign(source),)


def read_unparsed(source: Source, *, inside: bool = False) -> tuple[Reading, ...]:
    """Every document of XML that is not parsed yet, with the remarks from parsing it before each document's own."""
    opened = parsed(source)
    if isinstance(opened, Reading):
        return (recognised(source) or opened,)
    remarks = opened.remarks
    return tuple(replace(reading, remarks=remarks + reading.remarks) for reading in read_xml(opened, inside=inside))


def _reader_of(source: Source) -> Format | None:
    return next((candidate for candidate in FORMATS if candidate.sniff(source)), None)


def _unwrapped(source: Source) -> tuple[Reading, ...]:
    """The documents inside an envelope (Standard Business Document or similar), counted from 1."""
    assert source.root is not None
    documents = list(islice(_documents(source, source.root), source.limits.documents_max + 1))
    if len(documents) > source.limits.documents_max:
        remedy = "send them in several files"
        return (
            refusal(
                source,
                Sentence("the envelope holds more than {limit} documents", limit=source.limits.documents_max),
                remedy=remedy,
            ),
        )
    inside = [reading for document in documents for reading in read_xml(document)]
    return tuple(replace(reading, part=part) for part, reading in enumerate(inside, 1))


def _documents(source: Source, element: etree._Element) -> Iterator[Source]:
    for child in element:
        inside = replace(source, root=child)
        if inside.tag and (_reader_of(inside) is not None or is_attached_document(inside)):
            yield inside
        else:
            yield from _documents(source, child)


def _recognised_within(source: Source) -> Reading | None:
    """What an envelope (SOAP or similar) holds, where it is no document that is read but one that has a name."""
    assert source.root is not None
    for element in islice(source.root.iterdescendants(), _LOOKED_AT):
        if (refused := recognised(replace(source, root=element))) is not None:
            return refused
    return None


def _foreign(source: Source) -> Reading:
    return refusal(
        source,
        Sentence(
            "the root element of the XML is {tag}, which is no business document that Tieout reads",
            tag=source.tag or Sentence("nameless element"),
        ),
        where="root element", remedy="send UBL or CII, or map it to canonical JSON", format_name="xml",
    )  # fmt: skip
