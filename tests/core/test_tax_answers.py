"""S-21: a tax engine that is silent holds the invoice, is tried again at growing intervals, and clears it by its answer alone."""

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
    state="limits",
    basis="amount",
    upper=Limit(absolute=Decimal("0.05"), currency="EUR"),
    lower=Limit(absolute=Decimal("0.05"), currency="EUR"),
)
RATES = {"1": Decimal(19)}


def answer(number: str = "T-1", minutes: int = 0, **more) -> TaxAnswer:
    fields = {"invoice": "INV-1", "state": "answered", "occurred_at": AT + timedelta(minutes=minutes)} | more
    return TaxAnswer(number=number, **fields)


def silent(number: str = "T-1", minutes: int = 0, **more) -> TaxAnswer:
    return answer(number, minutes, state="unavailable", **more)


def asked(*answers: TaxAnswer, at: datetime) -> list[Finding]:
    return list(unavailable(ours(), answers, ruling=RULING, at=at, since=AT))


@pytest.mark.parametrize(
    ("after", "next_try"),
    [(0, 5), (4, 5), (5, 15), (14, 15), (15, 35), (35, 75), (74, 75), (75, 135), (134, 135)],
)
def test_it_is_tried_again_after_5_10_20_40_and_60_minutes(after: int, next_try: int) -> None:
    (finding,) = asked(silent(), at=AT + timedelta(minutes=after))
    assert (finding.stage, finding.status) == ("wait", "WAIT-TAX")
    assert [awaited.until for awaited in finding.awaited] == [AT + timedelta(minutes=next_try)]
    assert finding.awaited[0].key == about_key("INV-1")


def test_after_the_last_try_integration_is_asked_and_nobody_may_let_it_pass() -> None:
    (finding,) = asked(silent(), at=AT + timedelta(minutes=135))
    assert (finding.stage, finding.status, finding.queue, finding.releasable) == ("hold", "", "integration", False)
    assert [awaited.until for awaited in finding.awaited] == [None]


def test_request_response_and_correlation_are_in_the_words() -> None:
    (finding,) = asked(silent(request="POST /tax/INV-1", response="timeout after 30 s", correlation="c-1"), at=AT)
    assert all(
        part in sentence(finding, catalogue().codes) for part in ("POST /tax/INV-1", "timeout after 30 s", "c-1")
    )


def test_an_engine_that_has_not_answered_is_late_from_when_the_invoice_came() -> None:
    (finding,) = asked(at=AT + timedelta(minutes=6))
    assert finding.awaited[0].until == AT + timedelta(minutes=15)
    (other,) = asked(answer(invoice="INV-2", tax=euros("19.00")), at=AT)
    assert other.code == "AR-TAX-UNAVAIL"


def test_the_last_answer_counts_in_whatever_order_they_come() -> None:
    answers = (silent("T-1", 0), answer("T-2", 10, tax=euros("19.00")), silent("T-3", 20))
    for order in (answers, answers[::-1], answers[1:] + answers[:1]):
        (finding,) = asked(*order, at=AT + timedelta(minutes=21))
        assert finding.awaited[0].until == AT + timedelta(minutes=25)  # the tries begin anew with the new failure
        assert asked(*order[:3], answer("T-4", 30, tax=euros("19.00")), at=AT + timedelta(minutes=31)) == []


def differ(*answers: TaxAnswer, invoice=None, rates=RATES, tolerance=FIVE) -> list[Finding]:
    return list(differences(invoice or ours(), answers, rates, tolerance=tolerance, ruling=RULING))


@pytest.mark.parametrize(("tax", "within"), [("19.05", True), ("18.95", True), ("19.06", False), ("18.94", False)])
def test_the_total_against_the_answer_at_the_limit(tax: str, within: bool) -> None:
    findings = differ(answer(tax=euros("19.00")), invoice=ours(tax=tax))
    assert [finding.where for finding in findings] == ([] if within else ["document"])


@pytest.mark.parametrize(("tax", "within"), [("19.05", True), ("19.06", False)])
def test_without_an_engine_the_agreed_rates_say_it(tax: str, within: bool) -> None:
    assert (differ(invoice=ours(tax=tax)) == []) is within
    assert differ(silent(), invoice=ours(tax="19.00")) == []


def test_a_line_that_differs_explains_the_total_and_only_the_rest_is_reported() -> None:
    invoice = ours(line("1", "100.00"), line("2", "100.00"), tax="38.00")
    lines = (
        TaxLine(where="1", percent=Decimal(19), tax=euros("19.00")),
        TaxLine(where="2", percent=Decimal(7), tax=euros("7.00")),
    )
    findings = differ(answer(tax=euros("26.00"), lines=lines), invoice=invoice)
    assert [(finding.where, finding.expected, finding.actual, finding.variance) for finding in findings] == [
        ("2", "7.00 EUR", "19.00 EUR", "12.00 EUR")
    ]
    more = differ(
        answer(tax=euros("26.00"), lines=lines),
        invoice=replace(invoice, totals=replace(invoice.totals, tax=euros("39.00"))),
    )
    assert [(finding.where, finding.variance) for finding in more] == [("2", "12.00 EUR"), ("document", "1.00 EUR")]


def test_an_answer_in_another_currency_is_no_agreement() -> None:
    (finding,) = differ(answer(tax=Money.of("19.00", "USD")))
    assert finding.limit == "the same currency"


def test_a_credit_note_is_measured_from_the_customers_side() -> None:
    only_over = Tolerance(
        state="limits",
        basis="amount",
        upper=Limit(absolute=Decimal(0), currency="EUR"),
        lower=Limit(absolute=Decimal(1), currency="EUR"),
    )
    note = ours(kind="customer_credit_note", tax="19.50")
    assert differ(answer(tax=euros("19.00")), invoice=note, tolerance=only_over) == []  # gives more back: against us
    assert len(differ(answer(tax=euros("19.00")), invoice=ours(tax="19.50"), tolerance=only_over)) == 1


def test_tax_without_any_rate_and_answer_is_not_taken() -> None:
    invoice = replace(ours(replace(line("1", "100.00"), tax_percent=None)), tax=())
    (finding,) = differ(invoice=invoice, rates={"1": None})
    assert finding.expected == "", "nothing is expected: the reason says why"
    assert "no rate" in dict(finding.numbers)["reason"]
