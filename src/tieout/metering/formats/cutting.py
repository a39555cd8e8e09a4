"""Cutting a long file into pieces that can be read alone: at line ends; a CSV piece begins with the file's header."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

import msgspec

Layout = Literal["ndjson", "csv", "json"]

PIECE_BYTES: Final = 8 * 1024 * 1024
WHOLE_BYTES_MAX: Final = 100 * 1024 * 1024
_BOM: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of a file. `first_line` is the number, in the file, of the first line that is not the header."""

    content: bytes
    layout: Layout
    first_line: int


def bytes_in(piece: Piece) -> Callable[[int], bytes]:
    """The bytes of a line of a piece, or the whole piece where it has no lines."""
    if piece.layout == "json":
        return lambda _: piece.content
    lines: list[bytes] = []

    def of(line: int) -> bytes:
        if not lines:
            lines.extend(piece.content.split(b"\n"))
        return lines[line - piece.first_line + (piece.layout == "csv")]

    return of


def pieces(blocks: Iterable[bytes], *, size: int = PIECE_BYTES) -> Iterator[Piece]:
    """The pieces of a file that comes as blocks of any length. No byte is lost or repeated, except for a CSV header.

    One JSON value over several lines cannot be cut: it is one piece; beyond 100 MB it is cut into lines, and each of those
    is refused when it is read.
    """
    coming = iter(blocks)
    pending = _begun(coming, size)
    layout = _layout(pending)
    if layout == "json":
        yield from _whole(pending, coming)
        return
    header, first = b"", 1
    if layout == "csv":
        header, pending = _header(pending)
        first = 2
    for lines in _by_lines(pending, coming, size):
        yield Piece(content=header + lines, layout=layout, first_line=first)
        first += lines.count(b"\n")


def _begun(coming: Iterator[bytes], size: int) -> bytes:
    """The beginning of the file, at least its first line."""
    begun = b""
    for block in coming:
        begun += block
        if b"\n" in begun.lstrip() and len(begun) >= min(size, 65536):
            break
    return begun.removeprefix(_BOM)


def _layout(begun: bytes) -> Layout:
    first = begun.lstrip()[:1]
    if first == b"[":
        return "json"
    if first != b"{":
        return "csv"
    line = begun.lstrip().partition(b"\n")[0]
    try:
        value = msgspec.json.decode(line)
    except msgspec.DecodeError:
        # a broken first line of many, or one value over several lines: the latter begins with less than a value
        return "ndjson" if line.rstrip().endswith(b"}") else "json"
    return "json" if isinstance(value.get("events"), list) else "ndjson"  # a batch: its events are separated later


def _whole(pending: bytes, coming: Iterator[bytes]) -> Iterator[Piece]:
    parts, length = [pending], len(pending)
    for block in coming:
        parts.append(block)
        length += len(block)
        if length > WHOLE_BYTES_MAX:
            first = 1
            for lines in _by_lines(b"".join(parts), coming, PIECE_BYTES):
                yield Piece(content=lines, layout="ndjson", first_line=first)
                first += lines.count(b"\n")
            return
    yield Piece(content=b"".join(parts), layout="json", first_line=1)


def _header(pending: bytes) -> tuple[bytes, bytes]:
    line, end, rest = pending.partition(b"\n")
    return line + (end or b"\n"), rest


def _by_lines(pending: bytes, coming: Iterator[bytes], size: int) -> Iterator[bytes]:
    """Whole lines, about `size` bytes at a time; a last line without an end as it is."""
    buffer = bytearray(pending)
    for block in coming:
        buffer += block
        while len(buffer) >= size and (end := buffer.rfind(b"\n", 0, size)) >= 0:
            yield bytes(buffer[: end + 1])
            del buffer[: end + 1]
        if len(buffer) >= size and (end := buffer.rfind(b"\n")) >= 0:  # one line longer than a piece
            yield bytes(buffer[: end + 1])
            del buffer[: end + 1]
    while len(buffer) > size and (end := buffer.rfind(b"\n", 0, size)) >= 0:
        yield bytes(buffer[: end + 1])
        del buffer[: end + 1]
    if buffer.strip():
        yield bytes(buffer)
