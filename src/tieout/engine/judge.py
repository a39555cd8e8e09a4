"""Judging a batch of gathered claims, one after the other: each sees what the ones before it have used up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tieout.core.case import settle
from tieout.core.case.settlement import Settlement
from tieout.core.policy.policy import PolicySet
from tieout.core.tie_out.dossier import Allocated, Dossier
from tieout.core.tie_out.news import used_up
from tieout.core.tie_out.pack import TieOut
from tieout.core.values.scope import Scope
from tieout.engine.facts import facts_of
from tieout.engine.gather import Gathered, Neighbours, Shelves
from tieout.engine.plugged import Engine
from tieout.engine.standing import Standing
from tieout.formats import canonical_json
from tieout.store import verdicts, wanted
from tieout.store.verdicts import AllocationRow, VerdictRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What came out for one claim. `before` and `used` are the allocations that it had and has."""

    standing: Standing
    dossier: Dossier
    found: TieOut
    body: bytes
    sha256: str
    settlement: Settlement
    before: tuple[AllocationRow, ...]
    used: tuple[AllocationRow, ...]

    @property
    def fresh(self) -> bool:
        """Whether the verdict is another than the last one."""
        return self.sha256 != self.standing.row.verdict_sha256

    @property
    def same(self) -> bool:
        """Whether there is nothing to write."""
        return not self.fresh and not self.settlement and self.used == self.before


def judge(
    engine: Engine, scope: Scope, batch: Sequence[Gathered], shelves: Shelves, *, policies: PolicySet, at: datetime
) -> Iterator[Judgement]:
    """Judge them in their order, holding the orders that they share with others until the transaction ends."""
    neighbours = Neighbours(scope, batch, shelves)
    earlier = [each.standing.row.id for each in batch if each.standing.row.seq > 1]
    begun = wanted.begun(scope, earlier) if earlier else frozenset()
    had: dict[UUID, list[AllocationRow]] = {}
    for row in verdicts.allocations_of(scope, earlier) if earlier else ():
        had.setdefault(row.claim, []).append(row)
    lanes = engine.lanes_for(scope)
    for each in batch:
        known = each.standing
        dossier = neighbours.fill(each)
        found = each.pack.tie_out(dossier, policies)
        body = canonical_json.encode(found.verdict)
        sha256 = canonical_json.fingerprint(body)
        settlement = settle.settle(
            known.claim, known.cases, dossier.claim.document, found.verdict, sha256,
            at=at, actions=each.pack.actions, begun=begun, lanes=lanes, catalogue=engine.catalogue,
            follows=found.follows,
        )  # fmt: skip
        used = _used(scope, known.row.id, found, settlement)
        neighbours.decided(known.row._replace(status=settlement.claim.status), _allocated(known.row.key, found, used))
        yield Judgement(
            standing=known,
            dossier=dossier,
            found=found,
            body=body,
            sha256=sha256,
            settlement=settlement,
            before=tuple(had.get(known.row.id, ())),
            used=used,
        )


def verdict_row(known: Judgement, texts: tuple[str, ...]) -> VerdictRow:
    """The verdict as it is stored; `texts` are the hashes of the policy texts that it was reached under."""
    row, verdict = known.standing.row, known.found.verdict
    return VerdictRow(
        tenant=row.tenant,
        claim=row.id,
        seq=row.verdict_seq + 1,
        status=verdict.status,
        sha256=known.sha256,
        body=known.body,
        rows=canonical_json.encode(known.found.rows),
        facts=canonical_json.encode(facts_of(known.dossier, texts)),
        looked_up=canonical_json.encode(known.dossier.looked_up),
        code_version=verdict.code_version,
        at=known.dossier.at,
    )


def _used(scope: Scope, claim: UUID, found: TieOut, settlement: Settlement) -> tuple[AllocationRow, ...]:
    """What the claim uses up now."""
    state = settlement.claim
    used = used_up(found.verdict.allocations, state=state.status, posted=bool(state.posted))
    return tuple(
        AllocationRow(
            tenant=scope.tenant,
            ledger=each.ledger.bare,
            book=each.ledger.book,
            line=each.line,
            claim=claim,
            claim_line=each.claim_line,
            quantity=each.quantity,
            unit=each.unit,
            net=each.net.minor,
            currency=each.net.currency,
        )
        for each in used
    )


def _allocated(key: str, found: TieOut, used: Sequence[AllocationRow]) -> list[Allocated]:
    if not used:
        return []
    return [
        Allocated(claim=key, ledger=each.ledger, line=each.line, quantity=each.quantity, amount=each.net)
        for each in found.verdict.allocations
    ]
