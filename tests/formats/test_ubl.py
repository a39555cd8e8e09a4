"""UBL: what is written is read back as the same document; what is wrong becomes a remark, is never dropped and never raised."""

from __future__ import annotations

import contextlib
import time
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.formats.ubl_documents import any_ubl_document
from tests.strategies import any_document
from tests.support.reading import read
from tieout.core.documents.kind import Document
from tieout.core.documents.reading import Reading
from tieout.core.documents.unreadable import Unreadable
from tieout.core.values.errors import Malformed
from tieout.core.values.money import Money
from tieout.core.values.party import Identifier, Party
from tieout.formats.ubl.write import write
from tieout.trade.documents import Invoice, InvoiceTotals, Order, Receipt

NAMESPACES = (
    'xmlns="urn:oasis:names:specification:ubl:schema:xsd:{kind}-2"'
    ' xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"'
    ' xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"'
)


def small_document(kind: str, inside: str) -> Reading:
    """Reads a small document of a kind, numbered 7, dated and in EUR."""
    head = "<cbc:ID>7</cbc:ID><cbc:IssueDate>2026-03-01</cbc:IssueDate><cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>"
    return read(f"<{kind} {NAMESPACES.format(kind=kind)}>{head}{inside}</{kind}>".encode())[0]


def line(inside: str, *, quantity: str = '<cbc:InvoicedQuantity unitCode="EA">2</cbc:InvoicedQuantity>') -> str:
    net = '<cbc:LineExtensionAmount currencyID="EUR">10.00</cbc:LineExtensionAmount>'
    return f"<cac:InvoiceLine><cbc:ID>1</cbc:ID>{quantity}{net}{inside}</cac:InvoiceLine>"


def invoice_of(reading: Reading) -> Invoice:
    assert isinstance(reading.document, Invoice)
    return reading.document


def remarks_of(reading: Reading) -> str:
    return "\n".join(f"{remark.rule} {remark.where} {remark.message}" for remark in reading.remarks)


@settings(deadline=None)
@given(any_ubl_document)
def test_what_is_written_is_read_back(document: Document) -> None:
    try:
        content = write(document)
    except Malformed as refused:
        assume("is stated as a percentage" not in refused.message)  # ambiguous in plain UBL, refused and not guessed
        raise
    (reading,) = read(content, name="x.xml")
    assert reading.document == document
    assert write(reading.document) == content


@settings(deadline=None)
@given(any_document)
def test_any_document_is_written_or_refused(document: Document) -> None:
    with contextlib.suppress(Malformed):
        (reading,) = read(write(document))
        ours = isinstance(document, Invoice) and document.is_ours  # the recipient reads an incoming invoice
        assert reading.document.kind == (document.kind.split("_", 1)[1] if ours else document.kind)


@pytest.mark.parametrize(
    ("document", "word"),
    [
        (Receipt(number="1", occurred_at=None, lines=(), origin="confirmation"), "confirmation"),
        (
            Order(
                number="1", issue_date=None, currency="EUR", supplier=Party(), buyer=Party(), lines=(), status="closed"
            ),
            "closed",
        ),
        (Unreadable(number="1", reason="x"), "no document"),
    ],
)
def test_what_ubl_cannot_carry_is_refused(document: Document, word: str) -> None:
    with pytest.raises(Malformed, match=word):
        write(document)


def test_prices_for_a_hundred_and_in_another_unit() -> None:
    price = (
        '<cac:Price><cbc:PriceAmount currencyID="EUR">3</cbc:PriceAmount>'
        '<cbc:BaseQuantity unitCode="{}">{}</cbc:BaseQuantity></cac:Price>'
    )
    kilos = '<cbc:InvoicedQuantity unitCode="KGM">2</cbc:InvoicedQuantity>'
    assert invoice_of(small_document("Invoice", line(price.format("C62", 100)))).lines[0].price_per == 100
    converted = invoice_of(small_document("Invoice", line(price.format("GRM", 500), quantity=kilos))).lines[0]
    assert (converted.price, converted.price_per) == (3, Decimal("0.5"))
    strange = small_document("Invoice", line(price.format("BX", 1)))
    assert "PEPPOL-EN16931-R130" in remarks_of(strange)
    assert any(remark.fatal for remark in strange.remarks if remark.rule == "PEPPOL-EN16931-R130")
    nothing = small_document("Invoice", line(price.format("EA", 0)))
    assert invoice_of(nothing).lines[0].price_per == 1
    assert "must be more than 0" in remarks_of(nothing)


