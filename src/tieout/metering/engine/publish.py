"""Writing statements of usage: a document for each account's month, and for each unmapped identifier's, when totals change.
Those of the periods that contracts bill are in `stating`.

A statement is derived from the totals alone, so it may be written again at any time; a new version is made only where its
content changes. The last `account_mapping` names the account of an identifier; without one, it is the subscription or
customer of exactly that name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final

from tieout.core.values.scope import Scope
from tieout.engine.announce import announce
from tieout.engine.pause import without_collection
from tieout.engine.plugged import Engine
from tieout.engine.ready import receive_ready
from tieout.engine.receive import again
from tieout.formats import canonical_json
from tieout.metering.core.periods import HISTORY, month_period
from tieout.metering.core.statement import SeriesTotal, list_price, statement, unmapped_statement
from tieout.metering.core.usage import Run, first_hour, gaps_between, hours_in
from tieout.metering.engine.owners import in_force, owners_of
from tieout.metering.engine.stating import state_periods, total_of
from tieout.store.metering import months, sequences
from tieout.store.metering.months import PublishedRow, SeriesRow
from tieout.trade.documents.price_list import PriceList
from tieout.trade.documents.usage import Meter, UnmappedUsage, UsageStatement
from tieout.trade.selling_keys import meter_key, price_list_key

Owner = tuple[str, bool, str]
"""Meter, whether the usage is unmapped, and the account (or the unmapped identifier)."""

_BATCH: Final = 1_000


def publish(engine: Engine, scope: Scope, *, at: datetime) -> int:
    """Write the statements of all months that changed. Return how many were new. Call it outside of any transaction."""
    written = 0
    again(scope, lambda: _look(engine, scope))
    while (done := _next(engine, scope, at=at)) is not None:
        engine.steps("usage.published")
        written += done
    announce(engine, scope)
    return written


def _next(engine: Engine, scope: Scope, *, at: datetime) -> int | None:
    with without_collection():  # a batch makes many objects, and all of them are needed to its end
        return again(scope, lambda: _batch(engine, scope, at=at))


def _look(engine: Engine, scope: Scope) -> None:
    """Apply what other documents changed since the last run: which usage is expected, and the account of each identifier."""
    months.lock_publishing(scope)
    months.take_woken(scope)
    months.expect(scope)
    identifiers = {*months.unmapped(scope), *months.mapped(scope)}
    note_owners(engine, scope, months.series_named(scope, identifiers) if identifiers else ())


def refresh(scope: Scope, identifiers: Collection[str] | None, *, engine: Engine) -> int:
    """Look up the accounts of these identifiers again (None: all). Return how many series changed their account."""

    def look() -> int:
        months.lock_publishing(scope)
        rows = months.series_named(scope, identifiers)
        return len(note_owners(engine, scope, rows))

    return again(scope, look) if identifiers is None or identifiers else 0


def touch_everything(scope: Scope) -> None:
    """Mark every month as changed: a meter or a price may give other statements now."""

    def touch() -> None:
        months.touch(scope, {row.id: "" for row in months.series_named(scope, None)})

    again(scope, touch)


def note_owners(engine: Engine, scope: Scope, rows: Sequence[SeriesRow]) -> dict[int, str]:
    """Record the accounts of these series; return those that changed. The statements of both accounts are marked as changed."""
    accounts = owners_of(engine, scope, {row.identifier for row in rows})
    moved = {row.id: accounts[row.identifier] for row in rows if accounts[row.identifier] != row.account}
    if moved:
        months.touch(scope, {row.id: row.account for row in rows if row.id in moved})
        months.set_accounts(scope, moved)
    return moved


def _owner(row: SeriesRow) -> Owner:
    return (row.meter, not row.account, row.account or row.identifier)


@dataclass(slots=True)
class _Books:
    """What statements of one month are derived from."""

    month: int
    series: dict[Owner, list[SeriesRow]] = field(default_factory=lambda: defaultdict(list))
    totals: dict[int, SeriesTotal] = field(default_factory=dict)
    closed: Mapping[tuple[str, int], tuple[Run, ...]] = field(default_factory=dict)
    gaps: dict[int, list[tuple[str, Run]]] = field(default_factory=dict)
    before: dict[Owner, PublishedRow] = field(default_factory=dict)
    history: dict[Owner, list[Decimal]] = field(default_factory=lambda: defaultdict(list))


def _batch(engine: Engine, scope: Scope, *, at: datetime) -> int | None:
    """Write some statements, in a transaction; None when nothing has changed."""
    months.lock_publishing(scope)
    news = months.take_touched(scope, limit=_BATCH)
    if not news:
        return None
    engine.steps("usage.taken")
    ids = {series_id for series_id, _, _ in news}
    note_owners(engine, scope, months.series(scope, ids))
    rows = {row.id: row for row in months.series(scope, ids)}
    wanted: dict[int, set[Owner]] = defaultdict(set)
    for series_id, month, former in news:
        row = rows[series_id]
        # What was unmapped until now has a statement too, which has to show that nothing is left.
        wanted[month] |= {_owner(row), (row.meter, True, row.identifier)}
        if former:
            wanted[month].add((row.meter, False, former))
    written = sum(_month(engine, scope, month, wanted[month], at=at) for month in sorted(wanted))
    months_of: dict[tuple[str, str], set[int]] = defaultdict(set)
    for month, owners in wanted.items():
        for meter, is_unmapped, name in owners:
            if not is_unmapped:
                months_of[meter, name].add(month)
    return written + state_periods(
        engine, scope, months_of, _meters(engine, scope, {meter for meter, _ in months_of}), at=at
    )


def _month(engine: Engine, scope: Scope, month: int, owners: Collection[Owner], *, at: datetime) -> int:
    meters = _meters(engine, scope, {meter for meter, _, _ in owners})
    prices = _prices(engine, scope) if any(is_unmapped for _, is_unmapped, _ in owners) else ()
    books = _books(scope, month, owners)
    documents: dict[Owner, UsageStatement | UnmappedUsage] = {}
    for owner in sorted(owners):
        made = _statement(books, owner, meters[owner[0]], prices)
        if made is not None:
            documents[owner] = made
    engine.steps("usage.added_up")
    changed = {
        owner: document
        for owner, document in documents.items()
        if owner not in books.before or bytes(books.before[owner].body) != canonical_json.encode(document)
    }
    if changed:
        receive_ready(engine, scope, list(changed.values()), at=at)
        months.put_published(scope, [_row(scope, owner, month, document) for owner, document in changed.items()])
        _touch_later_months(scope, books, changed)
    engine.steps("usage.stated")
    return len(changed)


def _books(scope: Scope, month: int, owners: Collection[Owner]) -> _Books:
    books = _Books(month=month)
    for row in months.series_of(scope, owners):
        books.series[_owner(row)].append(row)
    ids = [row.id for rows in books.series.values() for row in rows]
    hours = (first_hour(month), first_hour(month) + hours_in(month) - 1)
    books.totals = {row.series: total_of(row) for row in months.months(scope, ids, hours)}
    books.closed = months.closed(scope, {meter for meter, _, _ in owners}, hours)
    for feed, (name, span) in sequences.spans(scope, month).items():
        runs = sequences.runs(scope, feed, within=span)
        books.gaps[feed] = [(name, gap) for gap in gaps_between(runs)]
    for published in months.published(scope, owners, (month - HISTORY, month)):
        owner = (published.meter, published.unmapped, published.owner)
        if published.month == month:
            books.before[owner] = published
        else:
            books.history[owner].append(published.quantity)
    return books


def _statement(
    books: _Books, owner: Owner, meter: Meter, prices: Sequence[PriceList]
) -> UsageStatement | UnmappedUsage | None:
    """The statement of an owner's month; None where there is no usage and no earlier statement."""
    meter_number, is_unmapped, name = owner
    rows = books.series.get(owner, ())
    totals = [books.totals[row.id] for row in rows if row.id in books.totals]
    if is_unmapped:
        if not totals and owner not in books.before:
            return None
        price = list_price(meter, books.month, prices)
        return unmapped_statement(
            meter, name, books.month, totals, price=price[0] if price else None, currency=price[1] if price else ""
        )
    if not rows and owner not in books.before:
        return None
    feeds = {row.feed for row in rows if row.id in books.totals}
    feeds |= {feed for closed_meter, feed in books.closed if closed_meter == meter_number}
    return statement(
        meter,
        name,
        month_period(books.month),
        totals,
        closed=[books.closed.get((meter_number, feed), ()) for feed in sorted(feeds)],
        gaps=[gap for feed in sorted(feeds) for gap in books.gaps.get(feed, ())],
        history=books.history.get(owner, ()),
    )


