"""Payments in advance in random stories: no more leaves the company than the order is worth, and nothing is set against two invoices.

In memory by an oracle of its own, and over the engine step by step the same. Each rule taken away is seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.sim.prepaid_stories import Came, new_run, step_on, story, wrong_with
from tests.sim.test_memory_and_engine import over_the_engine
from tests.sim.two_worlds import unlike
from tieout.packs.payables import pack as buying
from tieout.packs.payables import posting
from tieout.packs.payables.checks import prepaid

if TYPE_CHECKING:
    from tests.support.server import Database

SEEDS = st.integers(0, 1_000_000)


@settings(deadline=None, max_examples=max(20, settings.default.max_examples // 2))
@given(seed=SEEDS)
def test_no_more_is_paid_than_the_order_is_worth(seed: int) -> None:
    assert _wrong(seed) == []


def _wrong(seed: int) -> list[str]:
    run = new_run()
    for number, step in enumerate(story(seed)):
        step_on(run, step)
        if wrong := wrong_with(run):
            return [f"after step {number}, {step.document.number if isinstance(step, Came) else step}", *wrong]
    return []


def test_the_stories_deduct_prepayments_in_every_way() -> None:
    codes: set[str] = set()
    settled = 0
    for seed in range(60):
        run = new_run()
        for step in story(seed):
            step_on(run, step)
            codes |= {one.code for filed in run.claims.values() if filed.last for one in filed.last.verdict.findings}
        settled += sum(
            bool(booked.voucher["payment"]["prepayments"])
            for booked in run.target.booked.values()
            if "payment" in booked.voucher
        )
    assert {"AP-PREPAY", "AP-PRE-MISS", "AP-PRE-OVER", "AP-PRE-LEFT", "AP-CRM-INC"} <= codes
    assert settled > 20


def _without(*checks: Any) -> list[tuple[Any, str, object]]:
    return [
        (buying, name, tuple(check for check in getattr(buying, name) if check not in checks))
        for name in ("CHECKS", "IN_ADVANCE")
    ]


BREAKS: dict[str, list[tuple[Any, str, object]]] = {
    "what is open is not deducted": _without(prepaid.silent),
    "more is asked for in advance than is left": _without(prepaid.more_than_left),
    "more is credited than is open": _without(prepaid.credited),
    "nothing is written to the ledger of prepayments": [(posting, "of_prepayments", lambda *_: iter(()))],
}


@pytest.mark.parametrize("name", BREAKS)
def test_without_the_rule_money_goes_out_wrongly(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module, attribute, value in BREAKS[name]:
        monkeypatch.setattr(module, attribute, value)
    assert any(_wrong(seed) for seed in range(200)), f"no story sees that {name}"


@settings(
    max_examples=max(2, settings.default.max_examples // 40),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
@given(seed=SEEDS)
def test_memory_and_engine_agree(database: Database, seed: int) -> None:
    memory = new_run()
    engine = over_the_engine(memory)
    for number, step in enumerate(story(seed)):
        for run in (memory, engine):
            step_on(run, step)
        differences = unlike(memory, engine)
        assert not differences, "\n".join([f"after step {number}, {step}:", *differences])
    assert wrong_with(engine) == []
