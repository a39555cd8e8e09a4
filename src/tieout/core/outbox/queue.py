"""How the queue of a connection behaves, as pure functions over its row: how many actions may go now, and what follows from a try."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
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


def allowed(queue: Queue, *, at: datetime) -> int:
    """How many actions may be begun now: none while the breaker is open, one after trouble, never more than the rate."""
    if queue.open_until is not None and at < queue.open_until:
        return 0
    batch = min(queue.allowance, queue.batch_max)
    if queue.per_minute is None:
        return batch
    gap = timedelta(minutes=1) / queue.per_minute
    paid = max(queue.paid_until or at, at)
    # At most one minute's worth at once: what was not used in quiet times is not saved up.
    return max(0, min(batch, int((at + timedelta(minutes=1) - paid) / gap)))


def spend(queue: Queue, count: int, *, at: datetime) -> Queue:
    """The queue after `count` actions were begun."""
    if queue.per_minute is None or count == 0:
        return queue
    return replace(queue, paid_until=max(queue.paid_until or at, at) + timedelta(minutes=1) / queue.per_minute * count)


def reached(queue: Queue) -> Queue:
    """The external system answered: the trouble is over, and what has queued up goes out in growing batches."""
    grown = min(queue.batch_max, max(1, queue.allowance) * 2)
    return replace(queue, failures=0, allowance=grown, open_until=None, trouble="", down_since=None)


def missed(queue: Queue, hint: str, *, at: datetime) -> Queue:
    """The external system could not be reached: after a few times the queue stays closed for a while, longer each time."""
    failures = queue.failures + 1
    over = failures - queue.breaker_after
    closed = min(queue.breaker_first * 2 ** min(over, 16), queue.breaker_last) if over >= 0 else 0
    return replace(
        queue,
        failures=failures,
        allowance=1,
        open_until=at + timedelta(seconds=closed) if closed else queue.open_until,
        trouble=hint,
        down_since=queue.down_since or at,
    )


def retry_at(queue: Queue, action: UUID, attempts: int, *, at: datetime) -> datetime:
    """When to try again: twice as late each time up to a limit, spread by the action's id so that they do not come together."""
    pause = min(queue.retry_first * 2 ** min(max(attempts - 1, 0), 16), queue.retry_last)
    return at + timedelta(seconds=pause * (1 + action.int % 100 / 400))


def quiet_until(queue: Queue, handed_at: datetime | None, *, idempotent: bool) -> datetime | None:
    """Until when something handed over at `handed_at` may still be carried out, though nobody answered; None if it cannot be.

    Until then it is only looked up. `idempotent`: the external system does an action once, however often it is handed over.
    """
    if handed_at is None or idempotent or queue.quiet == 0:
        return None
    return handed_at + timedelta(seconds=queue.quiet)


def look_at(queue: Queue, sent_at: datetime, *, at: datetime) -> datetime:
    """When to look for the answer to something sent: soon at first, less often the longer it takes."""
    pause = min(max((at - sent_at) / 10, timedelta(seconds=queue.retry_first)), timedelta(seconds=queue.retry_last))
    return at + pause


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A connection's queue and what goes there: `entity` "" any entity's, `origin` only claims that came from that connection."""

    purpose: str
    queue: str
    entity: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
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


ROUTING: Final = Routing()
