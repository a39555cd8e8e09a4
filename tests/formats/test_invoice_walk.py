"""A right invoice and credit note, changed in one place after the other: the official rules and `tieout check` side by side.

`test_official_rules_and_check.py` has the changes that a person thought of; here are all that a machine finds, in UBL and CII.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pytest

from tests.formats.invoice_walk import EARLIER, Variant, bases, variants
from tests.formats.one_invoice import evidence
from tests.support.reading import read
from tests.support.soak import spread
from tieout.cli import main
from tieout.formats import validation

AT: Final = "2026-06-11T10:00Z"
BASES = bases()
MOVES_NOTHING: Final = frozenset({
    "EndpointID", "CityName", "URIUniversalCommunication", "URIID", "PartyLegalEntity", "PartyIdentification",
})  # fmt: skip
"""Elements that say nothing of money, goods or parties' identity: which of two was meant decides nothing."""
JOINED: Final = frozenset({
    "PaymentTerms", "SpecifiedTradePaymentTerms", "Note", "Description", "PaymentMeans", "BillingReference",
    "SpecifiedTradeSettlementPaymentMeans", "InvoiceReferencedDocument", "TaxTotal", "TaxSubtotal", "InvoiceLine", "CreditNoteLine",
    "IncludedSupplyChainTradeLineItem",
})  # fmt: skip
"""Elements that the reader takes all of: terms, accounts, references, taxes, lines are compared one by one."""


