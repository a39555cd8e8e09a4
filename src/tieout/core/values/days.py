"""Days counted from a day that a document states: documents also state the last day of all calendars, for what has no end."""

from __future__ import annotations

from datetime import date


def days_after(day: date, days: int) -> date:
    """The day so many days after `day`, before it for less than nothing; the last or the first of all calendars where it lies beyond."""
    return date.fromordinal(min(max(day.toordinal() + days, 1), date.max.toordinal()))
