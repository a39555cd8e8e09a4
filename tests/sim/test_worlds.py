"""Random runs: the same documents in any order end in the same state, twice changes nothing, and no line is used up twice."""

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
from tieout.scenario.filed import Filed
from tieout.scenario.sample import company, deals
from tieout.scenario.sample_faults import FAULTS, Deal
from tieout.scenario.simulation import Simulation
from tieout.trade.documents import Order

ON = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 8, tzinfo=UTC)


def new_run() -> Simulation:
    return Simulation((pack_named("payables"),), PolicySet(policies=(default_policy(),)), at=AT)


def documents_of(deal: Deal) -> list[Document]:
    return [deal.order, *deal.documents, deal.invoice, *deal.later]


def some_documents(seed: int, count: int) -> list[Document]:
    """The documents of some deals, half of them faulty, with the masters they need."""
    made = company(seed, suppliers=3, products=4, on=ON)
    chosen = deals(made, seed, count, on=ON, lines=3, clean_percent=50)
    return [*made.documents, *(document for deal in chosen for document in documents_of(deal))]


def shuffled(documents: list[Document], seed: int) -> list[Document]:
    draw = Draw(seed, "order")
    left = list(documents)
    return [left.pop(draw.below(len(left))) for _ in documents]


def state(of: Simulation) -> object:
    """What must not depend on the order of arrival: the state of every claim, and what the external system has booked."""
    claims = sorted((filed.state.number, _stands(filed)) for filed in of.claims.values())
    return claims, Counter((voucher["number"], voucher["gross"]) for voucher in vouchers(of))


def vouchers(of: Simulation) -> list[dict[str, str]]:
    """The vouchers that the external system has booked (it has other actions too)."""
    return [posting.voucher for posting in of.target.booked.values() if posting.action.kind == "post_voucher"]


def _stands(filed: Filed) -> object:
    assert filed.last is not None
    verdict = filed.last.verdict
    return (
        filed.state.status,
        verdict.status,
        tuple(sorted((finding.code, finding.where, finding.stage, finding.variance) for finding in verdict.findings)),
        tuple((allocation.ledger, allocation.line, allocation.quantity) for allocation in verdict.allocations),
        tuple(sorted((case.cause, case.code) for case in filed.cases.values() if not case.ended)),
    )


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_any_order_of_the_same_documents_ends_in_the_same_state(seed: int, chance: int) -> None:
    documents = some_documents(seed, 5)
    one, other = new_run(), new_run()
    for document in documents:
        one.receive(document)
    for document in shuffled(documents, chance):
        other.receive(document)
    assert state(one) == state(other)


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 10_000))
def test_receiving_everything_twice_changes_nothing(seed: int) -> None:
    documents = some_documents(seed, 4)
    here = new_run()
    for document in documents:
        here.receive(document)
    before = state(here), [len(filed.events) for filed in here.claims.values()], here.target.attempts
    for document in shuffled(documents, seed):
        here.receive(document)
    assert (state(here), [len(filed.events) for filed in here.claims.values()], here.target.attempts) == before


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_no_order_line_is_used_up_beyond_what_was_ordered(seed: int, chance: int) -> None:
    documents = some_documents(seed, 6)
    here = new_run()
    for document in shuffled(documents, chance):
        here.receive(document)
        used: Counter[tuple[str, str]] = Counter()
        for filed in here.claims.values():
            for allocation in filed.last.verdict.allocations if filed.last and not filed.state.over else ():
                used[allocation.ledger.number, allocation.line] += allocation.quantity  # type: ignore[assignment]
        ordered = {
            (recorded.document.number, line.id): line.quantity.value
            for recorded in here.index
            if isinstance(recorded.document, Order)
            for line in recorded.document.lines
        }
        assert all(quantity <= ordered.get(line, Decimal(0)) for line, quantity in used.items())


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 10_000))
def test_every_claim_has_an_owner_or_a_timer_at_every_moment_and_every_voucher_is_one(seed: int) -> None:
    here = new_run()
    for document in some_documents(seed, 5):
        here.receive(document)
    for _ in range(6):
        here.advance(here.at + timedelta(days=2))
        for filed in here.claims.values():
            if filed.state.status not in {"posted", "superseded"}:
                living = [case for case in filed.cases.values() if not case.ended]
                assert living, f"{filed.state.number} is {filed.state.status} without an open case"
                assert all(case.queue or case.wait_until for case in living)
                assert all(case.due_at or case.wait_until for case in living)
        numbers = Counter(voucher["number"] for voucher in vouchers(here))
        assert not [number for number, times in numbers.items() if times > 1]


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_every_made_up_fault_raises_its_code_and_nothing_else(fault: str) -> None:
    made = company(3, suppliers=6, products=6, on=ON)
    wanted = [deal for deal in deals(made, 3, 60, on=ON, lines=4, clean_percent=0) if deal.fault == fault]
    assert wanted, "the sample does not make this fault"
    here = new_run()
    for document in made.documents:
        here.receive(document)
    for document in (wanted[0].order, *wanted[0].documents, wanted[0].invoice):
        here.receive(document)
    (filed,) = here.claims.values()
    assert filed.last is not None
    codes = {finding.code for finding in filed.last.verdict.findings if finding.stage != "note"}
    assert codes == ({fault} if fault != "AP-DUP-CERT" else set())
