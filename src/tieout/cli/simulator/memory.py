"""The tables against memory: every open claim is judged once more from all documents in force, as scenarios and `tieout check` do.

The engine notifies claims of news, takes them in batches and looks documents up in tables; here a dictionary of all documents is
gathered from, with nothing left out. Where the two differ at rest, a claim has missed something or was given something else.

Each is judged as of the time of its last verdict: that timers have run is looked at elsewhere. Two things are no news to a claim, and
allowed to differ: that others use up more of an order, and that a possible duplicate was posted. One that is held is tied out again
before anything of it is posted, and of what a clear one does the others know.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from tieout.core.claim.state import ClaimState
from tieout.core.documents.remark import Remark
from tieout.core.findings.finding import Finding
from tieout.core.tie_out.dossier import Allocated, Dossier
from tieout.core.tie_out.evidence_index import EvidenceIndex, Standing
from tieout.core.tie_out.news import is_posted
from tieout.core.tie_out.verdict import Allocation, Verdict
from tieout.core.values.money import Money
from tieout.core.values.scope import Scope
from tieout.engine.decoded import recorded
from tieout.engine.facts import Facts
from tieout.engine.plugged import Engine
from tieout.formats import canonical_json
from tieout.store import claims, documents, verdicts
from tieout.store.claims import ClaimRow
from tieout.store.documents import DocumentRow
from tieout.store.models import Document


def all_claims(scope: Scope) -> list[ClaimRow]:
    """Every claim of the tenant, in the order of their ids."""
    rows: list[ClaimRow] = []
    while page := claims.every(scope, after=rows[-1].id if rows else UUID(int=0), limit=5_000):
        rows += page
    return rows


def disagreements(engine: Engine, scope: Scope, *, most: int) -> Iterator[tuple[str, str]]:
    """The open claims whose last verdict is another in memory, with what differs; so many are looked at. In a transaction of the tenant."""
    rows = all_claims(scope)
    ids = list(Document.objects.filter(tenant=scope.tenant).values_list("id", flat=True))
    stored = {row.id: row for row in documents.by_ids(scope, ids)}
    index = EvidenceIndex(engine.kinds)
    erased = {document.source_key for document in stored.values() if document.erased_at is not None}
    for document in sorted(stored.values(), key=lambda one: one.recorded_at):
        if document.superseded_at is None and document.erased_at is None:
            index.put(recorded(engine.kinds, document))
    used: dict[UUID, list[Allocation]] = {}
    for one in verdicts.allocations_of(scope, [row.id for row in rows]):
        allocation = Allocation(
            claim_line=one.claim_line, ledger=one.ledger_key, line=one.line, quantity=one.quantity, unit=one.unit,
            net=Money(one.net, one.currency),
        )  # fmt: skip
        used.setdefault(one.claim, []).append(allocation)
    states = {row.id: canonical_json.decode_as(ClaimState, row.state) for row in rows}
    for row in rows:
        if row.status != "superseded":
            standing = Standing(
                state=row.status, allocations=tuple(used.get(row.id, ())), by_verdict=states[row.id].rejected_by_verdict
            )
            index.judged(row.key, standing)
    last = verdicts.last(scope, [row.id for row in rows])
    policies, _ = engine.rules.of(scope, engine.read_policy)
    still_open = [row for row in rows if not states[row.id].over and row.status != "posted"]
    for row in still_open[:: max(1, len(still_open) // most)]:
        if row.id not in last:
            yield row.key, "it was never tied out"
            continue
        dossier = _dossier(engine, index, row, stored[row.document], states[row.id], at=last[row.id].at)
        pack = engine.packs[row.kind]
        mine = _stated(canonical_json.decode_as(Verdict, last[row.id].body))
        its = _stated(pack.tie_out(dossier, policies).verdict)
        seen = canonical_json.decode_as(Facts, last[row.id].facts)
        if mine != its:
            announced = _as_announced(dossier, seen, states[row.id], last[row.id].sha256)
            its = _stated(pack.tie_out(announced, policies).verdict)
        if mine != its and not erased.intersection(
            one.key for one in seen.alike
        ):  # what it resembles, memory does not have any more
            yield row.key, f"{sorted(mine - its)} in the tables, {sorted(its - mine)} in memory"


def _dossier(
    engine: Engine, index: EvidenceIndex, row: ClaimRow, document: DocumentRow, state: ClaimState, *, at: datetime
) -> Dossier:
    return index.gather(
        engine.packs[row.kind],
        recorded(engine.kinds, document),
        received_at=state.received_at,
        at=at,
        tenant=row.tenant,
        entity=document.book,
        remarks=canonical_json.decode_as(tuple[Remark, ...], document.remarks) if document.remarks else (),
        posted=state.posted_lines,
        posted_at=state.posted_at,
        resent_at=state.resent_at,
    )


def _as_announced(dossier: Dossier, seen: Facts, state: ClaimState, verdict: str) -> Dossier:
    """The dossier, without what has happened since the claim saw it and was no news to it; what was posted under this very verdict is
    none, since the verdict foresaw it."""
    before_it = tuple(line for part in state.posted if part.verdict_sha != verdict for line in part.lines)
    if before_it == seen.posted:
        dossier = replace(dossier, posted=seen.posted, posted_at=seen.posted_at)
    allocated = seen.allocated if _is_less(seen.allocated, dossier.allocated) else dossier.allocated
    before = {likeness.key: likeness for likeness in seen.alike}
    alike = tuple(
        replace(one, state=before[one.key].state) if is_posted(one.state) and one.key in before else one
        for one in dossier.alike
    )
    return replace(dossier, allocated=allocated, alike=alike)


def _is_less(seen: Iterable[Allocated], now: Iterable[Allocated]) -> bool:
    """Whether what others had used up when the claim was judged is no more than what they use now, line by line."""
    uses: dict[tuple[str, str], Decimal] = {}
    for used in now:
        uses[used.ledger.bare, used.line] = uses.get((used.ledger.bare, used.line), Decimal(0)) + used.quantity
    for used in seen:
        uses[used.ledger.bare, used.line] = uses.get((used.ledger.bare, used.line), Decimal(0)) - used.quantity
    return all(more >= 0 for more in uses.values())


def _stated(verdict: Verdict) -> set[str]:
    """What a verdict says, in a form that can be compared and shown; what a customer owes is as of the moment of its release."""
    used = {
        f"uses {one.quantity} of {one.ledger.bare} line {one.line}"
        for one in verdict.allocations
        if not one.ledger.kind.startswith("receivable")
    }
    return {verdict.status, *used, *map(_finding, verdict.findings)}


def _finding(finding: Finding) -> str:
    return f"{finding.code} {finding.where} {finding.stage} {finding.expected} {finding.actual} {finding.at_stake}"
