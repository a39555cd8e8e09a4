"""Identifiers for comparison: one form for the ways in which one VAT id, GTIN or account is lawfully written.

The check digits come from `python-stdnum`, which computes and looks nothing up. What does not pass its check keeps the
plain form (capitals, letters and digits), so that a misspelt number is never taken for somebody else's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import Final

from stdnum import ean, iban
from stdnum.ch import uid
from stdnum.eu import vat
from stdnum.gb import vat as british
from stdnum.no import orgnr

from tieout.core.values.party import Identifier, normal_id

_SWISS: Final = re.compile(r"CHE?([0-9]{9})(?:MWST|TVA|IVA|VAT|TPV)*")
_NORWEGIAN: Final = re.compile(r"(NO)?([0-9]{9})(MVA)?")
_WORDS: Final = re.compile(
    r"^(?:USTIDNR|USTID|UIDNR|UID|VATREGNO|VATNO|VATID|VAT|TVA|BTW|IVA|PIVA|MWST|NIF|CIF|MVA)(?=[A-Z]{2,3}[A-Z0-9]*[0-9])"
)
_NO_CHECK: Final = re.compile(
    r"^(?:ABN|TRN|GSTIN|GSTREGNO|GSTNO|GST|RFC|NIT|RUT|RUC|CNPJ|TIN|NPWP|VKN)(?:NO|NR)?(?=[A-Z]{0,4}[0-9]{2}[A-Z0-9]{5,})"
)
_WORD: Final = re.compile(r"[A-Z]+(?=[A-Z0-9]*[0-9])")
_HUNGARIAN: Final = re.compile(r"(?:HU)?([0-9]{8})[1-5][0-9]{2}")
_SWEDISH: Final = re.compile(r"[0-9]{10}")
_SPELLING: Final = re.compile(r"(?:(CHE[0-9]{9})(?:MWST|TVA|IVA|VAT|TPV)*|(NO[0-9]{9})(?:MVA)?|(?:GR|EL)([0-9]{9}))")
_PREFIXES: Final = {"GR": "EL", "CH": "CHE", "LI": "CHE", "XI": "GB"}
_WORD_MIN: Final = 3
_LONG_PREFIXES: Final = frozenset({"CHE", "ATU"})
_GTIN_LENGTHS: Final = frozenset({8, 12, 13, 14})

# Of these a company has one: two different ones are two companies (or one in two countries, which its record must say).
_UNIQUE: Final = ("vat", "ours")


def comparable(scheme: str, value: str, country: str = "") -> str:
    """The form in which a party's identifiers of one scheme are compared; `country` is the party's, where it is known."""
    return vat_form(value, country) if scheme.lower() == "vat" else normal_id(value)


@lru_cache(maxsize=16384)
def at_home(identifiers: tuple[Identifier, ...], country: str) -> tuple[Identifier, ...]:
    """A party's identifiers, its VAT ids with the prefix of its country where it was left out."""
    return tuple(
        replace(one, value=vat_form(one.value, country)) if one.scheme.lower() == "vat" else one for one in identifiers
    )


@lru_cache(maxsize=16384)
def vat_form(value: str, country: str = "") -> str:
    """A VAT id for comparison. One form for Greece (EL, GR), Switzerland (with or without MWST, TVA, IVA), Norway (MVA),
    Great Britain and Northern Ireland (GB, XI), for zeros that a country leaves out, and for a word before it (VAT, TVA).

    An id without its prefix gets that of the party's `country`, if its check digits are right there; without a country it
    stays nobody's.
    """
    plain = normal_id(value)
    bare = _WORDS.sub("", plain, count=1)
    form = _form(bare)
    if form is not None:
        return form
    home = country.strip().upper()
    form = _at_home(bare, home) or _behind_words(bare, home)
    if form is None and (
        written := _SPELLING.fullmatch(bare)
    ):  # another prefix or suffix is the same number, right or wrong
        return written[1] or written[2] or f"EL{written[3]}"
    return (_NO_CHECK.sub("", plain, count=1) or plain) if form is None else form


