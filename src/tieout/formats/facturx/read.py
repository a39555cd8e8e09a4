"""Extracts the electronic document from a PDF, under strict limits, and reads it. Nothing else of the PDF is used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from typing import TYPE_CHECKING, Final
from zlib import error as ZlibError  # noqa: N812  an exception by its proper form

from tieout.core.documents.reading import Reading
from tieout.core.documents.remark import Remark
from tieout.core.documents.unreadable import Unreadable
from tieout.core.values.sentence import Sentence
from tieout.formats.facturx.attached import attached_files
from tieout.formats.facturx.several import Embedded, separate
from tieout.formats.format import Source, refusal
from tieout.formats.xml_documents import read_unparsed
from tieout.formats.xml_safety import looks_like_xml

if TYPE_CHECKING:
    from pypdf import PdfReader
    from pypdf.generic import EmbeddedFile

_PDF_BYTES_MAX: Final = 50 * 2**20
_PAGES_MAX: Final = 2_000
_OBJECTS_MAX: Final = 200_000
_ATTACHMENTS_MAX: Final = 100
# The standards' names of the attached data, the newest standard first.
_NO_XML: Final = frozenset(
    "pdf png jpg jpeg gif tif tiff bmp svg csv txt json html htm xls xlsx ods doc docx odt ppt pptx zip 7z gz rar eml msg".split()
)
_NAMES: Final = ("factur-x.xml", "xrechnung.xml", "zugferd-invoice.xml", "order-x.xml")
_ELECTRONIC: Final = "ask for the electronic invoice (Factur-X, ZUGFeRD, XRechnung, UBL), or key it in"
_BROKEN: Final = (
    ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, RuntimeError, TypeError,
    ValueError, ZlibError,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """One attached file by its name."""

    name: str
    content: bytes


class _RefusedError(Exception):
    """Why a PDF is not read, and the remedy."""

    def __init__(self, reason: str, remedy: str = _ELECTRONIC) -> None:
        super().__init__(reason)
        self.reason, self.remedy = reason, remedy


def sniff(source: Source) -> bool:
    """Whether the file is a PDF: its marker is within the first kilobyte."""
    return source.root is None and b"%PDF-" in source.content[:1024]


def read(source: Source) -> tuple[Reading, ...]:
    """The embedded documents, each once; else one `Unreadable` that says why there is none."""
    attachments = carried(source)
    if isinstance(attachments, Reading):
        return (attachments,)
    embedded = [
        Embedded(name=attachment.name, reading=reading)
        for attachment in attachments
        for reading in _readings(source, attachment)
    ]
    documents = [one for one in embedded if not isinstance(one.reading.document, Unreadable)]
    unread = [one for one in embedded if isinstance(one.reading.document, Unreadable)]
    if not documents:
        return separate(unread)[:1]
    # What has a standard's name and cannot be read may be another invoice; any other attachment is only mentioned.
    lost = [one for one in unread if one.name.lower() in _NAMES]
    first, *rest = separate([*documents, *lost])
    return (replace(first, remarks=(*first.remarks, *_mentioned(unread, lost))), *rest)


def _mentioned(unread: list[Embedded], lost: list[Embedded]) -> Iterator[Remark]:
    for one in unread:
        if one not in lost:
            words = Sentence("the attachment {name} was not read: it is no document that Tieout reads", name=one.name)
            yield Remark(code="DOC-UNREAD", where="attachments", message=words, fatal=False)


def carried(source: Source) -> list[Attachment] | Reading:
    """The attachments that hold the document's data, at least one, or the refusal that says why there are none."""
    try:
        attachments = _attachments(source)
    except _RefusedError as refused:
        return refusal(source, refused.reason, remedy=refused.remedy, format_name="pdf")
    if not attachments:
        reason = "the PDF is only a picture: it carries no electronic invoice (factur-x.xml or similar)"
        return refusal(source, reason, remedy=_ELECTRONIC, format_name="pdf")
    return attachments


def _readings(source: Source, attachment: Attachment) -> tuple[Reading, ...]:
    inside = Source(content=attachment.content, kinds=source.kinds, name=source.name, limits=source.limits)
    if not looks_like_xml(attachment.content):
        reason = Sentence("the attachment {name} is no XML", name=attachment.name)
        return (refusal(source, reason, where=attachment.name, remedy=_ELECTRONIC, format_name="pdf"),)
    return tuple(_within(reading, attachment) for reading in read_unparsed(inside))


