"""Judging a batch of gathered claims one after the other: each sees what the earlier ones have used up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tieout.core.case import apply_verdict
from tieout.core.case.claim_change import ClaimChange
from tieout.core.policy.policy import PolicySet
from tieout.core.tie_out.dossier import Allocated, Dossier
from tieout.core.tie_out.news import is_posted, used_up
from tieout.core.tie_out.pack import TieOut
from tieout.core.tie_out.verdict import Allocation
from tieout.core.values.key import Key
from tieout.core.values.made import made_often
from tieout.core.values.scope import Scope
from tieout.engine.claim_record import ClaimRecord
from tieout.engine.facts import facts_of
from tieout.engine.gather import BatchEvidence, Gathered, Neighbours
from tieout.engine.letters import other_side_of
from tieout.engine.plugged import Engine
from tieout.formats import canonical_json
from tieout.store import verdicts, wanted
from tieout.store.verdicts import AllocationRow, VerdictRow


@made_often
@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The result for one claim. `before` and `used` are its allocations before and now, `like` the keys of its look-alikes; `overtook`
    are claims that may not have seen it: see `Neighbours.overtook`."""

    record: ClaimRecord
    dossier: Dossier
    like: tuple[Key, ...]
    result: TieOut
    body: bytes
    sha256: str
    claim_change: ClaimChange
    before: tuple[AllocationRow, ...]
    used: tuple[AllocationRow, ...]
    overtook: frozenset[UUID] = frozenset()

    @property
    def is_first(self) -> bool:
        """Whether the claim had no verdict before."""
        return self.fresh and not self.record.row.verdict_seq

    @property
    def fresh(self) -> bool:
        """Whether the verdict is another than the last one."""
        return self.sha256 != self.record.row.verdict_sha256

    @property
    def same(self) -> bool:
        """Whether there is nothing to write."""
        return not self.fresh and not self.claim_change and self.used == self.before


def judge(
    engine: Engine, scope: Scope, batch: Sequence[Gathered], index: BatchEvidence, *, policies: PolicySet, at: datetime
) -> Iterator[Judgement]:
    """Judge them in their order, holding the orders that they share with others until the transaction ends."""
    neighbours = Neighbours(scope, batch, index)
    earlier = [gathered.record.row.id for gathered in batch if gathered.record.row.seq > 1]
    begun = wanted.begun(scope, earlier) if earlier else frozenset()
    had: dict[UUID, list[AllocationRow]] = {}
    for row in verdicts.allocations_of(scope, earlier) if earlier else ():
        had.setdefault(row.claim, []).append(row)
    routing = engine.routing_for(scope)
    for gathered in batch:
        record = gathered.record
        dossier = neighbours.fill(gathered)
        result = gathered.pack.tie_out(dossier, policies)
        body = canonical_json.encode(result.verdict)
        sha256 = canonical_json.fingerprint(body)
        claim_change = apply_verdict.apply_verdict(
            record.claim, record.cases, dossier.claim.document, result.verdict, sha256,
            at=at, actions=gathered.pack.actions, begun=begun, routing=routing, catalogue=engine.catalogue,
            follows=result.follows,
            other_side=other_side_of(
                engine, scope, dossier.claim.document, dossier.evidence, company=record.row.entity
            ),
        )  # fmt: skip
        used = _used(scope, record.row.id, result, claim_change)
        status = claim_change.claim.status
        now = record.row._replace(status=status)
        if status == "rejected":  # who rejected it is in its state
            now = now._replace(state=canonical_json.encode(claim_change.claim))
        neighbours.decided(now, _allocated(record.row.key, result, used, status))
        yield Judgement(
            record=record,
            dossier=dossier,
            like=gathered.like,
            result=result,
            body=body,
            sha256=sha256,
            claim_change=claim_change,
            before=tuple(had.get(record.row.id, ())),
            used=used,
            overtook=frozenset() if record.row.verdict_seq else neighbours.overtook(gathered),
        )


def verdict_row(judgement: Judgement, texts: tuple[str, ...], watched: tuple[str, ...]) -> VerdictRow:
    """The verdict as it is stored; `texts` are the hashes of the policy texts that it was reached under, `watched` the bare keys that
    the claim watches from now on."""
    row, verdict = judgement.record.row, judgement.result.verdict
    return VerdictRow(
        tenant=row.tenant,
        claim=row.id,
        seq=row.verdict_seq + 1,
        status=verdict.status,
        sha256=judgement.sha256,
        body=judgement.body,
        rows=canonical_json.encode(judgement.result.rows),
        facts=canonical_json.encode(facts_of(judgement.dossier, texts)),
        looked_up=canonical_json.encode(watched),
        code_version=verdict.code_version,
        at=judgement.dossier.at,
    )


def _used(scope: Scope, claim: UUID, result: TieOut, claim_change: ClaimChange) -> tuple[AllocationRow, ...]:
    """What the claim uses up now."""
    state = claim_change.claim
    used = used_up(result.verdict.allocations, state=state.status, posted=bool(state.posted))
    return allocation_rows(scope, claim, used)


def allocation_rows(scope: Scope, claim: UUID, used: Sequence[Allocation]) -> tuple[AllocationRow, ...]:
    """The rows of what a claim uses up."""
    return tuple(
        AllocationRow(
            tenant=scope.tenant,
            ledger=allocation.ledger.bare,
            book=allocation.ledger.book,
            system=allocation.ledger.system,
            line=allocation.line,
            claim=claim,
            claim_line=allocation.claim_line,
            quantity=allocation.quantity,
            unit=allocation.unit,
            net=allocation.net.minor,
            currency=allocation.net.currency,
        )
        for allocation in used
    )


def _allocated(key: str, result: TieOut, used: Sequence[AllocationRow], status: str) -> list[Allocated]:
    if not used:
        return []
    return [
        Allocated(
            claim=key,
            ledger=allocation.ledger,
            line=allocation.line,
            quantity=allocation.quantity,
            amount=allocation.net,
            posted=is_posted(status),
        )
        for allocation in result.verdict.allocations
    ]
