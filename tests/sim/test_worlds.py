"""Random worlds: the same papers in any order end in the same state, twice changes nothing, and no line is used up twice."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieout.app import default_policy, pack_named
from tieout.core.documents.kind import Document
from tieout.core.policy.policy import PolicySet
from tieout.scenario.draw import Draw
from tieout.scenario.sample import company, deals
from tieout.scenario.sample_faults import FAULTS, Deal
from tieout.scenario.world import Filed, World
from tieout.trade.documents import Order

ON = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 8, tzinfo=UTC)


def world() -> World:
    return World((pack_named("payables"),), PolicySet(policies=(default_policy(),)), at=AT)


def papers_of(deal: Deal) -> list[Document]:
    return [deal.order, *deal.papers, deal.invoice, *deal.later]


def some_papers(seed: int, count: int) -> list[Document]:
    """The papers of some deals, half of them faulty, with the masters they need."""
    made = company(seed, suppliers=3, products=4, on=ON)
    chosen = deals(made, seed, count, on=ON, lines=3, clean_percent=50)
    return [*made.papers, *(paper for deal in chosen for paper in papers_of(deal))]


def shuffled(papers: list[Document], seed: int) -> list[Document]:
    draw = Draw(seed, "order")
    left = list(papers)
    return [left.pop(draw.below(len(left))) for _ in papers]


def state(of: World) -> object:
    """What must not depend on the order of arrival: how every claim stands, and what the outer system has booked."""
    claims = sorted((filed.state.number, _stands(filed)) for filed in of.claims.values())
    return claims, Counter((voucher["number"], voucher["gross"]) for voucher in vouchers(of))


def vouchers(of: World) -> list[dict[str, str]]:
    """The vouchers that the outer system has booked (it was told other things too)."""
    return [each.voucher for each in of.target.booked.values() if each.action.kind == "post_voucher"]


def _stands(filed: Filed) -> object:
    assert filed.last is not None
    verdict = filed.last.verdict
    return (
        filed.state.status,
        verdict.status,
        tuple(sorted((found.code, found.where, found.stage, found.variance) for found in verdict.findings)),
        tuple((each.ledger, each.line, each.quantity) for each in verdict.allocations),
        tuple(sorted((case.cause, case.code) for case in filed.cases.values() if not case.ended)),
    )


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_any_order_of_the_same_papers_ends_in_the_same_state(seed: int, chance: int) -> None:
    papers = some_papers(seed, 5)
    one, other = world(), world()
    for paper in papers:
        one.receive(paper)
    for paper in shuffled(papers, chance):
        other.receive(paper)
    assert state(one) == state(other)


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 10_000))
def test_receiving_everything_twice_changes_nothing(seed: int) -> None:
    papers = some_papers(seed, 4)
    here = world()
    for paper in papers:
        here.receive(paper)
    before = state(here), [len(filed.events) for filed in here.claims.values()], here.target.attempts
    for paper in shuffled(papers, seed):
        here.receive(paper)
    assert (state(here), [len(filed.events) for filed in here.claims.values()], here.target.attempts) == before


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_no_order_line_is_used_up_beyond_what_was_ordered(seed: int, chance: int) -> None:
    papers = some_papers(seed, 6)
    here = world()
    for paper in shuffled(papers, chance):
        here.receive(paper)
        used: Counter[tuple[str, str]] = Counter()
        for filed in here.claims.values():
            for each in filed.last.verdict.allocations if filed.last and not filed.state.over else ():
                used[each.ledger.number, each.line] += each.quantity  # type: ignore[assignment]
        ordered = {
            (known.document.number, line.id): line.quantity.value
            for known in here.shelf
            if isinstance(known.document, Order)
            for line in known.document.lines
        }
        assert all(quantity <= ordered.get(line, Decimal(0)) for line, quantity in used.items())


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 10_000))
def test_every_claim_has_an_owner_or_a_timer_at_every_moment_and_every_voucher_is_one(seed: int) -> None:
    here = world()
    for paper in some_papers(seed, 5):
        here.receive(paper)
    for _ in range(6):
        here.advance(here.at + timedelta(days=2))
        for filed in here.claims.values():
            if filed.state.status not in {"posted", "superseded"}:
                living = [case for case in filed.cases.values() if not case.ended]
                assert living, f"{filed.state.number} is {filed.state.status} and nobody's"
                assert all(case.queue or case.wait_until for case in living)
                assert all(case.due_at or case.wait_until for case in living)
        numbers = Counter(voucher["number"] for voucher in vouchers(here))
        assert not [number for number, times in numbers.items() if times > 1]


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_every_made_up_fault_raises_its_code_and_nothing_else(fault: str) -> None:
    made = company(3, suppliers=6, products=6, on=ON)
    wanted = [deal for deal in deals(made, 3, 60, on=ON, lines=4, clean_percent=0) if deal.fault == fault]
    assert wanted, "the sample does not make this fault"
    here = world()
    for paper in made.papers:
        here.receive(paper)
    for paper in (wanted[0].order, *wanted[0].papers, wanted[0].invoice):
        here.receive(paper)
    (filed,) = here.claims.values()
    assert filed.last is not None
    codes = {found.code for found in filed.last.verdict.findings if found.stage != "note"}
    assert codes == ({fault} if fault != "AP-DUP-CERT" else set())
