"""The standards' own unit tests of the arithmetic rules: every invalid fragment gives the rule's remark, no valid one does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from tests.support.reading import read

_CAC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2}"
_CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
_TEST = "{http://difi.no/xsd/vefa/validator/1.0}"
_EN_16931 = "urn:cen.eu:en16931:2017"

# rule -> how many fragments must be right and how many wrong; a count that drops is a failure
_COUNTS = {
    "BR-12": (2, 2), "BR-13": (2, 2), "BR-14": (2, 2), "BR-15": (2, 2), "BR-16": (2, 2),
    "BR-CO-10": (7, 2), "BR-CO-11": (4, 2), "BR-CO-12": (4, 2), "BR-CO-13": (18, 10), "BR-CO-14": (4, 3),
    "BR-CO-15": (12, 10), "BR-CO-16": (10, 3), "BR-CO-17": (10, 2), "BR-CO-18": (2, 1),
    "BR-S-08": (10, 6), "BR-AF-08": (10, 6), "BR-AG-08": (10, 6), "BR-Z-08": (7, 4), "BR-E-08": (7, 4),
    "BR-AE-08": (7, 4), "BR-IC-08": (7, 4), "BR-G-08": (7, 4), "BR-O-08": (7, 4),
    "BR-S-09": (8, 2), "BR-AF-09": (3, 1), "BR-AG-09": (3, 1), "BR-Z-09": (1, 2), "BR-E-09": (1, 2),
    "BR-AE-09": (1, 2), "BR-IC-09": (1, 2), "BR-G-09": (1, 2), "BR-O-09": (1, 2),
    "PEPPOL-EN16931-R040": (7, 3), "PEPPOL-EN16931-R051": (1, 5), "PEPPOL-EN16931-R120": (7, 4),
    "PEPPOL-EN16931-R121": (2, 2), "PEPPOL-EN16931-R130": (1, 2),
    # tax categories; BR-CL-18 has a fragment whose line is no line
    "BR-32": (2, 4), "BR-37": (2, 4), "BR-47": (2, 4), "BR-48": (4, 2), "BR-AE-01": (5, 5), "BR-AE-02": (6, 8),
    "BR-AE-03": (6, 8), "BR-AE-04": (6, 8), "BR-AE-05": (1, 2), "BR-AE-06": (1, 2), "BR-AE-07": (1, 2),
    "BR-AE-10": (3, 1), "BR-AF-01": (4, 4), "BR-AF-02": (3, 6), "BR-AF-03": (3, 6), "BR-AF-04": (3, 6),
    "BR-AF-05": (2, 1), "BR-AF-06": (2, 1), "BR-AF-07": (2, 1), "BR-AF-10": (1, 3), "BR-AG-01": (4, 4),
    "BR-AG-02": (2, 5), "BR-AG-03": (2, 4), "BR-AG-04": (2, 4), "BR-AG-05": (2, 1), "BR-AG-06": (2, 1),
    "BR-AG-07": (2, 1), "BR-AG-10": (1, 3), "BR-CL-17": (1, 1), "BR-CO-04": (1, 2),
    "BR-CO-09": (1, 3), "BR-E-01": (8, 10), "BR-E-02": (3, 5), "BR-E-03": (3, 4), "BR-E-04": (3, 5),
    "BR-E-05": (1, 2), "BR-E-06": (1, 2), "BR-E-07": (1, 2), "BR-E-10": (3, 1), "BR-G-01": (4, 5), "BR-G-02": (2, 5),
    "BR-G-03": (2, 4), "BR-G-04": (2, 4), "BR-G-05": (1, 2), "BR-G-06": (1, 2), "BR-G-07": (1, 2), "BR-G-10": (3, 1),
    "BR-IC-01": (4, 5), "BR-IC-02": (2, 6), "BR-IC-03": (2, 6), "BR-IC-04": (2, 6), "BR-IC-05": (1, 2),
    "BR-IC-06": (1, 2), "BR-IC-07": (1, 2), "BR-IC-11": (2, 4), "BR-IC-12": (1, 7), "BR-O-01": (4, 5),
    "BR-O-02": (1, 3), "BR-O-03": (1, 3), "BR-O-04": (1, 3), "BR-O-05": (1, 1), "BR-O-06": (1, 1), "BR-O-07": (1, 1),
    "BR-O-10": (3, 1), "BR-O-11": (1, 1), "BR-O-12": (2, 1), "BR-O-13": (1, 2), "BR-O-14": (1, 2), "BR-S-01": (4, 4),
    "BR-S-02": (3, 6), "BR-S-03": (3, 5), "BR-S-04": (3, 5), "BR-S-05": (1, 2), "BR-S-06": (1, 2), "BR-S-07": (1, 2),
    "BR-S-10": (1, 3), "BR-Z-01": (4, 5), "BR-Z-02": (2, 5), "BR-Z-03": (3, 5), "BR-Z-04": (3, 5), "BR-Z-05": (1, 2),
    "BR-Z-06": (1, 2), "BR-Z-07": (1, 2), "BR-Z-10": (1, 3),
}  # fmt: skip

# Two rules with one meaning: the tax of a rated row is reported once, under the rule that holds for all categories.
_REPORTED_AS = {
    "BR-S-09": {"BR-CO-17"}, "BR-AF-09": {"BR-CO-17"}, "BR-AG-09": {"BR-CO-17"},
    # a line without a net amount has nothing to compare: the missing amount is reported instead
    "PEPPOL-EN16931-R120": {"PEPPOL-EN16931-R120", "BR-24"},
}  # fmt: skip


@dataclass(frozen=True)
class Fragment:
    place: str
    rule: str
    right: bool
    content: bytes


@pytest.mark.parametrize("rule", sorted(_COUNTS))
def test_unit_tests_of_a_rule(shared_data: Path, rule: str) -> None:
    counted: Counter[bool] = Counter()
    wrong = []
    for fragment in _fragments(shared_data / "e-invoice"):
        if fragment.rule != rule:
            continue
        counted[fragment.right] += 1
        rules = {remark.rule for reading in read(fragment.content) for remark in reading.remarks}
        if bool(rules & _REPORTED_AS.get(rule, {rule})) is fragment.right:
            wrong.append(fragment.place)
    print(f"{rule}: {counted[True]} right, {counted[False]} wrong, {len(wrong)} different")
    assert not wrong
    assert (counted[True], counted[False]) >= _COUNTS[rule]


@cache
def _fragments(root: Path) -> tuple[Fragment, ...]:
    folders = ("en16931/test/Invoice-unit-UBL", "en16931/test/CreditNote-unit-UBL", "peppol-bis/rules/unit-UBL-PEPPOL")
    return tuple(
        fragment for folder in folders for path in sorted((root / folder).glob("*.xml")) for fragment in _of(path)
    )


def _of(path: Path) -> Iterator[Fragment]:
    for position, test in enumerate(etree.parse(path).getroot().iter(f"{_TEST}test"), 1):
        expected = test.find(f"{_TEST}assert")
        documents = [child for child in test if isinstance(child.tag, str) and child is not expected]
        if expected is None or not documents:
            continue
        content = _completed(documents[0])
        for expectation in expected:
            if isinstance(expectation.tag, str) and expectation.tag != f"{_TEST}description":
                right = expectation.tag == f"{_TEST}success"
                yield Fragment(f"{path.name} test {position}", (expectation.text or "").strip(), right, content)


def _completed(fragment: etree._Element) -> bytes:
    """The fragments hold only what their rule looks at; a reader needs the currency and both amounts of a tax row."""
    document = etree.fromstring(etree.tostring(fragment))
    currency = next((node.get("currencyID") for node in document.iter() if node.get("currencyID")), "EUR")
    for name, text in (("DocumentCurrencyCode", currency), ("CustomizationID", _EN_16931)):
        if document.find(_CBC + name) is None:
            node = etree.Element(_CBC + name)
            node.text = text
            document.insert(0, node)
    for entry in document.iter(f"{_CAC}AllowanceCharge"):
        if entry.find(f"{_CBC}Amount") is None:
            etree.SubElement(entry, f"{_CBC}Amount", currencyID=currency).text = "1"
    for row in document.iter(f"{_CAC}TaxSubtotal"):
        if row.find(f"{_CBC}TaxAmount") is None:
            etree.SubElement(row, f"{_CBC}TaxAmount").text = "0"
    return etree.tostring(document)
