"""Tying out a batch of dirty claims: evidence, verdicts, cases, allocations, actions; one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from tieout.core.keys import order_key, published
from tieout.engine.announce import Check, announce, keys_of, recheck_own
from tieout.engine.entries import DEAD, Entry, write
from tieout.engine.fresh import fresh_ids
from tieout.engine.gather import Shelves, gather
from tieout.engine.judge import Judgement, judge, verdict_row
from tieout.engine.pause import without_collection
from tieout.engine.plugged import Engine
from tieout.engine.standing import standings
from tieout.store import claims, documents, verdicts, watches
from tieout.store.link import transaction
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


def tie_out(engine: Engine, tenant: str, *, at: datetime, limit: int = LIMIT) -> TiedOut:
    """Tie out up to `limit` dirty claims that nobody else has in hand. Call again until nothing was taken.

    Call it outside of any transaction: what others must be told is told after the commit.
    """
    at = at.astimezone(UTC)
    policies, texts = engine.rules.of(tenant, engine.read_policy)
    with without_collection(), transaction():
        rows = claims.take_dirty(tenant, limit=limit)
        if not rows:
            return TiedOut()
        engine.steps("tie_out.taken")
        known = standings(tenant, rows)
        # First come, first served: earlier claims use up evidence before later ones.
        alive = sorted(
            (each for each in known if not each.claim.over), key=lambda each: (each.row.received_at, each.row.key)
        )
        batch, shelves = gather(engine, tenant, alive, at=at)
        judged = list(judge(engine, tenant, batch, shelves, policies=policies, at=at))
        engine.steps("tie_out.judged")
        changed = [each for each in judged if not each.same]
        check = _write(tenant, changed, shelves, texts=texts, at=at) if changed else None
        told = {each.standing.row.id for each in changed}
        claims.clean(tenant, [row.id for row in rows if row.id not in told])
        engine.steps("tie_out.written")
    engine.steps("tie_out.committed")
    if check is not None:
        recheck_own(engine, tenant, check)
    if any(_has_news(each) for each in changed):
        announce(engine, tenant)
    statuses = Counter(each.settlement.claim.status for each in changed)
    return TiedOut(taken=len(rows), changed=len(changed), statuses=tuple(sorted(statuses.items())))


def _write(
    tenant: str, changed: Sequence[Judgement], shelves: Shelves, *, texts: tuple[str, ...], at: datetime
) -> Check | None:
    """Write a batch; gives the recheck that has to follow its commit, if one has to."""
    fresh = [each for each in changed if each.fresh]
    before = keys_of(tenant, [each.standing.row.id for each in fresh if each.standing.row.verdict_seq])
    entries = [
        Entry(
            standing=each.standing,
            settlement=each.settlement,
            verdict=verdict_row(each, texts) if each.fresh else None,
        )
        for each in changed
    ]
    write(tenant, entries, at=at)
    moved = [each for each in changed if each.used != each.before]
    verdicts.replace_allocations(
        tenant, [each.standing.row.id for each in moved if each.before], [row for each in moved for row in each.used]
    )
    _tell(tenant, changed)
    return _watch(tenant, fresh, before, shelves, at=at)


def _has_news(each: Judgement) -> bool:
    return bool(_given_back(each)) or _turned(each)


def _given_back(each: Judgement) -> set[str]:
    """Orders of which the claim uses less than before, or gives back as a credit does: somebody else may have more now."""
    kept, known = set(each.used), set(each.before)
    gone = {row.order_number for row in each.before if row not in kept}
    return gone | {row.order_number for row in each.used if (row.quantity < 0 or row.net < 0) and row not in known}


def _turned(each: Judgement) -> bool:
    """Whether the claim died or came to life again: it means something else to those that look like it."""
    return (each.standing.row.status in DEAD) != (each.settlement.claim.status in DEAD)


def _tell(tenant: str, changed: Iterable[Judgement]) -> None:
    news: set[tuple[str, UUID | None]] = set()
    touched: list[tuple[str, UUID]] = []
    for each in changed:
        row = each.standing.row
        news |= {(order_key(order), row.id) for order in _given_back(each)}
        if _turned(each):
            keys = published(each.dossier.claim.document)
            touched += [(key, row.document) for key in keys]
            news |= {(key, row.id) for key in keys}
    if touched:
        documents.touch(tenant, touched)
    watches.signal(tenant, news)


def _watch(
    tenant: str,
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
        claim, asked = each.standing.row.id, each.dossier.looked_up
        known = before.get(claim, ())
        if known == asked:
            continue
        changed[claim] = asked
        gone += [(key, claim) for key in set(known) - set(asked)]
    if not changed:
        return None
    seen = {key: shelves.seen(key) for asked in changed.values() for key in asked}
    rows = [WatchRow(tenant, key, claim, seen[key]) for claim, asked in changed.items() for key in asked]
    watches.rewatch(tenant, gone, rows, fresh=not before)
    check = Check(id=next(fresh_ids(at)), asked=changed, seen=seen)
    watches.add_recheck(tenant, check.id, list(changed), at)
    return check
