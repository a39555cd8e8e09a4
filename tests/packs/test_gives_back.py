"""What a credit line gives back, at every boundary; and what reason codes in UBL and CII say of it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.formats.test_ubl import invoice_of, small_document
from tieout.core.policy.tolerance import Limit, Tolerance
from tieout.core.values.money import Money
from tieout.core.values.party import Party
from tieout.core.values.quantity import Quantity
from tieout.trade.credit_reasons import of_reason
from tieout.trade.documents import Invoice, InvoiceLine, InvoiceTotals
from tieout.trade.documents.invoice import GivesBack
from tieout.trade.gives_back import Billed, reading_of_credit, reading_of_debit

ONE_PERCENT = Tolerance(state="limits", basis="unit_price", upper=Limit(percent=Decimal(1)), lower=Limit())
TEN = Billed(quantity=Decimal(100), minor=100_000, price=Decimal(10))


def line(price: str, count: int = 10, gives_back: GivesBack = "", currency: str = "EUR") -> InvoiceLine:
    net = Money.rounded(Decimal(price) * count, currency)
    return InvoiceLine(id="1", net=net, quantity=Quantity(Decimal(count), "EA"), gives_back=gives_back)


def document(*, kind: str = "credit_note", type_code: str = "381", gives_back: GivesBack = "") -> Invoice:
    return Invoice(
        kind=kind,  # type: ignore[arg-type]
        number="C-1",
        issue_date=None,
        currency="EUR",
        supplier=Party(),
        buyer=Party(),
        lines=(),
        totals=InvoiceTotals(),
        type_code=type_code,
        gives_back=gives_back,
    )


@pytest.mark.parametrize(
    ("price", "billed", "tolerance", "reading"),
    [
        ("10.00", TEN, None, "quantity"),  # at the billed price
        ("9.90", TEN, ONE_PERCENT, "quantity"),  # at the limit
        ("9.89", TEN, ONE_PERCENT, "money"),  # a cent below it
        ("9.999", TEN, None, "quantity"),  # a cent of the line is rounding
        ("9.99", TEN, None, "money"),
        ("10.01", TEN, None, "quantity"),  # above: bounded elsewhere
        ("0.01", TEN, ONE_PERCENT, "money"),
        ("9.00", TEN, Tolerance(state="not_checked", basis="unit_price"), "money"),  # no check is no tolerance
        ("5.00", Billed(), None, "quantity"),  # nothing is billed yet: it is held until it is
        ("5.00", Billed(quantity=Decimal(100), minor=1, price=Decimal(10), returned=Decimal(10)), None, "quantity"),
        ("5.00", Billed(quantity=Decimal(100), minor=1, price=Decimal(10), returned=Decimal(9)), None, "money"),
    ],
)
def test_the_price_or_a_return_decides_where_nothing_is_said(
    price: str, billed: Billed, tolerance: Tolerance | None, reading: str
) -> None:
    made = reading_of_credit(
        document(), line(price), quantity=Decimal(10), price=Decimal(price), billed=billed, tolerance=tolerance
    )
    assert made.gives_back == reading


@pytest.mark.parametrize(
    ("note", "of_line", "reading"),
    [
        (document(), line("10.00", gives_back="money"), "money"),
        (document(gives_back="money"), line("1.00", gives_back="quantity"), "quantity"),  # the line comes first
        (document(gives_back="money"), line("10.00"), "money"),
        (document(gives_back="days"), line("1.00"), "quantity"),  # goods have no days
        (document(type_code="83"), line("10.00"), "money"),
        (document(type_code="81"), line("10.00"), "quantity"),  # does not say
    ],
)
def test_what_is_said_comes_first(note: Invoice, of_line: InvoiceLine, reading: str) -> None:
    price = of_line.net.amount / 10
    made = reading_of_credit(note, of_line, quantity=Decimal(10), price=price, billed=TEN, tolerance=None)
    assert made.gives_back == reading


@pytest.mark.parametrize(
    ("price", "count", "agreed", "billed", "is_difference"),
    [
        ("0.50", 100, "10.50", TEN, True),
        (
            "0.50",
            100,
            "10.00",
            TEN,
            True,
        ),  # not raised: read so, as no more goods may be billed, and held for all of it
        ("5.01", 100, "10.00", TEN, False),  # no more goods may be billed, and at this price it is goods
        ("0.50", 101, "10.50", TEN, False),  # more than is billed
        ("0.51", 100, "10.50", TEN, True),  # read so, and held for what exceeds the raise
        ("10.50", 100, "10.50", TEN, False),  # the price of goods
        ("0.50", 100, "10.50", Billed(quantity=Decimal(100), minor=105_000, price=Decimal(10)), True),  # billed by now
        ("0.50", 100, "9.00", TEN, True),  # the price fell
    ],
)
def test_a_difference_is_read_where_the_price_was_raised(
    price: str, count: int, agreed: str, billed: Billed, *, is_difference: bool
) -> None:
    made = reading_of_debit(
        document(kind="invoice", type_code="380"),
        line(price, count),
        quantity=Decimal(count),
        price=Decimal(price),
        agreed=Decimal(agreed),
        billed=billed,
        room=Decimal(0),
        tolerance=None,
    )
    assert (made is not None and made.is_money) is is_difference


def test_goods_that_may_still_be_billed_are_goods_at_any_price() -> None:
    note = document(kind="invoice", type_code="380")
    asked = {"quantity": Decimal(100), "price": Decimal("0.50"), "agreed": Decimal(10)}
    made = reading_of_debit(note, line("0.50", 100), **asked, billed=TEN, room=Decimal(100), tolerance=None)
    assert made is None


@pytest.mark.parametrize(
    ("code", "listed", "reading"),
    [
        ("35", "", "quantity"),
        ("5", "", "money"),
        ("3", "", ""),  # damaged goods may be either
        ("1", "DIAN 2.1", "quantity"),
        ("1", "", "money"),
        ("07", "urn:pe:gob:sunat:cpe:see:gem:catalogos:catalogo09", "quantity"),
        ("99", "", ""),
    ],
)
def test_a_reason_says_what_it_says_in_its_list(code: str, listed: str, reading: str) -> None:
    assert of_reason(code, listed=listed) == reading


def test_ubl_says_it_by_its_discrepancy_response() -> None:
    response = "<cac:DiscrepancyResponse><cbc:ResponseCode>35</cbc:ResponseCode></cac:DiscrepancyResponse>"
    made = invoice_of(small_document("CreditNote", response))
    assert (made.gives_back, made.credit_reason) == ("quantity", "35")
    other = "<cac:DiscrepancyResponse><cbc:ResponseCode>5</cbc:ResponseCode></cac:DiscrepancyResponse>"
    assert invoice_of(small_document("CreditNote", response + other)).gives_back == ""
