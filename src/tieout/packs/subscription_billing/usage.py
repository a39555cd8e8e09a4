"""How far an account's usage of a period can be relied on: what is counted, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from tieout.packs.subscription_billing.terms import DAY, Days
from tieout.trade.documents import Meter, UsageStatement

_LAST: Final = date(9999, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliance:
    """Usage of a meter by an account in some days. `lacking` describes what is missing, "" if nothing is."""

    meter: str
    account: str
    days: Days
    statement: UsageStatement | None
    meter_exists: Meter | None
    lacking: str

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing."""
        return self.statement is not None and not self.lacking

    @property
    def quantity(self) -> Decimal | None:
        """What was counted; None without a statement."""
        return self.statement.quantity if self.statement else None


def reliance_on(
    meter: str, account: str, days: Days, statements: Sequence[UsageStatement], meters: Sequence[Meter]
) -> Reliance:
    """The latest statement of these days, and what it lacks. Usage of a meter without proof lacks nothing."""
    wanted = (meter.strip(), account.strip(), days.first)
    mine = [
        statement
        for statement in statements
        if (statement.meter.strip(), statement.account.strip(), statement.period_from) == wanted
    ]
    best = max(mine, key=_lateness, default=None)
    described = next((candidate for candidate in meters if candidate.number.strip() == meter.strip()), None)
    return Reliance(
        meter=meter,
        account=account,
        days=days,
        statement=best,
        meter_exists=described,
        lacking=_lacking(best, days, promised=described is None or described.proof != "none"),
    )


def _lateness(statement: UsageStatement) -> tuple[str, int, str]:
    return str(statement.last_event_at or ""), statement.events, statement.number


def _lacking(statement: UsageStatement | None, days: Days, *, promised: bool) -> str:
    if statement is None:
        return "there is no statement"
    lacking = []
    if statement.period_to != days.last:
        lacking.append(f"the statement is for {Days(first=statement.period_from, last=statement.period_to)}")
    if promised and statement.missing:
        ranges = ", ".join(
            f"{gap.first}-{gap.last}" if gap.last > gap.first else f"{gap.first}" for gap in statement.missing
        )
        lacking.append(f"hours {ranges} of {statement.hours} are missing")
    if promised and statement.gaps:
        lacking.append(f"the feed skipped {', '.join(statement.gaps)}")
    return " and ".join(lacking)


def end_of(days: Days, *, hours: int = 0) -> datetime:
    """The instant at which days are over (UTC), and `hours` later."""
    if days.last >= _LAST:
        return datetime.max.replace(tzinfo=UTC)
    return datetime.combine(days.last + DAY, time(), tzinfo=UTC) + timedelta(hours=hours)
