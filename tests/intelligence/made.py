"""Facts made by hand, and chance from a seed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count

from tieout.app import taxonomy
from tieout.core.values.money import Money
from tieout.intelligence.delay import source_of
from tieout.intelligence.facts import About, CaseFact, ClaimFact, Stretch

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
_NUMBERS = count(1)


def about(**fields: object) -> About:
    """An invoice of 1000.00 EUR."""
    defaults: dict[str, object] = {
        "process": "order_to_cash",
        "kind": "customer_invoice",
        "amount": Money.of(1000, "EUR"),
    }
    return About(**{**defaults, **fields})  # type: ignore[arg-type]


def case(
    code: str, opened: datetime, hours: float | None = None, *, of: About | None = None, due: float | None = None, claim: str = "",
    **fields: object,
) -> CaseFact:  # fmt: skip
    """A case of one code from its opening for some hours (None: still)."""
    row = taxonomy()[code]
    until = None if hours is None else opened + timedelta(hours=hours)
    stretch = Stretch(code=code, kind=row.kind, source=source_of(row), queue=row.queue, since=opened, until=until)
    defaults: dict[str, object] = {
        "id": f"case-{next(_NUMBERS)}", "claim": claim, "about": of or about(), "cause": row.cause, "stretches": (stretch,),
        "opened_at": opened, "closed_at": until, "due_at": None if due is None else opened + timedelta(hours=due),
    }  # fmt: skip
    return CaseFact(**{**defaults, **fields})  # type: ignore[arg-type]


def claim(
    id_: str, *cases: tuple[str, float, float | None], of: About | None = None, came: datetime = AT - timedelta(days=10),
    out: float | None = None, touches: int = 0, **fields: object,
) -> ClaimFact:  # fmt: skip
    """A claim; cases as (code, hours after it came, length in hours); `out` is when it was released, in hours after it came."""
    the = of or about(number=id_)
    made = tuple(
        case(code, came + timedelta(hours=since), length, of=the, claim=id_, touches=touches if k == 0 else 0)
        for k, (code, since, length) in enumerate(cases)
    )
    defaults: dict[str, object] = {
        "id": id_, "about": the, "received_at": came, "cases": made,
        "released_at": None if out is None else came + timedelta(hours=out),
    }  # fmt: skip
    return ClaimFact(**{**defaults, **fields})  # type: ignore[arg-type]


def poisson(dice: random.Random, mean: float) -> int:
    """A count that follows Poisson's law."""
    left, number = 2.718281828459045**-mean, 0
    chance = dice.random()
    while chance > left:
        chance *= dice.random()
        number += 1
    return number


def flow(
    dice: random.Random, parts: Sequence[tuple[str, str, float]], *, days: int = 30, hours: int = 3, at: datetime = AT
) -> list[CaseFact]:
    """Cases of (warehouse, code, mean in the window), in the same hours of each day: the history and today."""
    made = []
    for site, code, mean in parts:
        of = about(site=site)
        for day in range(days + 1):
            for _ in range(poisson(dice, mean)):
                opened = at - timedelta(days=day) - timedelta(hours=hours) * dice.random()
                made.append(case(code, opened, of=of))
    return made
