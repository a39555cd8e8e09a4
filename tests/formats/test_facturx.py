"""PDFs: the embedded data is read, a picture is refused as one, and hostile files cost little and break nothing."""

from __future__ import annotations

import zlib
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from time import process_time

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, StreamObject

from tests.support.reading import read
from tieout.core.documents.reading import Reading
from tieout.core.documents.unreadable import Unreadable
from tieout.core.values.errors import Malformed
from tieout.core.values.money import Money
from tieout.core.values.party import Identifier, Party
from tieout.core.values.quantity import Quantity
from tieout.formats.cii.write import write as write_cii
from tieout.formats.facturx import FORMAT
from tieout.formats.facturx.write import write
from tieout.trade.documents import Invoice, InvoiceLine, InvoiceTotals, TaxSubtotal
from tieout.trade.documents.invoice import BankAccount


def _eur(minor: int) -> Money:
    return Money(minor, "EUR")


_INVOICE = Invoice(
    kind="invoice", number="RE-2026/7", type_code="380", issue_date=date(2026, 3, 1), due_on=date(2026, 3, 31), currency="EUR",
    supplier=Party(name="Müller & Söhne <Öl>", country="DE", identifiers=(Identifier(scheme="vat", value="DE123456789"),)),
    buyer=Party(name="Nordwind AG", country="DE"),
    lines=tuple(
        InvoiceLine(
            id=str(number), net=_eur(12_000), quantity=Quantity(Decimal(12), "EA"), price=Decimal("10.00"),
            description=f"Bearing {number}", tax_category="S", tax_percent=Decimal(19),
        )
        for number in range(1, 61)
    ),
    totals=InvoiceTotals(lines=_eur(720_000), net=_eur(720_000), tax=_eur(136_800), gross=_eur(856_800), payable=_eur(856_800)),
    tax=(TaxSubtotal(category="S", percent=Decimal(19), taxable=_eur(720_000), tax=_eur(136_800)),),
    profile="urn:cen.eu:en16931:2017",
)  # fmt: skip


def test_what_is_written_is_read_back_and_always_the_same() -> None:
    content = write(_INVOICE)
    assert content == write(_INVOICE)
    reading = _only(content)
    assert reading.document == _INVOICE
    assert (reading.format, reading.remarks) == ("factur-x", ())


def test_the_pdf_is_what_pdf_a_3_asks_for() -> None:
    reader = PdfReader(BytesIO(write(_INVOICE)))
    catalog = reader.root_object
    assert len(reader.pages) == 3
    assert "Bearing 60" in reader.pages[1].extract_text()
    assert "Müller & Söhne <Öl>" in reader.pages[0].extract_text()
    (attached,) = reader.attachment_list
    assert (attached.name, attached.associated_file_relationship, attached.subtype) == (
        "factur-x.xml",
        "/Alternative",
        "/text/xml",
    )
    assert catalog["/AF"][0].get_object()["/UF"] == "factur-x.xml"  # type: ignore[index]
    xmp = catalog["/Metadata"].get_object().get_data().decode()  # type: ignore[attr-defined]
    for sign in (
        "<pdfaid:part>3<",
        "<pdfaid:conformance>B<",
        "<fx:ConformanceLevel>EN 16931<",
        "<fx:DocumentFileName>factur-x.xml<",
    ):
        assert sign in xmp
    assert catalog["/OutputIntents"][0].get_object()["/S"] == "/GTS_PDFA1"  # type: ignore[index]
    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]  # type: ignore[index]
    assert all(
        "/FontFile2" in font["/FontDescriptor"].get_object() for font in fonts if font["/Subtype"] == "/TrueType"
    )


def test_only_invoices_become_pdf() -> None:
    with pytest.raises(Malformed, match="only invoices"):
        write(Unreadable(number="x", reason="y"))


def test_real_pdfs_are_read(shared_data: Path) -> None:
    paths = sorted((shared_data / "e-invoice").rglob("*.pdf"))
    readings = {path: _only(path.read_bytes(), path.name) for path in paths}
    unread = {
        path.name: reading.document.reason
        for path, reading in readings.items()
        if isinstance(reading.document, Unreadable)
    }
    print(f"{len(paths)} PDFs, {len(paths) - len(unread)} read: {unread}")
    assert set(unread) == {
        "MustangGnuaccountingBeispielRE-20140519_499.pdf",  # a draft of the standard, older than 1.0
        "MustangGnuaccountingBeispielRE-20151008_504.pdf",  # names no currency anywhere
        "factur-x-invalid-xml-encoding-attribute.pdf",  # its XML declaration never closes
        "RE-E-974-Hetzner_2016-01-19_R0005532486.pdf",  # a picture
    }  # fmt: skip
    assert len(paths) - len(unread) >= 72


