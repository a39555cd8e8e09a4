"""Files that Tieout recognises but does not take as documents: refused by name, with what to do instead."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from tieout.core.documents.reading import Reading
from tieout.core.values.sentence import Sentence
from tieout.formats.file_signs import Root, Sign, at, compound, holds, idoc, mail, matches, packed, root, starts
from tieout.formats.format import Source, refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSort:
    """A sort of file: how it is recognised, what it is called, and the remedy."""

    name: str
    called: str
    sign: Sign
    remedy: str


_LATER: Final = "send it as UBL, CII, Factur-X, canonical JSON or CSV until this format is supported"
_UNPACK: Final = "packed files are not unpacked: unpack it and send the documents one by one"
_STATEMENT: Final = "bank documents are not tied out yet: send the invoice, order, despatch advice or receipt"
_SHEET: Final = "save the sheet as CSV with a header row and send that"
_TEXT: Final = "ask for the electronic invoice, or key it in: a text document holds no data to tie out"
_PICTURE: Final = "ask for the electronic invoice, or key it in: pictures hold no data to tie out"
_MAIL: Final = "messages are not opened yet: save the attachments and send them one by one"
_SIGNED: Final = "send the file inside (such as the .xml without .p7m): signed envelopes are not opened yet"
_REPORT: Final = "it reports to a tax authority and is no document of the supplier's: send the invoice itself"

_BOOKS: Final = "it contains a whole ledger and is no document: send the invoice itself"


def _sort(name: str, called: str, sign: Sign, remedy: str = _LATER) -> FileSort:
    return FileSort(name=name, called=called, sign=sign, remedy=remedy)


_FILES: Final = (
    _sort("xlsx", "an Excel workbook (.xlsx, .xlsb)", packed(b"xl/workbook.", b"xl/worksheets"), _SHEET),
    _sort("ods", "an OpenDocument spreadsheet (.ods)", packed(b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"), _SHEET),
    _sort("docx", "a Word document (.docx)", packed(b"word/document."), _TEXT),
    _sort("odt", "an OpenDocument text (.odt)", packed(b"mimetypeapplication/vnd.oasis.opendocument.text"), _TEXT),
    _sort("pptx", "a presentation (.pptx)", packed(b"ppt/presentation."), _TEXT),
    _sort("zip", "a ZIP archive", starts(b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"), _UNPACK),
    _sort("gzip", "a GZIP file (.gz, .tgz)", starts(b"\x1f\x8b"), _UNPACK),
    _sort("7z", "a 7-Zip archive", starts(b"7z\xbc\xaf\x27\x1c"), _UNPACK),
    _sort("rar", "a RAR archive", starts(b"Rar!\x1a\x07"), _UNPACK),
    _sort("tar", "a TAR archive", at(257, b"ustar"), _UNPACK),
    _sort(
        "archive", "a packed file (bzip2, xz, zstd, lzip, compress, CAB)",
        starts(b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd", b"LZIP", b"\x1f\x9d", b"MSCF"), _UNPACK,
    ),
    _sort(
        "image", "a picture",
        starts(b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"\x00\x00\x00\x0cjP  "), _PICTURE,
    ),
    _sort("heic", "a picture (HEIC)", at(4, b"ftyphei"), _PICTURE),
    _sort("webp", "a picture (WebP)", at(8, b"WEBP"), _PICTURE),
    _sort("msg", "an Outlook message (.msg)", compound("__substg1.0_", "__properties_version1.0"), _MAIL),
    _sort("xls", "an old Excel workbook (.xls)", compound("Workbook", "Book"), _SHEET),
    _sort("doc", "an old Word document (.doc)", compound("WordDocument"), _TEXT),
    _sort(
        "office", "an old Office file (.xls, .doc, .msg)", starts(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        "save it as CSV, or ask for the electronic invoice",
    ),
    _sort("winmail", "an Outlook attachment container (winmail.dat)", starts(b"\x78\x9f\x3e\x22"), _MAIL),
    _sort(
        "p7m", "a signed file (.p7m, PKCS #7)",
        matches(
            rb"(?s)0[\x80-\x84].{0,6}\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02|-----BEGIN (PKCS7|CMS)-----"
            rb"|MI[A-Za-z0-9+/]{1,8}(YJKoZIhvcNAQcC|GCSqGSIb3DQEHAq|BgkqhkiG9w0BBwK)"
        ),
        _SIGNED,
    ),
    _sort("eml", "an e-mail (.eml)", mail, _MAIL),
    _sort("calendar", "a calendar entry or business card", matches(rb"(?i)BEGIN:V(CALENDAR|CARD)"), "send business documents"),
    _sort("rtf", "a text document (.rtf)", matches(rb"\{\\rtf"), _TEXT),
    _sort("postscript", "a PostScript file", matches(rb"%!PS"), _PICTURE),
)  # fmt: skip

_INTERCHANGES: Final = (
    _sort(
        "x12", "ANSI X12",
        matches(rb"(?s)ISA[^A-Za-z0-9\s].{2}[^A-Za-z0-9]|GS[*|~^].{2}[*|~^]|ST[*|~^]\d{3}[*|~^]"),
    ),
    _sort("edifact", "UN/EDIFACT", matches(rb"(?s)UNA.{6}\s*UN[BH]|UN[BGH]\+")),
    _sort("tradacoms", "TRADACOMS", matches(rb"STX=")),
    _sort("idoc-flat", "an SAP IDoc (flat file)", matches(rb"EDI_DC(40)?[ _0-9]")),
    _sort("mt940", "a bank statement (SWIFT MT940)", matches(rb"(\{1:|:20:|:940:)"), _STATEMENT),
    _sort("iso20022", "an ISO 20022 bank message", root(r"\{urn:iso:std:iso:20022:tech:xsd:"), _STATEMENT),
)  # fmt: skip

_XML: Final = (
    _sort("fatturapa", "FatturaPA (Italy)", root(r"\{.*(fatture?|fatturapa).*\}FatturaElettronica|\{.*fatturapa.*\}|FatturaElettronica")),
    _sort("ksef", "a KSeF invoice (Poland, FA)", root(r"\{http://crd\.gov\.pl/wzor/.*\}Faktura$|\{http://ksef\.mf\.gov\.pl/.*")),
    _sort("facturae", "Facturae (Spain)", root(r"\{http://www\.facturae\.(gob\.)?es/.*\}Facturae")),
    _sort(
        "verifactu", "VERI*FACTU or SII (Spain)",
        root(r"\{https?://www2\.agenciatributaria\.gob\.es/.*\}"), _REPORT,
    ),
    _sort("ticketbai", "TicketBAI (Basque Country)", root(r"\{urn:ticketbai:.*\}"), _REPORT),
    _sort("cfdi", "CFDI (Mexico)", root(r"\{http://www\.sat\.gob\.mx/.*\}(Comprobante|Retenciones)")),
    _sort(
        "cdar", "a lifecycle message about an invoice (CDAR, France)",
        root(r"\{urn:un:unece:uncefact:data:standard:CrossDomainAcknowledgementAndResponse:.*\}"),
        "it reports the status of an invoice and is not the invoice: send the invoice itself",
    ),
    _sort("mydata", "myDATA (Greece)", root(r"\{https?://www\.aade\.gr/.*\}"), _REPORT),
    _sort("nav", "NAV Online Számla (Hungary)", root(r"\{http://schemas\.nav\.gov\.hu/.*\}"), _REPORT),
    _sort("ebinterface", "ebInterface (Austria)", root(r"\{http://www\.ebinterface\.at/schema/.*\}")),
    _sort("finvoice", "Finvoice (Finland)", root(r"(\{.*\})?Finvoice$")),
    _sort("finvoice-soap", "Finvoice (Finland) with its SOAP envelope", holds(rb"<Finvoice[\s>]")),
    _sort("teapps", "TEAPPSXML (Finland)", root(r"(\{.*\})?INVOICE_CENTER$")),
    _sort("svefaktura", "Svefaktura 1.0 (Sweden)", root(r"\{urn:sfti:documents:.*\}")),
    _sort("oioxml", "OIOXML (Denmark, UBL 0.7)", root(r"\{http://rep\.oio\.dk/ubl/xml/schemas/0p7.*\}")),
    _sort("ubl-1", "UBL 1.0", root(r"\{urn:oasis:names:(tc|specification):ubl:schema:(xsd:)?\w+[:-]1[.:]0")),
    _sort("isdoc", "ISDOC (Czechia)", root(r"\{http://isdoc\.cz/namespace/.*\}")),
    _sort("eslog", "eSLOG (Slovenia)", root(r"\{urn:eslog:.*\}|(\{.*\})?IzdaniRacunEnostavni$")),
    _sort("nfe", "NF-e (Brazil)", root(r"\{http://www\.portalfiscal\.inf\.br/.*\}")),
    _sort("dte", "DTE (Chile)", root(r"\{http://www\.sii\.cl/SiiDte\}")),
    _sort("idoc", "an SAP IDoc", idoc),
    _sort("cxml", "cXML", root(r"cXML$")),
    _sort("opentrans", "openTRANS or BMEcat", root(r"\{.*(opentrans|bmecat).*\}|BMECAT$")),
    _sort("xcbl", "xCBL", root(r"\{rrn:org\.xcbl:.*\}")),
    _sort("oagis", "OAGIS", root(r"\{.*openapplications\.org/oagis.*\}")),
    _sort("gs1", "GS1 XML", root(r"\{urn:(gs1|ean\.ucc):.*\}")),
    _sort("saft", "an audit file (SAF-T)", root(r"(\{.*\})?AuditFile$"), _BOOKS),
    _sort("edmx", "an interface description (EDMX)", root(r"\{.*edmx.*\}Edmx"), "send business documents"),
    _sort("html", "a web page", root(r"(?i)(\{http://www.w3.org/1999/xhtml\})?html$"), "ask for an e-invoice"),
)  # fmt: skip

_SORTS: Final = (*_FILES, *_INTERCHANGES, *_XML)


@lru_cache(maxsize=256)
def _possible(tag: str) -> tuple[FileSort, ...]:
    """What a file with an XML root of this name may be: no file that begins as none of XML, and none whose root has another name."""
    return tuple(sort for sort in (*_INTERCHANGES, *_XML) if not isinstance(sort.sign, Root) or sort.sign.names(tag))


def recognised(source: Source) -> Reading | None:
    """The refusal that names the sort of file, or None where it is not recognised."""
    for sort in _possible(source.tag) if source.tag else _SORTS:
        if sort.sign(source):
            reason = Sentence(
                "recognised as {sort}, which Tieout does not take as a document yet", sort=Sentence(sort.called)
            )
            return refusal(source, reason, remedy=sort.remedy, format_name=sort.name)
    return None
