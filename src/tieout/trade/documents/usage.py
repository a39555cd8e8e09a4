"""Usage as billing may rely on it: what a meter counts, and the statement of an account's usage with its proof of completeness."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from tieout.core.values.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """A meter of a product. `proof` says what makes a period complete.

    "hours": every hour of the period has an event of the account, "closed": the feed has closed every hour, "none": nothing
    is promised. `hourly_max` is more than an account can use in an hour; None: no bound.
    """

    number: str
    unit: str = "EA"
    aggregation: Literal["sum", "max", "last", "count"] = "sum"
    proof: Literal["hours", "closed", "none"] = "closed"
    product: str = ""
    hourly_max: Decimal | None = None
    entity: str = ""
    kind: Literal["meter"] = "meter"


@dataclass(frozen=True, slots=True, kw_only=True)
class HourRange:
    """Hours of a period counted from 0 (its first hour, UTC); both ends are inclusive."""

    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageStatement:
    """An account's usage of a meter in a period (days inclusive, in `zone`, "" for UTC). A later version takes the earlier one's place.

    `quantity` is the aggregate of `events` events. `hours` are in the period, `missing` those without proof, `gaps` the
    numbers that the feed skipped. `late` events came after the period's end, `corrected` ones replaced an earlier event.
    `unmatched` is the quantity of unmapped events that may belong here. `history` are the quantities of
    earlier periods, oldest first.
    """

    number: str
    meter: str
    account: str
    period_from: date
    period_to: date
    quantity: Decimal
    unit: str
    events: int
    hours: int
    missing: tuple[HourRange, ...] = ()
    gaps: tuple[str, ...] = ()
    late: int = 0
    corrected: int = 0
    unmatched: Decimal = Decimal(0)
    last_event_at: datetime | None = None
    history: tuple[Decimal, ...] = ()
    disputed: bool = False
    confirmed_by: str = ""
    digest: str = ""
    zone: str = ""
    entity: str = ""
    kind: Literal["usage_statement"] = "usage_statement"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmappedUsage:
    """Unmapped usage of a period: it belongs to no account and is billed to nobody. `worth` at list price, None where there is none.

    `identifier` is what the events call the account; `number` is the meter, the identifier and the period in one word.
    """

    number: str
    meter: str
    identifier: str
    period_from: date
    period_to: date
    quantity: Decimal
    unit: str
    events: int
    worth: Money | None = None
    first_event_at: datetime | None = None
    entity: str = ""
    kind: Literal["stray_usage"] = "stray_usage"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountMapping:
    """Whose usage an identifier is. `number` is the identifier; `account` "" takes an earlier mapping back.

    `by` is the person, or the rule, that decided so; `confidence` is the rule's share of earlier cases that were right, and
    `evidence` how many those were.
    """

    number: str
    account: str
    by: str
    at: datetime
    reason: str = ""
    confidence: Decimal | None = None
    evidence: int | None = None
    entity: str = ""
    kind: Literal["account_mapping"] = "account_mapping"
