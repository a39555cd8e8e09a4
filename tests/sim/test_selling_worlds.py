"""Random runs of order to cash: one end state whatever comes late, early or twice; nothing billed twice, nothing billable lost.

What may be billed is worked out by `tests/sim/selling.py` from the documents, shipment by shipment (MAT-23, MAT-29, MAT-31, EXC-10).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.sim.selling import (
    GOODS,
    LATE,
    NORD,
    Line,
    Sent,
    Terms,
    billable,
    billed,
    growing,
    invoice,
    lost,
    missing,
    simulation,
    undoing,
    vouchers,
)
from tieout.core.findings.finding import Finding
from tieout.core.tie_out.verdict import Allocation, Verdict
from tieout.scenario.draw import Draw
from tieout.scenario.filed import Filed
from tieout.scenario.simulation import Simulation
from tieout.trade.documents import Invoice, Milestone, Order, Shipment

# A smaller seed is not a simpler run: there is nothing to shrink.
GENERATE = (Phase.explicit, Phase.reuse, Phase.generate)
SEEDS = st.integers(0, 1_000_000)
TERMS = st.builds(
    Terms,
    carrier=st.booleans(),
    proof=st.booleans(),
    events=st.booleans(),
    rule=st.sampled_from(["as_shipped", "as_shipped", "complete_only", "one_per_order"]),
)


def shuffled(documents: Iterable[Sent], draw: Draw) -> list[Sent]:
    left = list(documents)
    return [left.pop(draw.below(len(left))) for _ in range(len(left))]


def deliver(here: Simulation, documents: Iterable[Sent], draw: Draw, *, slowly: bool = False) -> None:
    """Receive documents one by one, some of them twice, with hours or days between them."""
    for sent in documents:
        if slowly:
            here.advance(here.at + timedelta(hours=draw.below(50)))
        for _ in range(1 + (draw.below(4) == 0)):
            here.receive(sent.document, version=sent.version)


def state(of: Simulation) -> object:
    """The state of every claim without a successor, and what the external system has booked."""
    claims = sorted((filed.state.number, _stands(filed)) for filed in of.claims.values() if not filed.state.successor)
    booked = sorted((v["number"], v["kind"], v["gross"]) for v in vouchers(of))
    return claims, booked


def _stands(filed: Filed) -> object:
    assert filed.last is not None
    verdict = filed.last.verdict
    return (
        filed.state.status,
        verdict.status,
        tuple(sorted(map(_parts, verdict.findings))),
        tuple(sorted((allocation.ledger, allocation.line, allocation.quantity) for allocation in _lasting(verdict))),
        tuple(sorted((case.cause, case.code) for case in filed.cases.values() if not case.ended)),
    )


def _lasting(verdict: Verdict) -> list[Allocation]:
    """What is used up but for what the customer owes: that is kept by the moment of the release."""
    return [allocation for allocation in verdict.allocations if not allocation.ledger.kind.startswith("receivable")]


def _parts(finding: Finding) -> tuple[str, ...]:
    return finding.code, finding.where, finding.stage, finding.variance, str(finding.at_stake)


def invoices_of(documents: list[Sent], terms: Terms, draw: Draw) -> list[Sent]:
    """The sales system's invoices for a part of what may be billed in the end, in one or two pieces, never too much; one
    credited in part. None where we make them."""
    if terms.events:
        return []
    made: list[Sent] = []
    for (number, line), may in billable(documents, terms).items():
        if may <= 0 or draw.below(5) == 0:
            continue
        first = may if line not in GOODS else Decimal(draw.between(1, int(may)))
        for k, part in enumerate(part for part in (first, (may - first) * (draw.below(3) > 0)) if part > 0):
            made.append(Sent(document=invoice(f"I-{number}-{line}-{k}", number, {line: part})))
        if draw.below(4) == 0:
            made.append(
                Sent(document=invoice(f"C-{number}-{line}", number, {line: first}, taking_back=f"I-{number}-{line}-0"))
            )
    return made


def story(seed: int, terms: Terms, *, undone: bool) -> list[Sent]:
    draw = Draw(seed, "story")
    documents: list[Sent] = []
    for number in ("SO-1", "SO-2"):
        mine = growing(draw, terms, number)
        documents += mine + (undoing(draw, mine, number) if undone else [])
    return documents


def no_credits(documents: list[Sent]) -> list[Sent]:
    """Without credit notes: what is credited may be billed again, so the order of arrival matters."""
    return [sent for sent in documents if getattr(sent.document, "kind", "") != "customer_credit_note"]


@settings(max_examples=25, deadline=None, phases=GENERATE)
@given(SEEDS, SEEDS, TERMS)
def test_late_early_twice_and_in_any_order_the_same_documents_end_in_one_state(
    seed: int, chance: int, terms: Terms
) -> None:
    documents = story(seed, terms, undone=False)
    documents += [*no_credits(invoices_of(documents, terms, Draw(seed, "bills"))), Sent(document=NORD)]
    one, other = simulation(terms), simulation(terms)
    deliver(one, documents, Draw(0, "once"))
    draw = Draw(chance, "delivery")
    deliver(other, shuffled(documents, draw), draw, slowly=True)
    for run in (one, other):
        run.advance(LATE)
    assert state(one) == state(other)
    assert lost(one) == missing(billable(documents, terms), billed(one))


@settings(max_examples=25, deadline=None, phases=GENERATE)
@given(SEEDS, SEEDS, TERMS)
def test_reversed_corrected_and_returned_goods_are_counted_the_same_however_they_come(
    seed: int, chance: int, terms: Terms
) -> None:
    """The order comes last, so that nothing is released before all is known: then exactly what may be billed is billed."""
    documents = story(seed, terms, undone=True)
    orders = [sent for sent in documents if isinstance(sent.document, Order)]
    events = [sent for sent in documents if not isinstance(sent.document, Order)]
    bills = invoices_of(documents, terms, Draw(seed, "bills"))
    states = []
    for k in range(2):
        here, draw = simulation(terms), Draw(chance, "delivery", k)
        here.receive(NORD)
        deliver(here, shuffled(events, draw), draw)
        deliver(here, orders if terms.events else shuffled(orders, draw), draw)
        deliver(here, shuffled([sent for sent in bills if not _is_credit(sent)], draw), draw)
        deliver(here, shuffled([sent for sent in bills if _is_credit(sent)], draw), draw)
        states.append(state(here))
        may, done = billable(documents, terms), billed(here)
        assert all(done[line] <= may.get(line, 0) for line in done), (may, done)
        assert lost(here) == missing(may, done)
        if terms.events and terms.rule == "as_shipped":
            complete = _fully_built(here)
            assert all(done[line] == may[line] for line in may if line[0] in complete), (may, done)
    assert states[0] == states[1]


def _is_credit(sent: Sent) -> bool:
    return isinstance(sent.document, Invoice) and sent.document.is_credit


def _fully_built(here: Simulation) -> set[str]:
    """The orders of which no shipment waits for a carrier or a proof any more: all of them is built."""
    return {
        filed.state.number
        for filed in here.claims.values()
        if filed.recorded.document.kind == "sales_order"
        and filed.last
        and not {finding.code for finding in filed.last.verdict.findings} & {"AR-SHP-NOEVENT", "AR-POD-MISS"}
    }


@settings(max_examples=25, deadline=None, phases=GENERATE)
@given(SEEDS, SEEDS, TERMS)
def test_at_every_moment_nothing_is_billed_twice_and_everything_unbilled_is_reported(
    seed: int, chance: int, terms: Terms
) -> None:
    """In any order, with invoices for too much: no line is ever billed beyond the most that was billable at any time, and the
    leaks of all orders are what may be billed less what is."""
    documents = story(seed, terms, undone=True)
    draw = Draw(chance, "delivery")
    bills = invoices_of(documents, terms, Draw(seed, "bills"))
    if not terms.events:  # and all of every line once more
        again = ((line, may) for line, may in billable(documents, terms).items() if may > 0)
        bills += [Sent(document=invoice(f"X-{number}-{line}", number, {line: may})) for (number, line), may in again]
    here, so_far = simulation(terms), []
    here.receive(NORD)
    best: dict[Line, Decimal] = defaultdict(Decimal)
    for sent in shuffled([*documents, *bills], draw):
        deliver(here, [sent], draw, slowly=True)
        so_far.append(sent)
        may, done = billable(so_far, terms), billed(here)
        for line, quantity in may.items():
            best[line] = max(best[line], quantity)
        assert all(quantity <= best[line] for line, quantity in done.items()), (sent, best, done)
        assert lost(here) == missing(may, done), sent
    numbers = Counter((v["number"], v["part"]) for v in vouchers(here))
    assert not [number for number, times in numbers.items() if times > 1]


def test_the_random_runs_cover_what_they_are_for() -> None:
    """Some hundred runs contain reversals, corrections, open milestones, built and credited invoices."""
    seen: Counter[str] = Counter()
    for seed in range(60):
        for terms in (Terms(), Terms(events=True, proof=True, carrier=True)):
            documents = story(seed, terms, undone=True)
            for sent in [*documents, *invoices_of(documents, terms, Draw(seed, "bills"))]:
                seen[sent.document.kind] += 1
                seen["reversal"] += isinstance(sent.document, Shipment) and bool(sent.document.reverses)
                seen["correction"] += sent.version == "3"
                seen["accepted"] += isinstance(sent.document, Milestone) and sent.document.accepted
    wanted = {
        "reversal",
        "correction",
        "accepted",
        "customer_return",
        "delivery_proof",
        "carrier_event",
        "customer_invoice",
    }
    assert min(seen[word] for word in wanted | {"customer_credit_note"}) > 5
