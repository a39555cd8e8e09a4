"""Random worlds of claims and credits of every kind in all three processes: what is paid is worth it, by an oracle of its own.

The sum paid for a line never exceeds its accepted quantity at its agreed price less credits, unless a person accepted it; of a
document and its copies one is posted, unless a person says that they are two; nothing is credited beyond the invoice that it names;
what a person has to decide is not posted before.
"""

from __future__ import annotations

import ast
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from tests.sim.credits import facts, oracle
from tests.sim.credits.documents import PACKS, new_run
from tests.sim.credits.judged import Judge, judged
from tests.sim.credits.writer import World, world
from tests.sim.test_memory_and_engine import over_the_engine
from tests.sim.two_worlds import Act, Come, Refuse, play, unlike
from tieout.trade.documents import Invoice

if TYPE_CHECKING:
    from tests.support.server import Database

SEEDS = st.integers(0, 1_000_000)
GENERATE = (Phase.explicit, Phase.reuse, Phase.generate)  # a smaller seed is not a simpler world
MANY = settings.default.max_examples
SAME = MANY < 1_000
"""The same worlds each time; `make soak` looks for others."""


@pytest.mark.parametrize("pack", PACKS)
@settings(max_examples=max(30, MANY // 3), phases=GENERATE, derandomize=SAME)
@given(seed=SEEDS)
def test_what_is_paid_is_worth_it(pack: str, seed: int) -> None:
    assert judged(world(pack, seed)) == []


@pytest.mark.parametrize("seed", [313, 583, 634])
def test_worlds_come_to_rest_in_which_a_credit_and_an_invoice_once_waited_for_each_other(seed: int) -> None:
    assert judged(world("payables", seed, stories=False)) == []


@settings(
    max_examples=max(3, MANY // 40),
    phases=GENERATE,
    derandomize=SAME,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seed=SEEDS, pack=st.sampled_from(PACKS))
@example(seed=47, pack="payables")  # the ledger refuses a credit, and what it gives back is billed again
@example(seed=50, pack="order_to_cash")
def test_what_is_paid_through_the_engine_is_worth_it(database: Database, seed: int, pack: str) -> None:
    made = world(pack, seed)
    memory = new_run(pack, made.tolerance)
    engine = over_the_engine(memory)
    judge = Judge(made)
    for number, step in enumerate(play(made.steps, memory, engine)):
        if judge.after(step, engine):
            differences = unlike(memory, engine)
            assert not differences, "\n".join([f"after step {number}, {step}:", *differences])
    assert judge.wrong == []


def test_the_oracle_knows_nothing_of_the_product() -> None:
    for module in (facts, oracle):
        tree = ast.parse(Path(str(module.__file__)).read_text())
        names = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        names |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        assert not [name for name in names if name and name.startswith("tieout")]


@pytest.mark.parametrize("pack", PACKS)
def test_the_worlds_have_what_they_are_for(pack: str) -> None:
    """Some hundred worlds contain every kind of claim and credit, in any order, and decisions of people."""
    seen = Counter(kind for seed in range(250) for kind in _kinds(world(pack, seed)))
    wanted = {
        "together", "sent again", "copy", "decided by a person", "invoice", "price credit", "goodwill", "credited in part",
        "more than it bills", "credit before its invoice", "raised", "difference", "held credit accepted", "refused by the ledger",
        "credit reversed", "other content",
    }  # fmt: skip
    if pack != "subscription_billing":
        wanted |= {
            "return",
            "partial delivery",
            "other unit",
            "other currency",
            "two invoices",
            "says quantity",
            "two lines",
        }
    if pack == "payables":
        wanted |= {
            "corrected", "self-billed", "prepayment", "deducted", "negative", "negative invoice", "without order", "sister",
            "at the tolerance", "a cent above it",
        }  # fmt: skip
    assert {kind for kind in wanted if seen[kind] < 5} == set(), seen


def _kinds(made: World) -> list[str]:
    """What there is in a world."""
    kinds, there = list[str](), set[str]()
    for step in made.steps:
        kinds += ["decided by a person"] if isinstance(step, Act) else []
        kinds += ["held credit accepted"] if isinstance(step, Act) and step.accepts else []
        kinds += ["refused by the ledger"] if isinstance(step, Refuse) else []
        if not isinstance(step, Come):
            continue
        kinds += ["together"] if not step.last else ["sent again"] if not step.facts and there else []
        for fact in step.facts:
            kinds += _kinds_of(made, step, fact, there)
        if isinstance(step.document, Invoice):
            there.add(step.document.number)
    return kinds


def _kinds_of(made: World, step: Come, fact: facts.Fact, there: set[str]) -> list[str]:
    match fact:
        case facts.Moved():
            sister = ["sister"] if fact.place.company != "DE01" else []
            return [*sister, "return" if fact.count < 0 else "partial delivery" if fact.count < 100 else "delivery"]
        case facts.Agreed():
            return ["raised"] if fact.version > 1 else []
    part, each = fact.parts[0], 1000 if fact.parts[0].place.line != "20" else 400
    money = part.count * each
    kinds = (
        []
        if not fact.twin
        else ["other content"]
        if step.source == "mail" and fact.number.startswith("B")
        else ["copy"]
    )
    kinds += [fact.asks] if fact.asks else []
    kinds += ["two lines"] if len(fact.parts) > 1 else []
    document = step.document
    assert isinstance(document, Invoice)
    kinds += ["other unit"] if document.lines[0].quantity and document.lines[0].quantity.unit == "GRM" else []
    kinds += ["other currency"] if part.currency != "EUR" else []
    kinds += ["without order"] if not document.order_numbers() else []
    if not fact.credit:
        kinds += ["credit reversed"] if document.preceding and not fact.asks else []
        edge = made.tolerance and part.net == money + int(money * made.tolerance)
        above = made.tolerance and part.net == money + int(money * made.tolerance) + 1
        kinds += ["at the tolerance"] if edge else ["a cent above it"] if above else []
        return [*kinds, "difference" if part.difference else "deducted" if fact.prepaid else "invoice"]
    kinds += ["negative invoice"] if not document.is_credit else []
    kinds += ["two invoices"] if len(fact.names) > 1 else []
    kinds += ["credit before its invoice"] if fact.names and not set(fact.names) & there else []
    kinds += ["goodwill"] if fact.says == "money" else ["says quantity"] if fact.says else []
    kinds += ["price credit"] if not fact.says and part.net < money * Fraction(9, 10) else []
    kinds += ["more than it bills"] if part.net > money + 1 else []
    return [*kinds, "credited in part"] if part.count < 10 else kinds
