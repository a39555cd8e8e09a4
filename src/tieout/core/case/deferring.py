"""A wait that a person chooses: until the day that was named nobody is asked; then the case is back in its queue."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from tieout.core.case.commands import Circumstances, Resolve
from tieout.core.case.events import WaitStarted
from tieout.core.case.state import Case
from tieout.core.findings.resolution import UNTIL
from tieout.core.values.calendar import zone_of
from tieout.core.values.errors import Refused
from tieout.core.values.scope import Scope

LONGEST = timedelta(days=366)


def defer(case: Case, command: Resolve, at: datetime, *, by: Scope, given: Circumstances) -> WaitStarted:
    """The wait until the morning of the day that was named. Raises `Refused`: CASE-STATE, CASE-EXPIRY."""
    if case.state == "asked":
        raise Refused("CASE-STATE", "an answer is awaited already: the case comes back when it arrives or is overdue")
    zone = zone_of(given.hours.zone)
    day = date.fromisoformat(dict(command.fields)[UNTIL.name].strip())
    today = at.astimezone(zone).date()
    if not today < day <= today + LONGEST:
        raise Refused("CASE-EXPIRY", "give a day after today and within a year")
    until = datetime.combine(day, time(), tzinfo=zone) + timedelta(minutes=given.hours.opens)
    return WaitStarted(at=at, actor=by.actor, code=case.code, until=until, silent=True)
