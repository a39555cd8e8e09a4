"""Values as they are stored: compressed by Tieout, since PostgreSQL compresses no row below two kilobytes.

A packed value is `MARKER`, a number of one byte, and what the number says: 0, the value as it is; any other, a frame of Zstandard (without
its magic number, with its length and checksum) that was made with the dictionary of that number. Everything else is a value as
releases before 0.2 stored it. A value that would be mistaken for a packed one is stored as number 0.

Dictionaries are trained on generated samples (`docs/dictionaries.py`) and shipped in `store/dictionaries`. A number is never given again
and its dictionary never removed or changed: there are values that only it can read.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.resources import files
from threading import local
from types import MappingProxyType
from typing import Final

import zstandard
from zstandard import FORMAT_ZSTD1_MAGICLESS as FORMAT

from tieout.core.values.errors import Malformed

MARKER: Final = b"\xf7TP"
"""No text in UTF-8 begins with it, and no kind of file that is known."""
TEXT_MARKER: Final = "~"
"""Before a packed value in base 64, in columns of type text. They hold JSON, which does not begin with it."""
PLAIN_MAX: Final = 256 * 1024 * 1024
"""Bytes of a value that is unpacked; a longer one is stored as it is."""
DICTIONARIES: Final[Mapping[int, str]] = MappingProxyType(
    {
        1: "original",
        2: "document",
        3: "verdict",
        4: "rows",
        5: "facts",
        6: "looked_up",
        7: "claim",
        8: "case",
        9: "event",
        10: "action",
    }
)
"""What each number was trained on. A new dictionary of a kind is a new number at the end, with which values are packed from then on."""
CURRENT: Final[Mapping[str, int]] = MappingProxyType({kind: number for number, kind in DICTIONARIES.items()})
LEVEL: Final = 3
_AS_IT_IS: Final = 0
_HEAD: Final = len(MARKER) + 1


class _Session(local):
    """This thread's packers and unpackers, which no two threads may use at once. `lenient`: see `where_damaged_as_stored`."""

    def __init__(self) -> None:
        self.packers: dict[int, zstandard.ZstdCompressor] = {}
        self.unpackers: dict[int, zstandard.ZstdDecompressor] = {}
        self.lenient = False


_session = _Session()
_dictionaries: dict[int, zstandard.ZstdCompressionDict] = {}


class Damaged(Malformed):
    """A stored value that cannot be unpacked: it is not what was stored."""


def packed(plain: bytes, kind: str) -> bytes:
    """A value as it is stored; `kind` says with which dictionary. The same value gives the same bytes within a release."""
    number = CURRENT.get(kind)
    if number is not None and len(plain) <= PLAIN_MAX:
        packer = _session.packers.get(number) or _packer(number)
        frame = packer.compress(plain)
        if _HEAD + len(frame) < len(plain):
            return MARKER + number.to_bytes(1, "big") + frame
    if plain.startswith(MARKER):
        return MARKER + _AS_IT_IS.to_bytes(1, "big") + plain
    return plain


def unpacked(stored: bytes, table: str, column: str, *row: object) -> bytes:
    """The value that is stored. Raises `Damaged` with table, row and column where it cannot be."""
    if not stored.startswith(MARKER):
        return bytes(stored)
    number = stored[_HEAD - 1] if len(stored) >= _HEAD else -1
    if number == _AS_IT_IS:
        return bytes(stored[_HEAD:])
    try:
        if number not in DICTIONARIES:
            raise zstandard.ZstdError(f"there is no dictionary {number}" if number >= 0 else "its beginning is cut off")
        frame = stored[_HEAD:]
        # a frame says itself how long its value is, and that much memory is taken: so it is asked first
        length = zstandard.get_frame_parameters(frame, format=FORMAT).content_size
        if length > PLAIN_MAX:
            raise zstandard.ZstdError(f"its length would be {length} bytes")
        return (_session.unpackers.get(number) or _unpacker(number)).decompress(frame, allow_extra_data=False)
    except zstandard.ZstdError as error:
        if _session.lenient:
            return bytes(stored)
        raise _damaged(table, column, row, error) from error


def _damaged(table: str, column: str, row: Sequence[object], error: Exception) -> Damaged:
    return Damaged(
        "{table} {row}: {column} is not what was stored, and cannot be unpacked ({error})",
        table=table, row=" ".join(map(str, row)) or "?", column=column, error=str(error),
    )  # fmt: skip


def packed_text(plain: str, kind: str) -> str:
    """A text as it is stored in a column of type text."""
    stored = packed(plain.encode(), kind)
    if stored.startswith(MARKER) or plain.startswith(TEXT_MARKER):
        return TEXT_MARKER + b64encode(stored).decode()
    return plain


def unpacked_text(stored: str, table: str, column: str, *row: object) -> str:
    """The text that is stored, as `unpacked`."""
    if not stored.startswith(TEXT_MARKER):
        return stored
    try:
        content = b64decode(stored[len(TEXT_MARKER) :], validate=True)
    except ValueError as error:
        if _session.lenient:
            return stored
        raise _damaged(table, column, row, error) from error
    plain = unpacked(content, table, column, *row)
    return plain.decode(errors="replace" if _session.lenient else "strict")


@contextmanager
def where_damaged_as_stored() -> Iterator[None]:
    """In this block a value that cannot be unpacked is read as it is stored: for verifiers, which say what differs and where."""
    before, _session.lenient = _session.lenient, True
    try:
        yield
    finally:
        _session.lenient = before


def _packer(number: int) -> zstandard.ZstdCompressor:
    parameters = zstandard.ZstdCompressionParameters.from_level(
        LEVEL, format=FORMAT, write_content_size=True, write_checksum=True, write_dict_id=False
    )
    packer = zstandard.ZstdCompressor(dict_data=_dictionary(number), compression_params=parameters)
    return _session.packers.setdefault(number, packer)


def _unpacker(number: int) -> zstandard.ZstdDecompressor:
    unpacker = zstandard.ZstdDecompressor(dict_data=_dictionary(number), format=FORMAT)
    return _session.unpackers.setdefault(number, unpacker)


def _dictionary(number: int) -> zstandard.ZstdCompressionDict:
    dictionary = _dictionaries.get(number)
    if dictionary is None:
        content = (
            files("tieout.store").joinpath("dictionaries", f"{number:03}-{DICTIONARIES[number]}.zdict").read_bytes()
        )
        dictionary = zstandard.ZstdCompressionDict(content)
        dictionary.precompute_compress(level=LEVEL)
        _dictionaries[number] = dictionary
    return dictionary
