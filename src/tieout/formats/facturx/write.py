"""A canonical invoice as a readable PDF with its data attached as factur-x.xml: the same invoice gives the same bytes.

Built to PDF/A-3: embedded fonts, sRGB output intent, XMP metadata with the Factur-X schema, the attachment as an
associated file. It has not been certified by a PDF/A validator.
"""

from __future__ import annotations

from datetime import UTC, datetime, time
from hashlib import md5
from io import BytesIO
from typing import Any, Final

from tieout.core.values.errors import Malformed
from tieout.formats.cii.write import write as write_cii
from tieout.formats.facturx.page import drawn
from tieout.formats.facturx.xmp import xmp
from tieout.formats.outgoing import presentable
from tieout.trade.documents import Invoice

_NAME: Final = "factur-x.xml"
_LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)


def write(invoice: Any) -> bytes:
    """The PDF. Raises `Malformed` for other documents than invoices and credit notes."""
    if not isinstance(invoice, Invoice):
        raise Malformed(
            "only invoices and credit notes can be written as Factur-X", remedy="write it as canonical JSON"
        )
    data = write_cii(invoice)
    issued = datetime.combine(invoice.issue_date, time(), tzinfo=UTC) if invoice.issue_date else _LONG_AGO
    return _joined(drawn(presentable(invoice)), data, invoice, issued=issued)


def _joined(page: bytes, data: bytes, invoice: Invoice, *, issued: datetime) -> bytes:
    from pypdf import PdfWriter
    from pypdf.generic import (
        ArrayObject,
        ByteStringObject,
        DecodedStreamObject,
        NameObject,
        NumberObject,
        TextStringObject,
    )

    writer = PdfWriter(clone_from=BytesIO(page))
    writer.pdf_header = "%PDF-1.7"
    attached = writer.add_attachment(_NAME, data)
    attached.alternative_name = TextStringObject(_NAME)
    attached.description = TextStringObject("Factur-X invoice")
    attached.subtype = NameObject("/text/xml")
    attached.associated_file_relationship = NameObject("/Alternative")
    attached.modification_date = issued
    attached.size = NumberObject(len(data))
    catalog = writer.root_object
    files = catalog["/Names"]["/EmbeddedFiles"]["/Names"]  # type: ignore[index]  # put there by the line that attached
    catalog[NameObject("/AF")] = ArrayObject([files[1]])
    stream = DecodedStreamObject()
    title = f"{'Credit note' if invoice.is_credit else 'Invoice'} {invoice.number}"
    stream.set_data(xmp(title=title, author=invoice.supplier.name, issued=issued, profile=invoice.profile))
    stream.update({NameObject("/Type"): NameObject("/Metadata"), NameObject("/Subtype"): NameObject("/XML")})
    catalog[NameObject("/Metadata")] = writer._add_object(stream)  # noqa: SLF001  the library's only way
    catalog[NameObject("/OutputIntents")] = ArrayObject([writer._add_object(_intent(writer))])  # noqa: SLF001
    stamp = f"D:{issued:%Y%m%d%H%M%S}+00'00'"
    writer.metadata = {
        "/Title": title, "/Author": invoice.supplier.name, "/Producer": "Tieout", "/CreationDate": stamp, "/ModDate": stamp,
    }  # fmt: skip
    mark = ByteStringObject(md5(page + data, usedforsecurity=False).digest())
    writer._ID = ArrayObject([mark, mark])  # noqa: SLF001  the library's own would be random
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _intent(writer: Any) -> Any:
    """The output intent sRGB, without the creation date that the library puts into the profile."""
    from PIL.ImageCms import ImageCmsProfile, createProfile
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, NumberObject, TextStringObject

    profile = bytearray(ImageCmsProfile(createProfile("sRGB")).tobytes())
    profile[24:36] = bytes((0x07, 0xD0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0))  # 2000-01-01
    profile[84:100] = bytes(16)
    colours = DecodedStreamObject()
    colours.set_data(bytes(profile))
    colours.update({NameObject("/N"): NumberObject(3)})
    return DictionaryObject(
        {
            NameObject("/Type"): NameObject("/OutputIntent"),
            NameObject("/S"): NameObject("/GTS_PDFA1"),
            NameObject("/OutputConditionIdentifier"): TextStringObject("sRGB IEC61966-2.1"),
            NameObject("/Info"): TextStringObject("sRGB IEC61966-2.1"),
            NameObject("/DestOutputProfile"): writer._add_object(colours),  # noqa: SLF001
        }
    )
