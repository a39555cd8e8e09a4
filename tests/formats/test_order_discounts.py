"""Allowances and charges that an order agrees, in every format that states them, and the price that they make."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.formats.test_ubl import small_document
from tests.support.reading import read
from tieout.core.documents.kind import Document
from tieout.trade.charges import planned_charges
from tieout.trade.conversions import Factors
from tieout.trade.documents import Order
from tieout.trade.pricing import agreed_price

EUR = 'currencyID="EUR"'
NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:un:unece:uncefact:{name}"'
    for prefix, name in (
        ("rsm", "data:SCRDMCCBDACIOMessageStructure:100"),
        ("ram", "data:standard:ReusableAggregateBusinessInformationEntity:128"),
        ("udt", "data:standard:UnqualifiedDataType:128"),
    )
)


def price_of(document: Document) -> Decimal | None:
    """The price that is expected for one unit of the order's first line."""
    assert isinstance(document, Order)
    return agreed_price(document, document.lines[0], Factors(()))


def ubl_entry(amount: str, *, charge: bool = False, more: str = "", code: str = "") -> str:
    indicator = f"<cbc:ChargeIndicator>{str(charge).lower()}</cbc:ChargeIndicator>"
    reason = f"<cbc:AllowanceChargeReasonCode>{code}</cbc:AllowanceChargeReasonCode>" if code else ""
    return (
        f"<cac:AllowanceCharge>{indicator}{reason}{more}<cbc:Amount {EUR}>{amount}</cbc:Amount></cac:AllowanceCharge>"
    )


def ubl(line: str = "", head: str = "") -> Document:
    """An order of ten at 100.00, with these entries."""
    inside = (
        f'<cbc:ID>1</cbc:ID><cbc:Quantity unitCode="EA">10</cbc:Quantity>{line}'
        f"<cac:Price><cbc:PriceAmount {EUR}>100</cbc:PriceAmount></cac:Price>"
    )
    return small_document(
        "Order", f"{head}<cac:OrderLine><cac:LineItem>{inside}</cac:LineItem></cac:OrderLine>"
    ).document


PERCENT = "<cbc:MultiplierFactorNumeric>0.1</cbc:MultiplierFactorNumeric>"
BASE = f"<cbc:BaseAmount {EUR}>1000.00</cbc:BaseAmount>"


@pytest.mark.parametrize(
    ("line", "head", "price", "planned"),
    [
        ("", "", "100", "0.00"),
        (ubl_entry("100.00"), "", "90", "0.00"),
        (ubl_entry("100.00", more=PERCENT).replace("</cac:A", f"{BASE}</cac:A"), "", "90", "0.00"),
        (ubl_entry("100.00") + ubl_entry("50.00"), "", "85", "0.00"),
        (ubl_entry("30.00", charge=True), "", "103", "0.00"),
        (ubl_entry("30.00", charge=True, code="FC"), "", "100", "30.00"),
        ("", ubl_entry("50.00"), "95", "0.00"),
        (ubl_entry("200.00"), ubl_entry("80.00"), "72", "0.00"),
        ("", ubl_entry("40.00", charge=True, code="FC"), "100", "40.00"),
        ("", ubl_entry("1000.00"), "100", "0.00"),
    ],
)
def test_ubl(line: str, head: str, price: str, planned: str) -> None:
    document = ubl(line, head)
    assert price_of(document) == Decimal(price)
    assert isinstance(document, Order)
    assert f"{planned_charges([document], 'EUR')}" == f"{planned} EUR"


def cii_entry(amount: str) -> str:
    return (
        "<ram:SpecifiedTradeAllowanceCharge><ram:ChargeIndicator><udt:Indicator>false</udt:Indicator></ram:ChargeIndicator>"
        f"<ram:ActualAmount>{amount}</ram:ActualAmount></ram:SpecifiedTradeAllowanceCharge>"
    )


def cii(line: str, head: str) -> Document:
    """The same as an Order-X message."""
    inside = (
        "<ram:AssociatedDocumentLineDocument><ram:LineID>1</ram:LineID></ram:AssociatedDocumentLineDocument>"
        "<ram:SpecifiedLineTradeAgreement><ram:NetPriceProductTradePrice><ram:ChargeAmount>100</ram:ChargeAmount>"
        "</ram:NetPriceProductTradePrice></ram:SpecifiedLineTradeAgreement>"
        '<ram:SpecifiedLineTradeDelivery><ram:RequestedQuantity unitCode="C62">10</ram:RequestedQuantity>'
        f"</ram:SpecifiedLineTradeDelivery><ram:SpecifiedLineTradeSettlement>{line}</ram:SpecifiedLineTradeSettlement>"
    )
    content = (
        f"<rsm:SCRDMCCBDACIOMessageStructure {NAMESPACES}><rsm:ExchangedDocument><ram:ID>PO-1</ram:ID>"
        "<ram:TypeCode>220</ram:TypeCode></rsm:ExchangedDocument><rsm:SupplyChainTradeTransaction>"
        f"<ram:IncludedSupplyChainTradeLineItem>{inside}</ram:IncludedSupplyChainTradeLineItem>"
        "<ram:ApplicableHeaderTradeSettlement><ram:OrderCurrencyCode>EUR</ram:OrderCurrencyCode>"
        f"{head}</ram:ApplicableHeaderTradeSettlement></rsm:SupplyChainTradeTransaction></rsm:SCRDMCCBDACIOMessageStructure>"
    )
    return read(content.encode())[0].document


@pytest.mark.parametrize(
    ("line", "head", "price"),
    [("", "", "100"), (cii_entry("100.00"), "", "90"), ("", cii_entry("50.00"), "95"), (cii_entry("200.00"), cii_entry("80.00"), "72")],
)  # fmt: skip
def test_order_x(line: str, head: str, price: str) -> None:
    assert price_of(cii(line, head)) == Decimal(price)


def test_json() -> None:
    content = (
        b'{"kind": "order", "number": "PO-1", "issue_date": null, "currency": "EUR", "supplier": {}, "buyer": {}, "lines": '
        b'[{"id": "1", "quantity": "10 EA", "price": "100", "allowances_charges": [{"charge": false, "amount": "100.00 EUR"}]}]}'
    )
    assert price_of(read(content)[0].document) == Decimal(90)


@pytest.mark.parametrize(("factor", "price"), [("0.1", "90"), ("10", "90"), ("2.5", "97.5"), ("1", "100")])
def test_a_percentage_of_something_is_an_amount(factor: str, price: str) -> None:
    stated = f"<cbc:MultiplierFactorNumeric>{factor}</cbc:MultiplierFactorNumeric>{BASE}"
    entry = f"<cac:AllowanceCharge><cbc:ChargeIndicator>false</cbc:ChargeIndicator>{stated}</cac:AllowanceCharge>"
    assert price_of(ubl(entry)) == Decimal(price)
