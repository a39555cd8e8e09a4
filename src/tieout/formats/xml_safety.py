"""XML from third parties: no DTD, no entities, no network, bounded size and depth; every refusal says where and what to do."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from lxml import etree

from tieout.core.documents.reading import Reading
from tieout.core.documents.remark import Remark
from tieout.core.values.made import changed
from tieout.core.values.sentence import Sentence
from tieout.formats.format import Source, refusal

_BOM_UTF8: Final = b"\xef\xbb\xbf"
_WIDE_STARTS: Final = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<", b"\x00\x00\x00<", b"\x00\x00\xfe\xff")
_BLANKS: Final = b" \t\r\n"
_DECLARED: Final = re.compile(rb"""^<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_LATIN: Final = frozenset({"iso-8859-1", "iso-8859-15", "latin1", "windows-1252", "cp1252", "us-ascii", "ascii"})
CUT_FROM: Final = 256 * 1024
"""Bytes from which an embedded file is cut out before parsing: the parser refuses texts of more than ten million characters."""
_EMBEDDED: Final = re.compile(
    rb"(?:(?<=>)|(?<=<!\[CDATA\[))[A-Za-z0-9+/=\s]{1000,}+(?=(?:\]\]>)?</(?:[A-Za-z_][A-Za-z0-9_.-]*:)?(?:EmbeddedDocumentBinaryObject|AttachmentBinaryObject)\s*>)"
)
_WIDE_NAMES: Final = (
    "utf-16",
    "utf16",
    "utf-32",
    "ucs-2",
    "ucs-4",
    "iso-10646-ucs",
)  # no file that declares these in single bytes is in them


def looks_like_xml(content: bytes) -> bool:
    """Whether the first bytes can only be XML, in any encoding."""
    head = content[:4096]
    if head.startswith(_WIDE_STARTS):  # other text in UTF-16 is not XML: a spreadsheet's CSV, for example
        return head.lstrip(b"\xff\xfe\x00").replace(b"\x00", b"").lstrip(_BLANKS).startswith(b"<")
    return head.removeprefix(_BOM_UTF8).lstrip(_BLANKS).startswith(b"<")


def parsed(source: Source) -> Source | Reading:
    """The source with its root, or the refusal. Comments and processing instructions are left out of the tree."""
    content = source.content
    wide = content[:4].startswith(_WIDE_STARTS)
    cut: tuple[Remark, ...] = ()
    if not wide and len(content) > CUT_FROM:
        content, cut = _without_files(content)
    if len(content) > source.limits.xml_bytes_max:
        return _too_large(source, len(content))
    if not wide and (at := content.find(b"\x00")) >= 0:
        line = content.count(b"\n", 0, at) + 1
        return _refused(
            source, "the XML holds a NUL byte, which XML forbids", where=f"line {line}, byte {at}",
            remedy="the file was damaged in transit: ask for it again",
        )  # fmt: skip
    if _has_doctype(content, wide=wide):
        return _refused(
            source, "the XML carries a document type declaration (DOCTYPE)", where="prolog",
            remedy="business documents need none and entities can be used for attacks: send the file without it",
        )  # fmt: skip
    content, remarks, encoding = (content, (), None) if wide else _straightened(content)
    try:
        root = etree.fromstring(content, _parser(encoding))
    except etree.XMLSyntaxError as error:
        return _syntax(source, error)
    except (ValueError, LookupError) as error:
        return _refused(source, Sentence("the XML cannot be decoded: {error}", error=error), remedy="send it as UTF-8")
    return _checked(changed(source, root=root, remarks=source.remarks + cut + remarks))


def _without_files(content: bytes) -> tuple[bytes, tuple[Remark, ...]]:
    """The content without the files in it, and a note of what was cut. Only Base64 between a start tag and its own end tag is cut,
    so that the tree is the same but for these texts; the file itself is kept as it came."""
    spans = [file.span() for file in _EMBEDDED.finditer(content) if file.end() - file.start() >= CUT_FROM]
    if not spans:
        return content, ()
    whole = memoryview(content)  # the files are cut out without being copied
    starts, ends = (0, *(end for _, end in spans)), (*(start for start, _ in spans), len(content))
    kept = b"".join(whole[start:end] for start, end in zip(starts, ends, strict=True))
    sizes = [end - start for start, end in spans]
    megabytes = sum(sizes) / 2**20
    return kept, (
        _note(
            Sentence(
                "an embedded file of {megabytes} MB stayed in the original and was not parsed"
                if len(sizes) == 1
                else "{count} embedded files of {megabytes} MB stayed in the original and were not parsed",
                count=len(sizes),
                megabytes=f"{megabytes:.1f}",
            )
        ),
    )


