"""What is lost by waiting, as a number."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.core.case.lives import euros, invoice
from tests.sim.selling import Terms
from tests.sim.selling import order as sales_order
from tieout.core.claim.priority import Pressure, days_to_month_end, pressure_of
from tieout.trade.ranking import discount, next_step, priority_of, rank

DAY_7 = date(2026, 3, 2)  # the invoice is of 23 February


@pytest.mark.mission("S-05")
def test_s05_a_discount_outranks_the_variance_that_blocks_it() -> None:
    document = invoice(amount="50000.00", terms="2/10 net 30")
    ranking = rank(document, euros("150.00"), DAY_7)
    assert (ranking.value_at_stake, ranking.variance) == (euros("1000.00"), euros("150.00"))
    assert ranking.discount is not None
    assert (ranking.discount.last_day, ranking.discount.days_left) == (date(2026, 3, 5), 3)
    others = [rank(invoice(amount="50000.00"), euros(stake), DAY_7) for stake in ("150.00", "40000.00", "1000000.00")]
    assert ranking.priority == 33336
    assert all(ranking.priority > other.priority for other in others)


def test_the_closer_the_last_day_the_higher() -> None:
    document = invoice(terms="2/10 net 30")
    ranks = [rank(document, None, date(2026, 3, day)).priority for day in (1, 2, 3, 4)]
    assert ranks == sorted(ranks)
    assert rank(document, None, date(2026, 3, 5)).priority == rank(document, None, date(2026, 3, 4)).priority
    assert rank(document, None, date(2026, 3, 6)).priority == 0


def test_of_several_discounts_the_one_counts_that_can_still_be_had() -> None:
    document = invoice(amount="1000.00", terms="3 % 7 days, 2 % 14 days, 30 days net")  # of 23 February
    seventh, eighth = date(2026, 3, 2), date(2026, 3, 3)
    first, second = rank(document, None, seventh), rank(document, None, eighth)
    assert (first.value_at_stake, second.value_at_stake) == (euros("30.00"), euros("20.00"))
    assert second.priority > 0
    assert priority_of(document, on=eighth).last_day == date(2026, 3, 9)
    assert next_step(document, seventh) == eighth
    assert next_step(document, eighth) is None
    assert next_step(invoice(terms="2/10 net 30"), seventh) is None


@pytest.mark.parametrize("terms", ["", "net 30", "as agreed"])
def test_terms_without_a_discount_have_none_to_lose(terms: str) -> None:
    assert discount(invoice(terms=terms), DAY_7) is None


def test_a_credit_note_has_no_discount() -> None:
    assert discount(replace(invoice(terms="2/10 net 30"), kind="credit_note"), DAY_7) is None


def test_without_findings_money_and_discount_nothing_is_urgent() -> None:
    ranking = rank(invoice(), None, DAY_7)
    assert (ranking.priority, ranking.value_at_stake) == (0, euros("0.00"))


@pytest.mark.mission("S-21")
def test_s21_our_own_invoices_go_by_tier_amount_and_days_to_the_end_of_the_month() -> None:
    document = replace(invoice(amount="10000.00", terms="2/10 net 30"), kind="customer_invoice")
    twice = replace(invoice(amount="20000.00"), kind="customer_invoice")
    first = date(2026, 3, 2)
    assert rank(document, None, first).discount is None
    assert rank(document, None, first, weight=4).priority > rank(twice, None, first).priority
    assert rank(document, None, first, weight=2).priority == rank(twice, None, first).priority
    by_day = [rank(document, None, date(2026, 3, day)).priority for day in (2, 15, 30, 31)]
    assert by_day == sorted(by_day)
    assert by_day[-1] == 200  # two cents a day of each hundred, all of it on the last day
    assert rank(document, None, date(2026, 4, 1)).priority < by_day[-1]


def test_a_month_has_one_day_left_on_its_last() -> None:
    assert [days_to_month_end(day) for day in (date(2026, 2, 28), date(2028, 2, 28), date(2026, 12, 31), date(2026, 3, 1))] == [
        1, 2, 1, 31,
    ]  # fmt: skip


@pytest.mark.mission("S-21")
def test_s21_stored_numbers_give_the_order_of_any_day_without_the_document() -> None:
    """The numbers of a case and the document itself agree on every day: before, on and after the last day of the discount."""
    theirs = invoice(amount="50000.00", terms="2/10 net 30")
    stored = pressure_of(priority_of(theirs, 1), euros("150.00"))
    for day in (date(2026, 2, 27), DAY_7, date(2026, 3, 4), date(2026, 3, 5), date(2026, 3, 6), date(2026, 4, 30)):
        assert round(stored.on(day) / 10_000) == rank(theirs, euros("150.00"), day).priority
    assert stored.last_day == date(2026, 3, 5).toordinal()
    assert stored.on(date(2026, 3, 6)) == stored.steady == 30_000


@pytest.mark.mission("S-21")
def test_s21_our_cases_are_ordered_by_tier_amount_and_days_to_the_months_end() -> None:
    """A watched document has no amount of its own: what its case is about waits."""
    order = priority_of(sales_order("SO-1", {"10": 100}, Terms()), 4)
    assert order.ours
    assert pressure_of(order, euros("1000.00")) == Pressure(pressing=800_000)
    assert pressure_of(order, None) == pressure_of(None, None) == Pressure()
    pressure = pressure_of(order, euros("1000.00"))
    assert [pressure.on(date(2026, 3, day)) for day in (24, 30, 31)] == [100_000, 400_000, 800_000]
    assert pressure.on(date(2026, 4, 1)) == 800_000 // 30, "a new month has a new end"
