"""By what a file is recognised that no format reads: its first bytes, its first lines, or the name of its XML root.

The name of a root is read from the text where the XML is not parsed: a DOCTYPE, as every cXML has one, stops the parser.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from tieout.formats.format import Source

Sign = Callable[[Source], bool]

_HEAD: Final = 4096
_BLANKS: Final = b"\xef\xbb\xbf \t\r\n"
_PROLOG: Final = re.compile(rb"\s*(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>)", re.DOTALL | re.IGNORECASE)
_START: Final = re.compile(rb"\s*<(?:([A-Za-z_][\w.-]*):)?([A-Za-z_][\w.-]*)([^>]*)")
_NAMESPACE: Final = rb"""\s%s\s*=\s*["']([^"']*)["']"""
_BASIC: Final = re.compile(r"(ORDERS|ORDRSP|ORDCHG|INVOIC|DESADV|DELVRY|REMADV|PAYEXT|MATMAS|CREMAS|DEBMAS)\d\d$")
_HEADER: Final = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]*:[^\n]*\r?\n(?:[ \t]+[^\n]*\r?\n)*)+")
_MAIL: Final = re.compile(
    rb"^(?:From|Message-ID|MIME-Version|Received|Return-Path|Delivered-To):", re.MULTILINE | re.IGNORECASE
)
_SUBJECT: Final = re.compile(rb"^(?:Subject|Date|To|Content-Type):", re.MULTILINE | re.IGNORECASE)


def starts(*magic: bytes) -> Sign:
    """Whether the file begins with one of these bytes."""
    return lambda source: source.content.startswith(magic)


def at(position: int, magic: bytes) -> Sign:
    """Whether these bytes stand at a position."""
    return lambda source: source.content[position : position + len(magic)] == magic


def matches(pattern: bytes) -> Sign:
    """Whether the text of a file that is no XML begins with a pattern, after a mark and blanks."""
    compiled = re.compile(pattern)
    return lambda source: source.root is None and compiled.match(source.content[:_HEAD].lstrip(_BLANKS)) is not None


def packed(*names: bytes) -> Sign:
    """Whether the file is a ZIP archive with one of these names in it."""
    return lambda source: source.content.startswith(b"PK\x03\x04") and any(name in source.content for name in names)


def compound(*names: str) -> Sign:
    """Whether the file is an OLE2 compound file with a stream of one of these names."""
    spelled = [name.encode("utf-16-le") for name in names]
    return lambda source: (
        source.content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
        and any(name in source.content for name in spelled)
    )


class Root:
    """Whether the XML root ("{namespace}Name") matches a pattern; read from the text where the XML was not parsed."""

    def __init__(self, pattern: str) -> None:
        self._pattern = re.compile(pattern)

    def __call__(self, source: Source) -> bool:
        """Of a file."""
        return self.names(source.tag or _root_in(source.content[:_HEAD]))

    def names(self, tag: str) -> bool:
        """Of a root of this name."""
        return self._pattern.match(tag) is not None


def root(pattern: str) -> Sign:
    """Whether the XML root matches a pattern."""
    return Root(pattern)


def holds(pattern: bytes) -> Sign:
    """Whether XML that was not parsed has a pattern in its first 64 KB."""
    compiled = re.compile(pattern)
    return lambda source: (
        source.root is None
        and source.content[:_HEAD].lstrip(_BLANKS).startswith(b"<")
        and compiled.search(source.content[: 64 * 1024]) is not None
    )


def idoc(source: Source) -> bool:
    """Whether the XML is an IDoc: its root is a basic type or an extension of one (ORDERS05, ZINVOIC), with IDOC below it."""
    if source.root is None:
        return False
    return not source.tag.startswith("{") and (
        source.root.find("IDOC") is not None or _BASIC.match(source.tag) is not None
    )


def mail(source: Source) -> bool:
    """Whether the file begins as a message of e-mail does: headers, with a sender's and a recipient's among them."""
    if source.root is not None:
        return False
    head = source.content[: 4 * _HEAD].lstrip(_BLANKS)
    if head.startswith(b"From ") and b"\n" in head:  # a mailbox file
        head = head.partition(b"\n")[2]
    headers = _HEADER.match(head)
    return headers is not None and bool(_MAIL.search(headers[0])) and bool(_SUBJECT.search(headers[0]))


@lru_cache(maxsize=8)
def _root_in(head: bytes) -> str:
    """The root's "{namespace}Name" as the text spells it; "" where the text is no XML."""
    text = head.lstrip(_BLANKS)
    if not text.startswith(b"<"):
        return ""
    while (prolog := _PROLOG.match(text)) is not None:
        text = text[prolog.end() :]
    start = _START.match(text)
    if start is None:
        return ""
    prefix, name, attributes = start.groups()
    declared = re.search(_NAMESPACE % (b"xmlns:" + prefix if prefix else b"xmlns"), b" " + attributes)
    namespace = "" if declared is None else declared[1].decode("utf-8", "replace")
    return f"{{{namespace}}}{name.decode()}" if namespace else name.decode()
