"""Schema and official rules: valid documents pass, invalid ones are reported with the rule, and nothing passes unchecked."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from tests.support.reading import read
from tieout.core.documents.remark import Remark
from tieout.formats import validation
from tieout.formats.cii import FORMAT
from tieout.formats.validation import validate

pytestmark = pytest.mark.skipif(not validation.available(), reason="the extra tieout[validation] is not installed")

_CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"

# glob -> how many of its files are valid of how many, by the rules of the installed release
VALID = {
    "en16931/ubl/examples/ubl-tc434-*.xml": (11, 11),
    "en16931/cii/examples/CII_example*.xml": (7, 8),
    "facturx/tests/fixtures/xml/*.xml": (12, 12),
    "xrechnung/src/test/business-cases/standard/*.xml": (65, 66),
}


@pytest.mark.slow
@pytest.mark.parametrize("pattern", VALID)
def test_valid_documents_pass(shared_data: Path, pattern: str) -> None:
    verdicts = {path.name: _fatal(path.read_bytes()) for path in sorted((shared_data / "e-invoice").glob(pattern))}
    wrong = {name: remarks for name, remarks in verdicts.items() if remarks}
    print(f"{pattern}: {len(verdicts) - len(wrong)} of {len(verdicts)} valid")
    assert (len(verdicts) - len(wrong), len(verdicts)) >= VALID[pattern], wrong


@pytest.mark.parametrize(
    ("element", "text", "rule"),
    [
        ("LineExtensionAmount", "1.00", "BR-CO-10"),
        ("TaxInclusiveAmount", "1.00", "BR-CO-15"),
        ("PayableAmount", "1.00", "BR-CO-16"),
        ("ID", "", "BR-02"),
        ("DocumentCurrencyCode", "EURO", "BR-CL-04"),
    ],
)
def test_a_broken_ubl_invoice_is_named_by_its_rule(shared_data: Path, element: str, text: str, rule: str) -> None:
    root = etree.parse(shared_data / "e-invoice/en16931/ubl/examples/ubl-tc434-example4.xml").getroot()
    assert not _fatal(etree.tostring(root))
    parent = root if root.find(f"{_CBC}{element}") is not None else root.find("{*}LegalMonetaryTotal")
    assert parent is not None
    node = parent.find(f"{_CBC}{element}")
    assert node is not None
    node.text = text
    assert rule in {remark.rule for remark in _fatal(etree.tostring(root))}


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("ZUGFeRDv2/fail/FNFE-factur-x-examples/Facture_UE_BASIC.pdf", "BR-IC-11"),
        ("ZUGFeRDv2/fail/FNFE-factur-x-examples/Avoir_FR_type380_MINIMUM.pdf", "XSD"),
        ("ZUGFeRDv2/fail/Mustangproject/MustangGnuaccountingBeispielRE-20190610_507a.pdf", "XSD"),
        ("ZUGFeRDv2/fail/Mustangproject/factur-x-invalid-xml-encoding-attribute.pdf", ""),
        ("ZUGFeRDv1/fail/Mustangproject/fail2.pdf", "XSD"),
    ],
)
def test_invalid_documents_fail(shared_data: Path, name: str, rule: str) -> None:
    assert rule in {remark.rule for remark in _fatal((shared_data / "e-invoice/zugferd" / name).read_bytes())}


@pytest.mark.slow
def test_what_we_write_is_valid(shared_data: Path) -> None:
    """The writer leaves out what the canonical document does not hold, so a few mandatory texts are missing, nothing else."""
    (reading,) = read((shared_data / "e-invoice/en16931/cii/examples/CII_example9.xml").read_bytes())
    assert FORMAT.write is not None
    rules = {remark.rule for remark in _fatal(FORMAT.write(reading.document))}
    assert not rules & {"XSD"}
    assert not {rule for rule in rules if rule.startswith(("BR-CO", "BR-S", "BR-DEC"))}


def test_nothing_passes_unchecked() -> None:
    assert _fatal(b"<order xmlns='urn:nobody'/>"), "no rules for it"
    assert _fatal(b"<Invoice"), "not XML"
    assert _fatal(b"%PDF-1.4 nothing"), "not a PDF"


def test_without_the_extra_nothing_is_valid(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validation, "available", lambda: False)
    assert "not installed" in _fatal(b"<a/>")[0].message


def test_external_entities_never_reach_the_rules(shared_data: Path) -> None:
    content = (shared_data / "e-invoice/en16931/ubl/examples/ubl-tc434-example4.xml").read_bytes()
    hostile = content.replace(b"?>", b'?><!DOCTYPE Invoice [<!ENTITY x SYSTEM "file:///etc/passwd">]>', 1)
    (remark,) = _fatal(hostile)
    assert "DOCTYPE" in remark.message or "document type" in remark.message


def _fatal(content: bytes) -> list[Remark]:
    return [remark for remark in validate(content) if remark.fatal]
