"""Tax rules by profile family, what is stated twice, and documents of many countries that are right and must be clear."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lxml import etree

from tests.formats.one_invoice import CLASSIFIED, INVOICE, LINE, PRICE, SELLER_TAX, SUBTOTAL, TAX
from tests.support.reading import read
from tieout.cli.read_lines import decoded, encoded, lines_of
from tieout.core.documents.remark import Remark
from tieout.formats.cii import FORMAT as CII
from tieout.formats.ubl.repeats import ONCE
from tieout.trade.documents import Invoice
from tieout.trade.payable import payable_of
from tieout.trade.tax_rules.broken import remarks_on_tax_rules
from tieout.trade.tax_rules.families import FAMILIES, NONE, family_of
from tieout.trade.tax_rules.table import CATEGORIES

PEPPOL = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
PROFILES = {
    "pint-jp": "urn:peppol:pint:billing-1@jp-1",
    "pint-sg": "urn:peppol:pint:billing-1@sg-1",
    "pint-my": "urn:peppol:pint:billing-1@my-1",
    "pint-ae": "urn:peppol:pint:billing-1@ae-1",
    "pint-aunz": "urn:cen.eu:en16931:2017#conformant#urn:fdc:peppol.eu:2017:poacc:billing:international:aunz:3.0",
    "pint-om": "urn:peppol:pint:billing-1@om-1",
    "pint-eu": "urn:peppol:pint:billing-1@eu-1",
    "ctc-fr": "urn:cen.eu:en16931:2017#conformant#urn.cpro.gouv.fr:1p0:extended-ctc-fr",
    "xrechnung": "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0",
    "nlcius": "urn:cen.eu:en16931:2017#compliant#urn:fdc:nen.nl:nlcius:v1.0",
    "cius-pt": "urn:cen.eu:en16931:2017#compliant#urn:feap.gov.pt:CIUS-PT:2.1.1",
    "cius-ro": "urn:cen.eu:en16931:2017#compliant#urn:efactura.mfinante.ro:CIUS-RO:1.0.1",
    "cius-it": "urn:cen.eu:en16931:2017#compliant#urn:fatturapa.gov.it:CIUS-IT:2.0.0",
    "ehf": "urn:cen.eu:en16931:2017#compliant#urn:fdc:anskaffelser.no:2019:ehf:spec:3.0",
    "peppol-bis": PEPPOL,
    "en16931": "urn:cen.eu:en16931:2017",
    "zatca": "reporting:1.0",
    "dian": "DIAN 2.1: Factura Electrónica de Venta",
    "ubl-tr": "TR1.2",
}


def read_one(content: str) -> tuple[Invoice, tuple[Remark, ...]]:
    (reading,) = read(content.encode(), name="invoice.xml")
    assert isinstance(reading.document, Invoice)
    return reading.document, reading.remarks


def fatal(content: str) -> set[str]:
    return {remark.rule for remark in read_one(content)[1] if remark.fatal}


def changed(*pairs: tuple[str, str]) -> str:
    content = INVOICE
    for old, new in pairs:
        assert old in content, old
        content = content.replace(old, new)
    return content


def test_every_family_is_named_by_its_profile() -> None:
    assert set(PROFILES) == {family.name for family in FAMILIES}
    document, _ = read_one(INVOICE)
    for name, profile in PROFILES.items():
        assert family_of(replace(document, profile=profile, process="")).name == name
    assert family_of(replace(document, profile="", process="reporting:1.0")).name == "zatca"
    assert family_of(replace(document, profile="", process="")) is NONE


@pytest.mark.parametrize("family", [family for family in FAMILIES if family.categories], ids=lambda family: family.name)
def test_a_family_has_its_categories_and_no_other(family: object) -> None:
    document, _ = read_one(INVOICE)
    (family,) = [one for one in FAMILIES if one is family]
    for code in ("AA", "SR", "SA", "N", "L", "XX", *family.categories):
        rows = tuple(replace(row, category=code) for row in document.tax)
        lines = tuple(replace(line, tax_category=code) for line in document.lines)
        stated = replace(document, profile=PROFILES[family.name], process="", tax=rows, lines=lines)
        unknown = {remark.rule for remark in remarks_on_tax_rules(stated) if "has no tax category" in remark.message}
        assert bool(unknown) is (code not in family.categories), code


def test_what_names_no_profile_is_held_to_one_rule() -> None:
    document, _ = read_one(INVOICE)
    for code in ("AA", "XX", "", "E", "K", "O"):
        rows = tuple(replace(row, category=code) for row in document.tax)
        assert not remarks_on_tax_rules(replace(document, profile="", process="", tax=rows))
    rows = tuple(replace(row, category="B") for row in document.tax)
    (remark,) = remarks_on_tax_rules(replace(document, profile="", process="", tax=rows, lines=()))
    assert (remark.rule, remark.fatal) == ("BR-B-01", True)


@pytest.mark.parametrize("code", CATEGORIES)
def test_a_tax_representative_has_the_number_that_the_seller_lacks(code: str) -> None:
    document, _ = read_one(INVOICE)
    bare = replace(document, supplier=replace(document.supplier, identifiers=()))
    lines = tuple(replace(line, tax_category=code) for line in document.lines)
    without = {remark.rule for remark in remarks_on_tax_rules(replace(bare, lines=lines))}
    with_one = {
        remark.rule for remark in remarks_on_tax_rules(replace(bare, lines=lines, tax_representative=document.supplier))
    }
    rule = f"BR-{CATEGORIES[code].letters}-02"
    assert rule not in with_one or code == "O"
    assert rule in without  # O: the buyer's id is too much


_ROOT = etree.fromstring(INVOICE.encode())
_TWICE = [
    (parent, child)
    for parent, children in ONCE.items()
    for child in sorted(children)
    if (place := next(_ROOT.iter(parent), None)) is not None and place.find(child) is not None
]


@pytest.mark.parametrize(("parent", "child"), _TWICE, ids=lambda tag: str(tag).rpartition("}")[2])
def test_what_is_stated_twice_and_differs_is_never_silent(parent: str, child: str) -> None:
    root = etree.fromstring(INVOICE.encode())
    place = next(root.iter(parent))
    first = place.find(child)
    assert first is not None
    for text, hard in ((None, False), ("7", True)):
        copy = etree.fromstring(etree.tostring(first))
        leaf = next(node for node in copy.iter() if len(node) == 0)
        leaf.text = leaf.text if text is None else text
        first.addnext(copy)
        remarks = [remark for remark in read_one(etree.tostring(root).decode())[1] if remark.rule == "XSD"]
        assert [remark.fatal for remark in remarks] == [hard]
        place.remove(copy)


SCHEMES = ("GST", "IRPF", "", "01")


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    ("place", "rule", "cii_rule"), [(CLASSIFIED, "BR-CO-04", "BR-CO-04"), (SUBTOTAL, "BR-47", "BR-CO-17")]
)
def test_a_tax_that_is_not_vat_is_not_judged_as_vat(scheme: str, place: str, rule: str, cii_rule: str) -> None:
    """Only where the standard is claimed: elsewhere taxes have other names."""
    other = place.replace("<cac:TaxScheme><cbc:ID>VAT", f"<cac:TaxScheme><cbc:ID>{scheme}")
    assert fatal(changed((place, other))) == {rule}
    for profile in (PROFILES["pint-sg"], PROFILES["pint-aunz"], PROFILES["dian"], "10", ""):
        assert rule not in fatal(changed((place, other), (PEPPOL, profile)))
    assert CII.write is not None
    content = CII.write(replace(read_one(INVOICE)[0], profile=PROFILES["en16931"])).decode()
    at = "IncludedSupplyChainTradeLineItem" if place is CLASSIFIED else "ApplicableHeaderTradeSettlement"
    head, opened, rest = content.partition(f"<ram:{at}>")
    assert cii_rule in fatal(head + opened + rest.replace("<ram:TypeCode>VAT", f"<ram:TypeCode>{scheme}", 1))


@pytest.mark.parametrize(
    ("second", "held"), [("BE0428759497", True), ("NL 1234.56.789.B01", False), ("nl123456789b01", False)]
)
def test_two_vat_ids_of_one_seller_are_two_unless_they_are_one_number(second: str, held: bool) -> None:
    twice = changed((SELLER_TAX, SELLER_TAX + SELLER_TAX.replace("NL123456789B01", second)))
    assert fatal(twice) == ({"BT-31"} if held else set())
    assert "BT-31" not in fatal(twice.replace(PEPPOL, PROFILES["pint-aunz"]))


def test_a_process_does_not_make_a_national_document_one_of_the_standard() -> None:
    document, _ = read_one(INVOICE)
    assert family_of(replace(document, profile="")).name == "peppol-bis"
    assert family_of(replace(document, profile="10")) is NONE
    assert family_of(replace(document, profile="", type_list="MyInvois")) is NONE
    assert family_of(replace(document, profile="10", process="DIAN 2.1: x")).name == "dian"


OWN_LINE = (
    "<cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>B-1</cbc:ID><cbc:DocumentStatusCode>{}</cbc:DocumentStatusCode>"
    "</cac:InvoiceDocumentReference></cac:BillingReference>"
)


@pytest.mark.parametrize("status", ["GROUP", "INFORMATION", "DETAIL"])
def test_french_lines_that_sum_up_or_describe_bill_nothing(status: str) -> None:
    behind = "</cac:OrderLineReference>"
    detail = LINE.replace(behind, behind + OWN_LINE.format("DETAIL"))
    other = LINE.replace(behind, behind + OWN_LINE.format(status)).replace("<cbc:ID>1<", "<cbc:ID>0<", 1)
    content = changed((LINE, other + detail), (PEPPOL, PROFILES["ctc-fr"]))
    document, remarks = read_one(content)
    assert [line.id for line in document.lines] == (["0", "1"] if status == "DETAIL" else ["1"])
    assert document.preceding == ()
    assert any(remark.fatal for remark in remarks) is (status == "DETAIL")  # the totals hold one of them
    assert len(read_one(content.replace(PROFILES["ctc-fr"], PEPPOL))[0].lines) == 2


def test_a_line_for_two_order_lines_is_held() -> None:
    reference = "<cac:OrderLineReference><cbc:LineID>1</cbc:LineID></cac:OrderLineReference>"
    assert fatal(changed((reference, reference + reference.replace(">1<", ">2<")))) == {"UBL-SR-35"}
    assert fatal(changed((reference, reference + reference))) == set()


def test_a_number_that_is_stated_twice_in_cii_is_not_silent() -> None:
    assert CII.write is not None
    content = CII.write(read_one(INVOICE)[0])
    twice = content.replace(b"<ram:ID>B-1</ram:ID>", b"<ram:ID>B-1</ram:ID><ram:ID>B-2</ram:ID>", 1)
    assert "XSD" in fatal(twice.decode())
    assert "XSD" not in fatal(content.decode())


_M = '<cbc:{} currencyID="EUR">{}</cbc:{}>'


def amount(name: str, value: str) -> str:
    return _M.format(name, value, name)


RATE = "<cbc:ID>S</cbc:ID><cbc:Percent>21"
FOR_TEN = PRICE.replace("</cac:Price>", '<cbc:BaseQuantity unitCode="EA">10</cbc:BaseQuantity></cac:Price>')
PAY = amount("PayableAmount", "1210.00")
SECOND = f"<cac:TaxTotal>{amount('TaxAmount', '210.00')}</cac:TaxTotal>"
WITHHELD = f"<cac:WithholdingTaxTotal>{amount('TaxAmount', '105.00')}</cac:WithholdingTaxTotal>"
ITALIAN = (
    (RATE, "<cbc:ID>B</cbc:ID><cbc:Percent>21"), (">NL<", ">IT<"), (">DE<", ">IT<"),
    ("NL123456789B01", "IT12345670017"), ("DE111111111", "IT00743110157"),
    (PAY, amount("PrepaidAmount", "210.00") + amount("PayableAmount", "1000.00")),
)  # fmt: skip
RIGHT = {
    "ZATCA: the tax once more for the accounting currency": (
        (PEPPOL, "reporting:1.0"), ("<cbc:BuyerReference>", "<cbc:TaxCurrencyCode>EUR</cbc:TaxCurrencyCode><cbc:BuyerReference>"),
        (TAX, TAX + SECOND),
    ),
    "ZATCA: the bare total first": ((PEPPOL, "reporting:1.0"), (TAX, SECOND + TAX)),
    "DIAN: the price is for one": (
        (PEPPOL, "10"), (PRICE, FOR_TEN),
    ),
    "a price for ten": (
        (PEPPOL, "10"),
        (PRICE, FOR_TEN.replace("100.00", "1000.00")),
    ),
    "UBL-TR: withheld tax is taken off": ((PEPPOL, "TR1.2"), (TAX, TAX + WITHHELD), (PAY, amount("PayableAmount", "1105.00"))),
    "DIAN: withheld tax is stated and not taken off": ((PEPPOL, "10"), (TAX, TAX + WITHHELD)),
    "Japan: lower rate": ((PEPPOL, "urn:peppol:pint:billing-1@jp-1"), (RATE, "<cbc:ID>AA</cbc:ID><cbc:Percent>21")),
    "Singapore": ((PEPPOL, "urn:peppol:pint:billing-1@sg-1"), (RATE, "<cbc:ID>SR</cbc:ID><cbc:Percent>21")),
    "Malaysia": ((PEPPOL, "urn:peppol:pint:billing-1@my-1"), (RATE, "<cbc:ID>SA</cbc:ID><cbc:Percent>21")),
    "Italy: split payment, the tax taken off as paid": ITALIAN,
    "France: paid already": (
        ("urn:fdc:peppol.eu:2017:poacc:billing:01:1.0", "B2"),
        (PAY, amount("PrepaidAmount", "1210.00") + amount("PayableAmount", "0.00")),
    ),
    "France: a comment line of no pieces": (
        (PEPPOL, PROFILES["ctc-fr"]),
        (LINE, LINE + LINE.replace("<cbc:ID>1<", "<cbc:ID>2<").replace('EA">10<', 'EA">0<').replace(">1000.00<", ">0.00<")),
    ),
    "XRechnung extension: an amount for a third party": (
        (PEPPOL, PROFILES["xrechnung"] + "#conformant#urn:xeinkauf.de:kosit:extension:xrechnung_3.0"),
        (TAX, f"<cac:PrepaidPayment><cbc:ID>Parken</cbc:ID>{amount('PaidAmount', '29.96')}</cac:PrepaidPayment>" + TAX),
        (PAY, amount("PayableAmount", "1239.96")),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_document_of_another_country_is_not_held_by_its_reading(name: str) -> None:
    document, remarks = read_one(changed(*RIGHT[name]))
    assert [(remark.rule, remark.message) for remark in remarks if remark.fatal] == []
    payable = payable_of(document)
    assert payable is not None
    assert payable.excess.minor <= 0
    assert not payable.split_asked
    assert str(document.totals.tax) == "210.00 EUR"


WRONG = {
    "a second tax total that says something else": ((TAX, TAX + SECOND.replace("210.00", "420.00")),),
    "a price base that nothing proves": (
        (PEPPOL, "10"), (PRICE, FOR_TEN.replace(">10<", ">4<").replace("100.00", "70.00")),
    ),
    "Peppol's own rule on the price base": (
        (PRICE, FOR_TEN),
    ),
    "split payment to Germany": (((RATE, "<cbc:ID>B</cbc:ID><cbc:Percent>21")),),
    "frame S2 that asks": (("urn:fdc:peppol.eu:2017:poacc:billing:01:1.0", "S2"),),
    "frame M2 that asks for a cent": (
        ("urn:fdc:peppol.eu:2017:poacc:billing:01:1.0", "M2"),
        (PAY, amount("PrepaidAmount", "1209.99") + amount("PayableAmount", "0.01")),
    ),
    "the lower rate of Japan in Europe": ((CLASSIFIED, CLASSIFIED.replace(">S<", ">AA<")),),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_document_is_held_by_its_reading(name: str) -> None:
    content = changed(*WRONG[name])
    assert fatal(content)
    (line,) = [decoded(encoded(line)) for line in lines_of(content.encode(), "invoice.xml", "invoice.xml")]
    assert [remark.message for remark in line.findings] == [remark.message for remark in read_one(content)[1]]