@lru_cache(maxsize=8)
def _parser(encoding: str | None) -> etree.XMLParser:
    return etree.XMLParser(
        encoding=encoding, resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False,
        attribute_defaults=False, huge_tree=False, remove_comments=True, remove_pis=True, collect_ids=False,
    )  # fmt: skip


def _checked(source: Source) -> Source | Reading:
    assert source.root is not None
    if _too_deep(source.limits.depth_max)(source.root):
        return _refused(
            source, Sentence("the XML is nested deeper than {limit} levels", limit=source.limits.depth_max),
            remedy="no business document is: send the document itself",
        )  # fmt: skip
    return source


def _has_doctype(content: bytes, *, wide: bool) -> bool:
    """Whether there is a DOCTYPE before the root element. Checked before parsing, so that no parser ever sees one."""
    if wide:
        return any("<!DOCTYPE".encode(name) in content for name in ("utf-16-le", "utf-16-be", "utf-32-be", "utf-32-le"))
    at = content.find(b"<")
    while at >= 0:
        if content.startswith(b"<!--", at):
            at = content.find(b"-->", at + 4)
        elif content.startswith(b"<?", at):
            at = content.find(b"?>", at + 2)
        else:
            return content.startswith(b"<!", at)
        at = content.find(b"<", at + 1) if at >= 0 else at
    return False


@lru_cache(maxsize=8)
def _too_deep(depth_max: int) -> etree.XPath:
    return etree.XPath("boolean(." + "/*" * depth_max + ")")


def _straightened(content: bytes) -> tuple[bytes, tuple[Remark, ...], str | None]:
    """Fixes what can be fixed without guessing: blanks before the declaration, UTF-8 declared as Latin."""
    remarks: tuple[Remark, ...] = ()
    bare = content.removeprefix(_BOM_UTF8)
    stripped = bare.lstrip(_BLANKS)
    if len(stripped) < len(bare) and stripped.startswith(b"<?xml"):
        remarks += (_note("there are blanks before the XML declaration; they were skipped"),)
        bare = stripped
    declared = _DECLARED.match(bare)
    name = "" if declared is None else declared.group(1).decode("ascii").lower()
    false_latin = name in _LATIN and not bare.isascii()
    if not (false_latin or name.startswith(_WIDE_NAMES)) or not _is_utf8(bare):
        return bare, remarks, None
    return (
        bare,
        (*remarks, _note(Sentence("the file declares {encoding} but is UTF-8; it was read as UTF-8", encoding=name))),
        "utf-8",
    )


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _note(message: str) -> Remark:
    return Remark(code="DOC-UNREAD", where="prolog", message=message, fatal=False)


def _too_large(source: Source, parsed_bytes: int) -> Reading:
    size, limit = parsed_bytes / 2**20, source.limits.xml_bytes_max / 2**20
    return _refused(
        source,
        Sentence(
            "the XML has {size} MB without its embedded files, more than the {limit} MB that are read"
            if parsed_bytes < len(source.content)
            else "the XML has {size} MB, more than the {limit} MB that are read",
            size=f"{size:.1f}", limit=f"{limit:.0f}",
        ),
        remedy="send attachments as separate files, or raise the limit in the settings",
    )  # fmt: skip


def _syntax(source: Source, error: etree.XMLSyntaxError) -> Reading:
    line, column = error.position
    text = str(error.msg or error).split(", line ")[0]
    return _refused(
        source, Sentence("the XML is broken: {text}", text=text), where=f"line {line}, column {column}",
        remedy=_remedy(text.lower()),
    )  # fmt: skip


def _remedy(text: str) -> str:
    if "encoding" in text or "utf-8" in text or "utf-16" in text or "bytes" in text:
        return "the bytes are not in the encoding that the file declares: send it as UTF-8 and declare that in its first line"
    if "premature" in text or "empty" in text:
        return "the file ends too early: ask for it again"
    if "entity" in text or "entities" in text or "amplification" in text:
        return "use the characters themselves instead of named entities"
    if "huge" in text or "depth" in text:
        return "no business document is so deep or holds so long a text: send the document itself"
    return "ask the sender for a well-formed file"


def _refused(source: Source, reason: str, *, where: str = "", remedy: str = "") -> Reading:
    return refusal(source, reason, where=where, remedy=remedy, format_name="xml")
