"""Credits of every kind in random stories of all three processes: what was posted is worth what was paid, by an oracle of its own.

For every line, what is paid less the goods (or days) that are credited never exceeds what was accepted at the agreed price, and
money that was given back makes no room for more; no goods and no day are billed twice; nothing is credited beyond the
invoice that it names. Nobody accepts anything in these stories.

That the test sees each rule is shown by taking the rule away: then it finds a story in which money goes out wrongly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sim.credit_stories import PACKS, judged, story
from tieout.packs.order_to_cash import pack as selling
from tieout.packs.order_to_cash import reading as selling_reading
from tieout.packs.order_to_cash.checks import credit_note as selling_credit
from tieout.packs.order_to_cash.checks import movement as selling_goods
from tieout.packs.order_to_cash.checks import price as selling_price
from tieout.packs.payables import pack as buying
from tieout.packs.payables import reading as buying_reading
from tieout.packs.payables.checks import credit as buying_credit
from tieout.packs.payables.checks import quantity as buying_goods
from tieout.packs.subscription_billing import pack as billing
from tieout.packs.subscription_billing import reading as billing_reading
from tieout.packs.subscription_billing.checks import credit_note as billing_credit
from tieout.packs.subscription_billing.checks import price as billing_price
from tieout.packs.subscription_billing.checks import sanity as billing_bounds
from tieout.trade.credit_reasons import Reading

SEEDS = st.integers(0, 1_000_000)


@pytest.mark.parametrize("pack", PACKS)
@settings(deadline=None, max_examples=max(12, settings.default.max_examples // 3))
@given(seed=SEEDS)
def test_what_is_paid_is_worth_it(pack: str, seed: int) -> None:
    assert judged(story(pack, seed)) == []


def _goods(*_: object, **__: object) -> Reading:
    return Reading(gives_back="quantity", ground="at_price")


def _days(*_: object, **__: object) -> Reading:
    return Reading(gives_back="days", ground="at_price")


def _difference(*_: object, **__: object) -> Reading:
    return Reading(gives_back="money", ground="raise")


def _nothing(*_: object) -> Iterator[Any]:
    return iter(())


def _without(module: Any, *checks: Callable[..., object]) -> tuple[Any, str, object]:
    return module, "CHECKS", tuple(check for check in module.CHECKS if check not in checks)


def _billed_reading(reading: Callable[..., Reading | None], invoice: Any, *rest: Any, **more: Any) -> Reading | None:
    return _days() if invoice.is_credit else reading(invoice, *rest, **more)


_READ_BILLED = billing_reading.reading_of
BREAKS: dict[str, tuple[str, list[tuple[Any, str, object]]]] = {
    "payables: every credit gives goods back": ("payables", [(buying_reading, "reading_of_credit", _goods)]),
    "payables: goods that are not received are paid": ("payables", [_without(buying, buying_goods.quantities)]),
    "payables: whatever is billed is a difference": (
        "payables",
        [(buying_reading, "reading_of_debit", _difference), _without(buying, buying_credit.differences)],
    ),
    "payables: a difference has no bound": ("payables", [_without(buying, buying_credit.differences)]),
    "payables: a credit is not bound to its invoice": ("payables", [_without(buying, buying_credit.founded)]),
    "order to cash: every credit gives goods back": (
        "order_to_cash",
        [(selling_reading, "reading_of_credit", _goods)],
    ),
    "order to cash: goods that have not left are billed": (
        "order_to_cash",
        [_without(selling, *(one for one in selling.CHECKS if one.__module__ == selling_goods.__name__))],
    ),
    "order to cash: a difference has no bound": ("order_to_cash", [(selling_price, "_later", _nothing)]),
    "order to cash: a credit is not bound to its invoice": (
        "order_to_cash",
        [_without(selling, selling_credit.founded)],
    ),
    "billing: every credit gives days back": (
        "subscription_billing",
        [(billing_reading, "reading_of", lambda *rest, **more: _billed_reading(_READ_BILLED, *rest, **more))],
    ),
    "billing: a month is billed twice": (
        "subscription_billing",
        [_without(billing, billing_bounds.bounds, billing_price.prices)],
    ),
    "billing: a credit is not bound to its invoice": (
        "subscription_billing",
        [_without(billing, billing_credit.founded, billing_bounds.bounds)],
    ),
}


@pytest.mark.parametrize("name", BREAKS)
def test_without_the_rule_money_goes_out_wrongly(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pack, changes = BREAKS[name]
    for module, attribute, value in changes:
        monkeypatch.setattr(module, attribute, value)
    assert any(_wrong(pack, seed) for seed in range(400)), f"no story sees that {name}"


def _wrong(pack: str, seed: int) -> bool:
    try:
        return bool(judged(story(pack, seed)))
    except AssertionError:  # without the rule the claims may never come to rest
        return False
