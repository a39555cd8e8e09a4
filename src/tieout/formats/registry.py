"""All formats and their one entry point: bytes in, readings out, never an exception because of a file's content.

A new format is one module with a `FORMAT` and one line in `formats()`. A file's name never decides its format.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice

from lxml import etree

from tieout.core.documents.kind import Kinds
from tieout.core.documents.reading import Reading
from tieout.core.values.sentence import Sentence
from tieout.formats import cii, csv_tables, facturx, json_documents, killbill, lago, ubl
from tieout.formats.format import LIMITS, Format, Limits, Source, refusal
from tieout.formats.recognised import recognised
from tieout.formats.xml_safety import looks_like_xml, parsed


def formats() -> tuple[Format, ...]:
    """Every format, in the order in which they are tried: those with an unmistakable signature first."""
    return (
        ubl.FORMAT, cii.FORMAT, facturx.FORMAT, lago.FORMAT, killbill.FORMAT, json_documents.FORMAT, csv_tables.FORMAT,
    )  # fmt: skip


def read(content: bytes, *, kinds: Kinds, name: str = "", limits: Limits = LIMITS) -> tuple[Reading, ...]:
    """Every document in a file. Always at least one reading: what cannot be read is an `Unreadable` that says why."""
    source = Source(content=content, kinds=kinds, name=name, limits=limits)
    if (refused := _unfit(source)) is not None:
        return (refused,)
    if looks_like_xml(content):
        opened = parsed(source)
        if isinstance(opened, Reading):
            return (recognised(source) or opened,)
        source = opened
    return tuple(_finished(reading, source) for reading in _read(source))


def _finished(reading: Reading, source: Source) -> Reading:
    """The reading with the remarks from opening the file before its own, and those on the document's arithmetic after."""

    def added_up() -> tuple[Reading, ...]:
        sums = source.kinds.of(reading.document).remarks(reading.document)
        remarks = source.remarks + reading.remarks + sums
        return (replace(reading, remarks=remarks) if len(remarks) > len(reading.remarks) else reading,)

    (finished,) = _guarded(added_up, source, Sentence("adding it up"), reading.format)
    return finished if finished.part == reading.part else replace(finished, part=reading.part)


def _unfit(source: Source) -> Reading | None:
    size, limit = len(source.content), source.limits.source_bytes_max
    if size > limit:
        return refusal(
            source,
            Sentence(
                "the file has {size} MB, more than the {limit} MB that are read",
                size=f"{size / 2**20:.1f}", limit=f"{limit / 2**20:.0f}",
            ),
            remedy="split it, or raise the limit in the settings",
        )  # fmt: skip
    if not size or source.content.isspace() or not source.content.strip(b"\x00"):
        blank = Sentence("the file holds only {size} blank bytes", size=f"{size:,}")
        return refusal(source, blank if size else "the file is empty", remedy="ask for it again")
    return None


def _read(source: Source) -> tuple[Reading, ...]:
    if (refused := recognised(source)) is not None:
        return (refused,)
    reader = _reader_of(source)
    if reader is not None:
        return _read_by(reader, source)
    if source.root is not None:
        return _unwrapped(source) or (_foreign_xml(source),)
    return (
        refusal(
            source,
            Sentence("the file is in none of Tieout's formats ({formats})", formats=", ".join(one.name for one in formats())),
            remedy="send UBL, CII, Factur-X, canonical JSON or CSV with a header row",
        ),
    )  # fmt: skip


def _reader_of(source: Source) -> Format | None:
    return next((candidate for candidate in formats() if candidate.sniff(source)), None)


def _read_by(reader: Format, source: Source) -> tuple[Reading, ...]:
    return _guarded(
        lambda: reader.read(source), source, Sentence("reading it as {format}", format=reader.name), reader.name
    )


def _guarded(
    work: Callable[[], tuple[Reading, ...]], source: Source, doing: Sentence, format_name: str
) -> tuple[Reading, ...]:
    """Runs the reader; a bug of ours becomes a refusal that names its place, so that one document never stops a batch."""
    try:
        readings = work()
        assert readings, "it gave no reading"
    except Exception as error:  # noqa: BLE001  the one entry point of this room
        return (_mistake(source, doing, error, format_name),)
    return readings


def _mistake(source: Source, doing: Sentence, error: Exception, format_name: str) -> Reading:
    place = traceback.extract_tb(error.__traceback__)[-1]
    return refusal(
        source, Sentence("{doing} failed: {error}", doing=doing, error=f"{type(error).__name__}: {error}"[:380]),
        where=f"{place.filename.rpartition('/')[2]}:{place.lineno} in {place.name}",
        remedy="this is a mistake in Tieout: report it with the file", format_name=format_name,
    )  # fmt: skip


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
    inside = [reading for reader, document in documents for reading in _read_by(reader, document)]
    return tuple(replace(reading, part=part) for part, reading in enumerate(inside, 1))


def _documents(source: Source, element: etree._Element) -> Iterator[tuple[Format, Source]]:
    for child in element:
        inside = replace(source, root=child)
        reader = _reader_of(inside) if inside.tag else None
        if reader is None:
            yield from _documents(source, child)
        else:
            yield reader, inside


def _foreign_xml(source: Source) -> Reading:
    return refusal(
        source,
        Sentence(
            "the XML is a {tag}, which is no business document that Tieout knows",
            tag=source.tag or Sentence("nameless element"),
        ),
        where="root element", remedy="send UBL or CII, or map it to canonical JSON", format_name="xml",
    )  # fmt: skip
