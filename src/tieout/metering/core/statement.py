"""Statements of usage: how much an account used of a meter in a month, and what proves that nothing is missing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import reduce
from hashlib import sha256
from typing import Final

from tieout.core.values.money import extend, is_currency
from tieout.metering.core.periods import Period, month_period
from tieout.metering.core.usage import Run, first_day, joined, last_day, summed, trimmed
from tieout.trade.documents.price_list import PriceList
from tieout.trade.documents.usage import HourRange, Meter, UnmappedUsage, UsageStatement

_MINOR_MAX: Final = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesTotal:
    """A series' hours, or a part of an hour, of one period: added up. `present` are runs of hours (since 1970) that have an event."""

    total: Decimal
    largest: Decimal
    latest: Decimal
    latest_at: datetime
    latest_key: bytes
    first_at: datetime
    events: int
    late: int
    corrected: int
    present: tuple[Run, ...]


def quantity_of(meter: Meter, totals: Sequence[SeriesTotal]) -> Decimal:
    """What a meter counts of these; 0 without any."""
    if not totals:
        return Decimal(0)
    match meter.aggregation:
        case "sum":
            return plain(summed(total.total for total in totals))
        case "max":
            return plain(max(total.largest for total in totals))
        case "last":
            return plain(max(totals, key=lambda total: (total.latest_at, total.latest_key)).latest)
        case "count":
            return Decimal(sum(total.events for total in totals))


def plain(quantity: Decimal) -> Decimal:
    """The same quantity without idle zeros and exponents, so that equal amounts read alike."""
    return Decimal(format(trimmed(quantity), "f")) if quantity else Decimal(0)


def missing_hours(
    meter: Meter, period: Period, *, present: Iterable[Run], closed: Iterable[Iterable[Run]]
) -> tuple[HourRange, ...]:
    """The hours of a period without proof, counted from its first hour.

    `present`: runs of hours in which the account has events. `closed`: for each feed of the meter the hours that it closed;
    an hour is closed when all of them have closed it, and without any feed none is. An hour of UTC in which only a part of the
    period lies is proven as a whole, or not.
    """
    start, length = period.hours[0], period.count
    if meter.proof == "none":
        return ()
    proven = joined(present)
    if meter.proof == "closed":
        feeds = [joined(runs) for runs in closed]
        proven = reduce(_common, feeds) if feeds else []
    return tuple(
        HourRange(first=first - start, last=last - start) for first, last in _without(proven, start, start + length - 1)
    )


def _common(one: Sequence[Run], other: Sequence[Run]) -> list[Run]:
    shared, i, j = [], 0, 0
    while i < len(one) and j < len(other):
        first, last = max(one[i][0], other[j][0]), min(one[i][1], other[j][1])
        if first <= last:
            shared.append((first, last))
        if one[i][1] < other[j][1]:
            i += 1
        else:
            j += 1
    return shared


def _without(runs: Iterable[Run], first: int, last: int) -> list[Run]:
    """What is left of first..last without these ascending runs."""
    left, at = [], first
    for begin, end in runs:
        if begin > at:
            left.append((at, min(begin - 1, last)))
        at = max(at, end + 1)
        if at > last:
            return left
    left.append((at, last))
    return left


def statement(
    meter: Meter,
    account: str,
    period: Period,
    totals: Sequence[SeriesTotal],
    *,
    closed: Collection[Collection[Run]] = (),
    gaps: Iterable[tuple[str, Run]] = (),
    history: Sequence[Decimal] = (),
) -> UsageStatement:
    """The statement of an account's period. `gaps`: (feed, skipped numbers). `history`: earlier periods, oldest first."""
    return UsageStatement(
        number=number_of(meter.number, account, period),
        meter=meter.number,
        account=account,
        period_from=period.first,
        period_to=period.last,
        quantity=quantity_of(meter, totals),
        unit=meter.unit,
        events=sum(total.events for total in totals),
        hours=period.count,
        missing=missing_hours(meter, period, present=[run for total in totals for run in total.present], closed=closed),
        gaps=tuple(sorted(gap_word(feed, run) for feed, run in gaps)),
        late=sum(total.late for total in totals),
        corrected=sum(total.corrected for total in totals),
        last_event_at=max((total.latest_at for total in totals), default=None),
        history=tuple(history),
        digest=_digest(totals),
        zone=period.zone,
    )


def number_of(meter: str, whose: str, period: Period) -> str:
    """The number of a statement: "api/acme/2026-05" of a calendar month, "api/acme/2026-05-15..2026-06-14/Europe%2FBerlin" of other
    periods. It is unique: a slash inside a name is written as "%2F"."""
    words = f"{period.first:%Y-%m}" if period.is_month else f"{period.first}..{period.last}"
    names = (name.replace("%", "%25").replace("/", "%2F") for name in (meter, whose, words, period.zone) if name)
    return "/".join(names)


def unmapped_statement(
    meter: Meter,
    identifier: str,
    month: int,
    totals: Sequence[SeriesTotal],
    *,
    price: Decimal | None,
    currency: str = "",
) -> UnmappedUsage:
    """The statement of an unmapped identifier. `price`: for one unit at list, in `currency`; None: there is none."""
    quantity = quantity_of(meter, totals)
    worth = None if price is None else extend(price, quantity, per=Decimal(1), currency=currency)
    if worth is not None and abs(worth.minor) > _MINOR_MAX:
        worth = None  # an absurd amount, beyond what a column of money holds
    return UnmappedUsage(
        number=number_of(meter.number, identifier, month_period(month)),
        meter=meter.number,
        identifier=identifier,
        period_from=first_day(month),
        period_to=last_day(month),
        quantity=quantity,
        unit=meter.unit,
        events=sum(total.events for total in totals),
        worth=worth,
        first_event_at=min((total.first_at for total in totals), default=None),
    )


def list_price(meter: Meter, month: int, lists: Iterable[PriceList]) -> tuple[Decimal, str] | None:
    """What one unit costs at list in a month, and the currency: the latest price for all customers; None if none is known."""
    on = last_day(month)
    candidates = [
        (line.valid_from or price_list.valid_from or first_day(12), price_list.number, line.price / line.price_per, price_list.currency)
        for price_list in lists
        if not price_list.customer and is_currency(price_list.currency)
        and (price_list.valid_from is None or price_list.valid_from <= on)
        and (price_list.valid_to is None or price_list.valid_to >= on)
        for line in price_list.lines
        if meter.product in (line.product.buyer, line.product.seller, line.product.standard) and meter.product
        and line.unit == meter.unit
        and (line.valid_from is None or line.valid_from <= on)
        and (line.valid_to is None or line.valid_to >= on)
    ]  # fmt: skip
    return max(candidates)[2:] if candidates else None


def gap_word(feed: str, run: Run) -> str:
    """Skipped numbers of a feed in short: "core 17-19"."""
    first, last = run
    return f"{feed} {first}" if first == last else f"{feed} {first}-{last}"


def _digest(totals: Iterable[SeriesTotal]) -> str:
    lines = sorted(
        f"{total.first_at.isoformat()} {total.latest_at.isoformat()} {total.latest_key.hex()} {plain(total.total)} "
        f"{plain(total.largest)} {plain(total.latest)} {total.events} {total.corrected} {total.present}"
        for total in totals
    )
    return sha256("\n".join(lines).encode()).hexdigest()
