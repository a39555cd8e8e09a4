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
from tieout.scenario.world import Filed, World
from tieout.trade.documents import Invoice, InvoiceLine

seeds = st.integers(0, 100_000)
Paper = tuple[Document, str]


def world(rules: Rules | None = None) -> World:
    shipped = default_policy("subscription_billing")
    layers = (*shipped.layers, *([Layer(when=Facts(), rules=rules)] if rules else []))
    return World((pack_named("subscription_billing"),), PolicySet(policies=(replace(shipped, layers=layers),)), at=AT)


def papers_of(of: Account, seed: int) -> list[Paper]:
    """Every paper of an account with its version: usage comes once incomplete and once complete."""
    usage = [(paper, str(k + 1)) for both in of.statements for k, paper in enumerate(both)]
    rest = (*of.masters, of.subscription, *of.amendments, *of.effects, of.milestone, *run(of, seed))
    return [*((paper, "1") for paper in rest), *usage]


def shuffled(papers: list[Paper], seed: int) -> list[Paper]:
    draw, left = Draw(seed, "order"), list(papers)
    return [left.pop(draw.below(len(left))) for _ in papers]


def bring(here: World, papers: list[Paper]) -> World:
    for paper, version in papers:
        here.receive(paper, version=version)
    return here


def booked(here: World) -> Counter[tuple[str, str]]:
    """What is booked by line of the contract and first day of its period ("" for once), in cents, credits taken off."""
    sums: Counter[tuple[str, str]] = Counter()
    for filed in here.claims.values():
        paper = filed.paper.document
        if isinstance(paper, Invoice):
            by_id = {each.id: each for each in paper.lines}
            for part in filed.state.posted_lines:
                known = by_id[part.claim_line]
                sums[known.order.line, str(known.period_from or "")] += part.net.minor * paper.sign
    return +sums


def stands(filed: Filed) -> object:
    assert filed.last is not None
    verdict = filed.last.verdict
    return (
        filed.state.status,
        verdict.status,
        tuple(sorted((found.code, found.where, found.stage, found.numbers) for found in verdict.findings)),
        verdict.allocations,
        tuple(sorted((case.cause, case.code) for case in filed.cases.values() if not case.ended)),
    )


def state(here: World) -> object:
    return sorted((filed.state.number, stands(filed)) for filed in here.claims.values()), booked(here)


@settings(max_examples=15, deadline=None)
@given(seeds, seeds)
def test_any_order_ends_in_one_state_and_papers_that_come_twice_change_nothing(seed: int, chance: int) -> None:
    papers = papers_of(account(seed), seed)
    one = bring(world(), papers)
    other = bring(world(), shuffled([*papers, *papers[::2]], chance))
    assert state(one) == state(other)
    before = state(one), one.target.attempts
    assert (state(bring(one, shuffled(papers, chance))), one.target.attempts) == before


@settings(max_examples=25, deadline=None)
@given(seeds, seeds)
def test_what_leaks_is_what_is_billable_less_what_is_billed(seed: int, chance: int) -> None:
    of = account(seed)
    here = bring(world(), shuffled(papers_of(of, seed), chance))
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
    for known in posted_lines(here):
        if known.order.line == "L":
            assert known.net.minor == seats_cost(of, list(span(known))), "what went out is what it costs"
        elif known.order.line == "U":
            assert known.net.minor == usage_cost(of, span(known)[0].month)


def posted_lines(here: World) -> list[InvoiceLine]:
    """Every line that is booked."""
    return [
        known
        for filed in here.claims.values()
        if isinstance(filed.paper.document, Invoice)
        for known in filed.paper.document.lines
        if known.id in {part.claim_line for part in filed.state.posted_lines}
    ]


def span(known: InvoiceLine) -> list[date]:
    """The days that a line is for."""
    assert known.period_from is not None
    assert known.period_to is not None
    return [known.period_from + timedelta(days=k) for k in range((known.period_to - known.period_from).days + 1)]


def seat_days(here: World) -> list[date]:
    """The days of seats that are booked, as often as they are."""
    return [day for known in posted_lines(here) if known.order.line == "L" for day in span(known)]


def leaked(here: World) -> int:
    watched = next(filed for filed in here.claims.values() if filed.paper.document.kind == "subscription")
    assert watched.last is not None
    stakes = [found.at_stake for found in watched.last.verdict.findings if found.code == "BIL-LEAK"]
    return sum(stake.minor for stake in stakes if stake is not None)


@settings(max_examples=15, deadline=None)
@given(seeds, seeds)
def test_nothing_is_billed_twice_whoever_tries(seed: int, chance: int) -> None:
    of = account(seed)
    again = [replace(each, number=f"X-{each.number}") for each in run(of, seed)]
    month = days_of(of, 2)
    again += [
        invoice("Y-1", line("1", "L", seats_cost(of, month[5:9]), month[5:9])),
        invoice("Y-2", line("1", "S", service_cost(of), None)),
    ]
    here = world()
    for paper, version in shuffled([*papers_of(of, seed), *((paper, "1") for paper in again)], chance):
        here.receive(paper, version=version)
        held = seat_days(here)
        assert not [day for day, times in Counter(held).items() if times > 1]
        for (name, first), minor in booked(here).items():
            assert name != "U" or minor <= usage_cost(of, date.fromisoformat(first).month)
            assert name != "S" or minor == service_cost(of)


@pytest.mark.parametrize("late_usage", ["next_invoice", "credit_rebill"])
@settings(max_examples=12, deadline=None)
@example(seed=0, used=[230, 0, 230], twice=False)  # taken back, and owed again
@given(seed=seeds, used=st.lists(st.integers(0, 3000), min_size=1, max_size=4), twice=st.booleans())
def test_late_usage_is_billed_to_the_cent_once_whatever_comes(
    late_usage: str, seed: int, used: list[int], twice: bool
) -> None:
    of = account(seed)
    here = world(Rules.of(late_usage=late_usage, credit_note=Tolerance(basis="amount", state="not_checked")))  # type: ignore[arg-type]
    final = of.statements[0][1]
    days = days_of(of, 1)
    terms = replace(of, amendments=())
    bring(here, [(paper, "1") for paper in (*of.masters, of.subscription, final)])
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
        assert booked(here)["L", str(days[0])] == seats_cost(terms, days)
    open_claims = [
        filed.state.number for filed in here.claims.values() if filed.state.status not in {"posted", "superseded"}
    ]
    assert [name for name in open_claims if name.startswith("B-")] == []
    assert leaked(here) == sum(seats_cost(terms, days_of(of, month)) for month in (2, 3))