def test_a_picture_is_refused_as_one() -> None:
    reading = _only(_pdf({}))
    assert isinstance(reading.document, Unreadable)
    assert "only a picture" in reading.document.reason
    assert "Factur-X" in reading.document.remedy
    assert [remark.code for remark in reading.remarks] == ["DOC-UNREAD"]


def test_a_pdf_inside_a_pdf_is_not_opened() -> None:
    assert "another PDF" in _reason(_pdf({"invoice.pdf": write(_INVOICE)}))


def test_an_encrypted_pdf_is_refused() -> None:
    writer = PdfWriter(clone_from=BytesIO(write(_INVOICE)))
    writer.encrypt("secret", algorithm="RC4-128")
    assert "encrypted" in _reason(_bytes(writer))


def test_a_decompression_bomb_costs_little() -> None:
    bomb = zlib.compress(b"<" * 100_000_000, 9)
    stream = StreamObject()
    stream._data = bomb
    stream[NameObject("/Filter")] = NameObject("/FlateDecode")
    content = _pdf({"factur-x.xml": b"<a/>"}, stream)
    began = process_time()
    assert "unpacks to more" in _reason(content)
    assert process_time() - began < 3


def test_filters_upon_filters_are_refused() -> None:
    stream = StreamObject()
    stream._data = zlib.compress(b"<a/>")
    stream[NameObject("/Filter")] = ArrayObject([NameObject("/FlateDecode")] * 12)
    assert _reason(_pdf({"factur-x.xml": b"<a/>"}, stream))


def test_too_many_attachments_pages_and_objects_are_refused() -> None:
    assert "more than 100 attachments" in _reason(_pdf({f"{number}.txt": b"x" for number in range(101)}))
    writer = PdfWriter(clone_from=BytesIO(_pdf({})))
    writer.root_object["/Pages"].get_object()[NameObject("/Count")] = NumberObject(10_000_000)  # type: ignore[index]
    assert "10,000,000 pages" in _reason(_bytes(writer))


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.9, 0.99])
def test_a_cut_pdf_never_crashes(kept: float) -> None:
    whole = write(_INVOICE)
    document = _only(whole[: int(len(whole) * kept)]).document
    assert isinstance(document, Unreadable) or document == _INVOICE, "a repaired PDF must still have the same content"


@pytest.mark.parametrize("seed", range(12))
def test_a_damaged_pdf_never_crashes(seed: int) -> None:
    damaged = bytearray(write(_INVOICE))
    for step in range(40):
        damaged[(seed * 7919 + step * 104_729) % len(damaged)] ^= 0xFF
    reading = _only(bytes(damaged))
    assert "mistake in Tieout" not in getattr(reading.document, "remedy", "")


def _in_both(first: Invoice, second: Invoice) -> tuple[Reading, ...]:
    return read(_pdf({"factur-x.xml": write_cii(first), "zugferd-invoice.xml": write_cii(second)}), name="invoice.pdf")


def _fewer_lines() -> Invoice:
    """The same totals by other lines: the first one bills twice as much, the second one nothing."""
    first, second, *rest = _INVOICE.lines
    double = replace(first, net=_eur(24_000), quantity=Quantity(Decimal(24), "EA"))
    nothing = replace(second, net=_eur(0), quantity=Quantity(Decimal(0), "EA"))
    return replace(_INVOICE, lines=(double, nothing, *rest))


_DIFFERENT = {
    "number": replace(_INVOICE, number="RE-2026/8"),
    "total": replace(_INVOICE, totals=replace(_INVOICE.totals, payable=_eur(856_801))),
    "lines": _fewer_lines(),
    "seller": replace(_INVOICE, supplier=Party(name="Other Ltd", country="DE")),
    "kind": replace(_INVOICE, kind="credit_note", type_code="381"),
    "sort": replace(_INVOICE, type_code="325"),
}


