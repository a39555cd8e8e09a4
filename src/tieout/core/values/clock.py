"""Durations and business hours: the units of the time limits of findings and cases."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A duration: business days, business hours, or plain hours; 0 means at once."""

    amount: int
    unit: Literal["bd", "bh", "h"] = "bd"

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Open business hours, for clocks in business hours and days: weekdays 0 (Monday) to 6, minutes of the day, holidays.

    `worked` are days that are open although their weekday is not: Saturdays that a country works in place of another day.
    """

    zone: str = "UTC"
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    opens: int = 8 * 60
    closes: int = 17 * 60
    holidays: tuple[date, ...] = ()
    worked: tuple[date, ...] = field(default=(), repr=False)
