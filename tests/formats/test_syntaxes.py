"""One invoice in several syntaxes is one canonical document, but for what a syntax cannot carry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path

from tests.support.reading import read
from tieout.core.values.money import Money
from tieout.core.values.party import Party
from tieout.trade.documents import Invoice, InvoiceLine, InvoiceTotals

EQUAL_AT_LEAST = 69

# Pairs whose two files differ in content: what differs between them.
DIFFERENT = {
    "en16931 1 cii": "the CII file corrects two descriptions and leaves one of the two accounts out",
    "en16931 3 cii": "the CII file has one of the two lines, and so other totals",
    "en16931 5 cii": "other reason codes, another tax point, and the UBL file names no account",
    "en16931 7 cii": "other issue dates; the CII file names one account twice, once without its BIC",
    "en16931 8 cii": "the CII file repeats each price as its base quantity",
    "en16931 9 cii": "the CII file repeats the price as its base quantity; due dates a day apart",
    "xrechnung 01.05_minimal_test cii": "the CII file states no tax total",
    "xrechnung 01.20a-INVOICE cii": "the files give the seller other addresses",
    "xrechnung 03.06a-INVOICE cii": "the UBL file has city and postcode the wrong way round",
    "xrechnung 01.21a-INVOICE cii": "other VAT number and exemption reason",
    "xrechnung 03.07a-INVOICE cii": "the CII file names more identifiers of seller and payee",
    "xrechnung 01.01_comprehensive_test cii": "as 03.07a, one more preceding invoice in the UBL file, trading name for name",
    "xrechnung 01.02_comprehensive_test cii": "one more identifier of the payee, trading name for name",
    "xrechnung 01.03_comprehensive_test cii": "one more identifier of the payee, trading name for name",
    "xrechnung 01.04_comprehensive_test cii": "one more identifier of the payee, trading name for name",
    "xrechnung 02.01a-cvd_INVOICE cii": "the CII file names more identifiers of seller and payee",
    "zugferd XRECHNUNG_Betriebskostenabrechnung pdf": "the PDF is of 2018, the XML files of 2024",
    "zugferd XRECHNUNG_Elektron pdf": "the PDF is of 2018, the XML files of 2024",
    "zugferd not_validating_full_invoice_based_onTest_EeISI_300_CENfullmodel cii": "amounts of 1000 for amounts of 100",
}  # fmt: skip


@dataclass(frozen=True)
class Pair:
    name: str
    left: Path
    right: Path


def test_one_invoice_in_several_syntaxes(shared_data: Path) -> None:
    pairs = [pair for pair in _pairs(shared_data / "e-invoice") if pair.left.is_file() and pair.right.is_file()]
    unequal = {pair.name: differing for pair in pairs if (differing := _differing(pair))}
    print(f"{len(pairs)} pairs, {len(pairs) - len(unequal)} equal, {len(unequal)} whose files differ")
    assert unequal.keys() == DIFFERENT.keys(), {name: unequal.get(name) for name in unequal.keys() ^ DIFFERENT.keys()}
    assert len(pairs) - len(unequal) >= EQUAL_AT_LEAST


def test_a_pdf_says_what_its_xml_says(shared_data: Path) -> None:
    """The corpus' CII files were taken out of these PDFs, so nothing at all may differ."""
    folder = shared_data / "e-invoice" / "zugferd" / "XML-Rechnung"
    remade = {"XRECHNUNG_Betriebskostenabrechnung", "XRECHNUNG_Elektron"}  # their XML was renewed later
    compared = [path for path in sorted((folder / "FX").glob("*.pdf")) if path.stem not in remade]
    assert len(compared) == 11
    for path in compared:
        assert _invoice(path) == _invoice(folder / "CII" / f"{path.stem}.cii.xml"), path.name


def test_the_comparison_can_fail(shared_data: Path) -> None:
    path = shared_data / "e-invoice" / "en16931" / "ubl" / "examples" / "ubl-tc434-example4.xml"
    invoice = _invoice(path)
    dearer = replace(invoice.lines[0], net=invoice.lines[0].net + Money(1, invoice.currency))
    assert _comparable(invoice) != _comparable(replace(invoice, lines=(dearer, *invoice.lines[1:])))
    assert _comparable(invoice) != _comparable(replace(invoice, order_number="another"))


def _pairs(root: Path) -> Iterator[Pair]:
    for number in range(1, 10):
        ubl = root / f"en16931/ubl/examples/ubl-tc434-example{number}.xml"
        yield Pair(f"en16931 {number} cii", ubl, root / f"en16931/cii/examples/CII_example{number}.xml")
    for ubl in sorted((root / "xrechnung/src/test").rglob("*_ubl.xml")):
        name = ubl.name.removesuffix("_ubl.xml")
        yield Pair(f"xrechnung {name} cii", ubl, ubl.with_name(f"{name}_uncefact.xml"))
    folder = root / "zugferd/XML-Rechnung"
    for ubl in sorted((folder / "UBL").glob("*.ubl.xml")):
        name = ubl.name.removesuffix(".ubl.xml")
        yield Pair(f"zugferd {name} cii", ubl, folder / "CII" / f"{name}.cii.xml")
        yield Pair(f"zugferd {name} pdf", ubl, folder / "FX" / f"{name}.pdf")


def _differing(pair: Pair) -> list[str]:
    left, right = (_comparable(_invoice(path)) for path in (pair.left, pair.right))
    if not right.order_number:
        # UBL has no order reference without an order number, so senders who name the seller's order invent one
        left = replace(left, order_number="")
    if pair.name.startswith("zugferd"):
        # these UBL files were made by a converter that writes one identifier of the seller
        left, right = (replace(one, supplier=_with_schemes(one.supplier)) for one in (left, right))
    return [field.name for field in fields(left) if getattr(left, field.name) != getattr(right, field.name)]


def _invoice(path: Path) -> Invoice:
    (reading,) = read(path.read_bytes(), name=path.name)
    assert isinstance(reading.document, Invoice), reading
    return reading.document


def _comparable(invoice: Invoice) -> Invoice:
    """Without differences of notation between the syntaxes."""
    return replace(
        invoice,
        profile="",  # Peppol and the German CIUS are named in UBL only
        process="",  # so is the business process, in most of these pairs
        supplier=_sorted(invoice.supplier),
        buyer=_sorted(invoice.buyer),
        payee=None if invoice.payee is None else _sorted(invoice.payee),
        totals=_without_zeros(invoice.totals),
        lines=tuple(_line(line) for line in invoice.lines),
        notes=tuple(_words(note) for note in invoice.notes),
        terms=_words(invoice.terms),
    )


def _line(line: InvoiceLine) -> InvoiceLine:
    return replace(line, description=_words(line.description))


def _sorted(party: Party) -> Party:
    """Neither syntax defines the order of identifiers of different schemes."""
    identifiers = tuple(sorted(party.identifiers, key=lambda one: (one.scheme, one.value)))
    return replace(party, identifiers=identifiers, name=_words(party.name))


def _with_schemes(party: Party) -> Party:
    return replace(party, identifiers=tuple(one for one in party.identifiers if one.scheme))


def _without_zeros(totals: InvoiceTotals) -> InvoiceTotals:
    """CII files write empty sums as 0.00 where UBL files leave them out."""
    none = {name: None for name in ("allowances", "charges", "prepaid", "rounding") if not getattr(totals, name)}
    return replace(totals, **none)


def _words(text: str) -> str:
    """Line breaks and indents come from how the XML was laid out."""
    return " ".join(text.split())
