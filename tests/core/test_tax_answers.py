"""S-21: a tax engine that is silent holds the paper, is tried again at growing distances, and clears it by its answer alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from tests.core.ours import AT, RULING, euros, line, ours
from tieout.app import catalogue
from tieout.core.findings.finding import Finding
from tieout.core.findings.wording import sentence
from tieout.core.policy.tolerance import Limit, Tolerance
from tieout.core.values.money import Money
from tieout.trade.documents import TaxAnswer, TaxLine
from tieout.trade.selling_keys import about_key
from tieout.trade.tax_answers import differences, unavailable

FIVE = Tolerance(
    state="limits", basis="amount", upper=Limit(absolute=Decimal("0.05")), lower=Limit(absolute=Decimal("0.05"))
)
RATES = {"1": Decimal(19)}


def answer(number: str = "T-1", minutes: int = 0, **more) -> TaxAnswer:
    known = {"invoice": "INV-1", "state": "answered", "occurred_at": AT + timedelta(minutes=minutes)} | more
    return TaxAnswer(number=number, **known)


def silent(number: str = "T-1", minutes: int = 0, **more) -> TaxAnswer:
    return answer(number, minutes, state="unavailable", **more)


def asked(*answers: TaxAnswer, at: datetime) -> list[Finding]:
    return list(unavailable(ours(), answers, ruling=RULING, at=at, since=AT))


@pytest.mark.parametrize(
    ("after", "next_try"),
    [(0, 5), (4, 5), (5, 15), (14, 15), (15, 35), (35, 75), (74, 75), (75, 135), (134, 135)],
)
def test_it_is_tried_again_after_5_10_20_40_and_60_minutes(after: int, next_try: int) -> None:
    (found,) = asked(silent(), at=AT + timedelta(minutes=after))
    assert (found.stage, found.status) == ("wait", "WAIT-TAX")
    assert [each.until for each in found.awaited] == [AT + timedelta(minutes=next_try)]
    assert found.awaited[0].key == about_key("INV-1")


def test_after_the_last_try_integration_is_asked_and_nobody_may_let_it_pass() -> None:
    (found,) = asked(silent(), at=AT + timedelta(minutes=135))
    assert (found.stage, found.status, found.queue, found.releasable) == ("hold", "", "integration", False)
    assert [each.until for each in found.awaited] == [None]


def test_request_response_and_correlation_are_in_the_words() -> None:
    (found,) = asked(silent(request="POST /tax/INV-1", response="timeout after 30 s", correlation="c-1"), at=AT)
    assert all(part in sentence(found, catalogue().codes) for part in ("POST /tax/INV-1", "timeout after 30 s", "c-1"))


def test_an_engine_that_has_said_nothing_is_late_from_when_the_paper_came() -> None:
    (found,) = asked(at=AT + timedelta(minutes=6))
    assert found.awaited[0].until == AT + timedelta(minutes=15)
    (other,) = asked(answer(invoice="INV-2", tax=euros("19.00")), at=AT)
    assert other.code == "AR-TAX-UNAVAIL"


def test_the_last_word_counts_in_whatever_order_the_answers_come() -> None:
    papers = (silent("T-1", 0), answer("T-2", 10, tax=euros("19.00")), silent("T-3", 20))
    for order in (papers, papers[::-1], papers[1:] + papers[:1]):
        (found,) = asked(*order, at=AT + timedelta(minutes=21))
        assert found.awaited[0].until == AT + timedelta(minutes=25)  # the tries begin anew with the new failure
        assert asked(*order[:3], answer("T-4", 30, tax=euros("19.00")), at=AT + timedelta(minutes=31)) == []


def differ(*answers: TaxAnswer, paper=None, rates=RATES, tolerance=FIVE) -> list[Finding]:
    return list(differences(paper or ours(), answers, rates, tolerance=tolerance, ruling=RULING))


@pytest.mark.parametrize(("tax", "within"), [("19.05", True), ("18.95", True), ("19.06", False), ("18.94", False)])
def test_the_total_against_the_answer_at_the_limit(tax: str, within: bool) -> None:
    found = differ(answer(tax=euros("19.00")), paper=ours(tax=tax))
    assert [each.where for each in found] == ([] if within else ["document"])


@pytest.mark.parametrize(("tax", "within"), [("19.05", True), ("19.06", False)])
def test_without_an_engine_the_agreed_rates_say_it(tax: str, within: bool) -> None:
    assert (differ(paper=ours(tax=tax)) == []) is within
    assert differ(silent(), paper=ours(tax="19.00")) == []


def test_a_line_that_differs_explains_the_total_and_only_what_is_left_is_said_of_it() -> None:
    paper = ours(line("1", "100.00"), line("2", "100.00"), tax="38.00")
    lines = (
        TaxLine(where="1", percent=Decimal(19), tax=euros("19.00")),
        TaxLine(where="2", percent=Decimal(7), tax=euros("7.00")),
    )
    found = differ(answer(tax=euros("26.00"), lines=lines), paper=paper)
    assert [(each.where, each.expected, each.actual, each.variance) for each in found] == [
        ("2", "7.00 EUR", "19.00 EUR", "12.00 EUR")
    ]
    more = differ(
        answer(tax=euros("26.00"), lines=lines), paper=replace(paper, totals=replace(paper.totals, tax=euros("39.00")))
    )
    assert [(each.where, each.variance) for each in more] == [("2", "12.00 EUR"), ("document", "1.00 EUR")]


def test_an_answer_in_another_currency_is_no_agreement() -> None:
    (found,) = differ(answer(tax=Money.of("19.00", "USD")))
    assert found.limit == "the same currency"


def test_a_credit_note_is_measured_from_the_customers_side() -> None:
    only_over = Tolerance(
        state="limits", basis="amount", upper=Limit(absolute=Decimal(0)), lower=Limit(absolute=Decimal(1))
    )
    note = ours(kind="customer_credit_note", tax="19.50")
    assert differ(answer(tax=euros("19.00")), paper=note, tolerance=only_over) == []  # gives more back: against us
    assert len(differ(answer(tax=euros("19.00")), paper=ours(tax="19.50"), tolerance=only_over)) == 1


def test_tax_without_any_rate_and_answer_is_not_taken() -> None:
    paper = replace(ours(replace(line("1", "100.00"), tax_percent=None)), tax=())
    (found,) = differ(paper=paper, rates={"1": None})
    assert "no rate" in found.expected
