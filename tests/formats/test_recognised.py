"""Files that no format reads are refused by their own name with what to do instead, never as "none of Tieout's formats"."""

from __future__ import annotations

import base64
import io
import tarfile
import zipfile

import pytest

from tests.support.reading import read
from tieout.core.documents.reading import Reading
from tieout.core.documents.unreadable import Unreadable
from tieout.formats.recognised import _SORTS


def _zip(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "application/vnd.oasis.opendocument.spreadsheet" if name == "mimetype" else "x")
    return out.getvalue()


def _tar() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("invoice.xml"))
    return out.getvalue()


def _compound(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512 + stream.encode("utf-16-le") + b"\0" * 100


MAIL = b"Return-Path: <a@b.example>\r\nReceived: by mx\r\n\twith smtp\r\nFrom: a@b.example\r\nTo: c@d.example\r\nSubject: 1\r\n\r\n"
UNCEFACT = b"urn:un:unece:uncefact:data:standard"
SIGNED = b"0\x82\x10\x00\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0"
DTD = b'<?xml version="1.0"?>\n<!DOCTYPE cXML SYSTEM "http://xml.cxml.org/schemas/cXML/1.2.014/InvoiceDetail.dtd">\n'
SOAP = b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header/><s:Body>%s</s:Body></s:Envelope>'
AEAT = b"https://www2.agenciatributaria.gob.es/static_files/common/internet/dep/aplicaciones/es/aeat/tike/cont/ws/SuministroLR.xsd"

FILES: dict[str, tuple[bytes, str, str]] = {
    "mail": (MAIL, "an e-mail", "save the attachments"),
    "mailbox": (b"From a@b.example Mon Jan  5 10:00:00 2026\n" + MAIL.replace(b"\r", b""), "an e-mail", "attachments"),
    "Outlook": (_compound("__substg1.0_1000001F"), "an Outlook message", "attachments"),
    "winmail.dat": (b"\x78\x9f\x3e\x22\x01\x00", "winmail.dat", "attachments"),
    "xlsx": (_zip("[Content_Types].xml", "xl/workbook.xml"), "an Excel workbook", "as CSV"),
    "ods": (_zip("mimetype", "content.xml"), "an OpenDocument spreadsheet", "as CSV"),
    "xls": (_compound("Workbook"), "an old Excel workbook", "as CSV"),
    "docx": (_zip("[Content_Types].xml", "word/document.xml"), "a Word document", "electronic invoice"),
    "zip": (_zip("invoice.xml"), "a ZIP archive", "unpack it"),
    "tar": (_tar(), "a TAR archive", "unpack it"),
    "7z": (b"7z\xbc\xaf\x27\x1c\x00\x04", "a 7-Zip archive", "unpack it"),
    "rar": (b"Rar!\x1a\x07\x01\x00", "a RAR archive", "unpack it"),
    "gzip": (b"\x1f\x8b\x08\x00", "a GZIP file", "unpack it"),
    "zstd": (b"\x28\xb5\x2f\xfd", "zstd", "unpack it"),
    "p7m": (SIGNED, "a signed file", "without .p7m"),
    "p7m as text": (base64.b64encode(SIGNED + b"\x01" * 60), "a signed file", "without .p7m"),
    "X12": (b"ISA*00*          *00*          *ZZ*A              *ZZ*B", "ANSI X12", "UBL"),
    "EDIFACT": (b"UNA:+.? '\r\nUNB+UNOC:3+A+B+260101:1000+1'", "UN/EDIFACT", "UBL"),
    "TRADACOMS": (b"STX=ANA:1+5000000000000:A+5000000000001:B'", "TRADACOMS", "UBL"),
    "IDoc, flat": (b"EDI_DC40  1000000000000012345", "SAP IDoc", "UBL"),
    "IDoc": (b'<INVOIC02><IDOC BEGIN="1"><EDI_DC40 SEGMENT="1"/></IDOC></INVOIC02>', "SAP IDoc", "UBL"),
    "IDoc of one's own": (b'<ZINVOICE><IDOC BEGIN="1"/></ZINVOICE>', "SAP IDoc", "UBL"),
    "cXML": (DTD + b'<cXML payloadID="1"><Request/></cXML>', "cXML", "UBL"),
    "cXML without": (b"<cXML/>", "cXML", "UBL"),
    "cXML with an inner DTD": (b'<?xml version="1.0"?>\n<!DOCTYPE cXML SYSTEM "x.dtd" [<!ENTITY a "b>">]>\n<cXML/>', "cXML", "UBL"),
    "KSeF FA(3)": (b'<Faktura xmlns="http://crd.gov.pl/wzor/2025/06/25/13775/"><Naglowek/></Faktura>', "KSeF", "UBL"),
    "Facturae": (b'<fe:Facturae xmlns:fe="http://www.facturae.gob.es/formato/Versiones/Facturaev3_2_2.xml"/>', "Facturae", "UBL"),
    "FatturaPA": (
        b'<p:FatturaElettronica xmlns:p="http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2" versione="FPR12"/>',
        "FatturaPA", "UBL",
    ),
    "CFDI": (b'<cfdi:Comprobante xmlns:cfdi="http://www.sat.gob.mx/cfd/4" Version="4.0"/>', "CFDI", "UBL"),
    "CDAR": (
        b'<r:CrossDomainAcknowledgementAndResponse xmlns:r="%s:CrossDomainAcknowledgementAndResponse:100"/>' % UNCEFACT,
        "CDAR", "send the invoice itself",
    ),
    "VERI*FACTU": (b'<a:RegFactuSistemaFacturacion xmlns:a="%s"/>' % AEAT, "VERI*FACTU", "send the invoice itself"),
    "VERI*FACTU in SOAP": (SOAP % (b'<a:RegFactuSistemaFacturacion xmlns:a="%s"/>' % AEAT), "VERI*FACTU", "the invoice itself"),
    "myDATA": (b'<InvoicesDoc xmlns="http://www.aade.gr/myDATA/invoice/v1.0"/>', "myDATA", "the invoice itself"),
    "NAV": (b'<InvoiceData xmlns="http://schemas.nav.gov.hu/OSA/3.0/data"/>', "NAV Online", "the invoice itself"),
    "ebInterface": (b'<eb:Invoice xmlns:eb="http://www.ebinterface.at/schema/6p1/"/>', "ebInterface", "UBL"),
    "Finvoice": (b'<Finvoice Version="3.0"/>', "Finvoice", "UBL"),
    "Finvoice behind SOAP": (SOAP % b"" + b'\n<?xml version="1.0"?>\n<Finvoice Version="3.0"></Finvoice>', "Finvoice", "UBL"),
    "Svefaktura": (b'<Invoice xmlns="urn:sfti:documents:BasicInvoice:1:0"/>', "Svefaktura", "UBL"),
    "UBL 1.0": (b'<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-1.0"/>', "UBL 1.0", "UBL"),
    "ISDOC": (b'<Invoice xmlns="http://isdoc.cz/namespace/2013" version="6.0.1"/>', "ISDOC", "UBL"),
    "NF-e": (b'<nfeProc xmlns="http://www.portalfiscal.inf.br/nfe"/>', "NF-e", "UBL"),
    "openTRANS": (b'<INVOICE xmlns="http://www.opentrans.org/XMLSchema/2.1"/>', "openTRANS", "UBL"),
    "SAF-T": (b'<AuditFile xmlns="urn:OECD:StandardAuditFile-Tax:PT_1.04_01"/>', "SAF-T", "the invoice itself"),
    "web page": (b"<!DOCTYPE html>\n<HTML lang=en><body>Invoice", "a web page", "e-invoice"),
    "HEIC": (b"\x00\x00\x00\x18ftypheic", "a picture", "key it in"),
}  # fmt: skip


def _only(content: bytes) -> Reading:
    (reading,) = read(content, name="file")
    return reading


@pytest.mark.parametrize("name", FILES)
def test_it_is_recognised_by_name_with_the_right_remedy(name: str) -> None:
    content, called, remedy = FILES[name]
    document = _only(content).document
    assert isinstance(document, Unreadable)
    assert "recognised as" in document.reason, document.reason
    assert called in document.reason
    assert remedy in document.remedy


def test_every_sort_has_a_name_of_its_own_and_a_remedy() -> None:
    names = [sort.name for sort in _SORTS]
    assert len(set(names)) == len(names)
    assert all(sort.called and sort.remedy for sort in _SORTS)


@pytest.mark.parametrize(
    "content",
    [
        b"From;To;Amount\n1;2;3\n", b"Subject: an ordinary text\nwithout an end of headers", b"number,Date: and more\n1,2\n",
        b"<Invoice/>", b"<Faktura/>", b"PK is how it begins", b"0\x82 no signature",
    ],
)  # fmt: skip
def test_what_only_looks_similar_is_not_given_a_wrong_name(content: bytes) -> None:
    document = _only(content).document
    assert isinstance(document, Unreadable)
    assert "recognised as" not in document.reason
