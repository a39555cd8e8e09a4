"""Every format in the registry: it recognises its own files, and writing what it read gives the same bytes again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tieout.core.errors import Malformed
from tieout.formats import read
from tieout.formats.format import Format, Source
from tieout.formats.registry import formats

PAPERS = Path(__file__).parents[2] / "examples" / "first-check"
WRITING = [known for known in formats() if known.write]


def test_names_are_single() -> None:
    assert len({known.name for known in formats()}) == len(formats())


@pytest.mark.parametrize("known", formats(), ids=lambda known: known.name)
@pytest.mark.parametrize(
    "content", [b"", b"\x00" * 64, b"\xff\xfe", b"{", b"%PDF-1.7", b"a;b\n1;2\n", "ü".encode("latin-1")]
)
def test_nothing_makes_it_stumble(known: Format, content: bytes) -> None:
    source = Source(content=content)
    if known.sniff(source):
        assert known.read(source)


@pytest.mark.parametrize("name", ["order.json", "receipt.csv", "invoice.xml", "supplier.csv"])
@pytest.mark.parametrize("known", WRITING, ids=lambda known: known.name)
def test_what_it_writes_it_reads(known: Format, name: str) -> None:
    (given,) = read((PAPERS / name).read_bytes(), name=name)
    assert known.write
    try:
        written = known.write(given.document)
    except Malformed:
        pytest.skip(f"{known.name} has no paper for a {given.document.kind}")
    (reading,) = read(written)
    assert (reading.document.kind, reading.document.number) == (given.document.kind, given.document.number)
    assert known.write(reading.document) == written