def test_wrong_amounts_are_remarked() -> None:
    total = "<cac:LegalMonetaryTotal><cbc:PayableAmount currencyID='{}'>{}</cbc:PayableAmount></cac:LegalMonetaryTotal>"
    assert invoice_of(small_document("Invoice", total.format("EUR", "12.345"))).totals.payable == Money.of(
        "12.35", "EUR"
    )
    assert "rounded to 12.35 EUR" in remarks_of(small_document("Invoice", total.format("EUR", "12.345")))
    for wrong in ("1,000.00", "1e3", "NaN", "", "١٢", "1_000", "12 EUR"):
        reading = small_document("Invoice", total.format("EUR", wrong))
        assert invoice_of(reading).totals.payable is None
        assert "is not a decimal number" in remarks_of(reading), wrong
    foreign = small_document("Invoice", total.format("USD", "12.00"))
    assert "is in USD but the document is in EUR" in remarks_of(foreign)
    assert any(remark.fatal for remark in foreign.remarks if "USD" in remark.message)


def test_currencies() -> None:
    def of(currency: str) -> Reading:
        return read(f"<Invoice {NAMESPACES.format(kind='Invoice')}>{currency}{line('')}</Invoice>".encode(), name="f")[
            0
        ]

    assert invoice_of(of("")).currency == "EUR"
    assert "does not state its currency" in remarks_of(of(""))
    unknown = of("<cbc:DocumentCurrencyCode>EUS</cbc:DocumentCurrencyCode>").document
    assert isinstance(unknown, Unreadable)
    assert unknown.reason == "'EUS' is not an ISO 4217 currency"
    assert "line 1" in unknown.where


def test_missing_things_are_named_by_rule() -> None:
    (reading,) = read(
        f"<Invoice {NAMESPACES.format(kind='Invoice')}>"
        "<cbc:IssueDate>31.12.2026</cbc:IssueDate><cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>"
        "<cac:InvoiceLine/></Invoice>".encode()
    )
    assert {"BR-02", "BR-06", "BR-15", "BR-21", "BR-24"} <= {remark.rule for remark in reading.remarks}
    assert "'31.12.2026' is not a date" in remarks_of(reading)
    assert invoice_of(reading).lines[0].net == Money.zero("EUR")


def test_repeated_line_numbers_are_made_distinct() -> None:
    reading = small_document("Invoice", line("") + line("") + line(""))
    assert [one.id for one in invoice_of(reading).lines] == ["1", "1 (2)", "1 (3)"]
    assert "appears before" in remarks_of(reading)


def test_references_parties_and_accounts() -> None:
    reading = small_document(
        "Invoice",
        "<cac:OrderReference><cbc:ID>NA</cbc:ID><cbc:SalesOrderID>S1</cbc:SalesOrderID></cac:OrderReference>"
        "<cac:AccountingSupplierParty><cbc:CustomerAssignedAccountID>V-12</cbc:CustomerAssignedAccountID><cac:Party>"
        "<cac:PartyName><cbc:Name>Trading</cbc:Name></cac:PartyName>"
        "<cac:PartyTaxScheme><cbc:CompanyID>DE1</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>"
        "<cac:PartyLegalEntity><cbc:RegistrationName>Real GmbH</cbc:RegistrationName></cac:PartyLegalEntity>"
        "</cac:Party></cac:AccountingSupplierParty>"
        "<cac:PaymentMeans><cac:PayeeFinancialAccount><cbc:ID>de12 3456</cbc:ID></cac:PayeeFinancialAccount></cac:PaymentMeans>"
        + line("<cac:OrderLineReference><cbc:LineID>10</cbc:LineID>"
               "<cac:OrderReference><cbc:ID>PO-9</cbc:ID></cac:OrderReference></cac:OrderLineReference>"),
    )  # fmt: skip
    invoice = invoice_of(reading)
    assert (invoice.order_number, invoice.order_numbers()) == ("", ("PO-9",))
    assert invoice.lines[0].order.line == "10"
    assert invoice.supplier.name == "Real GmbH"
    assert invoice.supplier.identifiers == (
        Identifier(scheme="vat", value="DE1"),
        Identifier(scheme="ours", value="V-12"),
    )
    assert invoice.accounts[0].number == "DE123456"


