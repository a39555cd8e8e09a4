"""What a claim takes from a tie-out besides the verdict: its priority, and what follows its posting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tieout.core.values.made import made_often
from tieout.core.values.money import Money


@made_often
@dataclass(frozen=True, slots=True, kw_only=True)
class Urgency:
    """What makes waiting costly, whatever a case is about. It follows from the claim's documents alone and not from the day.

    `ours`: we bill, so that what counts is how much waits (`amount`, where the claim asks for any), how important the
    customer is (`weight`) and how near the month's end is. Else `discount` is lost after `last_day`, where there is one.
    """

    ours: bool = False
    weight: int = 1
    amount: Money | None = None
    discount: Money | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A document of the receiving side about what was sent: accepted, or refused. `number` is the document's, which identifies it."""

    number: str
    taken: bool
    reason: str = ""
    code: str = ""
    correlation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Follows:
    """`priority` orders the claim's cases; `followed` and `reply` are `TieOut`'s."""

    priority: Urgency = Urgency()
    followed: bool = False
    reply: Reply | None = None
