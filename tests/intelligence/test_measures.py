"""KPI-09, KPI-10, KPI-21, KPI-23: every figure with its numerator, denominator and the ids behind it."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest

from tests.intelligence.made import AT, about, case, claim
from tieout.core.values.money import Money
from tieout.intelligence.ageing import LABELS, ageing, billing_lag, expected, unbilled
from tieout.intelligence.facts import ClaimFact
from tieout.intelligence.figure import Figure, quantile
from tieout.intelligence.incidents import incidents
from tieout.intelligence.measures import measures

CAME = AT - timedelta(days=10)


def figures(*claims: ClaimFact, days: int = 90) -> dict[str, Figure]:
    return {figure.name: figure for figure in measures(claims, at=AT, days=days)}


@pytest.mark.mission("KPI-09")
def test_pure_and_after_a_wait_are_two_rates_kpi_09() -> None:
    measured = figures(
        claim("pure", out=1),
        claim("waited", out=30, waited=True),
        claim("cleared", ("AR-SHP-NOEVENT", 0, 5), out=6),
        claim("touched", ("AR-TAX-DIFF", 0, 5), out=6, touches=2),
        claim("not out"),
    )
    assert (measured["straight-through"].value, measured["straight-through"].behind) == (Fraction(1, 4), ("pure",))
    of_all = measured["straight-through-received"]
    assert of_all.behind == ("pure",)
    assert of_all.denominator is not None
    assert of_all.denominator >= (measured["straight-through"].denominator or 0)
    assert measured["straight-after-wait"].behind == ("waited", "cleared")
    assert (measured["touch-rate"].value, measured["touch-rate"].denominator) == (Fraction(2, 5), 5)


@pytest.mark.mission("KPI-09")
def test_cycle_time_runs_from_shipment_to_release_elapsed_and_open_kpi_09() -> None:
    monday = AT.replace(day=16, hour=16)  # an hour before closing
    shipped = about(number="1", shipped_at=monday)
    measured = figures(claim("1", of=shipped, came=monday - timedelta(days=3), out=72 + 18))
    assert (measured["cycle-shipment"].p50, measured["cycle-shipment"].p90) == (18, 18)
    assert measured["cycle-shipment-open"].value == 3  # one hour on Monday, two on Tuesday
    assert measured["cycle-receipt"].value == 90


def test_an_invoice_that_went_out_before_its_shipment_has_no_negative_time() -> None:
    measured = figures(claim("1", of=about(shipped_at=AT), out=1))
    assert measured["cycle-shipment"].value == 0


@pytest.mark.mission("EXC-10")
def test_policy_is_not_among_exceptions_exc_10() -> None:
    measured = figures(
        claim("1", ("AR-CUST-RULE", 0, 24), out=24), claim("2", ("CRD-LIMIT", 0, 2), ("AR-TAX-DIFF", 0, 2)), claim("3")
    )
    assert measured["volume-error"].behind == ("2",)
    assert measured["volume-policy"].behind == ("1", "2")
    assert (measured["resolution-error"].value, measured["resolution-policy"].value) == (2, 13)


@pytest.mark.mission("KPI-09")
def test_days_added_to_dso_are_amount_times_delay_over_sales_kpi_09() -> None:
    """1,000.00 EUR of 10,000.00 EUR late by two days are 0.2 days, whatever the window; what policy holds up is counted apart."""
    big = about(amount=Money.of(8000, "EUR"))
    late, ruled = claim("late", ("AR-TAX-DIFF", 0, 48), out=48), claim("ruled", ("AR-CUST-RULE", 0, 24), out=24)
    measured = figures(late, ruled, claim("rest", of=big, out=1), days=100)
    assert measured["dso-error-eur"].value == Fraction(1, 5)
    assert measured["dso-error-eur"].behind == ("late",)
    assert measured["dso-policy-eur"].value == Fraction(1, 10)
    assert measured["dso-error-eur"].denominator == Money.of(10000, "EUR").minor
    everything = [claim(str(k), ("AR-TAX-DIFF", 0, 24), out=24) for k in range(3)]
    assert figures(*everything, days=30)["dso-error-eur"].value == 1  # every invoice a day late: a day more


def test_a_dispute_recurs_with_the_same_customer_and_reason_in_time() -> None:
    def disputed(id_: str, days: int, party: str, reason: str) -> ClaimFact:
        of = about(number=id_, party=party, reason=reason)
        return claim(id_, ("AR-DISPUTE", 0, 1), of=of, came=AT - timedelta(days=days), out=0)

    again = disputed("4", 20, "Nord", "price")
    measured = figures(
        disputed("1", 250, "Nord", "price"), disputed("2", 60, "Nord", "price"), disputed("3", 30, "Nord", "tax"), again,
        disputed("5", 10, "Süd", "price"), claim("6", out=1),
    )  # fmt: skip
    assert measured["dispute-recurrence"].behind == (again.cases[0].id,)
    assert measured["dispute-recurrence"].value == Fraction(1, 5)
    assert measured["disputes"].value == Fraction(5, 6)


@pytest.mark.mission("KPI-21")
def test_what_is_credited_for_our_error_was_not_accurate_kpi_21() -> None:
    credit = about(kind="customer_credit_note", number="C1", credits=("1",), for_error=True)
    returned = about(kind="customer_credit_note", number="C2", credits=("2",), for_error=False)
    measured = figures(
        claim("1", out=1), claim("2", out=1), claim("c1", of=credit, out=1), claim("c2", of=returned, out=1)
    )
    assert (measured["accuracy"].value, measured["accuracy"].behind) == (Fraction(1, 2), ("2",))


def test_what_suppliers_bill_is_no_sale() -> None:
    bought = about(kind="invoice", number="9", amount=Money.of(5000, "USD"))
    measured = figures(claim("1", out=1), claim("9", ("AP-PRC-OVER", 0, 48), of=bought, out=48))
    assert (measured["accuracy"].denominator, measured["disputes"].denominator) == (1, 1)
    assert "dso-error-usd" not in measured
    assert measured["volume-error"].behind == ("9",)
    assert expected([claim("9", of=bought)], at=AT) == ()


@pytest.mark.mission("KPI-10")
def test_refused_and_unanswered_postings_are_apart_kpi_10() -> None:
    measured = figures(claim("1", asked=2, refused=1), claim("2", asked=1, unknown=1), claim("3", asked=1), claim("4"))
    assert (measured["failed-postings"].value, measured["failed-postings"].behind) == (Fraction(1, 3), ("1",))
    assert measured["unknown-postings"].behind == ("2",)


def test_a_failure_of_an_interface_is_one_incident_until_its_last_case_is_through() -> None:
    cases = [
        case("AR-TAX-UNAVAIL", CAME, 2),
        case("AR-TAX-UNAVAIL", CAME + timedelta(hours=1), 5),
        case("AR-TAX-UNAVAIL", CAME + timedelta(hours=20), 1),
        case("AR-SHP-NOEVENT", CAME, 99),
    ]
    assert [
        (incident.until - incident.since, len(incident.cases)) for incident in incidents(cases) if incident.until
    ] == [
        (timedelta(hours=6), 2),
        (timedelta(hours=1), 1),
    ]
    measured = figures(claim("1", ("AR-TAX-UNAVAIL", 0, 2)), claim("2", ("AR-TAX-UNAVAIL", 1, 5)))
    assert measured["recovery"].value == 6


def test_copies_and_returned_documents_count_in_nothing() -> None:
    measured = figures(claim("1", out=1), claim("2", ("AR-TAX-DIFF", 0, 2), out=1, over=True))
    assert measured["straight-through"].value == 1
    assert measured["volume-error"].denominator == 1


def test_without_claims_no_figure_is_made_up() -> None:
    assert {figure.value for figure in figures().values()} == {None}


@pytest.mark.parametrize(
    ("days", "label"), [(0, "0–1"), (1, "0–1"), (2, "2–3"), (3, "2–3"), (4, "4–7"), (14, "8–14"), (99, "over 30")]
)
def test_open_cases_stand_in_the_bucket_of_their_business_days(days: int, label: str) -> None:
    opened = AT.replace(hour=17)
    for _ in range(days):  # back by business days: AT is a Friday
        opened -= timedelta(days=3 if opened.weekday() == 0 else 1)
    (row,) = ageing([case("AR-TAX-DIFF", opened)], at=AT.replace(hour=17))
    assert row.counts[LABELS.index(label)] == 1


@pytest.mark.mission("KPI-23")
def test_money_is_expected_after_what_nine_of_ten_took_kpi_23() -> None:
    past = [claim(f"p{k}", ("AR-TAX-DIFF", 0, 24 * k), out=1) for k in range(1, 11)]
    rows = expected(
        [*past, claim("soon", ("AR-TAX-DIFF", 0, None), came=AT - timedelta(days=1)), claim("free"),
         claim("old", ("AR-TAX-DIFF", 0, None), came=AT - timedelta(days=60)), claim("new", ("AR-PRC-OVR", 0, None))],
        at=AT,
    )  # fmt: skip
    assert [(row.monday, row.claims) for row in rows] == [
        (date(2026, 11, 16), ("free",)),
        (date(2026, 11, 23), ("soon",)),
        (None, ("old", "new")),
    ]
    assert rows[0].amounts == (Money.of(1000, "EUR"),)


@pytest.mark.mission("KPI-23")
def test_billing_lag_and_what_was_never_billed_kpi_23() -> None:
    assert billing_lag([claim("1", of=about(billable_at=CAME), out=6)]).value == 6
    leaks = [claim("1", unbilled=Money.of(70, "EUR")), claim("2", unbilled=Money.of(5, "EUR"), over=True), claim("3")]
    assert unbilled(leaks) == ((Money.of(70, "EUR"),), ("1",))


def test_a_quantile_is_one_of_the_lengths() -> None:
    sizes = [Fraction(k) for k in range(1, 11)]
    assert [quantile(sizes, Fraction(k, 10)) for k in (1, 5, 9, 10)] == [1, 5, 9, 10]
    assert quantile([], Fraction(1, 2)) is None
