"""A party to a document, as the document names it; its identifiers lead to its master record."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from tieout.core.values.made import made_often

_NOT_ALNUM: Final = re.compile(r"[^0-9A-Z]+")
_LEGAL_FORMS: Final = frozenset(
    "AB AG AS ASA AKTIENGESELLSCHAFT BV BVBA CO COMPANY CORP CORPORATION GMBH INC INCORPORATED KG KGAA LIMITED LLC LLP LTD NV OHG OY "
    "OYJ PLC PTY SA SARL SAS SE SL SNC SPA SRL UG".split()
)


@made_often
@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """An identifier with its scheme: ISO 6523 ("0088"), "vat", "tax", "ours" (their number in our master data), or "" unknown."""

    scheme: str
    value: str


@made_often
@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A name, a country (ISO 3166 alpha-2, or ""), identifiers and, where the document gives them, the lines of an address.

    `contact`, `phone` and `email` are the contact point on our own documents (a department rather than a person); they are written,
    and those of incoming documents are not kept.
    """

    name: str = ""
    country: str = ""
    identifiers: tuple[Identifier, ...] = ()
    street: str = ""
    city: str = ""
    postcode: str = ""
    contact: str = ""
    phone: str = ""
    email: str = ""

    def identifier(self, scheme: str) -> str:
        """The first value under a scheme, or ""."""
        return next((identifier.value for identifier in self.identifiers if identifier.scheme == scheme), "")

    @property
    def vat_id(self) -> str:
        """The VAT identifier, or ""."""
        return self.identifier("vat")


@lru_cache(maxsize=16384)
def normal_name(name: str) -> str:
    """A name for comparison: capitals, no punctuation, no legal form."""
    words = _NOT_ALNUM.sub(" ", name.upper()).split()
    kept = [word for word in words if word not in _LEGAL_FORMS]
    return " ".join(kept or words)


def normal_reference(reference: str) -> str:
    """A document number for comparison: capitals, letters and digits only, no leading zeros."""
    return _NOT_ALNUM.sub("", reference.upper()).lstrip("0") or reference.strip().upper()


@lru_cache(maxsize=16384)
def normal_id(value: str) -> str:
    """An identifier or IBAN for comparison: capitals, letters and digits only."""
    return _NOT_ALNUM.sub("", value.upper())
