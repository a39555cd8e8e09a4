"""Discounts for paying early that UBL and CII state in fields of their own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.core.ours import ours
from tests.formats.test_ubl import small_document
from tests.support.reading import read
from tieout.core.values.money import Money
from tieout.formats.cii.write import write
from tieout.trade.documents import Invoice, Order
from tieout.trade.ranking import discount
from tieout.trade.terms import Step, discounts_of, terms_of

ISSUED = date(2026, 3, 1)


def ubl(*terms: str, kind: str = "Invoice") -> str:
    """The terms of a UBL document with these payment terms."""
    every = "".join(f"<cac:PaymentTerms>{inside}</cac:PaymentTerms>" for inside in terms)
    document = small_document(kind, every).document
    assert isinstance(document, Invoice | Order)
    return document.terms


def period(inside: str) -> str:
    return f"<cac:SettlementPeriod>{inside}</cac:SettlementPeriod>"


PERCENT = "<cbc:SettlementDiscountPercent>2.00</cbc:SettlementDiscountPercent>"
TEN = period('<cbc:DurationMeasure unitCode="DAY">10</cbc:DurationMeasure>')
NOTE = "<cbc:Note>30 days net</cbc:Note>"


@pytest.mark.parametrize(
    ("terms", "steps"),
    [
        ((NOTE + PERCENT + TEN,), (Step(percent=Decimal(2), days=10),)),
        ((NOTE + PERCENT + period("<cbc:EndDate>2026-03-11</cbc:EndDate>"),), (Step(percent=Decimal(2), until=date(2026, 3, 11)),)),
        (("<cbc:Note>2 % 10 days, 30 days net</cbc:Note>" + PERCENT + TEN,), (Step(percent=Decimal(2), days=10),)),
        (
            (PERCENT + TEN, PERCENT.replace("2.00", "3.00") + TEN.replace(">10<", ">8<"), NOTE),
            (Step(percent=Decimal(3), days=8), Step(percent=Decimal(2), days=10)),
        ),
        ((NOTE + PERCENT,), ()),
        ((NOTE + PERCENT.replace("2.00", "0") + TEN,), ()),
    ],
)  # fmt: skip
def test_ubl(terms: tuple[str, ...], steps: tuple[Step, ...]) -> None:
    assert discounts_of(ubl(*terms)) == steps
    assert discounts_of(ubl(*terms, kind="Order")) == steps


def test_what_is_said_twice_stands_once() -> None:
    said = "<cbc:Note>2 % 10 days, 30 days net</cbc:Note>" + PERCENT + TEN
    assert ubl(said) == "2 % 10 days, 30 days net"
    assert terms_of(ubl(said)) == terms_of("2/10 net 30")


def cii(inside: str) -> Invoice:
    """A CII invoice with this in its payment terms."""
    content = write(replace(ours(), terms="30 days net")).decode()
    end = "</ram:SpecifiedTradePaymentTerms>"
    assert end in content
    discounts = f"<ram:ApplicableTradePaymentDiscountTerms>{inside}</ram:ApplicableTradePaymentDiscountTerms>"
    document = read(content.replace(end, discounts + end, 1).encode())[0].document
    assert isinstance(document, Invoice)
    return replace(document, kind="invoice", issue_date=ISSUED)


MEASURE = '<ram:BasisPeriodMeasure unitCode="DAY">10</ram:BasisPeriodMeasure>'
RATE = "<ram:CalculationPercent>2</ram:CalculationPercent>"
BASE = '<ram:BasisAmount currencyID="EUR">50.00</ram:BasisAmount>'
OFF = '<ram:ActualDiscountAmount currencyID="EUR">1.00</ram:ActualDiscountAmount>'
BEGINS = '<ram:BasisDateTime><udt:DateTimeString format="102">20260305</udt:DateTimeString></ram:BasisDateTime>'


@pytest.mark.parametrize(
    ("inside", "step"),
    [
        (MEASURE + RATE, Step(percent=Decimal(2), days=10)),
        (MEASURE + BASE + RATE, Step(percent=Decimal(2), days=10, base=Decimal("50.00"))),
        (MEASURE + BASE + OFF, Step(percent=Decimal(2), days=10, base=Decimal("50.00"))),
        (BEGINS + MEASURE + RATE, Step(percent=Decimal(2), until=date(2026, 3, 15))),
    ],
)
def test_cii(inside: str, step: Step) -> None:
    invoice = cii(inside)
    assert discounts_of(invoice.terms) == (step,)
    found = discount(invoice, ISSUED)
    assert found is not None
    assert found.amount.currency == "EUR"
    if step.base is not None:
        assert found.amount == Money(100, "EUR")
