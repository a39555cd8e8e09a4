"""Damaged files as they arrive by mail, each broken in a different way."""

from __future__ import annotations

from typing import Final

from tieout.formats import cii, ubl
from tieout.trade.documents import Invoice

_BOMB: Final = b"""<?xml version="1.0"?>
<!DOCTYPE Invoice [
 <!ENTITY a "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa">
 <!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
 <!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">
 <!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">
]>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"><Note>&d;</Note></Invoice>
"""
_CATALOGUE: Final = b"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>Spring prices</title><item><title>Valves, 12 % off</title></item></channel></rss>
"""


def damaged(one: Invoice, other: Invoice) -> tuple[tuple[str, bytes], ...]:
    """(File name, content) of six files that cannot be read; two of them were valid invoices."""
    assert ubl.FORMAT.write is not None, "UBL can be written"
    assert cii.FORMAT.write is not None, "CII can be written"
    whole = ubl.FORMAT.write(one)
    foreign = cii.FORMAT.write(other).replace(b"</ram:Name>", "\u00e4\u00f6\u00fc</ram:Name>".encode("latin-1"), 1)
    return (
        (f"{one.number}-truncated.xml", whole[: len(whole) * 2 // 3]),
        ("scan-0815.pdf", _scan()),
        ("invoice-urgent.xml", _BOMB),
        ("attachment.xml", b""),
        (f"{other.number}-latin1.xml", foreign),
        ("spring-prices.xml", _CATALOGUE),
    )


def _scan() -> bytes:
    """A whole PDF with one empty page and nothing attached, as a scanner makes it."""
    bodies = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
    )
    out = b"%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(bodies, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(bodies) + 1
    return out + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (size, table, size, len(out))
    )
