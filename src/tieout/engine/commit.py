"""The only writer: change sets become rows, events and signals to other claims, in the caller's transaction.

`core.tie_out.news` decides which keys a change affects; here they become signals, which `announce` passes on once the
transaction has committed, and new ids for look-ups whose meaning has changed. Everything else in the engine only makes change
sets.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from tieout.core.case.concluded import concluded
from tieout.core.documents.kind import Document
from tieout.core.tie_out.key import AGAIN, freed_keys, is_news, is_watched, makes_room, moved_keys
from tieout.core.tie_out.news import DEAD, News, is_posted, keys_of_claim, keys_of_ledgers, news_of
from tieout.core.tie_out.verdict import Verdict
from tieout.core.values.key import Key
from tieout.core.values.scope import Scope
from tieout.engine.announce import Check
from tieout.engine.changes import Changes, DocumentChanges, RecordChange, Watching
from tieout.engine.claim_record import documents_of
from tieout.engine.entries import rows_of
from tieout.engine.fresh import fresh_ids
from tieout.engine.judge import allocation_rows
from tieout.engine.plugged import Engine
from tieout.formats import canonical_json
from tieout.store import cases, claims, documents, events, outstanding, verdicts, wanted, watches
from tieout.store.verdicts import AllocationRow
from tieout.store.watches import WatchRow

Signal = tuple[str, UUID | None]
"""A key under which there is news, and the claim that need not be notified, None where all are."""
Uses = tuple[tuple[AllocationRow, ...], tuple[AllocationRow, ...]]
"""What a claim used up before, and what it uses now."""
_NO_USES: Final[Uses] = ((), ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """What has to follow the transaction's commit: whether claims are to be notified, and the recheck of what was seen."""

    notify: bool
    check: Check | None = None


def commit(engine: Engine, scope: Scope, changes: Changes, *, at: datetime) -> Committed:
    """Write a change set. The caller holds the locks of its claims and has its transaction open; signals take effect with its
    commit. Raises a `Collision` where one of the documents was recorded meanwhile.
    """
    signals: set[Signal] = set()
    touched: list[tuple[str, UUID]] = []
    if changes.documents:
        signals |= _record(engine, scope, changes.documents, at=at)
        touched += [(key, document) for document, keys in (changes.documents.gone or {}).items() for key in keys]
    if changes.claims:
        _write(scope, changes.claims, at=at)
        uses = _use(scope, changes.claims)
        news, moved, meant = _news(engine, scope, changes.claims, uses)
        signals |= news | _watched(scope, moved)
        signals |= {
            (f"{AGAIN}{claim}", None) for change in changes.claims if change.judged for claim in change.judged.overtook
        }
        touched += meant
    claims.clean(scope, changes.clean)
    if touched:
        documents.touch(scope, sorted(set(touched)))
    watches.signal(scope, signals)
    check = None if changes.watching is None else _watch(scope, changes.watching, at=at)
    return Committed(notify=bool(signals), check=check)


def _record(engine: Engine, scope: Scope, changes: DocumentChanges, *, at: datetime) -> set[Signal]:
    """Write documents and the claims that begin with them; gives the news of it."""
    if changes.gone:
        documents.supersede(scope, list(changes.gone), at)
    documents.add(scope, changes.rows, changes.lookups)
    claims.add(scope, changes.claims)
    events.add(scope, changes.events)
    for listener in engine.listeners:
        listener.recorded(scope, {(key, document) for _, key, document in changes.lookups})
    arrived = (signal for signal in changes.news if is_news(signal[0]))
    return {*arrived, *((key, None) for keys in (changes.gone or {}).values() for key in keys)}


def _write(scope: Scope, changes: Sequence[RecordChange], *, at: datetime) -> None:
    rows = rows_of(scope, changes, at=at)
    events.add(scope, rows.events)
    cases.put(scope, rows.cases)
    verdicts.add(scope, rows.verdicts)
    withdrawn = [action for change in changes for action in change.claim_change.withdrawn]
    if withdrawn:
        wanted.withdraw(scope, withdrawn, at)
    if rows.actions:
        wanted.ask(scope, rows.actions)
    claims.change(scope, rows.claims)
    retried = [action for change in changes for action in change.claim_change.retried]
    if retried:
        wanted.retry(scope, retried, at)
    ended = [end for change in changes for end in concluded(change.claim_change)]
    if ended:
        outstanding.conclude(scope, ended, at=at)


def _use(scope: Scope, changes: Sequence[RecordChange]) -> dict[UUID, Uses]:
    """Write what the claims use up from now on; gives what they used before and use now, where that may differ, and where what they
    give back is posted now.

    A claim that ends without having been tied out again gives back all it had, unless part of it is posted. One that was over, and was
    posted all the same, uses up what its last verdict allocates.
    """
    uses = {change.id: (change.judged.before, change.judged.used) for change in changes if change.judged is not None}
    dead = [change.id for change in changes if change.judged is None and _turned(change) and _gives_back(change)]
    posted = [change.id for change in changes if change.judged is None and _is_posted_now(change)]
    had: dict[UUID, list[AllocationRow]] = {}
    for row in verdicts.allocations_of(scope, dead) if dead else ():
        had.setdefault(row.claim, []).append(row)
    for row in verdicts.allocations_of(scope, set(posted) - set(dead), given_back=True) if posted else ():
        had.setdefault(row.claim, []).append(row)
    again = _allocated(scope, [change.id for change in changes if change.judged is None and _came_back(change)])
    # Whoever reads these ledgers now has not written its watches yet; once we hold the locks, it has.
    watches.hold(scope, sorted({row.ledger for rows in (*had.values(), *again.values()) for row in rows}))
    uses |= {claim: ((), rows) for claim, rows in again.items()}
    uses |= {claim: (tuple(rows), () if claim in dead else tuple(rows)) for claim, rows in had.items()}
    moved = {claim: use for claim, use in uses.items() if use[0] != use[1]}
    if moved:
        gone = [claim for claim, (before, _) in moved.items() if before]
        verdicts.replace_allocations(scope, gone, [row for _, used in moved.values() for row in used])
    return uses


