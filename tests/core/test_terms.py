"""Payment terms in the ways in which suppliers write them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.trade.terms import Due, Step, Terms, discounts_of, terms_of


def terms(due: int | Due | None, *steps: str) -> Terms:
    """ "2/10": two percent within ten days."""
    made = tuple(Step(percent=Decimal(step.split("/")[0]), days=int(step.split("/")[1])) for step in steps)
    return Terms(due=Due(days=due) if isinstance(due, int) else due, steps=made)


ONE = terms(30, "2/10")
SAME = """
    2/10 net 30 | 2/10, n/30 | 2/10 n 30 | 2%/10, net 30 | 2% / 10 days net 30 | 2.00/10 net 30 | 2% 10 net 30 | 2% 10, net 30
    2 % 10 days, 30 days net | 2% 10 days, net 30 days | 2 % discount within 10 days, 30 days net | 10 days 2 %, 30 days net
    2 percent within 10 days, otherwise net 30 days | Net 30 days. 2% discount if paid within 10 days.
    Payment within 10 days with 2% discount or within 30 days net
    10 Tage 2 % Skonto, 30 Tage netto | 10 Tage 2 % Skonto 30 Tage netto | 2 % Skonto innerhalb 10 Tagen, 30 Tage netto
    Zahlbar innerhalb von 10 Tagen mit 2 % Skonto, innerhalb von 30 Tagen ohne Abzug | netto 30 Tage, 10 Tage 2,00 % Skonto
    Bei Zahlung innerhalb von 10 Tagen 2% Skonto; zahlbar innerhalb 30 Tagen rein netto | 2 % / 10 Tage / 30 Tage netto
    2% à 10 jours, 30 jours net | 2 % d'escompte à 10 jours, net à 30 jours | escompte de 2 % sous 10 jours, 30 jours net
    2 % korting binnen 10 dagen, 30 dagen netto | binnen 10 dagen 2% korting, anders 30 dagen netto
    sconto 2% entro 10 giorni, 30 giorni netto | 2% a 10 gg, netto 30 gg
    2 % de descuento a 10 días, 30 días neto | 2% 10 dias, neto 30 dias
    2 % 10 dagar, 30 dagar netto | 2 % 10 dage, netto 30 dage
    2 v.H. 10 Tage, 30 Tage netto | 2 v. H. in 10 Tg., 30 Tg. netto | 10 Tage - 2 % - 30 Tage netto | 2 pct. 10 days, net 30
    30 Tage netto - 2 % 10 Tage | 10 days – 2 %, 30 days net
    2,0 % 10 days, net 30 | 2\N{NO-BREAK SPACE}% 10\N{NO-BREAK SPACE}days, 30 days
