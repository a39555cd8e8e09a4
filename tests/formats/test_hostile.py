"""Hostile and damaged files: each is refused with a clear finding, in bounded time and memory; nothing ever raises."""

from __future__ import annotations

import gzip
import io
import time
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.reading import read
from tieout.core.documents.unreadable import Unreadable
from tieout.formats import Limits
from tieout.formats.format import Format, Source
from tieout.formats.guarded import read_by

UBL = (
    '<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"'
    ' xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">{}'
    "<cbc:ID>7</cbc:ID><cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode></Invoice>"
)
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE Invoice [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + k)} "{f"&{chr(97 + k)};" * 10}">' for k in range(12))
    + "]>"
)
MEGABYTE = 1024 * 1024


def packed() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.xml", b" " * 50 * MEGABYTE)
    return out.getvalue()


HOSTILE: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "is empty"),
    "100 MB of spaces": (b" " * 100 * MEGABYTE, "blank bytes"),
    "100 MB of NULs": (b"\0" * 100 * MEGABYTE, "blank bytes"),
    "more than 100 MB": (b" " * (100 * MEGABYTE + 1), "more than the 100 MB"),
    "30 MB of XML": (b"<a>" + b" " * 30 * MEGABYTE + b"</a>", "more than the 20 MB"),
    "billion laughs in text": ((LAUGHS + UBL.format("<cbc:Note>&m;</cbc:Note>")).encode(), "document type declaration"),
    "billion laughs in an attribute": ((LAUGHS + UBL.format('<cbc:Note a="&m;"/>')).encode(), "document type declaration"),
    "external entity": (
        ('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + UBL.format("<cbc:Note>&x;</cbc:Note>")).encode(),
        "document type declaration",
    ),
    "external DTD": (('<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd">' + UBL.format("")).encode(), "document type declaration"),
    "parameter entity": (
        ('<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x.dtd"> %x;]>' + UBL.format("")).encode(),
        "document type declaration",
    ),
    "unknown entity": (UBL.format("<cbc:Note>&nbsp;</cbc:Note>").encode(), "broken: Entity 'nbsp'"),
    "150 levels": (b"<a>" * 150 + b"</a>" * 150, "nested deeper than 100"),
    "200,000 levels": (b"<a>" * 200_000, "broken: Excessive depth"),
    "text of 12 MB in one node": (UBL.format(f"<cbc:Note>{'x' * 12_000_000}</cbc:Note>").encode(), "broken"),
    "truncated": (UBL.format("").encode()[:-20], "broken"),
    "declared UTF-8 but Latin-1": (
        ('<?xml version="1.0" encoding="UTF-8"?>' + UBL.format("<cbc:Note>ü</cbc:Note>")).encode("latin-1"),
        "broken",
    ),
    "a DOCTYPE behind comments": (
        ("<?xml version='1.0'?><!-- < -- ><x> -->" * 1 + "<!-- -->" * 50_000 + "<!DOCTYPE a>" + UBL.format("")).encode(),
        "document type declaration",
    ),
    "a DOCTYPE in UTF-16": (("<!DOCTYPE a>" + UBL.format("")).encode("utf-16"), "document type declaration"),
    "unknown encoding": (('<?xml version="1.0" encoding="klingon"?>' + UBL.format("")).encode(), "Unsupported encoding"),
    "half a UTF-16 character": (UBL.format("").encode("utf-16")[:-1], "broken"),
    "NUL inside": (UBL.format("<cbc:Note>a\0b</cbc:Note>").encode(), "NUL"),
    "NUL behind the end": (UBL.format("").encode() + b"\0", "NUL"),
    "two roots": (UBL.format("").encode() * 2, "broken"),
    "zip bomb": (packed(), "ZIP archive"),
    "gzip bomb": (gzip.compress(b" " * 50 * MEGABYTE), "GZIP"),
    "7-Zip": (b"7z\xbc\xaf\x27\x1c" + bytes(100), "7-Zip archive"),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(100), "picture"),
    "old Office file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "Office"),
    "X12": (b"ISA*00*          *00*          *ZZ*A", "ANSI X12"),
    "EDIFACT": (b"UNA:+.? '\r\nUNB+UNOC:3+A", "UN/EDIFACT"),
    "another XML": (b"<a><b/></a>", "no business document"),
    "UBL catalogue": (UBL.format("").replace("Invoice", "Catalogue").encode(), "UBL Catalogue"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_with_a_reason(name: str) -> None:
    content, expected = HOSTILE[name]
    started = time.process_time()
    tracemalloc.start()
    (reading,) = read(content, name="file.xml")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    document = reading.document
    assert isinstance(document, Unreadable)
    assert expected in document.reason
    assert document.remedy
    assert document.number == "file.xml"
    assert [(remark.code, remark.fatal) for remark in reading.remarks if remark.fatal] == [("DOC-UNREAD", True)]
    assert time.process_time() - started < 3
    assert peak < 110 * MEGABYTE


def test_an_external_entity_is_never_opened(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("THE-SECRET")
    content = f'<!DOCTYPE a [<!ENTITY x SYSTEM "{secret.as_uri()}">]>' + UBL.format("<cbc:Note>&x;</cbc:Note>")
    assert "THE-SECRET" not in repr(read(content.encode()))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1"])
def test_honest_encodings_are_read(encoding: str) -> None:
    declared = {"utf-8-sig": "UTF-8", "utf-16-le": "UTF-16LE", "utf-16-be": "UTF-16BE", "latin-1": "ISO-8859-1"}
    head = f'<?xml version="1.0" encoding="{declared.get(encoding, encoding.upper())}"?>'
    (reading,) = read((head + UBL.format("<cbc:Note>Größe</cbc:Note>")).encode(encoding))
    assert getattr(reading.document, "notes", ()) == ("Größe",)


@pytest.mark.parametrize("claimed", ["ISO-8859-1", "windows-1252", "UTF-16"])
def test_provably_false_declarations_are_read_with_a_remark(claimed: str) -> None:
    content = f'<?xml version="1.0" encoding="{claimed}"?>' + UBL.format("<cbc:Note>Größe</cbc:Note>")
    (reading,) = read(content.encode())
    assert getattr(reading.document, "notes", ()) == ("Größe",)
    assert "it was read as UTF-8" in reading.remarks[0].message
    assert not reading.remarks[0].fatal


def test_blanks_before_the_declaration_are_skipped_with_a_remark() -> None:
    (reading,) = read(('\n  <?xml version="1.0"?>' + UBL.format("")).encode())
    assert getattr(reading.document, "number", "") == "7"
    assert "skipped" in reading.remarks[0].message


def test_limits_are_the_callers() -> None:
    (reading,) = read(UBL.format("").encode(), limits=Limits(xml_bytes_max=100))
    assert "more than the 0 MB" in reading.remarks[0].message


def test_an_envelope_is_opened() -> None:
    content = (
        "<env:Mail xmlns:env='urn:x'><env:Head/><env:Body>" + UBL.format("") + UBL.format("") + "</env:Body></env:Mail>"
    )
    readings = read(content.encode())
    assert [(reading.part, getattr(reading.document, "number", "")) for reading in readings] == [(1, "7"), (2, "7")]


def test_an_envelope_of_too_many_documents_is_refused() -> None:
    content = "<m>" + UBL.format("") * 4 + "</m>"
    (reading,) = read(content.encode(), limits=Limits(documents_max=3))
    assert "more than 3 documents" in reading.remarks[0].message


def test_a_mistake_of_ours_becomes_a_refusal_that_names_its_place() -> None:
    def broken(_source: Source) -> tuple[()]:
        raise KeyError("what")

    (reading,) = read_by(Format(name="odd", sniff=lambda _: True, read=broken), Source(content=b"x", name="x"))
    assert isinstance(reading.document, Unreadable)
    assert "KeyError" in reading.document.reason
    assert reading.document.where.startswith("test_hostile.py:")


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_raise(content: bytes) -> None:
    assert read(content, name="x")


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 6000), st.integers(0, 6000), st.binary(max_size=12))
def test_no_damage_to_a_realistic_document_raises(start: int, length: int, put: bytes) -> None:
    content = UBL.format("<cbc:Note>n</cbc:Note>" * 40).encode()
    assert read(content[:start] + put + content[start + length % 50 :], name="x")
