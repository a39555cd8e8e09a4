"""Statements of the periods by which contracts bill usage, in their own days and time zones.

They are derived from contracts and totals alone. What has been stated once is kept up to date, whatever the contract says by now: an
invoice may have billed it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from tieout.core.values.scope import Scope
from tieout.engine.plugged import Engine
from tieout.engine.ready import receive_ready
from tieout.formats import canonical_json
from tieout.metering.core.periods import Period, contracts_of, history_of, periods_billed
from tieout.metering.core.statement import SeriesTotal, statement
from tieout.metering.core.usage import Run, first_day, gaps_between, last_day, minute_of, month_of
from tieout.metering.engine.owners import in_force
from tieout.store.metering import months, periods, sequences
from tieout.store.metering.months import SeriesRow, TotalRow
from tieout.store.metering.periods import Sought, SoughtPart, StatedRow
from tieout.trade.contract_terms import Terms
from tieout.trade.documents.subscription import Amendment, Subscription
from tieout.trade.documents.usage import Meter, UsageStatement
from tieout.trade.selling_keys import account_key, subscription_key

Account = tuple[str, str]
"""Meter and account."""

_DAY: Final = timedelta(days=1)


@dataclass(slots=True)
class _Books:
    """What the statements of some periods are derived from. Periods are by account; the numbers of `totals` and `gaps` are theirs."""

    wanted: list[tuple[Account, Period, str]]
    of_account: dict[Account, list[int]] = field(default_factory=lambda: defaultdict(list))
    series: dict[Account, list[SeriesRow]] = field(default_factory=lambda: defaultdict(list))
    totals: dict[int, list[tuple[int, SeriesTotal]]] = field(default_factory=lambda: defaultdict(list))
    closed: Mapping[tuple[str, int], tuple[Run, ...]] = field(default_factory=dict)
    gaps: dict[Period, dict[int, list[tuple[str, Run]]]] = field(default_factory=lambda: defaultdict(dict))
    stated: dict[Account, dict[tuple[Period, str], Decimal]] = field(default_factory=lambda: defaultdict(dict))


def total_of(row: TotalRow) -> SeriesTotal:
    """A row of the database as a value."""
    return SeriesTotal(
        total=row.total,
        largest=row.largest,
        latest=row.latest,
        latest_at=row.latest_at,
        latest_key=bytes(row.latest_key),
        first_at=row.first_at,
        events=row.events,
        late=row.late,
        corrected=row.corrected,
        present=row.present,
    )


def state_periods(
    engine: Engine,
    scope: Scope,
    changed: Mapping[Account, Collection[int]],
    meters: Mapping[str, Meter],
    *,
    at: datetime,
) -> int:
    """Write the statements of contracts' periods that have days in months with news, where they differ. Returns how many were new.

    `changed` are these months by meter and account. Call it in the transaction that takes the news.
    """
    stated = _stated(scope, changed)
    wanted = list(_wanted(engine, scope, changed, stated))
    if not wanted:
        return 0
    books = _books(scope, wanted)
    books.stated = stated
    before = periods.bodies(scope, [_key(account, period) for account, period, _ in wanted])
    rows, documents, moved = [], [], []
    for k, (account, period, interval) in enumerate(wanted):
        key = _key(account, period)
        if key not in before and not _is_used(books, k):
            continue
        document = _statement(books, k, meters[account[0]])
        body = canonical_json.encode(document)
        was = books.stated[account].get((period, interval))
        books.stated[account][period, interval] = document.quantity
        if body != before.get(key):
            documents.append(document)
            rows.append(_row(scope, key, interval, document, body))
            if was != document.quantity:
                moved.append((account, period, interval))
    if documents:
        receive_ready(engine, scope, documents, at=at)
        periods.put_stated(scope, rows)
        _touch_later(scope, books, moved)
    engine.steps("usage.periods")
    return len(documents)


def _stated(scope: Scope, changed: Collection[Account]) -> dict[Account, dict[tuple[Period, str], Decimal]]:
    """The quantities of statements in force, by account."""
    stated: dict[Account, dict[tuple[Period, str], Decimal]] = defaultdict(dict)
    for row in periods.stated(scope, changed):
        stated[row.meter, row.owner][Period(first=row.first, last=row.last, zone=row.zone), row.interval] = row.quantity
    return stated


def _wanted(
    engine: Engine,
    scope: Scope,
    changed: Mapping[Account, Collection[int]],
    stated: Mapping[Account, Mapping[tuple[Period, str], Decimal]],
) -> Iterator[tuple[Account, Period, str]]:
    """What is stated anew, in the order of the periods: those that contracts bill, and those that were stated before."""
    contracts = _contracts(engine, scope, {name for _, name in changed})
    for account, touched in sorted(changed.items()):
        meter, name = account
        billed = periods_billed(contracts.get(name, ()), meter, touched)
        days = [(first_day(month) - _DAY, last_day(month) + _DAY) for month in touched]
        for period, interval in stated.get(account, {}):
            if any(period.first <= last and period.last >= first for first, last in days):
                billed[period] = billed.get(period) or interval
        yield from ((account, period, interval) for period, interval in sorted(billed.items()))


def _contracts(engine: Engine, scope: Scope, accounts: Collection[str]) -> dict[str, list[Terms]]:
    """The contracts of accounts that bill usage, now or by an amendment."""
    subscriptions = [
        document
        for document in in_force(engine, scope, map(account_key, accounts))
        if isinstance(document, Subscription)
    ]
    keys = [subscription_key(subscription.number) for subscription in subscriptions]
    amendments = [document for document in in_force(engine, scope, keys) if isinstance(document, Amendment)]
    amended = {change.subscription.strip() for change in amendments}
    by_account: dict[str, list[Terms]] = defaultdict(list)
    for subscription in subscriptions:
        if subscription.number.strip() in amended or any(line.basis == "usage" for line in subscription.lines):
            by_account[subscription.account.strip()] += contracts_of([subscription], amendments)
    return by_account


def _books(scope: Scope, wanted: list[tuple[Account, Period, str]]) -> _Books:
    books = _Books(wanted=wanted)
    for k, (account, _, _) in enumerate(wanted):
        books.of_account[account].append(k)
    accounts = {account for account, _, _ in wanted}
    for row in months.series_of(scope, [(meter, False, name) for meter, name in accounts]):
        books.series[row.meter, row.account].append(row)
    hours, edges = [], []
    for k, (account, period, _) in enumerate(wanted):
        ends = minute_of(period.ends_at)
        for row in books.series.get(account, ()):
            hours.append(Sought(k, row.id, *period.whole_hours, ends))
            edges += [SoughtPart(k, row.id, edge.hour, edge.begins_at, edge.ends_at, ends) for edge in period.edges]
    for k, total in (*periods.totals(scope, hours), *periods.parts(scope, edges)):
        books.totals[k].append((total.series, total_of(total)))
    spans = [period.hours for _, period, _ in wanted]
    reach = (min(first for first, _ in spans), max(last for _, last in spans))
    books.closed = months.closed(scope, {meter for meter, _ in accounts}, reach)
    distinct = sorted({period for _, period, _ in wanted})
    for n, feed, name, numbers in sequences.numbers_in(scope, [period.hours for period in distinct]):
        runs = sequences.runs(scope, feed, within=numbers)
        books.gaps[distinct[n]][feed] = [(name, gap) for gap in gaps_between(runs)]
    return books


def _is_used(books: _Books, k: int) -> bool:
    """Whether anything is known of a period, or of one that it is a part of: its usage, or that a feed has closed hours of it."""
    account, period, _ = books.wanted[k]
    if account not in books.series:
        return False
    around = [
        (n, other)
        for n, other in ((n, books.wanted[n][1]) for n in books.of_account[account])
        if other.zone == period.zone and other.first <= period.first and other.last >= period.last
    ]
    return any(n in books.totals or _closing(books, account[0], other) for n, other in around)


def _closing(books: _Books, meter: str, period: Period) -> set[int]:
    """The feeds that have closed hours of a meter in a period."""
    first, last = period.hours
    return {
        feed
        for (closed_meter, feed), runs in books.closed.items()
        if closed_meter == meter and any(begins <= last and ends >= first for begins, ends in runs)
    }


def _statement(books: _Books, k: int, meter: Meter) -> UsageStatement:
    account, period, interval = books.wanted[k]
    rows = {row.id: row for row in books.series.get(account, ())}
    totals = [total for _, total in sorted(books.totals.get(k, ()), key=lambda pair: (pair[0], pair[1].first_at))]
    feeds = {rows[series].feed for series, _ in books.totals.get(k, ())}
    feeds |= _closing(books, account[0], period)
    stated = books.stated[account]
    return statement(
        meter,
        account[1],
        period,
        totals,
        closed=[books.closed.get((account[0], feed), ()) for feed in sorted(feeds)],
        gaps=[gap for feed in sorted(feeds) for gap in books.gaps[period].get(feed, ())],
        history=[stated[before, interval] for before in history_of(period, interval, stated)],
    )


def _key(account: Account, period: Period) -> periods.Key:
    return (*account, period.first, period.last, period.zone)


def _row(scope: Scope, key: periods.Key, interval: str, document: UsageStatement, body: bytes) -> StatedRow:
    return StatedRow(
        scope.tenant,
        *key,
        interval,
        document.quantity,
        document.events,
        document.hours,
        sum(hours.last - hours.first + 1 for hours in document.missing),
        body,
    )


def _touch_later(scope: Scope, books: _Books, moved: Iterable[tuple[Account, Period, str]]) -> None:
    """Mark months of later periods as changed: their statements hold this period's quantity in their history."""
    done = {(account, period) for account, period, _ in books.wanted}
    later: set[tuple[int, int]] = set()
    for account, period, interval in moved:
        stated = books.stated[account]
        for other in (other for other, kind in stated if kind == interval and other > period):
            if (account, other) not in done and period in history_of(other, interval, stated):
                later |= {(row.id, month_of(other.last)) for row in books.series[account][:1]}
    if later:
        months.touch_pairs(scope, later)
