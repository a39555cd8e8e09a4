"""Our table of currencies against two others: ISO 4217's own, and Babel's. Each difference stands here with its reason."""

from __future__ import annotations

import pytest
from babel import Locale
from babel.core import get_global
from iso4217 import Currency

from tieout.core.values.errors import Malformed
from tieout.core.values.money import _CURRENCIES, Money, exponent

ISO = {currency.code: currency.exponent for currency in Currency}

# No longer in the standard, still on documents of the years in which they were: read with the decimals that they had.
PAST = {"ANG", "BGN", "HRK", "ZWL"}
# In the standard, and no money that an invoice is in: metals, bond units, units of account, testing, none.
NO_MONEY = set("XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX".split())
# Babel gives the decimals in use at the till; books and banks go by the standard.
TILL = set("AFN ALL COP HUF IDR IQD IRR KPW LAK LBP MGA MMK SOS SYP YER".split())


def test_our_currencies_are_those_of_the_standard_but_for_what_is_listed() -> None:
    assert _CURRENCIES - set(ISO) == PAST
    assert set(ISO) - _CURRENCIES == NO_MONEY


def test_our_decimals_are_those_of_the_standard() -> None:
    differing = {code for code in _CURRENCIES & set(ISO) if exponent(code) != ISO[code]}
    assert differing == set()
    assert {exponent(code) for code in PAST} == {2}


def test_babels_decimals_differ_where_cash_differs_and_nowhere_else() -> None:
    fractions = get_global("currency_fractions")
    babel = {code: fractions.get(code, fractions["DEFAULT"])[0] for code in _CURRENCIES}
    assert {code for code in _CURRENCIES if babel[code] != exponent(code)} == TILL
    assert {babel[code] for code in TILL} == {0}


def test_babel_has_a_name_for_every_currency() -> None:
    names = Locale.parse("en").currencies
    assert sorted(_CURRENCIES - set(names) - {"XAD"}) == []  # XAD came into the standard in 2025


def test_the_guilder_of_curacao_is_money_and_gold_is_not() -> None:
    assert str(Money.parse("12.50 XCG")) == "12.50 XCG"
    with pytest.raises(Malformed):
        Money.parse("1 XAU")
