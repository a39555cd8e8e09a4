"""Money is exact: it reads and writes without loss, rounds once, half away from zero, and splits without losing a cent."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.core.values.errors import Malformed
from tieout.core.values.money import Money, exponent, extend, split, total
from tieout.formats import canonical_json

AMOUNTS = st.integers(min_value=-(10**12), max_value=10**12)
CURRENCIES = st.sampled_from(["EUR", "JPY", "BHD", "CLF", "USD"])


@given(AMOUNTS, CURRENCIES)
def test_what_is_written_is_read(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    assert Money.parse(str(money)) == money
    assert Money.of(money.amount, currency) == money


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [("12.34", "EUR", 1234), ("-0.01", "EUR", -1), ("1234", "JPY", 1234), ("1.234", "BHD", 1234), ("0", "USD", 0)],
)
def test_exponents_are_those_of_the_currency(amount: str, currency: str, minor: int) -> None:
    assert Money.of(amount, currency).minor == minor


@pytest.mark.parametrize("text", ["12.345 EUR", "1.5 JPY", "12.34", "NaN EUR", "1e400 EUR", "12,34 EUR", "1 XXY", ""])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        Money.parse(text)


@pytest.mark.parametrize(
    ("price", "quantity", "per", "expected"),
    [
        ("0.005", "1", "1", "0.01"),
        ("-0.005", "1", "1", "-0.01"),
        ("0.0049", "1", "1", "0.00"),
        ("10.805", "3", "1", "32.42"),
        ("35.00", "250", "100", "87.50"),
        ("1", "1", "3", "0.33"),
        ("0", "1000", "1", "0.00"),
    ],
)
def test_extending_rounds_once_and_half_away_from_zero(price: str, quantity: str, per: str, expected: str) -> None:
    assert extend(Decimal(price), Decimal(quantity), per=Decimal(per), currency="EUR") == Money.of(expected, "EUR")


@given(AMOUNTS, st.lists(st.decimals("0", "1000", places=3), min_size=1, max_size=12))
def test_splitting_loses_nothing(minor: int, weights: list[Decimal]) -> None:
    if not any(weights):
        return
    whole = Money(minor, "EUR")
    parts = split(whole, weights)
    assert total(parts, "EUR") == whole
    for part, weight in zip(parts, weights, strict=True):
        fair = Decimal(minor) * weight / sum(weights)
        assert abs(part.minor - fair) < 1, "no part is a cent or more from its fair share"


@pytest.mark.parametrize("weights", [[], [Decimal(0)], [Decimal(1), Decimal(-1)]])
def test_impossible_splits_are_refused(weights: list[Decimal]) -> None:
    with pytest.raises(Malformed):
        split(Money(100, "EUR"), weights)


def test_two_currencies_never_meet() -> None:
    with pytest.raises(AssertionError):
        Money(1, "EUR") + Money(1, "USD")
    with pytest.raises(AssertionError):
        total([Money(1, "USD")], "EUR")
    with pytest.raises(AssertionError):
        _ = Money(1, "EUR") < Money(2, "USD")
    assert Money(1, "EUR") != Money(1, "USD")


def test_money_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Money(1, "EUR").minor = 2  # type: ignore[misc]


def test_unknown_currencies_are_refused() -> None:
    with pytest.raises(Malformed, match="ISO 4217"):
        exponent("ABC")


@pytest.mark.parametrize("currency", ["EUR", "JPY", "BHD", "CLF"])
def test_digits_are_those_of_the_amount_at_every_length(currency: str) -> None:
    """Most amounts are written without decimal arithmetic: as they are with it."""
    lengths = [10**n + k for n in range(34) for k in (-1, 0, 1)]
    for minor in (*range(12_000), *lengths):
        for money in (Money(minor, currency), Money(-minor, currency)):
            assert money.digits == f"{money.amount:f}", minor
            assert canonical_json.encode(money) == f'"{money}"'.encode(), minor
