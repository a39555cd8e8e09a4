"""The amount to pay is explained by what is stated, whatever the combination; roundings by custom; what our payment run pays."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.core.values.money import Money
from tieout.core.values.party import Identifier, Party
from tieout.core.values.quantity import Quantity
from tieout.trade.customs import CUSTOMS, is_whole, rounding_max, rounding_unit
from tieout.trade.documents import (
    AllowanceCharge,
    Invoice,
    InvoiceLine,
    InvoiceTotals,
    TaxSubtotal,
    ThirdPartyAmount,
)
from tieout.trade.expected_tax import expected_tax, nearest_right_tax, rates_of
from tieout.trade.payable import payable_of
from tieout.trade.payment_ways import COLLECTED, ELSEWHERE, payment_of
from tieout.trade.posting_lines import posting_lines
from tieout.trade.pricing import net_price

SELLER = Party(name="Kessler GmbH", country="DE", identifiers=(Identifier(scheme="vat", value="DE812345678"),))
CENTS = st.integers(-(10**6), 10**6)


def invoice(
    net: int = 100_00, tax: int = 19_00, *, currency: str = "EUR", kind: str = "invoice", **sums: int
) -> Invoice:
    """An invoice of one line; further totals in minor units."""

    def money(minor: int) -> Money:
        return Money(minor, currency)

    given = {name: money(minor) for name, minor in sums.items()}
    gross = money(net + tax)
    totals = InvoiceTotals(lines=money(net), net=money(net), tax=money(tax), gross=gross, **{"payable": gross} | given)
    rate = Decimal(19)
    line = InvoiceLine(
        id="1",
        net=money(net),
        quantity=Quantity(Decimal(10), "EA"),
        price=Decimal(10),
        tax_category="S",
        tax_percent=rate,
    )
    return Invoice(
        kind="credit_note" if kind == "credit_note" else "invoice",
        number="A-1",
        issue_date=None,
        currency=currency,
        supplier=SELLER,
        buyer=Party(name="We Ltd", country="DE"),
        lines=(line,),
        totals=totals,
        tax=(TaxSubtotal(category="S", percent=rate, taxable=money(net), tax=money(tax)),),
    )


def excess(document: Invoice) -> str:
    payable = payable_of(document)
    assert payable is not None
    return str(payable.excess)


@pytest.mark.parametrize(
    ("sums", "left"),
    [
        ({}, "0.00 EUR"),
        ({"payable": 119_01}, "0.01 EUR"),
        ({"prepaid": -500_00, "payable": 619_00}, "500.00 EUR"),
        ({"prepaid": 19_00, "payable": 100_00}, "-19.00 EUR"),
        (
            {"prepaid": 19_00, "payable": 119_00},
            "0.00 EUR",
        ),  # it contradicts itself, and asks for no more than it bills
        ({"rounding": 99, "payable": 119_99}, "0.00 EUR"),
        ({"rounding": 1_00, "payable": 120_00}, "1.00 EUR"),
        ({"rounding": -99, "payable": 118_01}, "0.00 EUR"),
        ({"withheld": 9_00, "payable": 110_00}, "0.00 EUR"),
        ({"withheld": 9_00, "payable": 119_00}, "0.00 EUR"),  # Colombia states what is withheld and asks for all of it
        ({"withheld": -9_00, "payable": 128_00}, "9.00 EUR"),
        ({"payable": 0}, "-119.00 EUR"),
    ],
)
def test_what_is_asked_for_beyond_the_stated_parts(sums: dict[str, int], left: str) -> None:
    assert excess(invoice(**sums)) == left


def test_on_a_credit_note_less_is_against_us() -> None:
    assert excess(invoice(kind="credit_note", prepaid=100_00, payable=19_00)) == "100.00 EUR"
    assert excess(invoice(kind="credit_note", prepaid=-100_00, payable=219_00)) == "-100.00 EUR"
    assert excess(invoice(kind="credit_note", withheld=9_00, payable=110_00)) == "0.00 EUR"


def test_third_parties_explain_what_they_state_one_by_one() -> None:
    stated = tuple(ThirdPartyAmount(amount=Money(minor, "EUR"), reason="parking") for minor in (19_96, 10_00))
    document = replace(invoice(payable=148_96), third_parties=stated)
    assert excess(document) == "0.00 EUR"
    assert excess(replace(document, third_parties=stated[:1])) == "10.00 EUR"
    negative = (*stated, ThirdPartyAmount(amount=Money(-10_00, "EUR")))
    assert excess(replace(document, third_parties=negative)) == "0.00 EUR", "what lowers the sum never explains more"
    lines = posting_lines(document, ())
    assert [(line.kind, str(line.net)) for line in lines] == [
        ("goods", "100.00 EUR"), ("charge", "19.96 EUR"), ("charge", "10.00 EUR"),
    ]  # fmt: skip


@given(prepaid=CENTS, rounding=st.integers(-200, 200), payable=CENTS, credit=st.booleans())
def test_no_part_raises_what_our_payment_run_pays_above_what_is_billed(
    prepaid: int, rounding: int, payable: int, *, credit: bool
) -> None:
    kind = "credit_note" if credit else "invoice"
    document = invoice(kind=kind, prepaid=prepaid, rounding=rounding, payable=payable)
    explained, payment = payable_of(document), payment_of(document)
    assert explained is not None
    assert payment.by_us is not None
    most = 119_00 + (rounding if abs(rounding) < 1_00 else 0)
    assert payment.by_us.minor <= most
    if not credit:
        assert (explained.excess.minor > 0) is (payable > most)


@pytest.mark.parametrize("code", sorted({**COLLECTED, **ELSEWHERE}))
def test_means_that_are_not_ours_to_pay_block_the_voucher(code: str) -> None:
    for means in ((code,), ("30", code)):
        payment = payment_of(replace(invoice(), payment_means=means))
        assert payment.blocked
        assert payment.by_us == Money.zero("EUR")
    assert not payment_of(replace(invoice(), kind="customer_invoice", payment_means=(code,))).blocked, (
        "ours are paid to us"
    )


@pytest.mark.parametrize("code", ["", "1", "10", "20", "30", "31", "42", "57", "58", "ZZZ"])
def test_other_means_leave_it_to_our_payment_run(code: str) -> None:
    payment = payment_of(replace(invoice(), payment_means=(code,) if code else ()))
    assert (payment.blocked, payment.by_us) == (False, Money(119_00, "EUR"))


def italian(**sums: int) -> Invoice:
    document = invoice(100_00, 22_00, **sums)
    rows = tuple(replace(row, category="B") for row in document.tax)
    return replace(document, tax=rows, supplier=replace(SELLER, country="IT"), buyer=Party(name="Noi", country="IT"))


@pytest.mark.parametrize(
    ("sums", "asked", "by_us"),
    [
        ({}, True, "100.00 EUR"),
        ({"prepaid": 22_00, "payable": 100_00}, False, "100.00 EUR"),
        ({"payable": 100_01}, True, "78.01 EUR"),
        ({"payable": 50_00, "prepaid": 72_00}, False, "50.00 EUR"),
    ],
)
def test_the_tax_of_split_payment_is_never_the_suppliers(sums: dict[str, int], asked: bool, by_us: str) -> None:
    document = italian(**sums)
    explained = payable_of(document)
    assert explained is not None
    assert explained.split_asked is asked
    assert str(payment_of(document).by_us) == by_us
    assert payment_of(document).blocked


@given(st.integers(1, 10**7), st.integers(1, 30), st.sampled_from(sorted(CUSTOMS)))
def test_floor_ceiling_and_nearest_of_a_tax_are_right_where_taxes_are_whole(
    amount: int, percent: int, currency: str
) -> None:
    document = invoice(int(Money.of(amount, currency).minor), 0, currency=currency)
    rates = rates_of(document, {"1": Decimal(percent)})
    exact = Decimal(amount) * percent / 100
    for rounding in (ROUND_FLOOR, ROUND_CEILING, ROUND_HALF_UP):
        stated = Money.of(exact.to_integral_value(rounding), currency)
        assert nearest_right_tax(document, rates, stated) == stated
    above = Money.of(exact.to_integral_value(ROUND_CEILING) + 1, currency)
    assert nearest_right_tax(document, rates, above) == Money.of(exact.to_integral_value(ROUND_CEILING), currency)
    below = Money.of(exact.to_integral_value(ROUND_FLOOR) - 1, currency)
    assert nearest_right_tax(document, rates, below) == Money.of(exact.to_integral_value(ROUND_FLOOR), currency)


def test_elsewhere_a_tax_has_one_right_figure() -> None:
    document = invoice(12_39, 0)
    rates = rates_of(document, {"1": Decimal(10)})
    assert not is_whole("EUR")
    for stated in (1_23, 1_24, 2_00):
        assert (
            nearest_right_tax(document, rates, Money(stated, "EUR"))
            == expected_tax(document, rates)
            == Money(1_24, "EUR")
        )


def test_customs_say_why_and_are_currencies() -> None:
    for currency, custom in CUSTOMS.items():
        assert Money.zero(currency).currency == currency
        assert custom.reason
        assert custom.coins >= custom.unit == 1
    assert (rounding_unit("EUR"), rounding_unit("JPY"), rounding_unit("HUF"), rounding_unit("BHD")) == (
        Decimal("0.01"), Decimal(1), Decimal(1), Decimal("0.001"),
    )  # fmt: skip
    assert (rounding_max("EUR"), rounding_max("HUF"), rounding_max("CLP")) == (1, 5, 10)


@pytest.mark.parametrize(
    ("price", "charge", "allowance", "makes"),
    [("0", "1100.00", "100.00", True), ("0", "1000.00", "0.00", True)],
)
def test_a_line_priced_at_nothing_has_the_price_that_its_entries_make(
    price: str,
    charge: str,
    allowance: str,
    makes: bool,
) -> None:
    entries = tuple(
        AllowanceCharge(charge=adds, amount=Money.of(amount, "EUR"))
        for adds, amount in ((True, charge), (False, allowance))
        if Decimal(amount)
    )
    net = Money.of(Decimal(price) * 10, "EUR") + Money.of(charge, "EUR") - Money.of(allowance, "EUR")
    line = InvoiceLine(
        id="1", net=net, quantity=Quantity(Decimal(10), "EA"), price=Decimal(price), allowances_charges=entries
    )
    assert net_price(line, Decimal(10)) == (Decimal(100) if makes else Decimal(100) - Decimal(allowance) / 10)


ANOTHER = Money(1, "USD")
ENTRY = AllowanceCharge(charge=True, amount=ANOTHER)


@pytest.mark.parametrize(
    "changed",
    [
        {"totals": "prepaid"},
        {"totals": "rounding"},
        {"totals": "withheld"},
        {"third_parties": (ThirdPartyAmount(amount=ANOTHER),)},
        {"allowances_charges": (ENTRY,)},
        {"lines": InvoiceLine(id="2", net=ANOTHER)},
        {"tax": TaxSubtotal(category="E", percent=None, taxable=ANOTHER, tax=ANOTHER)},
    ],
)
def test_nothing_is_explained_where_any_amount_is_of_another_currency(changed: dict[str, object]) -> None:
    document = invoice()
    ((name, value),) = changed.items()
    if name == "totals":
        value = replace(document.totals, **{str(value): ANOTHER})
    elif name in {"lines", "tax"}:
        value = (*getattr(document, name), value)
    assert payable_of(document) is not None
    assert payable_of(replace(document, **{name: value})) is None


def test_a_charge_without_a_rate_bears_the_only_one_of_the_breakdown_though_every_line_has_its_own() -> None:
    charge = AllowanceCharge(charge=True, amount=Money(10_00, "EUR"), tax_category="S")
    document = replace(invoice(), allowances_charges=(charge,))
    rates = rates_of(document, {})
    assert expected_tax(document, rates) == Money(20_90, "EUR")
    unrated = replace(document, lines=(replace(document.lines[0], tax_percent=None),))
    assert rates_of(unrated, {}) == rates


@pytest.mark.parametrize("tax", [None, 0, 19_00])
def test_an_invoice_without_lines_is_posted_as_billed_with_what_it_collects_for_others(tax: int | None) -> None:
    document = invoice()
    stated = None if tax is None else Money(tax, "EUR")
    totals = replace(document.totals, tax=stated, gross=Money(100_00 + (tax or 0), "EUR"))
    third = ThirdPartyAmount(amount=Money(5_00, "EUR"), reason="Deposit")
    document = replace(document, lines=(), totals=totals, tax=(), third_parties=(third,))
    goods, deposit = posting_lines(document, [])
    assert (goods.claim_line, goods.kind, goods.net, goods.tax) == (
        "document",
        "goods",
        Money(100_00, "EUR"),
        stated or Money.zero("EUR"),
    )
    assert (deposit.kind, deposit.net, deposit.tax) == ("charge", Money(5_00, "EUR"), Money.zero("EUR"))
