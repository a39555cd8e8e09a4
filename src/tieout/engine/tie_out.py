"""Tying out a batch of dirty claims: evidence, verdicts, cases, allocations, actions; one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from tieout.core.policy.policy import PolicySet
from tieout.core.tie_out.key import is_near
from tieout.core.values.key import Key
from tieout.core.values.scope import Scope
from tieout.engine.announce import Check, announce, keys_of, recheck_own, watched
from tieout.engine.changes import Changes, Judged, RecordChange, Watching
from tieout.engine.claim_record import claim_records
from tieout.engine.commit import commit
from tieout.engine.faults import Share, guarded, in_shares
from tieout.engine.gather import BatchEvidence, gather
from tieout.engine.judge import Judgement, judge, verdict_row
from tieout.engine.pause import without_collection
from tieout.engine.plugged import Engine
from tieout.engine.ready import receive_ready
from tieout.engine.spans import traced
from tieout.store import claims
from tieout.store.claims import ClaimRow

LIMIT: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class TiedOut:
    """The result of a batch, in claims: `changed` are those for which anything was written; `statuses` counts them by status."""

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
    """Tie out up to `limit` dirty claims that no other worker has locked. Call again until nothing was taken.

    Call it outside of any transaction: other claims are notified after the commit.
    """
    at = at.astimezone(UTC)
    taken, statuses = 0, Counter[str]()
    shares = in_shares(scope, lambda share: _batch(engine, scope, share, at=at), limit=limit)
    while (done := _next(shares)) is not None:
        if not done.taken:
            continue
        engine.steps("tie_out.committed")
        if done.check is not None:
            recheck_own(engine, scope, done.check)
        if done.notify:
            announce(engine, scope)
        taken += done.taken
        statuses.update(done.statuses)
    return TiedOut(taken=taken, changed=statuses.total(), statuses=tuple(sorted(statuses.items())))


def _next(shares: Iterator[_Done]) -> _Done | None:
    with without_collection():
        return next(shares, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Done:
    """What one transaction did. `notify`: it wrote signals, so that other claims have to be notified.

    It holds no judgement: a batch's values are gone before the collector runs again, which would go through all of them.
    """

    taken: int = 0
    statuses: Mapping[str, int] = field(default_factory=dict)
    check: Check | None = None
    notify: bool = False


def _batch(engine: Engine, scope: Scope, share: Share, *, at: datetime) -> _Done:
    rules = engine.rules.of(scope, engine.read_policy)
    rows = claims.take_dirty(scope, limit=share.limit)
    if not rows:
        return _Done()
    engine.steps("tie_out.taken")
    return guarded(
        engine, scope, share, rows,
        act=lambda: _tie_out(engine, scope, rows, rules, at=at), otherwise=_Done(taken=len(rows), notify=True), at=at,
    )  # fmt: skip


def _tie_out(
    engine: Engine, scope: Scope, rows: Sequence[ClaimRow], rules: tuple[PolicySet, tuple[str, ...]], *, at: datetime
) -> _Done:
    policies, texts = rules
    records = claim_records(scope, rows)
    # First come, first served: earlier claims use up evidence before later ones.
    alive = sorted(
        (record for record in records if not record.claim.over),
        key=lambda record: (record.row.received_at, record.row.key),
    )
    batch, index = gather(engine, scope, alive, at=at)
    judged = list(judge(engine, scope, batch, index, policies=policies, at=at))
    engine.steps("tie_out.judged")
    changed = tuple(judgement for judgement in judged if not judgement.same)
    other = {judgement.record.row.id for judgement in changed}
    clean = [row.id for row in rows if row.id not in other]
    done = commit(engine, scope, _changes(scope, changed, index, texts=texts, clean=clean), at=at)
    proposed = [document for judgement in judged for document in judgement.result.proposed]
    written = receive_ready(engine, Scope(tenant=scope.tenant), proposed, at=at) if proposed else False
    engine.steps("tie_out.written")
    statuses = Counter(str(judgement.claim_change.claim.status) for judgement in changed)
    return _Done(taken=len(rows), statuses=statuses, check=done.check, notify=done.notify or written)


def _changes(
    scope: Scope,
    changed: Sequence[Judgement],
    index: BatchEvidence,
    *,
    texts: tuple[str, ...],
    clean: Sequence[UUID],
) -> Changes:
    """The change set of a batch. `texts` are the hashes of the policy texts, `clean` the claims about which nothing changed."""
    asked = {
        judgement.record.row.id: watched(_worth_watching(judgement, index)) for judgement in changed if judgement.fresh
    }
    claims_changed = [
        RecordChange(
            record=judgement.record,
            claim_change=judgement.claim_change,
            document=judgement.dossier.claim.document,
            judged=Judged(
                verdict=verdict_row(judgement, texts, asked[judgement.record.row.id]) if judgement.fresh else None,
                before=judgement.before,
                used=judgement.used,
                alone=frozenset(
                    key.bare for key in judgement.like if not index.shared(key, judgement.record.row.document)
                ),
                overtook=judgement.overtook,
            ),
        )
        for judgement in changed
    ]
    again = [judgement.record.row.id for judgement in changed if judgement.fresh and judgement.record.row.verdict_seq]
    near = {
        judgement.record.row.id: tuple(key.bare for key in judgement.like if is_near(key))
        for judgement in changed
        if judgement.is_first
    }
    return Changes(claims=claims_changed, watching=_watching(asked, keys_of(scope, again), near, index), clean=clean)


def _worth_watching(judgement: Judgement, index: BatchEvidence) -> Iterable[Key]:
    """The keys that were looked up, without those of near duplicates where there are none (later ones are compared with the claim), and
    without those under which no news can change the verdict."""
    own, left_out = judgement.record.row.document, set(judgement.result.unmoved)
    near = [key for key in judgement.like if is_near(key)]
    if not any(index.shared(key, own) for key in near):
        left_out.update(near)
    return [key for key in judgement.dossier.looked_up if key not in left_out]


def _watching(
    asked: Mapping[UUID, tuple[str, ...]],
    before: Mapping[UUID, tuple[str, ...]],
    near: Mapping[UUID, tuple[str, ...]],
    index: BatchEvidence,
) -> Watching | None:
    """The watches of claims that ask for other keys than `before`; None where none does."""
    changed = {claim: keys for claim, keys in asked.items() if keys != before.get(claim, ())}
    if not changed:
        return None
    gone = [(key, claim) for claim, keys in changed.items() for key in set(before.get(claim, ())).difference(keys)]
    seen = {key: index.seen(key) for keys in (*changed.values(), *near.values()) for key in keys}
    return Watching(asked=changed, near=near, gone=gone, seen=seen, first=not before)
