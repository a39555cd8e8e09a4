"""The customer's billing rule: as shipped, only complete, one invoice an order, or once a month; and how long it may hold back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final

from tieout.core.policy.policy import Rules, Ruling
from tieout.core.policy.rule import HOURS
from tieout.core.values.calendar import NEVER, add, zone_of
from tieout.core.values.clock import Hours
from tieout.core.values.days import days_after
from tieout.core.values.quantity import exact
from tieout.core.values.sentence import Sentence
from tieout.packs.order_to_cash.counting import Part
from tieout.packs.order_to_cash.rules import BILLING_RULE
from tieout.packs.order_to_cash.sheet import Books, OrderRow
from tieout.trade.documents import Order
from tieout.trade.rules import LEAK_WINDOW

COMPLETE: Final = frozenset({"complete_only", "one_per_order"})


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBack:
    """Why a rule holds back what could be billed, in words, and until when."""

    reason: str
    until: datetime | None


def rule_of(order: Order, books: Books, ruling: Ruling) -> str:
    """The billing rule that holds for an order: its own, the customer's, then policy's."""
    own = order.billing_rule or (books.customer.billing_rule if books.customer else "")
    return own or ruling.value(BILLING_RULE) or ""


def open_lines(order: Order, rows: Sequence[OrderRow]) -> list[str]:
    """What of an order is not complete yet, line by line, in words. A closed order has no open lines."""
    if order.status == "closed":
        return []
    return [
        Sentence(
            "line {line} has {usable} of {ordered} {unit}",
            line=row.line.id,
            usable=exact(row.counted.usable),
            ordered=exact(row.ledger.ordered),
            unit=row.ledger.unit,
        )
        for row in rows
        if row.counted.usable + row.counted.cut + row.counted.returned < row.ledger.ordered
    ]


def month_end(moment: datetime, hours: Hours) -> datetime:
    """The first instant of the month after a moment's, in the time zone of the business hours."""
    if moment >= NEVER:
        return NEVER
    zone = zone_of(hours.zone)
    day = moment.astimezone(zone).date()
    following = days_after(day.replace(day=28), 4).replace(day=1)
    return datetime.combine(following, time(), tzinfo=zone).astimezone(UTC)


def parts_until(rows: Sequence[OrderRow], day: date | None, hours: Hours) -> list[Part]:
    """What became billable up to a day; everything where nothing did, or no day is named."""
    zone = zone_of(hours.zone)
    dated = [part for row in rows for part in row.counted.parts if part.since is not None]
    early = [part for part in dated if day is not None and part.since and part.since.astimezone(zone).date() <= day]
    return early or dated


def monthly(rows: Sequence[OrderRow], day: date | None, rules: Rules) -> HeldBack | None:
    """Under one invoice a month: what was delivered up to `day` is released when its month is over."""
    hours = rules.value(HOURS) or Hours()
    moments = [part.since for part in parts_until(rows, day, hours) if part.since is not None]
    if not moments:
        return None
    return HeldBack(reason="the customer is billed once a month", until=month_end(max(moments), hours))


def patience(order: Order, rules: Rules, received_at: datetime) -> datetime | None:
    """Until when a rule may hold back: the leak window after the last day on which the order is due."""
    window, hours = rules.value(LEAK_WINDOW), rules.value(HOURS)
    if window is None or hours is None:
        return None
    days = [line.due_on for line in order.lines if line.due_on is not None]
    last = max(days, default=order.issue_date)
    start = received_at if last is None else datetime.combine(last, time(), tzinfo=zone_of(hours.zone))
    return add(window, max(start.astimezone(UTC), received_at), hours)
