"""Figures and dates are written one way a language, nothing is rounded, and what is typed is never guessed at."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.core.values.errors import Malformed
from tieout.core.values.money import Money, decimal_of
from tieout.core.values.quantity import Quantity
from tieout.wording import figures
from tieout.wording.figures import Language, money_written

LANGUAGES: tuple[Language, ...] = ("en", "de")


def plain(text: str) -> str:
    return text.replace(figures.NO_BREAK, " ")


@pytest.mark.parametrize(
    ("amount", "english", "german"),
    [
        ("-1234567.50 EUR", "-1,234,567.50 EUR", "-1.234.567,50 EUR"),
        ("1200 JPY", "1,200 JPY", "1.200 JPY"),
        ("10.50 HUF", "10.50 HUF", "10,50 HUF"),  # Babel's own currency format has no decimals here
        ("10.126 IQD", "10.126 IQD", "10,126 IQD"),
    ],
)
def test_money_has_the_decimals_of_its_currency(amount: str, english: str, german: str) -> None:
    assert plain(figures.money(Money.parse(amount))) == english
    assert plain(figures.money(Money.parse(amount), "de")) == german


@pytest.mark.parametrize(
    ("value", "english", "german"),
    [("1200.500", "1,200.5", "1.200,5"), ("1E+3", "1,000", "1.000"), ("-0.050", "-0.05", "-0,05"), ("0.00", "0", "0")],
)
def test_a_number_has_all_its_decimals_and_no_closing_zeros(value: str, english: str, german: str) -> None:
    assert figures.number(Decimal(value)) == english
    assert figures.number(Decimal(value), "de") == german


@given(st.decimals(min_value=-(10**12), max_value=10**12, allow_nan=False, places=9), st.sampled_from(LANGUAGES))
def test_no_figure_is_rounded(value: Decimal, language: Language) -> None:
    text = figures.number(value, language)
    back = text.replace(".", "").replace(",", ".") if language == "de" else text.replace(",", "")
    assert Decimal(back) == value


@given(st.integers(-(10**12), 10**12), st.sampled_from(["EUR", "JPY", "BHD", "HUF"]), st.sampled_from(LANGUAGES))
def test_money_that_is_shown_is_read_back(minor: int, currency: str, language: Language) -> None:
    amount = Money(minor, currency)
    assert money_written(figures.money(amount, language), language) == amount


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "1.234,50 EUR"), ("en", "1234,50 EUR"), ("de", "1234.50 EUR"), ("de", "1,234.50 EUR"), ("de", "1.5 EUR"),
        ("en", "1e5 EUR"), ("en", "1_000 EUR"), ("en", "NaN EUR"), ("en", "12,34,567 EUR"), ("en", "12.50"), ("en", "١٢ EUR"),
    ],
)  # fmt: skip
def test_an_amount_in_another_manner_is_refused_with_the_right_one(language: Language, text: str) -> None:
    with pytest.raises(Malformed) as caught:
        money_written(text, language)
    assert caught.value.remedy is not None
    assert {"en": "1,234.50", "de": "1.234,50"}[language] in plain(caught.value.remedy)


def test_days_and_moments() -> None:
    day, at = date(2026, 3, 2), datetime(2026, 3, 2, 14, 5, tzinfo=UTC)
    assert [plain(figures.day(day, language)) for language in LANGUAGES] == ["2 Mar 2026", "2. März 2026"]
    assert [plain(figures.moment(at, language)) for language in LANGUAGES] == [
        "2 Mar 2026 14:05 UTC",
        "2. März 2026 14:05 UTC",
    ]
    assert [figures.day_in_full(day, language) for language in LANGUAGES] == ["2 March 2026", "2. März 2026"]
    assert [figures.weekday(day, language) for language in LANGUAGES] == ["Mon", "Mo"]
    assert [plain(figures.month(day, language)) for language in LANGUAGES] == ["Mar 2026", "März 2026"]
    assert [figures.day_of_year(day, language) for language in LANGUAGES] == ["2 Mar", "2. März"]


def test_prices_quantities_and_percents() -> None:
    assert [figures.price(Decimal("10.8"), language, per=Decimal(1000)) for language in LANGUAGES] == [
        "10.80 per 1,000",
        "10,80 je 1.000",
    ]
    assert plain(figures.quantity(Quantity(decimal_of("1200.5"), "KGM"), "de")) == "1.200,5 KGM"
    assert plain(figures.percent(Decimal("62.5"), "de")) == "62,5 %"
