"""Subscription billing at its edges: terms as of a day, charges to the cent, and documents that make no sense (MAT-25, MAT-26, ING-14)."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.sim.billing_random import account, invoice, line
from tests.strategies import documents
from tieout.app import catalogue, default_policy, pack_named
from tieout.core.findings.wording import sentence
from tieout.core.policy.policy import PolicySet
from tieout.core.values.money import Money
from tieout.packs.subscription_billing.charges import charge_of, money_of
from tieout.scenario.simulation import Simulation
from tieout.trade.contract_terms import Days, Terms, saga_of, terms_of
from tieout.trade.documents import Amendment, AmendmentEffect, Subscription, SubscriptionLine

AT = datetime(2026, 5, 4, 9, tzinfo=UTC)
MARCH = Days(first=date(2026, 3, 1), last=date(2026, 3, 31))


def seats(price: str = "31.00", **more: Any) -> SubscriptionLine:
    return replace(SubscriptionLine(id="L", plan="TEAM", basis="recurring", price=Decimal(price)), **more)


def contract(*lines: SubscriptionLine, starts: date | None = date(2026, 1, 1), **more: Any) -> Subscription:
    all_lines = lines or (seats(),)
    return replace(
        Subscription(number="SUB-1", account="C-1", currency="EUR", lines=all_lines, starts_on=starts), **more
    )


def amendment(day: date, *lines: SubscriptionLine, number: str = "A-1", **more: Any) -> Amendment:
    return replace(Amendment(number=number, subscription="SUB-1", effective_on=day, lines=lines), **more)


def cost(terms: Terms, days: Days = MARCH, used: str | None = None, name: str = "L") -> str:
    exact = charge_of(terms, name, days, None if used is None else Decimal(used))
    return "nothing" if exact is None else str(money_of(exact, "EUR"))


# ---- terms as of a day -----------------------------------------------------------------------------------------------


def test_amendments_fold_by_their_day_and_not_by_their_number_or_arrival() -> None:
    late, early = (
        amendment(date(2026, 3, 21), seats("62.00"), number="A-1"),
        amendment(date(2026, 3, 11), seats("93.00"), number="A-2"),
    )
    for order in ([late, early], [early, late]):
        assert cost(terms_of(contract(), order)) == "62.00 EUR"  # 10 days at 1, 10 at 3, 11 at 2


def test_of_two_amendments_of_one_day_the_one_signed_later_holds() -> None:
    day = date(2026, 3, 1)
    first = amendment(day, seats("10.00"), number="B", signed_at=AT - timedelta(days=2))
    second = amendment(day, seats("20.00"), number="A", signed_at=AT - timedelta(days=1))
    assert cost(terms_of(contract(), [second, first])) == "20.00 EUR"


def test_an_amendment_of_another_subscription_changes_nothing() -> None:
    other = amendment(date(2026, 3, 1), seats("99.00"), subscription="SUB-2")
    assert cost(terms_of(contract(), [other])) == "31.00 EUR"


def test_an_ended_line_costs_nothing_from_that_day_and_may_begin_again() -> None:
    ended = amendment(date(2026, 3, 11), ended=("L",))
    again = amendment(date(2026, 3, 31), seats("62.00"), number="A-2")
    assert cost(terms_of(contract(), [ended])) == "10.00 EUR"
    assert cost(terms_of(contract(), [ended, again])) == "12.00 EUR"
    assert cost(terms_of(contract(), [ended]), Days(first=date(2026, 4, 1), last=date(2026, 4, 30))) == "nothing"


@pytest.mark.parametrize(
    ("subscription", "amount"),
    [
        (contract(starts=date(2026, 3, 22)), "10.00 EUR"),
        (contract(ends_on=date(2026, 3, 5)), "5.00 EUR"),
        (contract(seats(valid_from=date(2026, 3, 2), valid_to=date(2026, 3, 3))), "2.00 EUR"),
        (contract(seats(valid_from=date(2026, 3, 31), proration="none")), "31.00 EUR"),
        (contract(seats("100.00", discount_percent=Decimal(15))), "100.00 EUR"),
        (contract(seats("100.00", discount_percent=Decimal(15), discount_approved_by=" ")), "100.00 EUR"),
        (contract(seats("100.00", discount_percent=Decimal(15), discount_approved_by="V")), "85.00 EUR"),
        (contract(seats("3.00", price_per=Decimal(12), quantity=Decimal(10))), "2.50 EUR"),
        (contract(seats("3.00", price_per=Decimal(0))), "0.00 EUR"),
    ],
)
def test_what_a_month_costs(subscription: Subscription, amount: str) -> None:
    assert cost(terms_of(subscription, [])) == amount


def test_a_year_counts_from_the_month_in_which_the_contract_starts() -> None:
    terms = terms_of(contract(seats("365.00", interval="year"), starts=date(2026, 2, 15)), [])
    periods = list(terms.periods("L", until=date(2027, 3, 1)))
    assert periods == [
        Days(first=date(2026, 2, 15), last=date(2027, 1, 31)),
        Days(first=date(2027, 2, 1), last=date(2028, 1, 31)),
    ]
    assert cost(terms, periods[0]) == "351.00 EUR"


def test_a_month_and_its_parts_add_up_exactly_before_rounding() -> None:
    terms = terms_of(contract(seats("100.00")), [amendment(date(2026, 3, 8), seats("77.77"))])
    cut = [Days(first=date(2026, 3, 1), last=date(2026, 3, 10)), Days(first=date(2026, 3, 11), last=date(2026, 3, 31))]
    whole = charge_of(terms, "L", MARCH)
    assert whole == sum((charge_of(terms, "L", part) or Fraction(0) for part in cut), Fraction(0))


def test_usage_is_charged_beyond_what_is_included_and_not_below_nothing() -> None:
    meter = SubscriptionLine(
        id="L", plan="API", basis="usage", price=Decimal("0.05"), included=Decimal(1000), meter="API"
    )
    terms = terms_of(contract(meter), [])
    assert [cost(terms, used=used) for used in ("999", "1000", "1001", "1200")] == [
        "0.00 EUR", "0.00 EUR", "0.05 EUR", "10.00 EUR",
    ]  # fmt: skip
    assert cost(terms) == "nothing", "usage that nobody knows has no price"


def test_half_a_cent_is_rounded_away_from_zero() -> None:
    assert [str(money_of(Fraction(minor, 200), "EUR")) for minor in (1, -1, 3)] == ["0.01 EUR", "-0.01 EUR", "0.02 EUR"]
    assert str(money_of(Fraction(5, 2), "JPY")) == "3 JPY"


# ---- the saga --------------------------------------------------------------------------------------------------------


def effect(system: str, state: Any, hour: int) -> AmendmentEffect:
    at = AT + timedelta(hours=hour)
    return AmendmentEffect(number=f"{system}-{hour}", amendment="A-1", system=system, state=state, occurred_at=at)


def test_the_last_word_of_a_system_counts_whatever_comes_first() -> None:
    change = amendment(date(2026, 3, 1), seats(), systems=("billing", "erp"))
    words = [
        effect("erp", "done", 3),
        effect("erp", "failed", 1),
        effect("billing", "done", 2),
        effect("crm", "failed", 9),
    ]
    for order in (words, words[::-1]):
        saga = saga_of(change, order)
        assert (saga.systems("done"), saga.systems("failed", ""), saga.is_off) == (("billing", "erp"), (), False)


def test_an_amendment_is_off_only_when_every_system_has_failed_or_taken_it_back() -> None:
    change = amendment(date(2026, 3, 1), seats(), systems=("billing", "erp"), intercompany=Decimal(30))
    words = [effect("billing", "compensated", 2), effect("erp", "failed", 1)]
    assert not saga_of(change, words).is_off, "nothing came from the other company yet"
    assert saga_of(change, [*words, effect("intercompany", "compensated", 3)]).is_off
    assert not saga_of(amendment(date(2026, 3, 1)), words).is_off, "an amendment that has to reach nobody holds"


# ---- documents that make no sense ------------------------------------------------------------------------------------


def new_run() -> Simulation:
    policies = PolicySet(policies=(default_policy("subscription_billing"),))
    return Simulation((pack_named("subscription_billing"),), policies, at=AT)


LINKS = {
    "subscription": "SUB-1", "account": "C-1", "meter": "API", "amendment": "A-1", "order": "SUB-1", "entity": "DE01",
    "period_from": date(2026, 3, 1), "period_to": date(2026, 3, 31), "identifier": "acme", "invoice": "B-1",
}  # fmt: skip
NUMBERS = {
    "subscription": "SUB-1", "amendment": "A-1", "customer": "C-1", "accounting_setup": "DE01", "meter": "API",
    "discount_history": "DE01", "account_mapping": "acme", "billing_invoice": "B-1", "billing_credit_note": "K-1",
}  # fmt: skip
KINDS = (*NUMBERS, "usage_statement", "amendment_effect", "milestone", "stray_usage")


def linked(document: Any) -> Any:
    """A document of random values that names the others by their right names."""
    names = {field.name for field in fields(document)}
    changes: dict[str, Any] = {name: value for name, value in LINKS.items() if name in names}
    changes |= {"number": NUMBERS[document.kind]} if document.kind in NUMBERS else {}
    if "currency" in names:
        changes["currency"] = "EUR"
    if document.kind == "subscription":
        changes["lines"] = tuple(replace(billed, id="L", meter="API") for billed in document.lines[:2])
    if document.kind.startswith("billing"):
        changes["lines"] = tuple(
            replace(
                billed,
                order=replace(billed.order, document="SUB-1", line="L"),
                net=Money(billed.net.minor, "EUR"),
            )
            for billed in document.lines
        )
    return replace(document, **changes)


@st.composite
def odd_documents(draw: st.DrawFn) -> list[Any]:
    """Some documents of random kinds and values that name each other."""
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=3, max_size=8))
    return [linked(draw(documents(kind))) for kind in kinds]


@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(odd_documents())
def test_no_document_however_odd_stops_the_others(odd: list[Any]) -> None:
    run = new_run()
    for document in odd:
        run.receive(document)
    assert all(filed.last is not None for filed in run.claims.values())
    posted = [filed for filed in run.claims.values() if filed.state.posted_lines]
    assert posted == [], "documents of chance are not booked"


def test_a_subscription_in_no_currency_is_held_and_one_without_a_start_is_left_alone() -> None:
    run = new_run()
    run.receive(contract(currency="???"))
    run.receive(contract(number="SUB-2", starts=None))
    verdicts = {filed.state.number: filed.last.verdict for filed in run.claims.values() if filed.last}
    assert [finding.code for finding in verdicts["SUB-1"].findings] == ["BIL-SANE"]
    assert verdicts["SUB-2"].status == "clear"


def test_a_period_without_an_end_is_parked() -> None:
    run = new_run()
    run.receive(contract())
    endless = replace(line("1", "L", 100, None), period_from=date(2026, 1, 1), period_to=date(9999, 12, 31))
    run.receive(invoice("B-1", endless))
    (insane,) = [
        finding
        for filed in run.claims.values()
        if filed.state.number == "B-1" and filed.last
        for finding in filed.last.verdict.findings
        if finding.code == "BIL-SANE"
    ]
    assert "names no period" in sentence(insane, catalogue().codes)


# ---- what people see -------------------------------------------------------------------------------------------------


def rows_of(run: Simulation, number: str) -> list[tuple[str, str, str]]:
    """Each row of a claim's worksheet: its line, what it stands on, and how that is."""
    (filed,) = [filed for filed in run.claims.values() if filed.state.number == number]
    assert filed.last is not None
    return [(row.claim_line, row.matched_by, row.verdict) for row in filed.last.rows]


