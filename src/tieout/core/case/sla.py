"""The time limit of a case: its escalation levels, and how they move when the clock was paused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from tieout.core.case.state import Case
from tieout.core.values.calendar import add, add_open, elapsed, length
from tieout.core.values.clock import Clock, Hours

# Escalation levels in percent of the time allowed: a reminder, backup and lead, the breach, the process owner.
LEVEL_PERCENTS: Final = (50, 80, 100, 150)
BREACH: Final = LEVEL_PERCENTS.index(100)


def ladder(start: datetime, sla: Clock, hours: Hours, *, loss_at: datetime | None = None) -> tuple[datetime, ...]:
    """The instants of the escalation levels. Where something is lost before the time is up, they count down to the loss."""
    if sla.unit == "h":
        allowed = length(sla, hours)
        if loss_at is not None and loss_at > start:
            allowed = min(allowed, loss_at - start)
        return tuple(
            add(Clock(amount=0, unit="h"), start + allowed * percent / 100, hours) for percent in LEVEL_PERCENTS
        )
    allowed = length(sla, hours)
    if loss_at is not None and loss_at > start:
        allowed = min(allowed, elapsed(start, loss_at, hours))
    return tuple(add_open(_whole(allowed * percent / 100), start, hours) for percent in LEVEL_PERCENTS)


def _whole(span: timedelta) -> timedelta:
    return timedelta(seconds=span // timedelta(seconds=1))


def moved_on(case: Case, at: datetime, hours: Hours) -> tuple[tuple[datetime, ...], int]:
    """The escalation instants after the clock was paused from `case.paused_since` until `at`, and for how many open minutes.

    A level that was due before the pause stays where it is; the time left of the others begins to run again.
    """
    since = case.paused_since or at
    plain = case.sla.endswith(" h")
    stood = (at - since) if plain else elapsed(since, at, hours)

    def later(due_at: datetime) -> datetime:
        if due_at <= since:
            return due_at
        return (due_at + (at - since)).astimezone(UTC) if plain else add_open(elapsed(since, due_at, hours), at, hours)

    return tuple(later(due_at) for due_at in case.ladder), int(stood / timedelta(minutes=1))


def clock_of(case: Case) -> Clock:
    """The time that the case's owner has; one business day where it had no owner yet."""
    amount, _, unit = case.sla.partition(" ")
    if not amount.isdigit():
        return Clock(amount=1)
    clock_unit: Literal["bd", "bh", "h"] = "bh" if unit == "bh" else "h" if unit == "h" else "bd"
    return Clock(amount=int(amount), unit=clock_unit)
