"""Tying out a batch of dirty claims: evidence, verdicts, cases, allocations, actions; one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from tieout.core.tie_out.key import is_watched
from tieout.core.values.key import Key
from tieout.core.values.scope import Scope
from tieout.engine.announce import Check, announce, keys_of, recheck_own, watched
from tieout.engine.entries import DEAD, Entry, write
from tieout.engine.fresh import fresh_ids
from tieout.engine.gather import Shelves, gather
from tieout.engine.judge import Judgement, judge, verdict_row
from tieout.engine.pause import without_collection
from tieout.engine.plugged import Engine
from tieout.engine.ready import receive_ready
from tieout.engine.receive import again
from tieout.engine.record import told_of
from tieout.engine.spans import traced
from tieout.engine.standing import standings
from tieout.store import claims, documents, verdicts, watches
from tieout.store.watches import WatchRow

LIMIT: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class TiedOut:
    """What a batch came to, in claims: `changed` are those about which anything was written, by their status now."""

    taken: int = 0
    changed: int = 0
    statuses: tuple[tuple[str, int], ...] = ()

    def __bool__(self) -> bool:
        """Whether there was anything to do."""
        return self.taken > 0


@traced(
    "engine.tie_out",
    asked=lambda _engine, scope, *, at, limit=LIMIT: {"tenant": scope.tenant, "limit": limit},  # noqa: ARG005
    answered=lambda done: {"taken": done.taken, "changed": done.changed, **dict(done.statuses)},
)
def tie_out(engine: Engine, scope: Scope, *, at: datetime, limit: int = LIMIT) -> TiedOut:
    """Tie out up to `limit` dirty claims that nobody else has in hand. Call again until nothing was taken.

    Call it outside of any transaction: what others must be told is told after the commit.
    """
    at = at.astimezone(UTC)
    with without_collection():
        done = again(scope, lambda: _batch(engine, scope, at=at, limit=limit))
    if not done.taken:
        return TiedOut()
    engine.steps("tie_out.committed")
    if done.check is not None:
        recheck_own(engine, scope, done.check)
    if done.proposed or any(_has_news(each) for each in done.changed):
        announce(engine, scope)
    statuses = Counter(each.settlement.claim.status for each in done.changed)
    return TiedOut(taken=done.taken, changed=len(done.changed), statuses=tuple(sorted(statuses.items())))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Done:
    """What one transaction did. `proposed`: papers of ours were recorded."""

    taken: int = 0
    changed: tuple[Judgement, ...] = ()
    check: Check | None = None
    proposed: bool = False


def _batch(engine: Engine, scope: Scope, *, at: datetime, limit: int) -> _Done:
    policies, texts = engine.rules.of(scope, engine.read_policy)
    rows = claims.take_dirty(scope, limit=limit)
    if not rows:
        return _Done()
    engine.steps("tie_out.taken")
    known = standings(scope, rows)
    # First come, first served: earlier claims use up evidence before later ones.
    alive = sorted(
        (each for each in known if not each.claim.over), key=lambda each: (each.row.received_at, each.row.key)
    )
    batch, shelves = gather(engine, scope, alive, at=at)
    judged = list(judge(engine, scope, batch, shelves, policies=policies, at=at))
    engine.steps("tie_out.judged")
    changed = tuple(each for each in judged if not each.same)
    check = _write(engine, scope, changed, shelves, texts=texts, at=at) if changed else None
    told = {each.standing.row.id for each in changed}
    claims.clean(scope, [row.id for row in rows if row.id not in told])
    proposed = [paper for each in judged for paper in each.found.proposed]
    written = receive_ready(engine, Scope(tenant=scope.tenant), proposed, at=at) if proposed else False
    engine.steps("tie_out.written")
    return _Done(taken=len(rows), changed=changed, check=check, proposed=written)


def _write(
    engine: Engine,
    scope: Scope,
    changed: Sequence[Judgement],
    shelves: Shelves,
    *,
    texts: tuple[str, ...],
    at: datetime,
) -> Check | None:
    """Write a batch; gives the recheck that has to follow its commit, if one has to."""
    fresh = [each for each in changed if each.fresh]
    before = keys_of(scope, [each.standing.row.id for each in fresh if each.standing.row.verdict_seq])
    entries = [
        Entry(
            standing=each.standing,
            settlement=each.settlement,
            verdict=verdict_row(each, texts) if each.fresh else None,
        )
        for each in changed
    ]
    write(scope, entries, at=at)
    moved = [each for each in changed if each.used != each.before]
    verdicts.replace_allocations(
        scope, [each.standing.row.id for each in moved if each.before], [row for each in moved for row in each.used]
    )
    _tell(engine, scope, changed)
    return _watch(scope, fresh, before, shelves, at=at)


def _has_news(each: Judgement) -> bool:
    return bool(_given_back(each)) or bool(_watched(each)) or _turned(each)


def _given_back(each: Judgement) -> set[Key]:
    """Ledgers of which the claim uses less than before, or gives back as a credit does: somebody else may have more now."""
    kept, known = set(each.used), set(each.before)
    gone = {row.ledger_key for row in each.before if row not in kept}
    return gone | {row.ledger_key for row in each.used if (row.quantity < 0 or row.net < 0) and row not in known}


def _watched(each: Judgement) -> set[Key]:
    """Ledgers that some claims watch, and of which this claim now uses more or less than before."""
    changed = {row for row in (*each.before, *each.used) if row not in each.before or row not in each.used}
    return {row.ledger_key for row in changed if is_watched(row.ledger_key)}


def _turned(each: Judgement) -> bool:
    """Whether the claim died or came to life again: it means something else to those that look like it."""
    return (each.standing.row.status in DEAD) != (each.settlement.claim.status in DEAD)


def _tell(engine: Engine, scope: Scope, changed: Iterable[Judgement]) -> None:
    news: set[tuple[str, UUID | None]] = set()
    touched: list[tuple[str, UUID]] = []
    for each in changed:
        row = each.standing.row
        news |= {(key.bare, row.id) for ledger in _given_back(each) for key in told_of(ledger, less=True)}
        news |= {(key.bare, row.id) for ledger in _watched(each) for key in told_of(ledger, less=False)}
        if _turned(each):
            keys = [key.bare for key in engine.kinds.published(each.dossier.claim.document)]
            touched += [(key, row.document) for key in keys]
            news |= {(key, row.id) for key in keys}
    if touched:
        documents.touch(scope, touched)
    watches.signal(scope, news)


def _watch(
    scope: Scope,
    judged: Sequence[Judgement],
    before: Mapping[UUID, tuple[str, ...]],
    shelves: Shelves,
    *,
    at: datetime,
) -> Check | None:
    """Write the watches of claims that asked for other keys than before."""
    gone: list[tuple[str, UUID]] = []
    changed: dict[UUID, tuple[str, ...]] = {}
    for each in judged:
        claim, asked = each.standing.row.id, watched(each.dossier.looked_up)
        known = before.get(claim, ())
        if known == asked:
            continue
        changed[claim] = asked
        gone += [(key, claim) for key in set(known) - set(asked)]
    if not changed:
        return None
    seen = {key: shelves.seen(key) for asked in changed.values() for key in asked}
    rows = [
        WatchRow(tenant=scope.tenant, key=key, claim=claim, seen=seen[key])
        for claim, asked in changed.items()
        for key in asked
    ]
    watches.rewatch(scope, gone, rows, fresh=not before)
    check = Check(id=next(fresh_ids(at)), asked=changed, seen=seen)
    watches.add_recheck(scope, check.id, list(changed), at)
    return check
