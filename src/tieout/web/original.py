"""The source file of a document, shown without trust: text as escaped text, PDF as PDF, everything else as a download."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from lxml import etree

Form = Literal["xml", "json", "text", "pdf", "binary", "list"]
"""What a file is; a "list" holds other records too, and is not shown on the page of one of them."""

SHOWN_MAX: Final = 400_000
"""Characters of an original that a page shows; the rest is in the download."""

_BOMS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a page shows of an original: its form, the text (never trusted: templates escape it), whether it was cut."""

    form: Form
    text: str = ""
    cut: bool = False


def form_of(content: bytes) -> Form:
    """What the bytes are, by looking at them and never at what the sender called them."""
    head = content[:1024].lstrip()
    if b"%PDF-" in content[:1024]:
        return "pdf"
    if any(content.startswith(mark) for mark, _ in _BOMS[1:]) or b"\x00" not in content[:8192]:
        text = _decoded(content[:4096]).lstrip("\ufeff \t\r\n")
        if text.startswith("<"):
            return "xml"
        return "json" if text[:1] in {"{", "["} else "text"
    return "xml" if head.startswith(b"<") else "binary"


def shown(content: bytes) -> Shown:
    """The original as people read it: XML indented where it can be read, all else as it came."""
    form = form_of(content)
    if form in {"pdf", "binary"}:
        return Shown(form=form)
    text = _decoded(content)
    if form == "xml" and len(content) <= SHOWN_MAX:
        text = _indented_xml(content) or text
    return Shown(form=form, text=text[:SHOWN_MAX], cut=len(text) > SHOWN_MAX)


def _decoded(content: bytes) -> str:
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _indented_xml(content: bytes) -> str:
    # entities stay unresolved and nothing is loaded: what is shown is what was sent
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_blank_text=True)
    try:
        root = etree.fromstring(content, parser)
        return etree.tostring(root.getroottree(), pretty_print=True, encoding="unicode")
    except (etree.XMLSyntaxError, ValueError):
        return ""
