"""The XMP metadata of a Factur-X PDF: PDF/A-3B, author and dates, and the level of the attached data."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from xml.sax.saxutils import escape

_LEVELS: Final = (
    ("minimum", "MINIMUM"),
    ("basicwl", "BASIC WL"),
    ("extended", "EXTENDED"),
    ("xrechnung", "XRECHNUNG"),
    ("basic", "BASIC"),
)
_FX: Final = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
_PROPERTIES: Final = (
    ("DocumentFileName", "Name of the attached data file"),
    ("DocumentType", "Sort of document"),
    ("Version", "Version of the data standard"),
    ("ConformanceLevel", "Conformance level of the attached data"),
)


def level(profile: str) -> str:
    """The Factur-X level of a specification identifier; EN 16931 for others."""
    return next((name for mark, name in _LEVELS if mark in profile.lower()), "EN 16931")


def xmp(*, title: str, author: str, issued: datetime, profile: str) -> bytes:
    """The packet as UTF-8."""
    stamp = f"{issued:%Y-%m-%dT%H:%M:%S}+00:00"
    body = "".join(
        (
            _about(
                'xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"',
                "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>",
            ),
            _about(
                'xmlns:dc="http://purl.org/dc/elements/1.1/"',
                f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(title)}</rdf:li></rdf:Alt></dc:title>'
                f"<dc:creator><rdf:Seq><rdf:li>{escape(author)}</rdf:li></rdf:Seq></dc:creator>",
            ),
            _about('xmlns:pdf="http://ns.adobe.com/pdf/1.3/"', "<pdf:Producer>Tieout</pdf:Producer>"),
            _about(
                'xmlns:xmp="http://ns.adobe.com/xap/1.0/"',
                f"<xmp:CreateDate>{stamp}</xmp:CreateDate><xmp:ModifyDate>{stamp}</xmp:ModifyDate>",
            ),
            _extension(),
            _about(
                f'xmlns:fx="{_FX}"',
                "<fx:DocumentType>INVOICE</fx:DocumentType><fx:DocumentFileName>factur-x.xml</fx:DocumentFileName>"
                f"<fx:Version>1.0</fx:Version><fx:ConformanceLevel>{level(profile)}</fx:ConformanceLevel>",
            ),
        )
    )
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'{body}</rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()


def _about(namespace: str, content: str) -> str:
    return f'<rdf:Description rdf:about="" {namespace}>{content}</rdf:Description>'


def _extension() -> str:
    properties = "".join(
        f'<rdf:li rdf:parseType="Resource"><pdfaProperty:name>{name}</pdfaProperty:name>'
        "<pdfaProperty:valueType>Text</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category>"
        f"<pdfaProperty:description>{words}</pdfaProperty:description></rdf:li>"
        for name, words in _PROPERTIES
    )
    return _about(
        'xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" '
        'xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"',
        '<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">'
        f"<pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema><pdfaSchema:namespaceURI>{_FX}</pdfaSchema:namespaceURI>"
        f"<pdfaSchema:prefix>fx</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>{properties}</rdf:Seq></pdfaSchema:property>"
        "</rdf:li></rdf:Bag></pdfaExtension:schemas>",
    )
