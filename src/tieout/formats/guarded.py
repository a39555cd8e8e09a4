"""Runs one reader: a bug of ours becomes a refusal that names its place, so that one document never stops a batch."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from functools import lru_cache

from tieout.core.documents.reading import Reading
from tieout.core.values.sentence import Sentence
from tieout.formats.format import Format, Source, refusal


def guarded(
    work: Callable[[], tuple[Reading, ...]], source: Source, doing: Sentence, format_name: str
) -> tuple[Reading, ...]:
    """What `work` gives, at least one reading; where it fails, the refusal that says which mistake of ours it was."""
    try:
        readings = work()
        assert readings, "it gave no reading"
    except Exception as error:  # noqa: BLE001  the one entry point of this room
        return (_mistake(source, doing, error, format_name),)
    return readings


def read_by(reader: Format, source: Source) -> tuple[Reading, ...]:
    """What a format reads, guarded."""
    return guarded(lambda: reader.read(source), source, _reading_as(reader.name), reader.name)


@lru_cache(maxsize=64)
def _reading_as(name: str) -> Sentence:
    return Sentence("reading it as {format}", format=name)


def _mistake(source: Source, doing: Sentence, error: Exception, format_name: str) -> Reading:
    place = traceback.extract_tb(error.__traceback__)[-1]
    return refusal(
        source, Sentence("{doing} failed: {error}", doing=doing, error=f"{type(error).__name__}: {error}"[:380]),
        where=f"{place.filename.rpartition('/')[2]}:{place.lineno} in {place.name}",
        remedy="this is a mistake in Tieout: report it with the file", format_name=format_name,
    )  # fmt: skip
