"""Identifiers for comparison: one form for the ways in which one VAT id, GTIN or account is lawfully written.

The check digits come from `python-stdnum`, which computes and looks nothing up. What does not pass its check keeps the
plain form (capitals, letters and digits), so that a misspelt number is never taken for somebody else's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from stdnum import ean, iban
from stdnum.ch import uid
from stdnum.eu import vat
from stdnum.gb import vat as british
from stdnum.no import orgnr

from tieout.core.values.party import Identifier, normal_id

_SWISS: Final = re.compile(r"(CHE[0-9]{9})(MWST|TVA|IVA|VAT)?")
_NORWEGIAN: Final = re.compile(r"(NO)?([0-9]{9})(MVA)?")
_GTIN_LENGTHS: Final = frozenset({8, 12, 13, 14})

# Of these a company has one: two different ones are two companies (or one in two countries, which its record must say).
_UNIQUE: Final = ("vat", "ours")


def comparable(scheme: str, value: str) -> str:
    """The form in which a party's identifiers of one scheme are compared."""
    return vat_form(value) if scheme.lower() == "vat" else normal_id(value)


@lru_cache(maxsize=16384)
def vat_form(value: str) -> str:
    """A VAT id for comparison. One form for Greece (EL, GR), Switzerland (with or without MWST, TVA, IVA), Norway (MVA),
    Great Britain and Northern Ireland (GB, XI), and for zeros that a country leaves out."""
    plain = normal_id(value)
    if (swiss := _SWISS.fullmatch(plain)) and uid.is_valid(swiss[1]):
        return swiss[1]
    norwegian = _NORWEGIAN.fullmatch(plain)
    if norwegian and (norwegian[1] or norwegian[3]) and orgnr.is_valid(norwegian[2]):
        return f"NO{norwegian[2]}"
    if plain[:2] in {"GB", "XI"} and british.is_valid(plain[2:]):
        return f"GB{british.compact(plain[2:])}"
    if plain[:2].isalpha() and vat.is_valid(plain):
        compact = str(vat.compact(plain))
        return f"EL{compact[2:]}" if compact[:2] == "GR" else compact
    return plain


@lru_cache(maxsize=16384)
def gtin_form(value: str) -> str:
    """A product's number for comparison: a GTIN without the zeros that fill it up to 12, 13 or 14 digits."""
    plain = normal_id(value)
    return plain.lstrip("0") if is_gtin(plain) else plain


def is_gtin(value: str) -> bool:
    """Whether these are 8, 12, 13 or 14 digits, the last of which is the check digit."""
    return value.isascii() and value.isdigit() and len(value) in _GTIN_LENGTHS and bool(ean.is_valid(value))


def gtin_of(digits: str) -> str:
    """These digits (11, 12 or 13 of them) with their check digit."""
    return f"{digits}{ean.calc_check_digit(digits)}"


@lru_cache(maxsize=16384)
def account_form(number: str) -> str:
    """A bank account's number for comparison: capitals without blanks, and without the word IBAN before an IBAN."""
    plain = normal_id(number)
    bare = plain.removeprefix("IBAN")
    return bare if bare != plain and iban.is_valid(bare) else plain


def contradict(one: Iterable[Identifier], other: Iterable[Identifier]) -> bool:
    """Whether two sets of identifiers cannot be the same party's: both have a VAT id, or our number, and share none."""
    ours, theirs = tuple(one), tuple(other)
    for scheme in _UNIQUE:
        mine = {comparable(scheme, own.value) for own in ours if own.scheme == scheme and own.value.strip()}
        named = {comparable(scheme, own.value) for own in theirs if own.scheme == scheme and own.value.strip()}
        if mine and named and not mine & named:
            return True
    return False
