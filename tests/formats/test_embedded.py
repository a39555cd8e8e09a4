"""Documents inside others: any XML of ours in a PDF however it is attached, files inside XML, and DIAN's container."""

from __future__ import annotations

import base64
import tracemalloc
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, TextStringObject

from tests.formats.one_invoice import INVOICE as ONE_INVOICE
from tests.formats.test_facturx import _INVOICE
from tests.support.reading import read
from tieout.core.documents.reading import Reading
from tieout.core.documents.unreadable import Unreadable
from tieout.formats import Limits
from tieout.formats.cii.write import write as write_cii
from tieout.formats.ubl import write as write_ubl
from tieout.trade.documents import Invoice, Order

UBL, CII = write_ubl(_INVOICE), write_cii(_INVOICE)
ORDER = Order(
    number="PO-1", issue_date=_INVOICE.issue_date, currency="EUR", supplier=_INVOICE.supplier, buyer=_INVOICE.buyer, lines=()
)  # fmt: skip


def _specification(writer: PdfWriter, content: bytes, name: str) -> Any:
    stream = DecodedStreamObject()
    stream.set_data(content)
    stream[NameObject("/Subtype")] = NameObject("/text/xml")
    files = DictionaryObject({NameObject("/F"): writer._add_object(stream)})
    return writer._add_object(
        DictionaryObject({
            NameObject("/Type"): NameObject("/Filespec"), NameObject("/UF"): TextStringObject(name), NameObject("/EF"): files,
        })
    )  # fmt: skip


def _by_names(writer: PdfWriter, content: bytes, name: str) -> None:
    writer.add_attachment(name, content)


def _by_af_of_the_document(writer: PdfWriter, content: bytes, name: str) -> None:
    writer.root_object[NameObject("/AF")] = ArrayObject([_specification(writer, content, name)])


def _by_af_of_a_page(writer: PdfWriter, content: bytes, name: str) -> None:
    writer.pages[0][NameObject("/AF")] = ArrayObject([_specification(writer, content, name)])


def _by_annotation(writer: PdfWriter, content: bytes, name: str) -> None:
    annotation = DictionaryObject({
        NameObject("/Type"): NameObject("/Annot"), NameObject("/Subtype"): NameObject("/FileAttachment"),
        NameObject("/FS"): _specification(writer, content, name),
    })  # fmt: skip
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(annotation)])


def _everywhere(writer: PdfWriter, content: bytes, name: str) -> None:
    specification = _specification(writer, content, name)
    writer.root_object[NameObject("/AF")] = ArrayObject([specification])
    writer.pages[0][NameObject("/AF")] = specification
    names = DictionaryObject({NameObject("/Names"): ArrayObject([TextStringObject(name), specification])})
    writer.root_object[NameObject("/Names")] = DictionaryObject({NameObject("/EmbeddedFiles"): names})


WAYS = (_by_names, _by_af_of_the_document, _by_af_of_a_page, _by_annotation, _everywhere)


def _pdf(attach: Callable[[PdfWriter, bytes, str], None], content: bytes, name: str) -> bytes:
    writer, out = PdfWriter(), BytesIO()
    writer.add_blank_page(100, 100)
    attach(writer, content, name)
    writer.write(out)
    return out.getvalue()


def _only(content: bytes, limits: Limits | None = None) -> Reading:
    (reading,) = read(content, name="x") if limits is None else read(content, name="x", limits=limits)
    return reading