def _row(scope: Scope, owner: Owner, month: int, document: UsageStatement | UnmappedUsage) -> PublishedRow:
    meter, is_unmapped, name = owner
    worth = document.worth if isinstance(document, UnmappedUsage) else None
    missing = () if isinstance(document, UnmappedUsage) else document.missing
    return PublishedRow(
        scope.tenant,
        meter,
        is_unmapped,
        name,
        month,
        document.quantity,
        document.events,
        hours_in(month),
        sum(hours.last - hours.first + 1 for hours in missing),
        None if worth is None else worth.minor,
        "" if worth is None else worth.currency,
        canonical_json.encode(document),
    )


def _touch_later_months(scope: Scope, books: _Books, changed: Iterable[Owner]) -> None:
    """Mark later months as changed: their statements hold this month's quantity in their history."""
    accounts = {owner: rows[0].id for owner in changed if not owner[1] and (rows := books.series.get(owner))}
    later = months.published(scope, accounts, (books.month + 1, books.month + HISTORY)) if accounts else []
    if later:
        months.touch_pairs(scope, {(accounts[row.meter, row.unmapped, row.owner], row.month) for row in later})


def _meters(engine: Engine, scope: Scope, numbers: Collection[str]) -> dict[str, Meter]:
    """The meters of these numbers. One without a document counts sums and needs closed hours, so it stays unproven."""
    meters = [document for document in in_force(engine, scope, map(meter_key, numbers)) if isinstance(document, Meter)]
    return {number: Meter(number=number) for number in numbers} | {meter.number: meter for meter in meters}


def _prices(engine: Engine, scope: Scope) -> tuple[PriceList, ...]:
    documents = in_force(engine, scope, [price_list_key("")])
    return tuple(
        sorted(
            (document for document in documents if isinstance(document, PriceList)),
            key=lambda price_list: price_list.number,
        )
    )
