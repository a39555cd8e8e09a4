"""Our table of currencies against two others: ISO 4217's own, and Babel's. Each difference stands here with its reason."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from babel import Locale
from babel.core import get_global
from iso4217 import Currency

from tieout.core.values.currencies import CURRENCIES
from tieout.core.values.errors import Malformed
from tieout.core.values.money import Money, exponent, is_currency
from tieout.core.values.party import Party
from tieout.trade.arithmetic import remarks_on, remarks_on_order
from tieout.trade.documents import Invoice, InvoiceTotals, Order

ISO = {currency.code: currency.exponent for currency in Currency}
ISO_AS_OF = date(2026, 1, 1)
"""The day of the list in iso4217 1.16."""

# In the standard, and no money that an invoice is in: metals, bond units, units of account, testing, none.
NO_MONEY = set("XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX".split())
# Babel gives the decimals in use at the till; books and banks go by the standard.
TILL = set("AFN ALL COP HUF IDR IQD IRR KPW LAK LBP MGA MMK SOS SYP YER".split())
# Babel has no days for these, or not those of the standard: the digital bolivar, the unit of account of Uruguay, the colon of El Salvador.
UNDATED = {"VED", "UYW", "SVC"}
# Ended for Babel when the last notes were taken, for invoices with the law: two months of two currencies at most.
OVERLAP = timedelta(days=75)
# Ended by Babel's data a year after the redenomination, when the old notes went out of use; the decimals are ISO's.
LONGER = {"TRL", "DEM", "IEP"}


def _babels_days() -> dict[str, tuple[date | None, date | None]]:
    days: dict[str, tuple[date | None, date | None]] = {}
    for rows in get_global("territory_currencies").values():
        for code, since, until, _ in rows:
            start, end = date(*since) if since else None, date(*until) if until else None
            before = days.get(code)
            if before is not None:
                start = min((day for day in (start, before[0]) if day), default=None)
                end = None if end is None or before[1] is None else max(end, before[1])
            days[code] = (start, end)
    return days


def _agree(ours: date | None, babels: date | None) -> bool:
    if ours is None or babels is None:
        return ours is babels
    return ours <= babels <= ours + OVERLAP


def test_currencies_in_force_are_those_of_the_standard() -> None:
    ours = {code for code, currency in CURRENCIES.items() if currency.is_money_on(ISO_AS_OF)}
    assert ours - set(ISO) == set()
    assert set(ISO) - ours == NO_MONEY
    assert {code for code in ISO if code in CURRENCIES and not CURRENCIES[code].is_money_on(ISO_AS_OF)} == set()


def test_our_decimals_are_those_of_the_standard() -> None:
    assert {code for code in set(CURRENCIES) & set(ISO) if exponent(code) != ISO[code]} == set()


def test_the_days_are_babels_but_for_weeks_of_two_currencies() -> None:
    babel, wrong = _babels_days(), {}
    for code, currency in CURRENCIES.items():
        since, until = babel.get(code, (None, None))
        if currency.since is not None and code not in UNDATED and currency.since != since:
            wrong[code] = f"since {currency.since}, Babel {since}"
        if code not in UNDATED | LONGER and not _agree(currency.until, until):
            wrong[code] = f"until {currency.until}, Babel {until}"
    assert wrong == {}
    assert {code for code, (_, until) in babel.items() if until and until.year >= 2007 and code not in CURRENCIES} <= {
        "USS",
        "XFU",
    }


def test_who_follows_is_money_from_then_on() -> None:
    for currency in CURRENCIES.values():
        if currency.until is not None:
            successor = CURRENCIES[currency.successor]
            assert successor.is_money_on(currency.until + timedelta(days=1)), currency


def test_babels_decimals_differ_where_cash_differs_and_nowhere_else() -> None:
    fractions = get_global("currency_fractions")
    now = [code for code, currency in CURRENCIES.items() if currency.until is None]
    babel = {code: fractions.get(code, fractions["DEFAULT"])[0] for code in now}
    assert {code for code in now if babel[code] != exponent(code)} == TILL
    assert {babel[code] for code in TILL} == {0}


def test_babel_has_a_name_for_every_currency() -> None:
    names = Locale.parse("en").currencies
    assert sorted(set(CURRENCIES) - set(names) - {"XAD"}) == []  # XAD came into the standard in 2025


def test_the_guilder_of_curacao_is_money_and_gold_is_not() -> None:
    assert str(Money.parse("12.50 XCG")) == "12.50 XCG"
    assert exponent("XCG") == exponent("XAD") == 2
    with pytest.raises(Malformed):
        Money.parse("1 XAU")


def _invoice(currency: str, day: date | None) -> Invoice:
    amount = Money.of(Decimal(10), currency)
    totals = InvoiceTotals(lines=amount, net=amount, gross=amount, payable=amount)
    return Invoice(
        kind="invoice",
        number="1",
        issue_date=day,
        currency=currency,
        supplier=Party(),
        buyer=Party(),
        lines=(),
        totals=totals,
    )


@pytest.mark.parametrize("code", sorted(code for code, currency in CURRENCIES.items() if currency.until))
def test_an_invoice_after_a_currencys_end_is_a_finding_and_on_its_last_day_none(code: str) -> None:
    last = CURRENCIES[code].until
    assert last is not None
    assert is_currency(code), "documents of its years stay readable"
    (remark,) = (one for one in remarks_on(_invoice(code, last + timedelta(days=1))) if one.where == "currency")
    assert remark.fatal
    assert f"{code}, which ended on {last}, {CURRENCIES[code].successor} follows it" in remark.message
    assert not [one for one in remarks_on(_invoice(code, last)) if one.where == "currency"]
    assert not [one for one in remarks_on(_invoice(code, None)) if one.where == "currency"]


def test_an_invoice_before_a_currencys_first_day_is_a_finding_too() -> None:
    (remark,) = (one for one in remarks_on(_invoice("XCG", date(2025, 3, 30))) if one.where == "currency")
    assert "began on 2025-03-31" in remark.message
    assert not [one for one in remarks_on(_invoice("XCG", date(2025, 3, 31))) if one.where == "currency"]


def test_an_order_in_an_ended_currency_is_only_noted() -> None:
    order = Order(number="1", issue_date=date(2026, 1, 1), currency="BGN", supplier=Party(), buyer=Party(), lines=())
    assert [(one.where, one.fatal) for one in remarks_on_order(order)] == [("currency", False)]
