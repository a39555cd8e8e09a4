"""All formats and their one entry point: bytes in, readings out, never an exception because of a file's content.

A new format is one module with a `FORMAT` and one line in `formats()`. A file's name never decides its format.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from tieout.core.documents.column_mapping import ColumnMapping
from tieout.core.documents.kind import Kinds
from tieout.core.documents.reading import Reading
from tieout.core.values.sentence import Sentence
from tieout.formats import cii, csv_tables, facturx, json_documents, killbill, lago, ubl
from tieout.formats.facturx.several import of_one_number
from tieout.formats.format import LIMITS, Format, Limits, Source, refusal
from tieout.formats.guarded import guarded, read_by
from tieout.formats.recognised import recognised
from tieout.formats.xml_documents import read_xml
from tieout.formats.xml_safety import looks_like_xml, parsed

_ADDING_UP: Final = Sentence("adding up its amounts")


def formats() -> tuple[Format, ...]:
    """Every format, in the order in which they are tried: those with an unmistakable signature first."""
    return (
        ubl.FORMAT, cii.FORMAT, facturx.FORMAT, lago.FORMAT, killbill.FORMAT, json_documents.FORMAT, csv_tables.FORMAT,
    )  # fmt: skip


def read(
    content: bytes,
    *,
    kinds: Kinds,
    name: str = "",
    mappings: tuple[ColumnMapping, ...] = (),
    limits: Limits = LIMITS,
) -> tuple[Reading, ...]:
    """Every document in a file. Always at least one reading: what cannot be read is an `Unreadable` that says why.

    `mappings` say what the headings of the sender's tables mean.
    """
    source = Source(content=content, kinds=kinds, name=name, mappings=mappings, limits=limits)
    if (refused := _unfit(source)) is not None:
        return (refused,)
    if looks_like_xml(content):
        opened = parsed(source)
        if isinstance(opened, Reading):
            return (recognised(source) or opened,)
        source = opened
    readings = tuple(_finished(reading, source) for reading in _read(source))
    return readings if source.root is None else of_one_number(readings)  # a table may hold the numbers of many years


def _finished(reading: Reading, source: Source) -> Reading:
    """The reading with the remarks from opening the file before its own, and those on the document's arithmetic after."""

    def added_up() -> tuple[Reading, ...]:
        sums = source.kinds.of(reading.document).remarks(reading.document)
        remarks = source.remarks + reading.remarks + sums
        return (replace(reading, remarks=remarks) if len(remarks) > len(reading.remarks) else reading,)

    (finished,) = guarded(added_up, source, _ADDING_UP, reading.format)
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
    if source.root is not None:
        return read_xml(source)
    if (refused := recognised(source)) is not None:
        return (refused,)
    reader = _reader_of(source)
    if reader is not None:
        return read_by(reader, source)
    return (
        refusal(
            source,
            Sentence("the file is in none of Tieout's formats ({formats})", formats=", ".join(one.name for one in formats())),
            remedy="send UBL, CII, Factur-X, canonical JSON or CSV with a header row",
        ),
    )  # fmt: skip


def _reader_of(source: Source) -> Format | None:
    return next((candidate for candidate in formats() if candidate.sniff(source)), None)