@pytest.mark.parametrize("differs", _DIFFERENT)
def test_two_different_invoices_in_one_pdf_are_both_read_and_held(differs: str) -> None:
    readings = _in_both(_INVOICE, _DIFFERENT[differs])
    assert [reading.document for reading in readings] == [_INVOICE, _DIFFERENT[differs]], "nothing vanishes"
    assert [reading.part for reading in readings] == [1, 2]
    for reading in readings:
        (several,) = [remark for remark in reading.remarks if remark.code == "DOC-NOTINV"]
        assert several.fatal
        assert "RE-2026/7 (" in several.message


def test_the_same_invoice_twice_is_read_once() -> None:
    (reading,) = _in_both(_INVOICE, _INVOICE)
    assert reading.document == _INVOICE
    assert [remark.fatal for remark in reading.remarks] == [False]


def test_the_same_invoice_in_other_words_is_the_same() -> None:
    renamed = tuple(replace(line, description="Lager") for line in reversed(_INVOICE.lines))
    (reading,) = _in_both(_INVOICE, replace(_INVOICE, lines=renamed, terms="30 days"))
    assert reading.document == _INVOICE


def test_two_that_ask_to_be_paid_to_different_accounts_are_not_the_same() -> None:
    one, other = (
        replace(_INVOICE, accounts=(BankAccount(number=number),))
        for number in ("DE02120300000000202051", "NL91ABNA0417164300")
    )
    assert [getattr(reading.document, "accounts", ()) for reading in _in_both(one, other)] == [
        one.accounts,
        other.accounts,
    ]
    assert len(_in_both(one, one)) == len(_in_both(one, _INVOICE)) == 1


def test_an_invoice_under_another_name_does_not_vanish() -> None:
    other = replace(_INVOICE, number="RE-2026/8")
    files = {"factur-x.xml": write_cii(_INVOICE), "second.xml": write_cii(other)}
    assert [reading.document for reading in read(_pdf(files), name="x.pdf")] == [_INVOICE, other]


def test_two_attachments_of_one_name_do_not_vanish() -> None:
    other = replace(_INVOICE, number="RE-2026/8")
    writer = PdfWriter(clone_from=BytesIO(_pdf({"factur-x.xml": write_cii(_INVOICE)})))
    writer.add_attachment("factur-x.xml", write_cii(other))
    assert [reading.document for reading in read(_bytes(writer), name="x.pdf")] == [_INVOICE, other]


def test_what_is_no_document_is_mentioned() -> None:
    (reading,) = read(_pdf({"factur-x.xml": write_cii(_INVOICE), "more.xml": b"<more/>"}), name="x.pdf")
    assert reading.document == _INVOICE
    assert [(remark.fatal, "more.xml" in remark.message) for remark in reading.remarks] == [(False, True)]


def test_a_second_standard_that_cannot_be_read_is_a_document_of_its_own() -> None:
    files = {"factur-x.xml": write_cii(_INVOICE), "zugferd-invoice.xml": b"<broken"}
    good, broken = read(_pdf(files), name="x.pdf")
    assert (good.document, good.remarks) == (_INVOICE, ())
    assert isinstance(broken.document, Unreadable)


def test_an_entity_inside_the_attachment_is_refused() -> None:
    hostile = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
    assert "document type declaration" in _reason(_pdf({"factur-x.xml": hostile}))


def test_the_marker_may_follow_a_little_noise() -> None:
    content = b"\r\n\r\n" + write(_INVOICE)
    assert FORMAT.sniff is not None
    assert _only(content).format in {"factur-x", "pdf"}


def _pdf(files: dict[str, bytes], stream: StreamObject | None = None) -> bytes:
    """A PDF of one empty page with attachments; `stream` replaces the content of the first one."""
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    for name, content in files.items():
        attached = writer.add_attachment(name, content)
        if stream is not None:
            target = attached.pdf_object["/EF"]
            assert isinstance(target, DictionaryObject)
            target[NameObject("/F")] = writer._add_object(stream)
    return _bytes(writer)


def _bytes(writer: PdfWriter) -> bytes:
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _only(content: bytes, name: str = "invoice.pdf") -> Reading:
    (reading,) = read(content, name=name)
    return reading


def _reason(content: bytes) -> str:
    document = _only(content).document
    assert isinstance(document, Unreadable), document
    return document.reason
