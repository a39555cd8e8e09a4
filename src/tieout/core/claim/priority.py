"""Which case first: what is lost by waiting, as numbers that a table can be ordered by on any day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from tieout.core.tie_out.follows import Urgency
from tieout.core.values.money import Money

# What a day of delay costs besides lost discounts: about 7 % a year of the money that is tied up.
_CARRY_A_DAY: Final = Decimal("0.0002")
FINE: Final = 1_000_000
_KEPT_MAX: Final = 2**62  # and twice that is still a number of 64 bits


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressure:
    """A priority with the money of one case, as numbers that a table can be ordered by on any day, without reading documents.

    In millionths of the currency's unit: `steady` is what each day costs; `pressing` is shared out over the days that are left
    until `last_day` (as an ordinal; nothing after it), or, where there is none, until the end of the month that it is.
    """

    steady: int = 0
    pressing: int = 0
    last_day: int | None = None

    def on(self, day: date) -> int:
        """What one day of waiting costs, on that day."""
        if self.last_day is None:
            return self.steady + self.pressing // days_to_month_end(day)
        left = self.last_day - day.toordinal()
        return self.steady + (self.pressing // max(left, 1) if left >= 0 else 0)

    def holds_on(self, day: date) -> int | None:
        """The day, as an ordinal, if it is another number on the next; None where it is the same on every day from this one on."""
        changes = self.pressing and (self.last_day is None or self.last_day >= day.toordinal())
        return day.toordinal() if changes else None


def pressure_of(urgency: Urgency | None, stake: Money | None) -> Pressure:
    """The numbers of a case with this money at stake; all zero where neither is given."""
    urgency = urgency or Urgency()
    if urgency.ours:
        waits = urgency.amount or stake
        return Pressure(pressing=_fine(urgency.weight * abs(waits).amount * _CARRY_A_DAY) if waits else 0)
    return Pressure(
        steady=_fine(abs(stake).amount * _CARRY_A_DAY) if stake else 0,
        pressing=_fine(urgency.discount.amount) if urgency.discount else 0,
        last_day=urgency.last_day.toordinal() if urgency.last_day else None,
    )


def days_to_month_end(on: date) -> int:
    """How many days are left to bill in a month, the day itself counted: 1 on its last day."""
    following = (on.replace(day=28) + timedelta(days=4)).replace(day=1)
    return (following - on).days


def _fine(amount: Decimal) -> int:
    """In millionths; of what no order can tell apart any more, the greatest."""
    return kept(int((amount * FINE).to_integral_value()))


def kept(minor: int) -> int:
    """A number for lists and their order, as 64 bits hold it: beyond that, the greatest or the least that they hold."""
    return max(-_KEPT_MAX, min(minor, _KEPT_MAX))