@pytest.mark.mission("S-29")
def test_one_sheet_shows_what_plan_overage_and_service_wait_for() -> None:
    """S-29: the three dependencies side by side."""
    of = account(1)
    run = new_run()
    for document in of.masters:
        run.receive(document)
    run.receive(replace(of.subscription, together=False, starts_on=date(2026, 3, 1)))
    early = of.statements[2][0]
    run.receive(replace(early, period_from=date(2026, 3, 1)))
    run.receive(replace(of.milestone, accepted=False, accepted_by="", percent=Decimal(90)))
    month = [date(2026, 3, day) for day in range(1, 32)]
    run.receive(invoice("B-1", line("1", "L", 1, month), line("2", "U", 1, month), line("3", "S", 1, None)))
    assert rows_of(run, "B-1") == [
        ("1", "subscription SUB-1", "hold"),
        ("2", f"usage statement {early.number}: hours 3-9 of 744 are missing", "hold"),
        ("3", "milestone M-1: it is at 90 %", "hold"),
    ]


@pytest.mark.mission("S-30")
def test_one_sheet_shows_how_far_an_amendment_is_in_every_system() -> None:
    """S-30: a partial state is shown as partial."""
    run = new_run()
    run.receive(contract())
    run.receive(amendment(date(2026, 6, 1), seats("62.00"), systems=("billing", "erp", "tax", "crm"), signed_at=AT))
    run.receive(replace(effect("billing", "done", 0), reference="B-7"))
    run.receive(effect("erp", "failed", 0))
    run.receive(effect("tax", "compensated", 0))
    assert rows_of(run, "A-1") == [
        ("billing", "done B-7", "ok"),
        ("erp", "failed", "hold"),
        ("tax", "compensated", "note"),
        ("crm", "nothing yet", "wait"),
        ("L", "", "ok"),
    ]
