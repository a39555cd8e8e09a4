"""Every real document is read: counts per set of files never drop, and totals of valid invoices reconcile to the cent."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from tests.conftest import REPOSITORY
from tests.support.reading import read
from tieout.cli.read_files import files_below, read_all
from tieout.cli.read_lines import Line, decoded
from tieout.cli.read_table import markdown, tallies
from tieout.core.documents.reading import Reading
from tieout.core.values.money import Money, total
from tieout.trade.documents import Invoice

COUNTS = tomllib.loads((Path(__file__).parent / "corpus_counts.toml").read_text())
DOCUMENTS = {
    "Invoice", "CreditNote", "DebitNote", "SelfBilledInvoice", "SelfBilledCreditNote", "FreightInvoice", "Order",
    "DespatchAdvice", "ReceiptAdvice", "CrossIndustryInvoice", "CrossIndustryDocument", "SCRDMCCBDACIOMessageStructure",
}  # fmt: skip


@pytest.fixture(scope="module")
def lines(shared_data: Path) -> list[Line]:
    return [decoded(line) for answer in read_all(list(files_below([shared_data])), processes=2) for line in answer]


def test_no_count_drops(lines: list[Line], shared_data: Path) -> None:
    counts = tallies(lines, [str(shared_data)])
    print("\n".join(markdown(counts)))
    dropped = {
        f"{name} {kind}": (expected, counts[name].read[kind])
        for name, kinds in COUNTS["read"].items()
        for kind, expected in kinds.items()
        if name not in counts or counts[name].read[kind] < expected
    }
    assert not dropped, f"(expected, read): {dropped}"


def test_every_set_has_its_counts(lines: list[Line], shared_data: Path) -> None:
    with_documents = {name for name, one in tallies(lines, [str(shared_data)]).items() if one.read}
    assert with_documents == set(COUNTS["read"]), "name new sets in corpus_counts.toml"


def test_the_reference_names_every_set(lines: list[Line], shared_data: Path) -> None:
    page = (REPOSITORY / "docs" / "reference" / "corpus.md").read_text()
    missing = [name for name in tallies(lines, [str(shared_data)]) if f"| {name} |" not in page]
    assert not missing, "write it again: python -m tests.formats.corpus_values FOLDER --page > docs/reference/corpus.md"


def test_every_whole_document_is_read(lines: list[Line], shared_data: Path) -> None:
    refused = {
        line.file.removeprefix(f"{shared_data}/"): line.findings[-1].message
        for line in lines
        if line.kind == "unreadable" and _root_name(Path(line.file)) in DOCUMENTS
    }
    assert set(refused) <= set(COUNTS["refused_for_a_reason"]), refused


def test_nothing_fails_by_a_mistake_of_ours(lines: list[Line]) -> None:
    mistakes = [
        f"{line.file}: {one.message}" for line in lines for one in line.findings if "mistake in Tieout" in one.message
    ]
    assert not mistakes


@pytest.mark.parametrize("valid", COUNTS["valid"])
def test_totals_of_valid_invoices_reconcile_to_the_cent(valid: str, shared_data: Path) -> None:
    checked = 0
    for file in sorted(shared_data.glob(valid)):
        name = str(file.relative_to(shared_data))
        if not file.is_file() or name in COUNTS["does_not_add_up"]:
            continue
        for reading in read(file.read_bytes(), name=file.name):
            if isinstance(reading.document, Invoice):
                assert list(_contradictions(reading.document)) == [], name
                checked += 1
    assert checked, f"no invoice in {valid}"


@pytest.mark.parametrize("name", COUNTS["does_not_add_up"])
def test_listed_contradictions_are_seen(name: str, shared_data: Path) -> None:
    invoices = [
        one.document for one in read((shared_data / name).read_bytes(), name=name) if isinstance(one.document, Invoice)
    ]
    assert any(list(_contradictions(invoice)) for invoice in invoices), "it adds up now: remove it from the list"


def _contradictions(invoice: Invoice) -> Iterator[str]:
    totals, zero = invoice.totals, Money.zero(invoice.currency)
    if totals.lines is not None and invoice.lines:
        lines = total((line.net for line in invoice.lines), invoice.currency)
        if lines != totals.lines:
            yield f"lines {lines}, stated {totals.lines}"
    if totals.lines is not None and totals.net is not None:
        net = totals.lines + (totals.charges or zero) - (totals.allowances or zero)
        if net != totals.net:
            yield f"net {net}, stated {totals.net}"
    if totals.net is not None and totals.gross is not None:
        gross = totals.net + (totals.tax or zero)
        if gross != totals.gross:
            yield f"gross {gross}, stated {totals.gross}"
    if totals.gross is not None and totals.payable is not None:
        payable = totals.gross - (totals.prepaid or zero) + (totals.rounding or zero)
        if payable != totals.payable:
            yield f"payable {payable}, stated {totals.payable}"


def _root_name(file: Path) -> str:
    if file.suffix.lower() != ".xml":
        return ""
    try:
        return etree.QName(
            etree.parse(file, etree.XMLParser(resolve_entities=False, no_network=True)).getroot()
        ).localname
    except etree.XMLSyntaxError:
        return ""


def test_one_business_case_is_a_chain(shared_data: Path) -> None:
    """Order AEG012345: ordered 100 kg, despatched and received 90, invoiced 100, then credited."""
    folder = shared_data / "order-to-invoice/oasis-ubl/ph-ubl-testfiles/test-ubl"

    def one(name: str) -> Reading:
        return read((folder / name).read_bytes(), name=name)[0]

    order = one("order/UBL-Order-2.0-Example.xml").document
    despatch = one("despatchadvice/UBL-DespatchAdvice-2.0-Example.xml").document
    receipt = next(iter(read(next((folder / "receiptadvice").iterdir()).read_bytes()))).document
    invoice = one("invoice/UBL-Invoice-2.0-Example.xml").document
    credit = one("creditnote/UBL-CreditNote-2.0-Example.xml").document
    assert (order.kind, despatch.kind, receipt.kind) == ("order", "despatch_advice", "receipt")
    assert str(order.lines[0].quantity) == "100 KGM"
    assert str(despatch.lines[0].quantity) == "90 KGM"
    assert str(receipt.lines[0].accepted) == "90 KGM"
    assert str(invoice.lines[0].quantity) == "100 KGM"
    assert {order.number, despatch.order_number, receipt.order_number, invoice.order_number} == {"AEG012345"}
    assert credit.preceding == (invoice.number,)
    assert (order.lines[0].price, invoice.lines[0].price) == (100, 1)
    assert receipt.occurred_at.isoformat() == "2005-06-20T11:30:00+00:00"
    assert receipt.despatch_number == despatch.number
