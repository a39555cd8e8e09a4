"""Whether a document's own figures agree: sound documents are silent, and a cent in the wrong place is reported."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.reading import read
from tieout.core.values.money import Money, total
from tieout.core.values.party import Party
from tieout.core.values.quantity import Quantity
from tieout.trade.arithmetic import remarks_on, remarks_on_order
from tieout.trade.documents import (
    AllowanceCharge,
    Invoice,
    InvoiceLine,
    InvoiceTotals,
    Order,
    OrderCharge,
    OrderLine,
    TaxSubtotal,
)

PEPPOL = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"


def eur(text: str) -> Money:
    return Money.of(text, "EUR")


def sound(lines: list[tuple[int, Decimal]], *, charge: Money | None = None, profile: str = PEPPOL) -> Invoice:
    """An invoice that ties out: lines as (quantity, price), all at 19 %."""
    made = tuple(
        InvoiceLine(
            id=str(number), net=Money.rounded(quantity * price, "EUR"), quantity=Quantity(Decimal(quantity), "EA"), price=price,
            tax_category="S", tax_percent=Decimal(19),
        )
        for number, (quantity, price) in enumerate(lines, 1)
    )  # fmt: skip
    charges = (
        ()
        if charge is None
        else (AllowanceCharge(charge=True, amount=charge, tax_category="S", tax_percent=Decimal(19)),)
    )
    line_sum = total((line.net for line in made), "EUR")
    net = line_sum + (charge or Money.zero("EUR"))
    tax = Money.rounded((net.amount * 19 / 100).quantize(Decimal("0.01"), ROUND_HALF_UP), "EUR")
    return Invoice(
        kind="invoice", number="7", issue_date=date(2026, 1, 1), currency="EUR", supplier=Party(name="A"), buyer=Party(name="B"),
        lines=made, allowances_charges=charges, tax=(TaxSubtotal(category="S", percent=Decimal(19), taxable=net, tax=tax),),
        totals=InvoiceTotals(lines=line_sum, charges=charge, net=net, tax=tax, gross=net + tax, payable=net + tax), profile=profile,
    )  # fmt: skip


_lines = st.lists(st.tuples(st.integers(1, 500), st.decimals("0.01", "999.99", places=2)), min_size=1, max_size=5)
_charges = st.none() | st.integers(1, 10_000).map(lambda minor: Money(minor, "EUR"))


@given(_lines, _charges)
def test_a_sound_invoice_is_silent(lines: list[tuple[int, Decimal]], charge: Money | None) -> None:
    assert remarks_on(sound(lines, charge=charge)) == ()


@given(
    _lines,
    st.sampled_from([
        ("lines", "BR-CO-10"), ("charges", "BR-CO-12"), ("net", "BR-CO-13"), ("tax", "BR-CO-14"),
            ("gross", "BR-CO-15"), ("payable", "BR-CO-16"),
    ]),
    st.sampled_from([-1, 1]),
)  # fmt: skip
def test_one_cent_in_any_total_is_reported(
    lines: list[tuple[int, Decimal]], place: tuple[str, str], cents: int
) -> None:
    name, rule = place
    invoice = sound(lines, charge=eur("5.00"))
    wrong = replace(invoice.totals, **{name: getattr(invoice.totals, name) + Money(cents, "EUR")})
    rules = {remark.rule for remark in remarks_on(replace(invoice, totals=wrong)) if remark.fatal}
    assert rule in rules


def test_the_words_hold_both_numbers() -> None:
    invoice = sound([(10, Decimal("35.70"))])
    (remark, *_) = remarks_on(replace(invoice, totals=replace(invoice.totals, lines=eur("196.35"))))
    assert remark.message == "the lines add up to 357.00 EUR, the total says 196.35 EUR"
    assert (remark.code, remark.rule, remark.where) == ("DOC-EINV", "BR-CO-10", "totals")


@pytest.mark.parametrize(
    ("profile", "off", "fatal"),
    [
        (PEPPOL, "0.02", None), (PEPPOL, "0.03", True),
        ("urn:cen.eu:en16931:2017", "0.03", False), ("urn:cen.eu:en16931:2017", "1.00", True), ("", "0.99", False),
    ],
)  # fmt: skip
def test_price_times_quantity_has_the_tolerance_of_its_rule(profile: str, off: str, fatal: bool | None) -> None:
    """None: silent; else whether the remark holds the document."""
    base = sound([(10, Decimal("35.70"))], profile=profile)
    line = replace(base.lines[0], net=base.lines[0].net + eur(off))
    remarks = [
        remark.fatal for remark in remarks_on(replace(base, lines=(line,))) if remark.rule == "PEPPOL-EN16931-R120"
    ]
    assert remarks == ([] if fatal is None else [fatal])


@pytest.mark.parametrize(("apart", "reported"), [("0.99", False), ("1.00", True)])
def test_tax_may_be_off_by_less_than_a_whole_unit(apart: str, reported: bool) -> None:
    base = sound([(10, Decimal("35.70"))])
    row = replace(base.tax[0], tax=base.tax[0].tax + eur(apart))
    assert ("BR-CO-17" in {remark.rule for remark in remarks_on(replace(base, tax=(row,)))}) is reported


def test_the_extended_profile_allows_a_cent_an_addend() -> None:
    base = sound(
        [(1, Decimal("10.00")), (1, Decimal("10.00"))],
        profile="urn:cen.eu:en16931:2017#conformant#urn:factur-x.eu:1p0:extended",
    )
    for cents, reported in ((2, False), (3, True)):
        totals = replace(base.totals, lines=eur("20.00") + Money(cents, "EUR"))
        rules = {remark.rule for remark in remarks_on(replace(base, totals=totals))}
        assert ("BR-CO-10" in rules) is reported, cents


def test_lines_without_a_row_in_the_breakdown_are_reported() -> None:
    base = sound([(1, Decimal("10.00"))])
    more = replace(base.lines[0], id="2", tax_percent=Decimal(7))
    remarks = [remark for remark in remarks_on(replace(base, lines=(*base.lines, more))) if remark.rule == "BR-S-08"]
    assert [remark.where for remark in remarks] == ["tax S 7 %"]


def test_amounts_of_another_currency_stop_the_adding() -> None:
    base = sound([(1, Decimal("10.00"))])
    strange = replace(base, totals=replace(base.totals, payable=Money(1190, "USD")))
    (remark,) = remarks_on(strange)
    assert (remark.rule, remark.fatal) == ("PEPPOL-EN16931-R051", True)


def test_missing_totals_are_reported() -> None:
    base = replace(sound([(1, Decimal("10.00"))]), totals=InvoiceTotals(), tax=())
    fatal_by_rule = {remark.rule: remark.fatal for remark in remarks_on(base)}
    assert fatal_by_rule == {"BR-12": True, "BR-13": True, "BR-14": True, "BR-15": True, "BR-CO-18": True}
    assert not any(remark.fatal for remark in remarks_on(replace(base, profile="")))


def test_a_zero_price_base_divides_nothing() -> None:
    base = sound([(1, Decimal("10.00"))])
    line = replace(base.lines[0], price_per=Decimal(0))
    assert [remark.rule for remark in remarks_on(replace(base, lines=(line,)))] == ["PEPPOL-EN16931-R121"]


def test_the_oasis_order_contradicts_itself(shared_data: Path) -> None:
    """100 kg at 100.00 with a line total of 100.00: reported, not held, since an order is evidence."""
    path = next((shared_data / "order-to-invoice/oasis-ubl").rglob("UBL-Order-2.0-Example.xml"))
    (reading,) = read(path.read_bytes(), name=path.name)
    assert isinstance(reading.document, Order)
    (stated,) = (remark for remark in reading.remarks if "make" in remark.message)
    assert stated.message == "100 KGM at 100 make 10000.00 GBP, the line says 100.00 GBP"
    assert not stated.fatal


def test_orders_are_priced_in_another_unit() -> None:
    line = OrderLine(
        id="1",
        quantity=Quantity(Decimal(2500), "GRM"),
        price=Decimal(40),
        price_per=Decimal(10),
        price_unit="KGM",
        net=eur("10.00"),
    )
    order = Order(
        number="1", issue_date=None, currency="EUR", supplier=Party(), buyer=Party(), lines=(line,), net=eur("15.00"),
        charges=(OrderCharge(kind="FC", amount=eur("5.00")),),
    )  # fmt: skip
    assert remarks_on_order(order) == ()
    assert remarks_on_order(replace(order, net=eur("15.01")))[0].message.startswith(
        "the lines add up to 10.00 EUR (15.00 EUR with"
    )
    assert remarks_on_order(replace(order, lines=(replace(line, net=eur("10.03")),), net=None))


def test_the_mustang_case_without_a_net_price(shared_data: Path) -> None:
    path = shared_data / "e-invoice/zugferd/ZUGFeRDv2/fail/Mustangproject/noNetPriceValidation.xml"
    (reading,) = read(path.read_bytes())
    assert [remark.message for remark in reading.remarks if remark.fatal] == [
        "400 EA at 0.1 make 40.00 EUR, the line says 316.00 EUR"
    ]