"""


@pytest.mark.parametrize("text", [text.strip() for line in SAME.strip().splitlines() for text in line.split(" | ")])
def test_one_discount_in_many_ways(text: str) -> None:
    assert terms_of(text) == ONE


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("net 30", terms(30)),
        ("NET30", terms(30)),
        ("n/30", terms(30)),
        ("NT30", terms(30)),
        ("30 days", terms(30)),
        ("30 Tage", terms(30)),
        ("Zahlbar innerhalb 30 Tagen ohne Abzug.", terms(30)),
        ("30 jours", terms(30)),
        ("30 dagen", terms(30)),
        ("30 giorni", terms(30)),
        ("30 días", terms(30)),
        ("Payment due within 30 days of invoice date", terms(30)),
        ("4 weeks", terms(28)),
        ("due on receipt", terms(0)),
        ("sofort zahlbar", terms(0)),
        ("sofort ohne Abzug", terms(0)),
        ("à réception", terms(0)),
        ("30 days end of month", terms(Due(days=30, month_end="then"))),
        ("net 30 days EOM", terms(Due(days=30, month_end="then"))),
        ("30 jours fin de mois", terms(Due(days=30, month_end="then"))),
        ("45 jours fin de mois", terms(Due(days=45, month_end="then"))),
        ("30 giorni fine mese", terms(Due(days=30, month_end="then"))),
        ("30 gg d.f.f.m.", terms(Due(days=30, month_end="then"))),
        ("n/30 EOM", terms(Due(days=30, month_end="then"))),
        ("30 Tage Monatsende", terms(Due(days=30, month_end="then"))),
        ("30 days from end of month", terms(Due(days=30, month_end="first"))),
        ("30 jours après fin de mois", terms(Due(days=30, month_end="first"))),
        ("30 jours fin de mois le 10", terms(Due(days=30, month_end="then", day=10))),
        ("10th of following month", terms(Due(day=10))),
        ("10. of following month", terms(Due(day=10))),
        ("zum 10. des Folgemonats", terms(Due(day=10))),
        ("le 10 du mois suivant", terms(Due(day=10))),
        ("il 10 del mese successivo", terms(Due(day=10))),
        ("el día 10 del mes siguiente", terms(Due(day=10))),
        ("end of month", terms(Due(month_end="then"))),
        ("2 Monate", terms(Due(months=2))),
        ("10 working days", terms(Due(days=10, working=True))),
        ("30 days from delivery", terms(Due(days=30, start="delivery"))),
        ("30 Tage nach Wareneingang", terms(Due(days=30, start="delivery"))),
        ("30 days after receipt of invoice", terms(Due(days=30, start="receipt"))),
        ("Vorkasse", terms(Due(start="advance"))),
        ("payable by 2026-04-30", terms(Due(on=date(2026, 4, 30)))),
        ("zahlbar bis 30.04.2026", terms(Due(on=date(2026, 4, 30)))),
        ("3 % 8 days, 2 % 14 days, 30 net", terms(30, "3/8", "2/14")),
        ("3 % 8 Tage, 2 % 14 Tage, 30 Tage netto", terms(30, "3/8", "2/14")),
        ("8 Tage 3 %, 14 Tage 2 %, 30 Tage netto", terms(30, "3/8", "2/14")),
        ("8 Tage 3% 14 Tage 2% 30 Tage netto", terms(30, "3/8", "2/14")),
        ("3/8 2/14 n/30", terms(30, "3/8", "2/14")),
        ("2/14, 3/8, net 30", terms(30, "3/8", "2/14")),
        ("#SKONTO#TAGE=10#PROZENT=2.00#", terms(None, "2.00/10")),
        ("#SKONTO#TAGE=8#PROZENT=3.00#\n#SKONTO#TAGE=14#PROZENT=2.00#\n30 Tage netto", terms(30, "3.00/8", "2.00/14")),
        ("#SKONTO#TAGE=10#PROZENT=2.00#\n2 % 10 Tage", terms(None, "2/10")),
        ("30 days net. Late payment: interest of 9 % after 30 days, 40.00 EUR", terms(30)),
        ("30 jours net; pénalités de retard 3 fois le taux légal, indemnité 40 €", terms(30)),
    ],
)
def test_what_a_text_says(text: str, read: Terms) -> None:
    assert terms_of(text) == read


def test_a_discount_may_be_on_a_part() -> None:
    (step,) = discounts_of("#SKONTO#TAGE=14#PROZENT=2.25#BASISBETRAG=357.93#")
    assert step == Step(percent=Decimal("2.25"), days=14, base=Decimal("357.93"))


@pytest.mark.parametrize(
    "text",
    [
        "2 % bis 03.04.26",
        "2 % bis zum 3. April 2026",
        "2 % until 3rd April 2026",
        "2 % avant le 3 avril 2026",
        "2 % entro il 3 aprile 2026",
    ],
)
def test_a_day_is_written_in_many_ways(text: str) -> None:
    assert discounts_of(text) == (Step(percent=Decimal(2), until=date(2026, 4, 3)),)


def test_a_discount_may_end_on_a_day() -> None:
    (step,) = discounts_of("2 % Skonto bei Zahlung bis 10.04.2026, 30 Tage netto")
    assert step.last_day(date(2026, 3, 24)) == date(2026, 4, 10)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "as agreed",
        "wie gehabt",
        "0002",
        "30 days 45",
        "30 days or 60 days",
        "2 % discount",
        "50 % deposit, rest in 30 days",
        "30 days, except for spare parts: 60 days",
        "1/3 with the order, 2/3 in 30 days",
        "2 % 3 % 10 days",
        "30/60 days",
        "30/60/90 jours",
        "EOM 30",
        "2/10 prox, n/30",
        "2 % 30 days, net 10 days",
    ],
)
def test_what_is_not_certain_is_not_read(text: str) -> None:
    assert terms_of(text) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("30 days", "30 days end of month"),
        ("30 days", "30 working days"),
        ("30 days", "30 days from delivery"),
        ("2/10 net 30", "2/14 net 30"),
        ("2/10 net 30", "3/10 net 30"),
        ("2/10 net 30", "net 30"),
        ("30 days end of month", "30 days from end of month"),
        ("10th of following month", "15th of following month"),
    ],
)
def test_other_terms_are_not_equal(one: str, other: str) -> None:
    assert terms_of(one) is not None
    assert terms_of(other) is not None
    assert terms_of(one) != terms_of(other)


@pytest.mark.parametrize(
    "text",
    [
        "10T 2% / 30T netto", "30 days less 2 % 10 days", "2%10NET30", "Net 30, 2% 10", "10 Tage ./. 2%, 30 Tage netto",
        "10 Tage abzgl. 2 % Skonto, 30 Tage netto", "2/10N30", "30 Tage netto, 10 Tage 2 %", "2 % 10 TAGE 30 TAGE NETTO",
        "2 % sleva 10 dní, 30 dní netto", "less 2% 10 days, otherwise 30 days net",
    ],
)  # fmt: skip
def test_a_discount_and_the_full_term_are_told_apart_in_any_order(text: str) -> None:
    assert terms_of(text) == terms_of("2/10 net 30")


@given(st.integers(1, 9), st.integers(1, 14), st.integers(15, 90))
def test_a_discount_never_lasts_longer_than_the_full_term(percent: int, days: int, due: int) -> None:
    for text in (
        f"{due} days {percent} %, {days} days net",
        f"{percent}/{due} net {days}",
        f"{due} T {percent} % / {days} T netto",
    ):
        assert terms_of(text) is None, text
    for text in (
        f"{days} days {percent} %, {due} days net",
        f"{percent}/{days} net {due}",
        f"{days} T {percent} % / {due} T netto",
    ):
        read = terms_of(text)
        assert read is not None, text
        assert [(int(step.percent), step.days) for step in read.steps] == [(percent, days)]
        assert read.net_days == due


def test_the_month_s_end_belongs_to_what_stands_before_it() -> None:
    assert terms_of("2% 10 days net 30 days EOM") == terms_of("2% 10 days, net 30 days EOM")
    assert terms_of("2/10 EOM net 30") == terms_of("2/10 EOM, net 30")