def test_factors_of_plain_ubl_are_percentages() -> None:
    allowance = (
        "<cac:AllowanceCharge><cbc:ChargeIndicator>false</cbc:ChargeIndicator>"
        "<cbc:MultiplierFactorNumeric>{}</cbc:MultiplierFactorNumeric><cbc:Amount currencyID='EUR'>10.00</cbc:Amount>"
        "<cbc:BaseAmount currencyID='EUR'>100.00</cbc:BaseAmount></cac:AllowanceCharge>"
    )
    assert invoice_of(small_document("Invoice", allowance.format("0.1"))).allowances_charges[0].percent == 10
    assert invoice_of(small_document("Invoice", allowance.format("10"))).allowances_charges[0].percent == 10
    en16931 = "<cbc:CustomizationID>urn:cen.eu:en16931:2017</cbc:CustomizationID>"
    assert invoice_of(small_document("Invoice", en16931 + allowance.format("0.1"))).allowances_charges[
        0
    ].percent == Decimal("0.1")


def test_oioubl_states_the_tax_where_others_state_the_net(shared_data: Path) -> None:
    file = shared_data / "order-to-invoice/oioubl/test-files/2.0.2/BASPRO_01_01_00_Invoice_v2p2.xml"
    (reading,) = read(file.read_bytes(), name=file.name)
    eur = {name: str(getattr(invoice_of(reading).totals, name)) for name in ("lines", "net", "tax", "gross")}
    assert eur == {"lines": "5050.00 DKK", "net": "5050.00 DKK", "tax": "1262.50 DKK", "gross": "6312.50 DKK"}
    assert reading.format == "ubl-2.0"


def test_a_receipt_separates_rejected_from_accepted() -> None:
    reading = small_document(
        "ReceiptAdvice",
        "<cac:ReceiptLine><cbc:ID>1</cbc:ID><cbc:ReceivedQuantity unitCode='EA'>10</cbc:ReceivedQuantity>"
        "<cbc:RejectedQuantity unitCode='EA'>3</cbc:RejectedQuantity></cac:ReceiptLine>",
    )
    assert isinstance(reading.document, Receipt)
    assert (str(reading.document.lines[0].accepted), str(reading.document.lines[0].rejected)) == ("7 EA", "3 EA")


def test_an_order_says_until_when_and_under_which_terms() -> None:
    reading = small_document(
        "Order",
        "<cac:Delivery><cac:RequestedDeliveryPeriod><cbc:EndDate>2026-04-01</cbc:EndDate></cac:RequestedDeliveryPeriod>"
        "<cac:DeliveryTerms><cbc:ID>dap</cbc:ID></cac:DeliveryTerms></cac:Delivery>"
        "<cac:AllowanceCharge><cbc:ChargeIndicator>true</cbc:ChargeIndicator>"
        "<cbc:AllowanceChargeReasonCode>FC</cbc:AllowanceChargeReasonCode><cbc:Amount currencyID='EUR'>5</cbc:Amount></cac:AllowanceCharge>"
        "<cac:OrderLine><cac:LineItem><cbc:ID>1</cbc:ID><cbc:Quantity unitCode='BX'>3</cbc:Quantity><cac:Price>"
        "<cbc:PriceAmount currencyID='EUR'>2</cbc:PriceAmount><cbc:BaseQuantity unitCode='EA'>12</cbc:BaseQuantity>"
        "</cac:Price></cac:LineItem></cac:OrderLine>",
    )
    order = reading.document
    assert isinstance(order, Order)
    assert (order.incoterm, order.charges[0].kind, str(order.charges[0].amount)) == ("DAP", "FC", "5.00 EUR")
    assert (order.lines[0].due_on, order.lines[0].price_per, order.lines[0].price_unit) == (date(2026, 4, 1), 12, "EA")


@pytest.mark.slow
def test_fast_enough(shared_data: Path) -> None:
    """A floor far below what one quiet core does (1,500 a second for 9 KB), so that only a real regression fails it."""
    content = (shared_data / "e-invoice/peppol-bis/rules/examples/base-example.xml").read_bytes()
    document = read(content)[0].document
    started = time.process_time()
    for _ in range(500):
        read(content)
    middle = time.process_time()
    for _ in range(500):
        write(document)
    assert 500 / (middle - started) > 400
    assert 500 / (time.process_time() - middle) > 1000


@given(st.sampled_from(sorted(InvoiceTotals.__dataclass_fields__)))
def test_a_total_that_is_not_stated_is_none(name: str) -> None:
    assert getattr(invoice_of(small_document("Invoice", line(""))).totals, name) is None
