"""UBL AttachedDocument, the container in which Colombia's DIAN has invoices sent: the document inside is what is read.

The invoice stands as text in the Attachment of the container itself. What the tax authority answered about it stands in
another Attachment, below ParentDocumentLineReference, and is no document of the sender's.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from lxml.etree import _Element

from tieout.core.documents.reading import Reading
from tieout.formats.format import Source, refusal
from tieout.formats.ubl import tags as t
from tieout.formats.ubl.sheet import Sheet, text

TAG: Final = f"{t.DOCUMENTS}AttachedDocument-2}}AttachedDocument"
_NAME: Final = "AttachedDocument"


def is_attached_document(source: Source) -> bool:
    """Whether the root is the container."""
    return source.tag == TAG


def read_attached(source: Source, read: Callable[[Source], tuple[Reading, ...]]) -> tuple[Reading, ...]:
    """The documents inside the container, with their places named after it; the refusal where it holds none."""
    assert source.root is not None
    contents = [content for one in source.root.iterchildren(t.ATTACHMENT) if (content := _content(one))]
    if not contents:
        reason = "the AttachedDocument holds no document in its Attachment"
        return (refusal(source, reason, where=_NAME, remedy="ask for it with the invoice inside", format_name="ubl"),)
    inside = [
        reading for content in contents for reading in read(replace(source, content=content, root=None, remarks=()))
    ]
    return tuple(_within(reading, part) for part, reading in enumerate(inside, 1))


def _content(attachment: _Element) -> bytes:
    sheet = Sheet("")
    children = sheet.fields(attachment)
    if binary := text(children.get(t.EMBEDDED_DOCUMENT_BINARY_OBJECT)):
        try:
            return base64.b64decode("".join(binary.split()), validate=True)
        except (binascii.Error, ValueError):
            return b""
    return text(sheet.fields(children.get(t.EXTERNAL_REFERENCE)).get(t.DESCRIPTION)).encode()


def _within(reading: Reading, part: int) -> Reading:
    remarks = tuple(replace(remark, where=f"{_NAME}: {remark.where}") for remark in reading.remarks)
    return replace(reading, remarks=remarks, part=part)
