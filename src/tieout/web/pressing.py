"""Why a case stands where it stands in the list, in words: what a day of waiting costs."""

from __future__ import annotations

from datetime import date

from tieout.core.claim.priority import days_to_month_end
from tieout.core.tie_out.follows import Urgency
from tieout.core.values.money import Money
from tieout.web.words import day, money

_TIMES = {2: "twice", 3: "three times", 4: "four times"}


def pressing(urgency: Urgency | None, stake: Money | None, *, on: date) -> str:
    """ "1 190.00 EUR wait, of a customer that counts four times, and 7 days are left to bill this month"; "" for nothing."""
    urgency = urgency or Urgency()
    if urgency.ours:
        return _ours(urgency, urgency.amount or stake, on)
    parts = []
    if urgency.discount and urgency.last_day and on <= urgency.last_day:
        parts.append(f"a discount of {money(urgency.discount)} is lost after {day(urgency.last_day)}")
    if stake:
        parts.append(f"{money(abs(stake))} are not settled")
    return " and ".join(parts)


def _ours(urgency: Urgency, waits: Money | None, on: date) -> str:
    if not waits:
        return ""
    left = days_to_month_end(on)
    counts = _TIMES.get(urgency.weight, f"{urgency.weight} times")
    whose = f", of a customer that counts {counts}," if urgency.weight > 1 else ""
    days = "this is the last day" if left == 1 else f"{left} days are left"
    return f"{money(abs(waits))} wait{whose} and {days} to bill this month"
