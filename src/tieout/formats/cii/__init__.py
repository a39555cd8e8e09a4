"""UN/CEFACT Cross Industry Invoice (XRechnung, ZUGFeRD 2, Factur-X), ZUGFeRD 1.0, and Order-X."""

from __future__ import annotations

from typing import Final

from tieout.core.documents.reading import Reading
from tieout.formats.cii.dialect import ORDER_X, dialect_of
from tieout.formats.cii.invoice import reader_for
from tieout.formats.cii.order import order_reader_for
from tieout.formats.cii.write import write
from tieout.formats.format import Format, Source


def _sniff(source: Source) -> bool:
    return source.root is not None and dialect_of(source.root) is not None


def _read(source: Source) -> tuple[Reading, ...]:
    assert source.root is not None
    dialect = dialect_of(source.root)
    assert dialect is not None
    reader = order_reader_for(dialect) if dialect is ORDER_X else reader_for(dialect)
    return (reader.read(source),)


FORMAT: Final = Format(name="cii", sniff=_sniff, read=_read, write=write)
