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
    for row in document.iter(f"{_CAC}TaxSubtotal"):
        if row.find(f"{_CBC}TaxAmount") is None:
            etree.SubElement(row, f"{_CBC}TaxAmount").text = "0"
    return etree.tostring(document)
