"""What a document is: type code × root element × profile × country decide, by one table, before anything else is checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from tieout.core.values.sentence import Sentence, as_sentence
from tieout.trade.document_types.document_type import CodeList as CodeList
from tieout.trade.document_types.document_type import DocumentType as DocumentType
from tieout.trade.document_types.document_type import treatment_of as treatment_of
from tieout.trade.document_types.national import BY_COUNTRY, NATIONAL, UNMISTAKABLE
from tieout.trade.document_types.titles import credit_title as credit_title
from tieout.trade.document_types.titles import titled as titled
from tieout.trade.document_types.untdid import EN_16931, FURTHER, of_directory

_DUNNING: Final = re.compile(
    r"(?i)reminder|dunning|mahnung|zahlungserinnerung|purring|inkasso|p[aå]minnel|rykker|aanmaning|betalingsherinnering|sollecito"
    r"|(?<![a-z])(rappel|relance)(?![a-z])"
)
_PROFORMA: Final = re.compile(r"(?i)(?<![a-z])pro-?forma(?![a-z])")
_SELF_BILLING: Final = re.compile(r"(?i)(?<![a-z])self-?bill(ing|ed)(?![a-z])")
_SAUDI_DIGITS: Final = re.compile(r"0[12][01]{5}")
_MALAYSIAN_VERSIONS: Final = frozenset({"1.0", "1.1"})
_NONE: Final[Mapping[str, str]] = MappingProxyType({})
_ZATCA: Final = re.compile(r"ZATCA/(0[12][01]{5})")

REMINDER: Final = DocumentType(code="reminder", code_list="profile", name="reminder", nature="request")
PROFORMA: Final = DocumentType(code="proforma", code_list="profile", name="proforma invoice", nature="proforma")
PROFILES: Final = (REMINDER, PROFORMA)
"""What a profile alone decides, whatever the type code."""


@lru_cache(maxsize=4096)
def classify(code: str, *, type_list: str = "", profile: str = "", country: str = "") -> DocumentType | None:
    """The type of a document; None where its code is in no list. An empty code is no code: ask for the root's own.

    `type_list` is what `type_list_of` made of the places around the code, `profile` the identifiers of the document's
    customization and of its business process, `country` the seller's.
    """
    if _DUNNING.search(profile):
        return REMINDER
    if _PROFORMA.search(profile):
        return PROFORMA
    row = _listed(code.strip(), type_list=type_list, country=country)
    if row is not None and not row.self_billed and _SELF_BILLING.search(profile):
        return _self_billed(row)
    return row


def type_list_of(*, process: str = "", attributes: Mapping[str, str] = _NONE) -> str:
    """Whose list a type code comes from: "MyInvois", "DIAN", "SUNAT", "ZATCA/0100000" (with the digits beside the code), ""
    where nothing is said.

    `process` is the identifier of the business process; `attributes` are those of the element with the code.
    """
    if _SAUDI_DIGITS.fullmatch(digits := attributes.get("name", "")):
        return f"ZATCA/{digits}"
    if "sunat" in f"{attributes.get('listAgencyName', '')} {attributes.get('listURI', '')}".lower():
        return "SUNAT"
    if process.upper().startswith("DIAN "):
        return "DIAN"
    if attributes.get("listVersionID", "") in _MALAYSIAN_VERSIONS:
        return "MyInvois"
    return ""


def _listed(code: str, *, type_list: str, country: str) -> DocumentType | None:
    if (digits := _ZATCA.fullmatch(type_list)) is not None:
        return _saudi(code, digits[1])
    capitals = code.upper()
    if (row := _national(type_list, capitals)) is not None:
        return row
    if (row := EN_16931.get(code) or FURTHER.get(code)) is not None:
        return row
    for name in UNMISTAKABLE:
        if (row := NATIONAL[name].get(capitals)) is not None:
            return row
    return _national(BY_COUNTRY.get(country, ""), capitals) or of_directory(code)


def _national(name: str, code: str) -> DocumentType | None:
    return next((table.get(code) for listed, table in NATIONAL.items() if listed == name), None)


def _saudi(code: str, digits: str) -> DocumentType | None:
    """Digits beside a Saudi code: the second is 2 on simplified documents, the fourth 1 on nominal supplies, the seventh 1 where
    the buyer issues it. A credit note of each stays a credit note."""
    table = NATIONAL["ZATCA"]
    row = table.get(code) or of_directory(code)
    if row is None or row.credit:
        return _self_billed(row) if row is not None and digits[6] == "1" else row
    if digits[3] == "1":
        return table["388-nominal"]
    if digits[1] == "2":
        return table["388-02"]
    return _self_billed(row) if digits[6] == "1" else row


def _self_billed(row: DocumentType) -> DocumentType:
    return DocumentType(
        code=row.code,
        code_list=row.code_list,
        name=Sentence("{name} under self-billing", name=as_sentence(row.name)),
        nature=row.nature,
        credit=row.credit,
        self_billed=True,
        factored=row.factored,
    )


def every_type() -> tuple[DocumentType, ...]:
    """All rows of all lists, in the order of the reference."""
    national = (row for table in NATIONAL.values() for row in table.values())
    return (*EN_16931.values(), *FURTHER.values(), *national, *PROFILES)
