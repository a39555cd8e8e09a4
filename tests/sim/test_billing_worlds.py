"""Random accounts: one end state in any order, nothing billed twice, nothing billable lost (MAT-25, MAT-26, S-26, DOM-SB1)."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.sim.billing_random import (
    AT,
    MONTHS,
    Account,
    account,
    days_of,
    invoice,
    line,
    run,
    seats_cost,
    service_cost,
    usage_cost,
)
from tieout.app import default_policy, pack_named
from tieout.core.documents.kind import Document
from tieout.core.policy.facts import Facts
from tieout.core.policy.policy import Layer, PolicySet, Rules
from tieout.core.policy.tolerance import Tolerance
from tieout.scenario.draw import Draw
from tieout.scenario.filed import Filed
from tieout.scenario.simulation import Simulation
from tieout.trade.documents import Invoice, InvoiceLine

seeds = st.integers(0, 100_000)
Versioned = tuple[Document, str]


def new_run(rules: Rules | None = None) -> Simulation:
    shipped = default_policy("subscription_billing")
    layers = (*shipped.layers, *([Layer(when=Facts(), rules=rules)] if rules else []))
    return Simulation(
        (pack_named("subscription_billing"),), PolicySet(policies=(replace(shipped, layers=layers),)), at=AT
    )


def documents_of(of: Account, seed: int) -> list[Versioned]:
    """Every document of an account with its version: usage comes once incomplete and once complete."""
    usage = [(document, str(k + 1)) for both in of.statements for k, document in enumerate(both)]
    rest = (*of.masters, of.subscription, *of.amendments, *of.effects, of.milestone, *run(of, seed))
    return [*((document, "1") for document in rest), *usage]


def shuffled(documents: list[Versioned], seed: int) -> list[Versioned]:
    draw, left = Draw(seed, "order"), list(documents)
    return [left.pop(draw.below(len(left))) for _ in documents]


def bring(here: Simulation, documents: list[Versioned]) -> Simulation:
    for document, version in documents:
        here.receive(document, version=version)
    return here


def booked(here: Simulation) -> Counter[tuple[str, str]]:
    """What is booked by line of the contract and first day of its period ("" for once), in cents, credits taken off."""
    sums: Counter[tuple[str, str]] = Counter()
    for filed in here.claims.values():
        invoice = filed.recorded.document
        if isinstance(invoice, Invoice):
            by_id = {line.id: line for line in invoice.lines}
            for part in filed.state.posted_lines:
                billed = by_id[part.claim_line]
                sums[billed.order.line, str(billed.period_from or "")] += part.net.minor * invoice.sign
    return +sums


def stands(filed: Filed) -> object:
    assert filed.last is not None
    verdict = filed.last.verdict
    return (
        filed.state.status,
        verdict.status,
        tuple(sorted((finding.code, finding.where, finding.stage, finding.numbers) for finding in verdict.findings)),
        verdict.allocations,
        tuple(sorted((case.cause, case.code) for case in filed.cases.values() if not case.ended)),
    )


def state(here: Simulation) -> object:
    return sorted((filed.state.number, stands(filed)) for filed in here.claims.values()), booked(here)


@settings(max_examples=15, deadline=None)
@given(seeds, seeds)
def test_any_order_ends_in_one_state_and_documents_that_come_twice_change_nothing(seed: int, chance: int) -> None:
    documents = documents_of(account(seed), seed)
    one = bring(new_run(), documents)
    other = bring(new_run(), shuffled([*documents, *documents[::2]], chance))
    assert state(one) == state(other)
    before = state(one), one.target.attempts
    assert (state(bring(one, shuffled(documents, chance))), one.target.attempts) == before


@settings(max_examples=25, deadline=None)
@given(seeds, seeds)
def test_what_leaks_is_what_is_billable_less_what_is_billed(seed: int, chance: int) -> None:
    of = account(seed)
    here = bring(new_run(), shuffled(documents_of(of, seed), chance))
    billable = service_cost(of) + sum(usage_cost(of, month) for month in MONTHS)
    done = booked(here)
    covered = set(seat_days(here))
    for month in MONTHS:  # what is not billed is charged by the days that are left, each stretch of them rounded once
        left, stretch = days_of(of, month), []
        for day in [*left, None]:
            if day is not None and day not in covered:
                stretch.append(day)
            elif stretch:
                billable += seats_cost(of, stretch)
                stretch = []
    billed = sum(minor for (name, _), minor in done.items() if name != "L")
    assert leaked(here) == billable - billed
    for posted in posted_lines(here):
        if posted.order.line == "L":
            assert posted.net.minor == seats_cost(of, list(span(posted))), "what went out is what it costs"
        elif posted.order.line == "U":
            assert posted.net.minor == usage_cost(of, span(posted)[0].month)


def posted_lines(here: Simulation) -> list[InvoiceLine]:
    """Every line that is booked."""
    return [
        line
        for filed in here.claims.values()
        if isinstance(filed.recorded.document, Invoice)
        for line in filed.recorded.document.lines
        if line.id in {part.claim_line for part in filed.state.posted_lines}
    ]


def span(line: InvoiceLine) -> list[date]:
    """The days that a line is for."""
    assert line.period_from is not None
    assert line.period_to is not None
    return [line.period_from + timedelta(days=k) for k in range((line.period_to - line.period_from).days + 1)]


def seat_days(here: Simulation) -> list[date]:
    """The days of seats that are booked, as often as they are."""
    return [day for line in posted_lines(here) if line.order.line == "L" for day in span(line)]


def leaked(here: Simulation) -> int:
    watched = next(filed for filed in here.claims.values() if filed.recorded.document.kind == "subscription")
    assert watched.last is not None
    stakes = [finding.at_stake for finding in watched.last.verdict.findings if finding.code == "BIL-LEAK"]
    return sum(stake.minor for stake in stakes if stake is not None)


@settings(max_examples=15, deadline=None)
@given(seeds, seeds)
def test_nothing_is_billed_twice_whoever_tries(seed: int, chance: int) -> None:
    of = account(seed)
    again = [replace(original, number=f"X-{original.number}") for original in run(of, seed)]
    month = days_of(of, 2)
    again += [
        invoice("Y-1", line("1", "L", seats_cost(of, month[5:9]), month[5:9])),
        invoice("Y-2", line("1", "S", service_cost(of), None)),
    ]
    here = new_run()
    for document, version in shuffled([*documents_of(of, seed), *((document, "1") for document in again)], chance):
        here.receive(document, version=version)
        held = seat_days(here)
        assert not [day for day, times in Counter(held).items() if times > 1]
        for (name, first), minor in booked(here).items():
            assert name != "U" or minor <= usage_cost(of, date.fromisoformat(first).month)
            assert name != "S" or minor == service_cost(of)


@pytest.mark.parametrize("late_usage", ["next_invoice", "credit_rebill"])
@settings(max_examples=12, deadline=None)
@example(seed=0, used=[230, 0, 230], twice=False)  # taken back, and owed again
@example(seed=923, used=[14], twice=False)  # in part of a period: less is included than in a whole one
@given(seed=seeds, used=st.lists(st.integers(0, 3000), min_size=1, max_size=4), twice=st.booleans())
def test_late_usage_is_billed_to_the_cent_once_whatever_comes(
    late_usage: str, seed: int, used: list[int], twice: bool
) -> None:
    of = account(seed)
    here = new_run(
        Rules.of(
            late_usage=late_usage,
            credit_note=Tolerance(basis="amount", state="not_checked"),
            revenue_review="not_required",
        )
    )  # type: ignore[arg-type]
    final = of.statements[0][1]
    days = days_of(of, 1)
    terms = replace(of, amendments=())
    bring(here, [(document, "1") for document in (*of.masters, of.subscription, final)])
    here.receive(invoice("B-1", line("u", "U", usage_cost(of, 1), days), line("l", "L", seats_cost(terms, days), days)))
    assert booked(here)["U", str(days[0])] == usage_cost(of, 1)
    for k, quantity in enumerate(used):
        changed = replace(final, quantity=Decimal(quantity), events=11 + k)
        for _ in range(1 + twice):
            here.receive(changed, version=str(k + 2))
        assert booked(here)["U", str(days[0])] == usage_cost(of, 1, Decimal(quantity))
        if k < len(of.amendments):  # a change of contract that holds from a day before is billed likewise
            terms = replace(terms, amendments=of.amendments[: k + 1])
            here.receive(of.amendments[k])
            here.advance(here.at + timedelta(days=12))  # billing has had its time, and has not billed it itself
        assert booked(here)["L", str(days[0])] == seats_cost(terms, days)
    open_claims = [
        filed.state.number for filed in here.claims.values() if filed.state.status not in {"posted", "superseded"}
    ]
    assert [name for name in open_claims if name.startswith("B-")] == []
    months = (2, 3, 4) if terms.amendments else (2, 3)  # by then April has been over for long enough too
    assert leaked(here) == sum(seats_cost(terms, days_of(of, month)) for month in months)
