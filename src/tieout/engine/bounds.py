"""What the tables hold: a document beyond that is refused with the place, before it is written and takes others with it.

The columns and their indexes say how much: an index entry of PostgreSQL holds 2,704 bytes, an amount 64 bits, a quantity 26
digits before its point. Names are kept shorter than that, as several of them make one key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final, NamedTuple, get_args, get_type_hints

from tieout.core.documents.kind import Document
from tieout.core.values.ids import SourceKey
from tieout.core.values.money import Money
from tieout.core.values.quantity import Quantity
from tieout.core.values.sentence import Sentence

NAME_BYTES_MAX: Final = 1_000
"""Of a number, an id, a reference: whatever is no prose."""
AMOUNT_MAX: Final = 2**63 - 1
"""Minor units, either way."""
DIGITS_MAX: Final = 18
"""Before the point of a quantity, price or percentage."""
DECIMALS_MAX: Final = 30
_KEY_BYTES_MAX: Final = 700  # of the sender's id of a file: with what is in the file it makes one key
_VERSION_BYTES_MAX: Final = 100
_YEARS: Final = range(1900, 9000)
_PROSE: Final = frozenset({
    "description", "note", "notes", "terms", "text", "reason", "exemption", "remedy", "expected", "actual", "variance", "message",
    "comment", "comments", "remarks", "subject", "body", "explanation", "response", "words", "value_text",
})  # fmt: skip
"""Fields that hold sentences of any length; nothing is looked up by them."""

_DIGITS: Final = bytes(57 if 48 <= byte <= 57 else byte for byte in range(256))
_MANY: Final = b"9" * 15  # ten to the 15th of a currency with four decimals has more minor units than 64 bits hold
_MANY_DIGITS: Final = (b'"' + _MANY, b'"-' + _MANY, b"/" + _MANY, b"." + b"9" * (DECIMALS_MAX + 1))
"""How a number begins that may be too large, in canonical JSON, and how one with too many decimals ends; no account number does."""
_BETWEEN_QUOTES: Final = bytes(byte if byte == 34 else 120 for byte in range(256))
_MANY_LETTERS: Final = b"x" * (NAME_BYTES_MAX // 2)


class Beyond(NamedTuple):
    """What cannot be stored: the path in the document ("lines[0].net"), what is wrong with it, and the remedy."""

    where: str
    reason: str
    remedy: str


def beyond(document: Document, body: bytes) -> Beyond | None:
    """The first thing in a document that cannot be stored or computed with, None where there is none. `body`: its canonical bytes.

    Most documents have neither a number of so many digits nor a text of such a length, and are looked at no further: searching the
    bytes costs a twentieth of walking through the fields.
    """
    digits = body.translate(_DIGITS)
    strange = (
        (_MANY in digits and any(start in digits for start in _MANY_DIGITS))
        or body.translate(_BETWEEN_QUOTES).find(_MANY_LETTERS) >= 0
        or any(_instant(getattr(document, name), name) for name in _instants(type(document)))
    )
    return next(_inside(document, "", prose=False), None) if strange else None


def named_beyond(number: str, identity: str) -> Beyond | None:
    """What is wrong with the number or the identity of a document, as a key would hold them."""
    for where, name in (("number", number), ("number", identity)):
        if 4 * len(name) > NAME_BYTES_MAX and len(name.encode(errors="replace")) > NAME_BYTES_MAX:
            return _too_long(where, name)
    return None


def _inside(value: Any, path: str, *, prose: bool) -> Iterator[Beyond]:
    if isinstance(value, str):
        if not prose and 4 * len(value) > NAME_BYTES_MAX and len(value.encode(errors="replace")) > NAME_BYTES_MAX:
            yield _too_long(path, value)
    elif isinstance(value, Money):
        if abs(value.minor) > AMOUNT_MAX:
            yield Beyond(
                path, Sentence("the amount has more digits than can be kept"), Sentence("check the decimal point")
            )
    elif isinstance(value, Quantity | Decimal | Fraction):
        yield from _number(value.value if isinstance(value, Quantity) else value, path)
    elif isinstance(value, tuple | frozenset):
        for k, entry in enumerate(value):
            yield from _inside(entry, f"{path}[{k}]", prose=prose)
    elif isinstance(value, datetime):
        yield from _instant(value, path)
    elif is_dataclass(value) and not isinstance(value, type):
        for name in _names(type(value)):
            inner = f"{path}.{name}" if path else name
            yield from _inside(getattr(value, name), inner, prose=prose or name in _PROSE)


def _instant(value: datetime | None, path: str) -> tuple[Beyond, ...]:
    if value is None or value.year in _YEARS:
        return ()
    return (
        Beyond(path, Sentence("{value} is no plausible date", value=value.isoformat()), Sentence("check the clock")),
    )


def _number(value: Decimal | Fraction, path: str) -> Iterator[Beyond]:
    if isinstance(value, Fraction):
        usable = max(abs(value.numerator), value.denominator) < 10**DIGITS_MAX
    else:
        exponent = value.as_tuple().exponent
        usable = isinstance(exponent, int) and exponent >= -DECIMALS_MAX and value.adjusted() < DIGITS_MAX
    if not usable:
        reason = Sentence(
            "the number has more than {digits} digits before its point or {decimals} after it",
            digits=DIGITS_MAX,
            decimals=DECIMALS_MAX,
        )
        yield Beyond(path, reason, Sentence("check the decimal point"))


def _too_long(where: str, text: str) -> Beyond:
    reason = Sentence("it has {count} characters, more than a name can have", count=len(text))
    remedy = Sentence("send at most {limit} bytes", limit=NAME_BYTES_MAX)
    return Beyond(where, reason, remedy)


@lru_cache(maxsize=256)
def _instants(type_: type) -> tuple[str, ...]:
    """The instants that a document states of itself."""
    return tuple(name for name, hint in get_type_hints(type_).items() if datetime in {hint, *get_args(hint)})


@lru_cache(maxsize=256)
def _names(type_: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(type_))


_NO_TEXT: Final = re.compile("[\0\ud800-\udfff]")


def text_kept(text: str) -> str:
    """A text as a column can hold it: what is no character is shown as one that is not known."""
    return _NO_TEXT.sub("\ufffd", text) if _NO_TEXT.search(text) else text


def short(text: str, bytes_max: int) -> str:
    """A text of at most so many bytes: of a longer one the beginning and its hash, so that two are never one."""
    if 4 * len(text) <= bytes_max or len(encoded := text.encode()) <= bytes_max:
        return text
    begun = encoded[: bytes_max - 33].decode(errors="ignore")
    return f"{begun}~{sha256(encoded).hexdigest()[:32]}"


def source_kept(source: SourceKey) -> SourceKey:
    """A sender's key of a file as a column and its index can hold it."""
    return SourceKey(
        system=short(text_kept(source.system), _VERSION_BYTES_MAX),
        kind=short(text_kept(source.kind), _VERSION_BYTES_MAX),
        external_id=short(text_kept(source.external_id), _KEY_BYTES_MAX),
        version=short(text_kept(source.version), _VERSION_BYTES_MAX),
    )
