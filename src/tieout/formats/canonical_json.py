"""Canonical JSON: the one text of a value, in which it is stored, hashed and compared.

The same value always gives the same bytes: fields in declared order, none left out, mappings and sets sorted; money as
"12.34 EUR", quantities as "5 EA", decimals with the digits they were given, fractions as "7/12", dates and instants as
ISO 8601. Reading the bytes gives exactly the same value. JSON from third parties is read by `json_documents`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final, TypeVar, cast

import msgspec

from tieout.core.documents.kind import Document, Kinds
from tieout.core.tie_out.key import former_ledger
from tieout.core.values.errors import Malformed
from tieout.core.values.key import Key
from tieout.core.values.money import Money, exponent
from tieout.core.values.quantity import Quantity
from tieout.core.values.sentence import Figure, Sentence

T = TypeVar("T")


def encode(value: object) -> bytes:
    """The canonical bytes of a document or of any other value of the kernel. Raises `TypeError` for other values."""
    content = _ENCODER.encode(value)
    return content if _AFTER_E.search(content) is None or _EXPONENT.search(content) is None else _in_digits(value)


def decode(kinds: Kinds, kind: str, content: bytes) -> Document:
    """The document that `encode` wrote; `kind` is the document's own. Raises `Malformed`, also for an unknown kind, and for content that
    was erased."""
    if not content:
        raise Malformed("the content of this document was erased")
    return cast("Document", decode_as(kinds.named(kind).type, content))


def decode_as(type_: type[T], content: bytes) -> T:
    """The value of this type that `encode` wrote. Raises `Malformed` with the place in the text."""
    read = _decoder(type_).decode
    try:
        try:
            return read(content)
        except msgspec.ValidationError:
            former = _with_ledgers(content)
            if former is None:
                raise
            return read(former)
    except (msgspec.DecodeError, InvalidOperation) as error:
        raise Malformed("not a canonical {type}: {error}", type=type_.__name__, error=error) from error


def _in_digits(value: object) -> bytes:
    """The canonical bytes of a value that holds a decimal which Python writes with an exponent (0.0000001, 1E+2): in digits alone."""
    tree = msgspec.to_builtins(value, builtin_types=(Decimal,), enc_hook=_write, order="deterministic")
    return msgspec.json.encode(_spelled(tree))  # in the order that the tree has already


def _spelled(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {name: _spelled(value) for name, value in tree.items()}
    if isinstance(tree, list | tuple):
        return [_spelled(value) for value in tree]
    return f"{tree:f}" if isinstance(tree, Decimal) else tree


def fingerprint(content: bytes) -> str:
    """SHA-256 of canonical bytes (or of a source file), as 64 hexadecimal digits."""
    return sha256(content).hexdigest()


def _write(value: object) -> str:
    writer = _WRITERS.get(type(value))
    if writer is None:
        raise TypeError(f"{type(value).__name__} has no canonical JSON")
    return writer(value)


def _write_money(money: Money) -> str:
    minor, currency = money.minor, money.currency
    decimals = exponent(currency)
    if minor > 9999 and decimals:  # by far the most: more digits than any currency has decimals, and no sign
        digits = str(minor)
        return f"{digits[:-decimals]}.{digits[-decimals:]} {currency}"
    if not decimals:
        return f"{minor} {currency}"
    digits = str(abs(minor)).rjust(decimals + 1, "0")
    return f"{'-' if minor < 0 else ''}{digits[:-decimals]}.{digits[-decimals:]} {currency}"


_WRITERS: Final[dict[type, Callable[[Any], str]]] = {
    Money: _write_money,
    Quantity: lambda quantity: f"{quantity.value:f} {quantity.unit}",
    Key: str,
    Sentence: str,
    Figure: str,
    Fraction: lambda fraction: f"{fraction.numerator}/{fraction.denominator}",
}


def _read_money(text: str) -> Money:
    amount, _, currency = text.partition(" ")
    whole, _, cents = amount.partition(".")
    if not currency or len(cents) != exponent(currency):
        return Money.parse(text)
    return Money(int(whole + cents), currency)


@lru_cache(maxsize=8192)
def _read_quantity(text: str) -> Quantity:
    value, _, unit = text.partition(" ")
    return Quantity(Decimal(value), unit) if unit else Quantity.parse(text)


def _with_ledgers(content: bytes) -> bytes | None:
    """Allocations as the previous release wrote them (with an order and no book) in today's form; None where there are none."""
    tree, changed = msgspec.json.decode(content), False
    waiting = [tree]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += value
        elif isinstance(value, dict):
            if "order" in value and value.keys() in _FORMER:
                value["ledger"], changed = str(former_ledger(value.pop("order"))), True
            waiting += value.values()
    return msgspec.json.encode(tree) if changed else None


_FORMER: Final = (
    {"claim_line", "order", "line", "quantity", "unit", "net"},
    {"claim", "order", "line", "quantity", "amount"},
)
"""The fields of allocations, a claim's own and those of others, as the previous release wrote them."""

_READERS: Final[dict[object, Callable[[str], object]]] = {
    Money: _read_money,
    Quantity: _read_quantity,
    Fraction: Fraction,
    Key: Key.parse,
}


def _read(type_: type, value: object) -> object:
    if not isinstance(value, str):
        raise ValueError(f"expected text, found {value!r}")
    return _READERS[type_](value)


_AFTER_E: Final = re.compile(rb'E(?<=[0-9]E)[+-][0-9]+"')
"""The end of a decimal with an exponent: most texts are recognised by it alone, and it is found faster than the whole."""
_EXPONENT: Final = re.compile(rb'"-?[0-9](?:\.[0-9]+)?E[+-][0-9]+"')
_ENCODER: Final = msgspec.json.Encoder(enc_hook=_write, order="deterministic")


@lru_cache(maxsize=256)
def _any_decoder(type_: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(type_, dec_hook=_read)


def _decoder(type_: type[T]) -> msgspec.json.Decoder[T]:
    return _any_decoder(cast("Any", type_))