def _within(reading: Reading, attachment: Attachment) -> Reading:
    """The reading, with the attachment's name in its places."""
    remarks = tuple(replace(remark, where=f"{attachment.name}: {remark.where}") for remark in reading.remarks)
    return replace(reading, format="factur-x" if reading.format == "cii-d16b" else reading.format, remarks=remarks)


def _attachments(source: Source) -> list[Attachment]:
    """The attachments that may hold a document's data: those with the standards' names first, then every other XML."""
    if len(source.content) > _PDF_BYTES_MAX:
        megabytes = len(source.content) / 2**20
        raise _RefusedError(
            Sentence(
                "the PDF has {megabytes} MB, more than the {limit} MB that are opened",
                megabytes=f"{megabytes:.1f}",
                limit=_PDF_BYTES_MAX // 2**20,
            )
        )
    from pypdf import apply_configuration
    from pypdf.errors import DependencyError, FileNotDecryptedError, LimitReachedError, PyPdfError

    limit = source.limits.xml_bytes_max
    try:
        with apply_configuration(
            maximum_declared_stream_length=_PDF_BYTES_MAX,
            zlib_maximum_output_length=limit,
            lzw_maximum_output_length=limit,
            run_length_maximum_output_length=limit,
            array_based_stream_maximum_output_length=limit,
            stream_filters_maximum_length=3,
            stream_decoding_work_maximum_length=3 * limit,
        ):
            return _opened(source)
    except (DependencyError, FileNotDecryptedError) as error:
        raise _RefusedError("the PDF is encrypted", "send it without a password") from error
    except LimitReachedError as error:
        raise _RefusedError(Sentence("the PDF unpacks to more than is read: {error}", error=error)) from error
    except PyPdfError as error:
        raise _RefusedError(Sentence("the PDF is broken: {error}", error=error), "ask for it again") from error
    except _BROKEN as error:
        raise _RefusedError(
            Sentence("the PDF is broken: {error}", error=f"{type(error).__name__}: {error}"[:280]), "ask for it again"
        ) from error


def _opened(source: Source) -> list[Attachment]:
    from pypdf import PdfReader

    reader = PdfReader(
        BytesIO(source.content), root_object_recovery_limit=1_000, xref_stream_maximum_entries=_OBJECTS_MAX
    )
    if reader.is_encrypted:
        raise _RefusedError("the PDF is encrypted", "send it without a password")
    _check_size(reader)
    files: list[tuple[str, EmbeddedFile]] = []
    for position, file in enumerate(attached_files(reader)):
        if position >= _ATTACHMENTS_MAX:
            raise _RefusedError(Sentence("the PDF has more than {limit} attachments", limit=_ATTACHMENTS_MAX))
        files.append((str(file.alternative_name or file.name), file))
    wanted = sorted(
        (entry for entry in files if _is_wanted(entry[0]) or _is_xml(entry[1])), key=lambda entry: _rank(entry[0])
    )
    if not wanted and any(name.lower().endswith(".pdf") for name, _ in files):
        raise _RefusedError(
            "the PDF carries no electronic invoice, only another PDF, and PDFs inside PDFs are not opened"
        )
    return list(dict.fromkeys(Attachment(name=name, content=file.content) for name, file in wanted))


def _check_size(reader: PdfReader) -> None:
    objects = sum(len(table) for table in reader.xref.values()) + len(reader.xref_objStm)
    if objects > _OBJECTS_MAX:
        raise _RefusedError(
            Sentence(
                "the PDF has {objects} objects, more than the {limit} that are opened",
                objects=f"{objects:,}",
                limit=f"{_OBJECTS_MAX:,}",
            )
        )
    tree = reader.root_object.get("/Pages")
    count = tree.get_object().get("/Count", 0) if tree is not None else 0
    if isinstance(count, int) and count > _PAGES_MAX:
        raise _RefusedError(
            Sentence(
                "the PDF has {count} pages, more than the {limit} that are opened",
                count=f"{count:,}",
                limit=f"{_PAGES_MAX:,}",
            )
        )


def _is_wanted(name: str) -> bool:
    return name.lower() in _NAMES or name.lower().endswith(".xml")


def _rank(name: str) -> int:
    """The place of a name: the newest standard first, names of no standard last, in the order of the PDF."""
    return _NAMES.index(name.lower()) if name.lower() in _NAMES else len(_NAMES)


def _is_xml(file: EmbeddedFile) -> bool:
    """Whether a file is XML whose name does not say that it is something else ("UBL-Invoice-2.1", "invoice.bin")."""
    from pypdf.errors import LimitReachedError

    if str(file.alternative_name or file.name).lower().rpartition(".")[2] in _NO_XML:
        return False
    try:
        return looks_like_xml(file.content)
    except LimitReachedError:
        return False