@pytest.mark.parametrize("attach", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize(
    ("content", "name"),
    [
        (UBL, "UBL-Invoice-2.1.xml"),
        (UBL, "factur-x.xml"),
        (CII, "rechnung.XML"),
        (CII, "data"),
        (UBL, "invoice"),
        (UBL, "UBL-Invoice-2.1"),
        (CII, "data.bin"),
    ],
)
def test_an_invoice_in_a_pdf_is_read_whatever_it_is_called_and_however_attached(
    attach: Callable[[PdfWriter, bytes, str], None], content: bytes, name: str
) -> None:
    reading = _only(_pdf(attach, content, name))
    assert reading.document == _INVOICE
    assert reading.remarks == ()


def test_an_order_in_a_pdf_is_an_order() -> None:
    assert _only(_pdf(_by_names, write_ubl(ORDER), "order.xml")).document == ORDER


def test_foreign_xml_in_a_pdf_is_refused_by_its_name() -> None:
    document = _only(_pdf(_by_names, b"<cXML><Request/></cXML>", "order.xml")).document
    assert isinstance(document, Unreadable)
    assert "cXML" in document.reason


def _reference(files: bytes) -> bytes:
    reference = (
        b"<cac:AdditionalDocumentReference><cbc:ID>1</cbc:ID><cac:Attachment>"
        b'<cbc:EmbeddedDocumentBinaryObject mimeCode="application/pdf" filename="a.pdf">%s</cbc:EmbeddedDocumentBinaryObject>'
        b"</cac:Attachment></cac:AdditionalDocumentReference>"
    )
    return reference % files


def _ubl_with(files: bytes) -> bytes:
    return UBL.replace(b"<cac:AccountingSupplierParty>", _reference(files) + b"<cac:AccountingSupplierParty>", 1)


def _cii_with(files: bytes) -> bytes:
    reference = b'<ram:AttachmentBinaryObject mimeCode="image/png">%s</ram:AttachmentBinaryObject>'
    at = CII.index(b"</ram:ApplicableHeaderTradeAgreement>")
    wrapped = b"<ram:AdditionalReferencedDocument>" + reference % files + b"</ram:AdditionalReferencedDocument>"
    return CII[:at] + wrapped + CII[at:]


FIFTEEN_MB = base64.b64encode(b"\x00tieout" * (15 * 2**20 // 7))


@pytest.mark.parametrize("around", [b"%s", b"<![CDATA[%s]]>", b"\n  %s\n"], ids=["plain", "cdata", "blanks"])
@pytest.mark.parametrize("build", [_ubl_with, _cii_with], ids=["ubl", "cii"])
def test_a_file_of_15_mb_inside_an_invoice_is_cut_before_parsing_and_named(
    build: Callable[[bytes], bytes], around: bytes
) -> None:
    content = build(around % FIFTEEN_MB)
    assert len(content) > 20 * 2**20
    tracemalloc.start()
    reading = _only(content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert reading.document == _INVOICE
    (remark,) = reading.remarks
    assert (remark.fatal, "20.0 MB stayed in the original" in remark.message) == (False, True), remark
    assert peak < 8 * 2**20, "no copy of the file is made"


def test_two_files_are_counted_and_small_ones_parsed_as_ever() -> None:
    at, one = b"<cac:AdditionalDocumentReference>", FIFTEEN_MB[: 2**20]
    two = _ubl_with(one).replace(at, _reference(one) + at)
    assert "2 embedded files of 2.0 MB" in _only(two).remarks[0].message
    assert _only(_ubl_with(base64.b64encode(b"small" * 1000))).remarks == ()


def test_what_is_no_base64_is_not_cut_and_the_limit_stays() -> None:
    words = b"no base64: 100 EUR! " * 2**20
    document = _only(_ubl_with(words)).document
    assert isinstance(document, Unreadable)
    assert "more than the 20 MB" in document.reason
    elsewhere = UBL.replace(
        b"<cac:AccountingSupplierParty>", b"<cbc:Note>" + FIFTEEN_MB + b"</cbc:Note><cac:AccountingSupplierParty>", 1
    )
    assert isinstance(_only(elsewhere).document, Unreadable), "only files are cut"


def test_the_rest_of_an_xml_is_held_to_the_limit_without_its_files() -> None:
    document = _only(_ubl_with(FIFTEEN_MB), Limits(xml_bytes_max=2**12)).document
    assert isinstance(document, Unreadable)
    assert "without its embedded files" in document.reason


def _container(inside: bytes, *, cdata: bool = True) -> bytes:
    text = (
        b"<![CDATA[" + inside + b"]]>"
        if cdata
        else inside.replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;")
    )
    answer = b"<cac:ParentDocumentLineReference><cbc:LineID>1</cbc:LineID><cac:DocumentReference><cac:Attachment><cac:ExternalReference>"
    answer += (
        b"<cbc:Description>&lt;ApplicationResponse/&gt;</cbc:Description></cac:ExternalReference></cac:Attachment>"
    )
    answer += b"</cac:DocumentReference></cac:ParentDocumentLineReference>"
    return (
        b'<?xml version="1.0" encoding="UTF-8"?><AttachedDocument xmlns="urn:oasis:names:specification:ubl:schema:xsd:AttachedDocument-2"'
        b' xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"'
        b' xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"><cbc:ID>1</cbc:ID>'
        b"<cac:Attachment><cac:ExternalReference><cbc:MimeCode>text/xml</cbc:MimeCode><cbc:Description>"
        + text + b"</cbc:Description></cac:ExternalReference></cac:Attachment>" + answer + b"</AttachedDocument>"
    )  # fmt: skip


@pytest.mark.parametrize("cdata", [True, False])
def test_the_invoice_inside_dians_container_is_read(cdata: bool) -> None:
    reading = _only(_container(UBL, cdata=cdata))
    assert isinstance(reading.document, Invoice)
    assert reading.document == _INVOICE


def test_a_container_in_a_pdf_and_a_big_file_in_a_container_are_read() -> None:
    assert _only(_pdf(_by_annotation, _container(UBL), "ad.xml")).document == _INVOICE
    assert _only(_container(_ubl_with(FIFTEEN_MB))).document == _INVOICE


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (_container(b""), "holds no document"),
        (_container(b"no xml"), "broken"),
        (_container(b"<!DOCTYPE a><a/>"), "document type declaration"),
        (_container(_container(UBL), cdata=False), "UBL AttachedDocument"),
    ],
)
def test_a_container_with_nothing_readable_says_so(content: bytes, reason: str) -> None:
    document = _only(content).document
    assert isinstance(document, Unreadable)
    assert reason in document.reason


def _envelope(*contents: str) -> bytes:
    inside = "".join(content.partition("?>")[2] for content in contents)
    return f"<x:Envelope xmlns:x='urn:x'>{inside}</x:Envelope>".encode()


SAME = ("<cbc:ID>B-1<", "<cbc:ID>B-1<")
DEARER = ('PayableAmount currencyID="EUR">1210.00', 'PayableAmount currencyID="EUR">1310.00')


@pytest.mark.parametrize(
    ("change", "held"),
    [(SAME, False), (DEARER, True), (("W-1", "W-2"), True), (("<cbc:ID>B-1<", "<cbc:ID>B-2<"), False),
     (("Brindle Works BV", "Other BV"), False)],
)  # fmt: skip
def test_documents_of_one_number_in_an_envelope_are_held_where_they_differ(change: tuple[str, str], held: bool) -> None:
    other = ONE_INVOICE.replace(*change)
    if change[0].startswith("Brindle"):
        other = other.replace("NL123456789B01", "NL004495445B01")
    for contents in ((ONE_INVOICE, other), (other, ONE_INVOICE)):
        readings = read(_envelope(*contents), name="x.xml")
        assert len(readings) == 2
        for reading in readings:
            assert ("DOC-NOTINV" in {remark.code for remark in reading.remarks if remark.fatal}) is held


DIFFERENT = {
    "product": ("W-1", "W-2"), "order line": ("<cbc:LineID>1<", "<cbc:LineID>2<"), "order": ("PO-500", "PO-501"),
    "buyer": ("Harbour Supply GmbH", "Another GmbH"), "day": ("<cbc:IssueDate>2026-06-10", "<cbc:IssueDate>2026-06-09"),
    "self-billed": (">380<", ">389<"), "amount": DEARER,
}  # fmt: skip


@pytest.mark.parametrize("what", DIFFERENT)
def test_two_files_in_a_pdf_are_one_invoice_only_if_all_that_both_state_agrees(what: str) -> None:
    assert DIFFERENT[what][0] in ONE_INVOICE
    writer, out = PdfWriter(), BytesIO()
    writer.add_blank_page(100, 100)
    writer.add_attachment("a.xml", ONE_INVOICE.encode())
    writer.add_attachment("b.xml", ONE_INVOICE.replace(*DIFFERENT[what]).encode())
    writer.write(out)
    readings = read(out.getvalue(), name="x.pdf")
    assert len(readings) == 2
    assert all("DOC-NOTINV" in {remark.code for remark in reading.remarks} for reading in readings)
