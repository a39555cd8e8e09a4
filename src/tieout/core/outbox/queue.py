"""How the queue of a connection behaves, as pure functions over its row: how many actions may go now, and what follows from a try."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """The queue of one external system: what people set, then what was measured. Times in seconds; see the table of the same name."""

    name: str
    batch_max: int = 200
    per_minute: int | None = None
    lease: int = 120
    answer_within: int = 14_400
    quiet: int = 600
    attempts_max: int = 3
    retry_first: int = 5
    retry_last: int = 900
    breaker_after: int = 3
    breaker_first: int = 30
    breaker_last: int = 600
    failures: int = 0
    allowance: int = 200
    open_until: datetime | None = None
    paid_until: datetime | None = None
    trouble: str = ""
    down_since: datetime | None = None


def allowed(lane: Lane, *, at: datetime) -> int:
    """How many actions may be begun now: none while the breaker is open, one after trouble, never more than the rate."""
    if lane.open_until is not None and at < lane.open_until:
        return 0
    batch = min(lane.allowance, lane.batch_max)
    if lane.per_minute is None:
        return batch
    gap = timedelta(minutes=1) / lane.per_minute
    paid = max(lane.paid_until or at, at)
    # At most one minute's worth at once: what was not used in quiet times is not saved up.
    return max(0, min(batch, int((at + timedelta(minutes=1) - paid) / gap)))


def spend(lane: Lane, count: int, *, at: datetime) -> Lane:
    """The queue after `count` actions were begun."""
    if lane.per_minute is None or count == 0:
        return lane
    return replace(lane, paid_until=max(lane.paid_until or at, at) + timedelta(minutes=1) / lane.per_minute * count)


def reached(lane: Lane) -> Lane:
    """The external system answered: the trouble is over, and what has queued up goes out in growing batches."""
    grown = min(lane.batch_max, max(1, lane.allowance) * 2)
    return replace(lane, failures=0, allowance=grown, open_until=None, trouble="", down_since=None)


def missed(lane: Lane, hint: str, *, at: datetime) -> Lane:
    """The external system could not be reached: after a few times the queue stays closed for a while, longer each time."""
    failures = lane.failures + 1
    over = failures - lane.breaker_after
    closed = min(lane.breaker_first * 2 ** min(over, 16), lane.breaker_last) if over >= 0 else 0
    return replace(
        lane,
        failures=failures,
        allowance=1,
        open_until=at + timedelta(seconds=closed) if closed else lane.open_until,
        trouble=hint,
        down_since=lane.down_since or at,
    )


def retry_at(lane: Lane, action: UUID, attempts: int, *, at: datetime) -> datetime:
    """When to try again: twice as late each time up to a limit, spread by the action's id so that they do not come together."""
    pause = min(lane.retry_first * 2 ** min(max(attempts - 1, 0), 16), lane.retry_last)
    return at + timedelta(seconds=pause * (1 + action.int % 100 / 400))


def quiet_until(lane: Lane, handed_at: datetime | None, *, idempotent: bool) -> datetime | None:
    """Until when something handed over at `handed_at` may still be carried out, though nobody answered; None if it cannot be.

    Until then it is only looked up. `idempotent`: the external system does an action once, however often it is handed over.
    """
    if handed_at is None or idempotent or lane.quiet == 0:
        return None
    return handed_at + timedelta(seconds=lane.quiet)


def look_at(lane: Lane, sent_at: datetime, *, at: datetime) -> datetime:
    """When to look for the answer to something sent: soon at first, less often the longer it takes."""
    pause = min(max((at - sent_at) / 10, timedelta(seconds=lane.retry_first)), timedelta(seconds=lane.retry_last))
    return at + pause


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A connection's queue and what goes there: `entity` "" any entity's, `origin` only claims that came from that connection."""

    purpose: str
    queue: str
    entity: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lanes:
    """Which connection's queue each kind of action goes to.

    `routes` are of the tenant's connections. Where none fits, an action waits in the queue that is named for its purpose until
    there is a connection. `own` are (system, queue) pairs: what came from such a system is posted there and nowhere else.
    """

    posting: str = "erp"
    messages: str = "supplier"
    delivery: str = "delivery"
    own: tuple[tuple[str, str], ...] = ()
    routes: tuple[Route, ...] = ()

    def of(self, key: str, entity: str = "") -> str:
        """The queue in which the claim with this source key ("stripe/expense/ex_1@2"), of this entity, is posted."""
        origin = key.partition("/")[0]
        if origin in dict(self.own):
            return dict(self.own)[origin]
        return self._route("posting", origin, entity) or self.posting

    def message(self, entity: str) -> str:
        """The queue in which messages about claims of this entity wait."""
        return self._route("message", "", entity) or self.messages

    def deliver(self, entity: str) -> str:
        """The queue in which what this entity issues waits for its delivery."""
        return self._route("delivery", "", entity) or self.delivery

    def _route(self, purpose: str, origin: str, entity: str) -> str:
        """A connection that keeps its own takes only those; else the entity's goes before one that serves every entity."""
        fitting = [
            route
            for route in self.routes
            if route.purpose == purpose and route.origin in {"", origin} and route.entity in {"", entity}
        ]
        best = max(fitting, key=lambda route: (bool(route.origin), bool(route.entity), route.queue), default=None)
        return best.queue if best is not None else ""


LANES: Final = Lanes()