@pytest.mark.parametrize("name", BASES)
def test_the_document_is_right(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert checked(BASES[name].encode(), name, tmp_path, capsys) == set()


def checked(content: bytes, name: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> set[str]:
    """What holds a document at `tieout check`; empty where it is clear."""
    arguments = evidence(folder)
    (folder / "document.xml").write_bytes(content)
    if "credit" in name:
        (folder / "earlier.xml").write_text(EARLIER)
        arguments += ["--earlier", str(folder / "earlier.xml")]
    main(["check", str(folder / "document.xml"), *arguments, "--at", AT, "--json"])
    holding: set[str] = set()
    for line in capsys.readouterr().out.splitlines():
        verdict = json.loads(line)["verdict"]
        named = {
            f"{one['code']}/{dict(one['numbers']).get('rule', '')}" if one["code"] == "DOC-EINV" else str(one["code"])
            for one in verdict["findings"]
            if one["stage"] != "note"
        }
        assert (verdict["status"] == "clear") is (not named)
        holding |= named
    return holding


@pytest.mark.parametrize("name", BASES)
def test_what_is_stated_once_more_and_otherwise_is_never_silent(name: str) -> None:
    silent = set()
    for variant in variants(BASES[name], changes=lambda change: change.startswith("twice, other")):
        last = variant.path.rpartition("/")[2]
        if last in MOVES_NOTHING | JOINED or (last == "PartyTaxScheme" and "other ID" in variant.change):
            continue  # the latter: a number for another tax, which a party may have too
        readings = read(variant.content, name="document.xml")
        if not any(remark.fatal for reading in readings for remark in reading.remarks):
            silent.add((variant.path, variant.change))
    assert silent == set()


HARMLESS: Final[dict[str, str]] = {
    "BR-01": "what names no profile is held to its sums",
    "BR-05": "all amounts are in one currency",
    "BR-CL-04": "the currency in small letters",
    "BR-10": "where the buyer sits decides nothing",
    "BR-11": "where the buyer sits decides nothing",
    "BR-CL-14": "a country in small letters, or none",
    "BR-57": "the country of delivery counts for category K alone",
    "BR-25": "the line is matched by its product number and its order line",
    "BR-22": "a credit without quantity gives back money",
    "BR-23": "a credit without quantity gives back money",
    "BR-49": "payment goes to the account on record",
    "BR-50": "payment goes to the account on record",
    "BR-61": "payment goes to the account on record",
    "BR-CL-16": "payment goes to the account on record",
    "UBL-SR-47": "each way of payment is looked at",
    "UBL-SR-05": "terms are read together, and compared with what was agreed",
    "BR-55": "what it credits is told by its order line",
    "UBL-SR-07": "what it credits is told by its order line",
    "BR-62": "addresses of the network decide nothing",
    "BR-63": "addresses of the network decide nothing",
    "BR-CL-25": "addresses of the network decide nothing",
    "BR-CO-09": "a VAT id in small letters or with blanks, or none of the buyer",
    "UBL-SR-53": "a VAT id whose scheme is missing",
    "BR-CO-26": "who the seller is comes from its record",
    "BR-CL-03": "an amount without a currency is in the document's",
    "BR-CO-15": "the tax total repeated, or in the document's currency without saying so",
    "BR-S-01": "blanks around a category",
    "BR-S-08": "a taxable amount a cent off (CII), or blanks around a category",
    "BR-03": "a date without its format",
    "UBL-DT-01": "zeros or blanks behind the cents",
    "BR-S-02": "small letters",
    "BR-CO-04": "blanks around VAT",
    "BR-CO-17": "blanks around VAT",
    "BR-47": "blanks around VAT",
    "BR-48": "blanks around VAT",
}
"""Rules that a document may break and still be paid rightly. BR-DEC-… (zeros behind the cents) is one too."""
SCHEMA: Final = (
    "XSD",
    "FX-SCH-A",
    "UBL-SR-12",
    "UBL-SR-18",
    "UBL-SR-24",
    "UBL-SR-35",
    "UBL-SR-48",
    "Schematron",
    "CII-",
)
"""What the schema and the rules on repetition say: harmless where the copy says the same, or nothing is said at all."""
OWN: Final = frozenset({
    "AP-AMT-TOTAL", "AP-CRM-INC", "AP-DATE", "AP-DUP-CERT", "AP-DUP-SUSP", "AP-LINE-XTRA", "AP-PAY-SUM", "AP-PO-INVALID",
    "AP-PO-MISSING", "AP-PRC-OVER", "AP-PRC-UNDER", "AP-PRC-UNITBASIS", "AP-QTY-ORD", "AP-TAX-VAR", "AP-TERMS", "AP-UOM",
    "MD-BANK-CHG", "MD-VEND-BLOCK", "DOC-EINV/PEPPOL-EN16931-R120", "DOC-EINV/PEPPOL-EN16931-R051",
    "DOC-EINV/BR-S-02", "DOC-EINV/BR-23", "DOC-EINV/DOC-EINV",
})  # fmt: skip
"""What is no matter of the official rules: price, quantity, order, account, Peppol's own rules; and an element without content,
which the official rules count as there."""


@pytest.mark.slow
@pytest.mark.skipif(not validation.available(), reason="the extra tieout[validation] is not installed")
@pytest.mark.parametrize("name", BASES)
def test_what_the_official_rules_forbid_is_held_or_harmless(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = []
    # the credit notes are read by the same code as the invoices: their contents are changed there
    every = variants(BASES[name], changes=lambda change: "credit" not in name or not change.startswith("text"))
    for variant in spread(every, one_of=13):
        official = {remark.rule for remark in validation.validate(variant.content) if remark.fatal}
        holding = checked(variant.content, name, tmp_path, capsys)
        if official and not holding:
            unexplained = {rule for rule in official if not _is_harmless(rule, variant)}
            wrong += [(variant.path, variant.change, "clear", sorted(unexplained))] if unexplained else []
        elif holding and not official and holding - OWN:
            wrong.append((variant.path, variant.change, "held", sorted(holding)))
    assert wrong == []


def _is_harmless(rule: str, variant: Variant) -> bool:
    if rule in HARMLESS or rule.startswith("BR-DEC-") or variant.change == "twice the same":
        return True
    if not rule or rule.startswith(SCHEMA):
        other = variant.change.startswith("twice, other")
        return not other or variant.path.rpartition("/")[2] in MOVES_NOTHING | JOINED
    return False