def _at_home(bare: str, home: str) -> str | None:
    """The form of a number without its prefix, or as it is written within its country."""
    if not home or (bare.startswith(home) and home != "HU"):
        return None
    if home == "HU" and (written := _HUNGARIAN.fullmatch(bare)):  # with the code of its tax office
        return _form(f"HU{written[1]}")
    if home == "SE" and _SWEDISH.fullmatch(bare):  # the number of the company, of which its VAT id is made
        return _form(f"SE{bare}01")
    return _form(f"{_PREFIXES.get(home, home)}{bare}")


def _behind_words(bare: str, home: str) -> str | None:
    """The form of an id that stands behind words ("BTW nr. NL…", "NIP 856…"): its check digits tell where it begins."""
    words = _WORD.match(bare)
    for length in range(1, len(words[0]) + 1 if words else 0):
        if (form := _form(bare[length:])) is not None:
            return form
        # a word has three letters at least: two may be the prefix of another country
        if length >= _WORD_MIN and bare[:length] not in _LONG_PREFIXES and (own := _at_home(bare[length:], home)):
            return own
    return None


def _form(plain: str) -> str | None:
    """The form of a VAT id with its prefix; None where it has none, or fails its check."""
    if (swiss := _SWISS.fullmatch(plain)) and uid.is_valid(f"CHE{swiss[1]}"):
        return f"CHE{swiss[1]}"
    norwegian = _NORWEGIAN.fullmatch(plain)
    if norwegian and (norwegian[1] or norwegian[3]) and orgnr.is_valid(norwegian[2]):
        return f"NO{norwegian[2]}"
    if plain[:2] in {"GB", "XI", "UK"} and british.is_valid(plain[2:]):
        return f"GB{british.compact(plain[2:])}"
    if plain[:2].isalpha() and vat.is_valid(plain):
        compact = str(vat.compact(plain))
        return f"EL{compact[2:]}" if compact[:2] == "GR" else compact
    return None


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
def masked_card(number: str) -> str:
    """A card's number as it may be kept: no more than its first six and last four digits (EN 16931 BT-87)."""
    digits = [place for place, sign in enumerate(number) if sign.isdigit()]
    hidden = set(digits[_FIRST:-_LAST]) if len(digits) > _FIRST + _LAST else set()
    return "".join("*" if place in hidden else sign for place, sign in enumerate(number)).strip()


def sendable_card(number: str) -> str:
    """A card's number as an invoice may state it (BR-51): no longer than ten characters, else its last four digits."""
    number = number.strip()
    return number if len(number) <= _FIRST + _LAST else "".join(sign for sign in number if sign.isdigit())[-_LAST:]


_FIRST, _LAST = 6, 4


def account_form(number: str) -> str:
    """A bank account's number for comparison: capitals without blanks, and without the word IBAN before an IBAN."""
    plain = normal_id(number)
    bare = plain.removeprefix("IBAN")
    return bare if bare != plain and iban.is_valid(bare) else plain


def shown(identifiers: Iterable[Identifier]) -> str:
    """A party's VAT id and our number for it, as people compare them: "VAT DE136695976, our number 70010"; "no number" for none."""
    words = {"vat": "VAT", "ours": "our number", "tax": "tax number"}
    named = [f"{words[one.scheme]} {one.value}" for one in identifiers if one.scheme in words and one.value.strip()]
    return ", ".join(dict.fromkeys(named)) or "no number"


def contradict(one: Iterable[Identifier], other: Iterable[Identifier]) -> bool:
    """Whether two sets of identifiers cannot be the same party's: both have a VAT id, or our number, and share none."""
    ours, theirs = tuple(one), tuple(other)
    for scheme in _UNIQUE:
        mine = {comparable(scheme, own.value) for own in ours if own.scheme == scheme and own.value.strip()}
        named = {comparable(scheme, own.value) for own in theirs if own.scheme == scheme and own.value.strip()}
        if mine and named and not mine & named:
            return True
    return False