def _allocated(scope: Scope, claims_: Sequence[UUID]) -> dict[UUID, tuple[AllocationRow, ...]]:
    bodies = verdicts.last_bodies(scope, claims_) if claims_ else {}
    allocated = {claim: canonical_json.decode_as(Verdict, body).allocations for claim, body in bodies.items()}
    return {claim: allocation_rows(scope, claim, used) for claim, used in allocated.items()}


def _came_back(change: RecordChange) -> bool:
    return _turned(change) and bool(change.claim_change.claim.posted) and not _gives_back(change)


def _turned(change: RecordChange) -> bool:
    return (change.record.row.status in DEAD) != (change.claim_change.claim.status in DEAD)


def _gives_back(change: RecordChange) -> bool:
    return change.claim_change.claim.status in DEAD and not change.claim_change.claim.posted


def _is_posted_now(change: RecordChange) -> bool:
    """Whether the claim is posted by this change: others count on what it gives back from now on."""
    return is_posted(change.record.row.status) != is_posted(change.claim_change.claim.status)


def _watched(scope: Scope, moved: set[Signal]) -> set[Signal]:
    """Those of the signals about ledgers that somebody watches: whoever reads one of these ledgers holds it until its watches are
    committed, and we hold it now."""
    watched = {key for key, _ in watches.watchers(scope, {key for key, _ in moved})} if moved else set()
    return {signal for signal in moved if signal[0] in watched}


def _news(
    engine: Engine, scope: Scope, changes: Sequence[RecordChange], uses: Mapping[UUID, Uses]
) -> tuple[set[Signal], set[Signal], list[tuple[str, UUID]]]:
    """The signals of these claim changes; those that say that a claim uses more or less of a ledger; and the (key, document)
    look-ups whose meaning has changed."""
    signals: set[Signal] = set()
    moved: set[Signal] = set()
    touched: list[tuple[str, UUID]] = []
    met: list[tuple[RecordChange, News[Key]]] = []
    for change in changes:
        before, used = uses.get(change.id, _NO_USES)
        was, now = change.record.row.status, change.claim_change.claim.status
        takes_back = engine.kinds[change.record.row.kind].takes_back
        news = news_of(before, used, was=was, now=now, is_watched=is_watched, takes_back=takes_back)
        if news.freed or news.moved:
            signals |= {(key, change.id) for key in keys_of_ledgers(news, freed=freed_keys, moved=_none)}
            moved |= {(key, change.id) for key in keys_of_ledgers(news, freed=_none, moved=moved_keys)}
        if news.turned or news.released:
            met.append((change, news))
    at_hand = _documents(engine, scope, [change for change, _ in met])
    for change, news in ((change, news) for change, news in met if change.id in at_hand):  # else its content was erased
        keys = _meant(news, engine.kinds.published(at_hand[change.id]), change)
        signals |= {(key, change.id) for key in keys}
        touched += [(key, change.record.row.document) for key in keys]
    return signals, moved, touched


def _none(_ledger: Key) -> tuple[str, ...]:
    return ()


def _meant(news: News[Key], published: Iterable[Key], change: RecordChange) -> set[str]:
    alone = change.judged.alone if change.judged is not None else frozenset()
    keys = keys_of_claim(news, published, makes_room=makes_room, is_shared=lambda key: key.bare not in alone)
    return {key.bare for key in keys}


def _documents(engine: Engine, scope: Scope, changes: Sequence[RecordChange]) -> dict[UUID, Document]:
    """The documents of these claims: from the changes where they are at hand, otherwise from the store."""
    at_hand = {change.id: change.document for change in changes if change.document is not None}
    rest = [change.record for change in changes if change.document is None]
    return at_hand | (documents_of(engine, scope, rest) if rest else {})


def _watch(scope: Scope, watching: Watching, *, at: datetime) -> Check:
    """Write what claims watch; gives the recheck that has to follow the commit."""
    rows = [
        WatchRow(tenant=scope.tenant, key=key, claim=claim, seen=watching.seen[key])
        for claim, asked in watching.asked.items()
        for key in asked
    ]
    watches.rewatch(scope, watching.gone, rows, fresh=watching.first)
    asked = {claim: (*keys, *watching.near.get(claim, ())) for claim, keys in watching.asked.items()}
    check = Check(id=next(fresh_ids(at)), asked=asked, seen=dict(watching.seen))
    watches.add_recheck(scope, check.id, list(watching.asked), at)
    return check
