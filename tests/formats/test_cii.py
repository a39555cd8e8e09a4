"""CII both ways: what is written is read back unchanged, and the peculiarities of these messages are understood."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.reading import read
from tieout.core.documents.reading import Reading
from tieout.core.documents.unreadable import Unreadable
from tieout.core.values.errors import Malformed
from tieout.core.values.money import Money
from tieout.core.values.party import Identifier, Party
from tieout.core.values.quantity import Quantity
from tieout.formats.cii.write import write
from tieout.trade.documents import (
    AllowanceCharge,
    BankAccount,
    Invoice,
    InvoiceLine,
    InvoiceTotals,
    LineReference,
    Order,
    OrderResponse,
    ProductIds,
    TaxSubtotal,
    ThirdPartyAmount,
)

CURRENCY = "EUR"

# XML knows no control characters and readers trim: everything else must come back
_texts = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn", "Z"]), min_size=1, max_size=12)
_maybe = st.just("") | _texts
_moneys = st.integers(-(10**9), 10**9).map(lambda minor: Money(minor, CURRENCY))
_numbers = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**6), max_value=10**6)
_positive = st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=1, max_value=1000)
_percents = st.none() | st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=0, max_value=100)
_days = st.dates(date(2000, 1, 1), date(2099, 12, 31))
_references = st.builds(LineReference, document=_maybe, line=_maybe)
_codes = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=8, max_size=20)


@st.composite
def _parties(draw: st.DrawFn) -> Party:
    schemes = [*draw(st.lists(st.just(""), max_size=2)), *draw(st.lists(st.sampled_from(["0088", "0204"]), max_size=2))]
    schemes += draw(st.lists(st.sampled_from(["vat", "tax"]), max_size=2))
    if "vat" in schemes or "tax" in schemes:
        schemes += draw(st.lists(st.sampled_from(["EM", "0088"]), max_size=1))
    identifiers = [Identifier(scheme=scheme, value=draw(_texts)) for scheme in schemes]
    country = draw(st.sampled_from(["", "DE", "NO"]))
    return Party(name=draw(_maybe), country=country, identifiers=tuple(dict.fromkeys(identifiers)))


_entries = st.builds(
    AllowanceCharge, charge=st.booleans(), amount=_moneys, reason=_maybe, reason_code=_maybe, percent=_percents,
    on=st.none() | _moneys, tax_category=_maybe, tax_percent=_percents,
)  # fmt: skip


@st.composite
def _lines(draw: st.DrawFn) -> InvoiceLine:
    price = draw(st.none() | _numbers)
    return InvoiceLine(
        id=draw(_texts), net=draw(_moneys),
        quantity=draw(st.none() | st.builds(Quantity, _numbers, st.sampled_from(["EA", "KGM", "BX"]))),
        price=price, price_per=Decimal(1) if price is None else draw(_positive),
        order=draw(_references), despatch=draw(_references), receipt=draw(_references),
        product=ProductIds(buyer=draw(_maybe), seller=draw(_maybe), standard=draw(_maybe)), description=draw(_maybe),
        allowances_charges=tuple(draw(st.lists(_entries, max_size=2))), tax_category=draw(_maybe),
        tax_percent=draw(_percents), site=draw(_maybe),
    )  # fmt: skip


@st.composite
def _invoices(draw: st.DrawFn) -> Invoice:
    kind, type_code = draw(st.sampled_from([("invoice", "380"), ("invoice", "384"), ("credit_note", "381")]))
    rows = st.builds(TaxSubtotal, category=_maybe, percent=_percents, taxable=_moneys, tax=_moneys, exemption=_maybe)
    tax = tuple(draw(st.lists(rows, max_size=3)))
    accounts = st.builds(BankAccount, number=_codes, holder=_maybe, bic=st.just("") | _codes)
    pay_to = tuple(dict.fromkeys(draw(st.lists(accounts, max_size=2))))
    means = st.lists(st.sampled_from(["30", "49", "59"]), min_size=int(bool(pay_to)), max_size=3, unique=True)
    third_parties = st.builds(ThirdPartyAmount, amount=_moneys, reason=_texts)
    return Invoice(
        payment_means=tuple(draw(means)), process=draw(_maybe), deliver_to=draw(st.sampled_from(["", "FI"])),
        period_from=draw(st.none() | _days), period_to=draw(st.none() | _days),
        third_parties=tuple(draw(st.lists(third_parties, max_size=2))), tax_representative=draw(st.none() | _parties()),
        kind=kind, type_code=type_code, number=draw(_texts), issue_date=draw(_days), currency=CURRENCY,
        supplier=draw(_parties()), buyer=draw(_parties()), payee=draw(st.none() | _parties()),
        lines=tuple(draw(st.lists(_lines(), max_size=3))),
        totals=draw(st.builds(InvoiceTotals, **dict.fromkeys(
            ("lines", "allowances", "charges", "net", "tax", "gross", "prepaid", "rounding", "payable"), st.none() | _moneys
        ))),
        tax=tax, allowances_charges=tuple(draw(st.lists(_entries, max_size=2))), due_on=draw(st.none() | _days),
        delivered_on=draw(st.none() | _days), tax_point_on=draw(st.none() | _days) if tax else None,
        order_number=draw(_maybe), despatch_number=draw(_maybe), receipt_number=draw(_maybe), contract_number=draw(_maybe),
        preceding=tuple(dict.fromkeys(draw(st.lists(_texts, max_size=2)))),
        accounts=pay_to, terms=draw(_maybe), site=draw(_maybe),
        tax_currency=draw(st.sampled_from(["", "SEK"])), notes=tuple(draw(st.lists(_texts, max_size=2))),
        profile="urn:cen.eu:en16931:2017",
    )  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(_invoices())
def test_what_is_written_is_read_back(invoice: Invoice) -> None:
    content = write(invoice)
    assert content == write(invoice)
    assert _only(content).document == invoice


def test_real_invoices_survive_being_written(shared_data: Path) -> None:
    """Every real CII invoice, read, written and read again, is the same; only the order of party identifiers may change."""
    survived = 0
    for path in sorted((shared_data / "e-invoice").rglob("*.xml")):
        content = path.read_bytes()
        if b"CrossIndustryInvoice" in content[:8000] and b"testSet" not in content[:8000]:
            for reading in read(content, name=path.name):
                if isinstance(reading.document, Invoice):
                    again = _only(write(reading.document)).document
                    assert isinstance(again, Invoice)
                    assert _with_sorted_identifiers(again) == _with_sorted_identifiers(reading.document), path
                    survived += 1
    print(f"{survived} invoices survived")
    assert survived >= 100


def test_type_code_and_kind_must_agree() -> None:
    invoice = _minimal(kind="credit_note", type_code="380")
    with pytest.raises(Malformed, match="type code 380"):
        write(invoice)


def test_characters_that_no_xml_may_hold_are_refused() -> None:
    with pytest.raises(Malformed, match="character"):
        write(_minimal(notes=("bell \x07",)))


def test_only_invoices_are_written() -> None:
    with pytest.raises(Malformed, match="only invoices"):
        write(Unreadable(number="x", reason="y"))


def test_profiles_without_lines(shared_data: Path) -> None:
    for level in ("minimum", "basicwl"):
        reading = _only((shared_data / f"e-invoice/facturx/tests/fixtures/xml/factur-x-{level}.xml").read_bytes())
        assert isinstance(reading.document, Invoice)
        assert reading.document.lines == ()
        assert reading.document.totals.payable is not None
        assert [remark.rule for remark in reading.remarks] == ["BR-16"]
        assert not reading.remarks[0].fatal


def test_freight_of_zugferd_counts_among_the_charges(shared_data: Path) -> None:
    reading = _only((shared_data / "e-invoice/facturx/tests/fixtures/xml/zugferd-extended.xml").read_bytes())
    assert isinstance(reading.document, Invoice)
    (freight,) = (entry for entry in reading.document.allowances_charges if entry.reason_code == "FC")
    assert (freight.charge, freight.amount) == (True, Money(1500, "EUR"))
    assert not [remark for remark in reading.remarks if remark.fatal]


def test_order_x_is_an_order(shared_data: Path) -> None:
    reading = _only((shared_data / "e-invoice/facturx/tests/fixtures/xml/order-x-comfort.xml").read_bytes())
    order = reading.document
    assert isinstance(order, Order)
    assert (order.number, order.incoterm, order.site) == ("PO123456789", "FCA", "SHIP_TO_ID")
    assert [str(line.quantity) for line in order.lines] == ["6 EA", "10 EA", "6 EA"]
    assert order.lines[1].price_per == 2
    assert order.lines[0].due_on == date(2020, 4, 30), "the end of the period"
    assert not reading.remarks


def test_an_order_change_is_no_order(shared_data: Path) -> None:
    content = (shared_data / "e-invoice/facturx/tests/fixtures/xml/order-x-comfort.xml").read_bytes()
    reading = _only(content.replace(b"<ram:TypeCode>220<", b"<ram:TypeCode>230<"))
    change = reading.document
    assert isinstance(change, OrderResponse)
    assert (change.number, change.order_number, change.state) == ("PO123456789", "PO123456789", "change_requested")


@pytest.mark.parametrize(
    ("old", "new", "rule", "words"),
    [
        (b'unitCode="C62">1<', b'unitCode="KGM">1<', "PEPPOL-EN16931-R130", "does not convert"),
        (b">20130410</udt:DateTimeString>", b">2013-13-99</udt:DateTimeString>", "", "not a date"),
        (b"<ram:LineTotalAmount>1000<", b"<ram:LineTotalAmount>ten<", "BR-24", "no net amount"),
        (b"<ram:GrandTotalAmount>4675<", b"<ram:GrandTotalAmount>4675.5<", "BR-CO-15", "the total with tax says 4675.50 DKK"),
        (b'<ram:TaxTotalAmount currencyID="DKK">', b'<ram:TaxTotalAmount currencyID="NOK">', "PEPPOL-EN16931-R051", "NOK"),
        (b"<ram:ID>TOSL110</ram:ID>", b"<ram:ID/>", "BR-02", "no number"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_remarked(shared_data: Path, old: bytes, new: bytes, rule: str, words: str) -> None:
    content = (shared_data / "e-invoice/en16931/cii/examples/CII_example5.xml").read_bytes()
    assert old in content
    reading = _only(content.replace(old, new, 1))
    assert any(words in remark.message and remark.rule == rule for remark in reading.remarks), reading.remarks


def test_without_a_currency_nothing_can_be_read(shared_data: Path) -> None:
    content = (shared_data / "e-invoice/en16931/cii/examples/CII_example1.xml").read_bytes()
    reading = _only(content.replace(b"<ram:InvoiceCurrencyCode>EUR<", b"<ram:InvoiceCurrencyCode>EURO<"))
    assert isinstance(reading.document, Unreadable)
    assert "'EURO'" in reading.document.reason
    assert "ISO 4217" in reading.document.remedy


def _only(content: bytes) -> Reading:
    (reading,) = read(content, name="invoice.xml")
    return reading


def _minimal(**given_fields: object) -> Invoice:
    base: dict[str, object] = {
        "kind": "invoice", "number": "1", "issue_date": date(2026, 1, 31), "currency": "EUR", "supplier": Party(name="A"),
        "buyer": Party(name="B"), "lines": (), "totals": InvoiceTotals(),
    }  # fmt: skip
    return Invoice(**(base | given_fields))  # type: ignore[arg-type]


def _with_sorted_identifiers(invoice: Invoice) -> Invoice:
    from dataclasses import replace

    def party(one: Party) -> Party:
        return replace(one, identifiers=tuple(sorted(one.identifiers, key=str)))

    return replace(
        invoice, supplier=party(invoice.supplier), buyer=party(invoice.buyer),
        payee=None if invoice.payee is None else party(invoice.payee),
    )  # fmt: skip
