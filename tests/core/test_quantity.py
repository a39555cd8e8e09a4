"""Quantities convert exactly or not at all."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.core.values.errors import Malformed
from tieout.core.values.quantity import Conversion, Quantity, factor_between, plain

BOX = Conversion(unit="BX", into="EA", factor=Fraction(12))
PALLET = Conversion(unit="PF", into="BX", factor=Fraction(40))


@given(st.decimals("-1000000", "1000000", places=4))
def test_what_is_written_is_read(value: Decimal) -> None:
    assert Quantity.parse(f"{value:f} EA").value == value


@pytest.mark.parametrize(
    ("given_unit", "kept"), [("C62", "EA"), ("H87", "EA"), ("PCE", "EA"), ("kg", "KGM"), ("ZZ", "ZZ")]
)
def test_units_have_one_spelling(given_unit: str, kept: str) -> None:
    assert Quantity.of(1, given_unit).unit == kept


@pytest.mark.parametrize(
    ("unit", "into", "factor"),
    [
        ("EA", "EA", 1),
        ("TNE", "KGM", 1000),
        ("KGM", "TNE", Fraction(1, 1000)),
        ("DZN", "EA", 12),
        ("BX", "EA", 12),
        ("EA", "BX", Fraction(1, 12)),
        ("PF", "EA", 480),
        ("PF", "DZN", 40),
        ("LBR", "KGM", Fraction(45359237, 100000000)),
    ],
)
def test_listed_conversions_are_exact(unit: str, into: str, factor: Fraction | int) -> None:
    assert factor_between(unit, into, conversions=(BOX, PALLET)) == factor


@pytest.mark.parametrize(("unit", "into"), [("BX", "EA"), ("KGM", "LTR"), ("EA", "KGM"), ("ZZ", "EA")])
def test_what_nobody_knows_is_none_and_never_one(unit: str, into: str) -> None:
    assert factor_between(unit, into) is None


@given(st.fractions(min_value=Fraction(1, 1000), max_value=1000))
def test_converting_forth_and_back_is_one(factor: Fraction) -> None:
    table = (Conversion(unit="BX", into="EA", factor=factor),)
    forth, back = factor_between("BX", "EA", conversions=table), factor_between("EA", "BX", conversions=table)
    assert forth is not None
    assert back is not None
    assert forth * back == 1


@pytest.mark.parametrize("text", ["1200", "x EA", "1200 ", "Infinity EA"])
def test_what_is_no_quantity_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        Quantity.parse(text)


@pytest.mark.parametrize(
    ("value", "shown"), [("1200", "1200"), ("1200.00", "1200"), ("0.50", "0.5"), ("1E+3", "1000"), ("0", "0")]
)
def test_numbers_are_shown_as_people_write_them(value: str, shown: str) -> None:
    assert plain(Decimal(value)) == shown


def test_two_units_never_meet() -> None:
    with pytest.raises(AssertionError):
        Quantity.parse("1 EA") + Quantity.parse("1 BX")
