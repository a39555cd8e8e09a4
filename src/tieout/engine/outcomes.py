"""Applying the outcomes of actions to their claims: `engine.perform` calls this in the transaction that ends the actions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from tieout.core.case import apply_verdict
from tieout.core.case.claim_change import ClaimChange
from tieout.core.case.posting import owes_notice
from tieout.core.claim.delivery import goes_out
from tieout.core.documents.kind import Document
from tieout.core.findings.catalogue import Catalogue
from tieout.core.outbox.action import Done, Outcome
from tieout.core.tie_out.correspondence import Correspondence, nobody
from tieout.core.tie_out.verdict import Verdict
from tieout.core.values.clock import Hours
from tieout.core.values.scope import Scope
from tieout.engine.apply import apply
from tieout.engine.claim_record import ClaimRecord, claim_records, documents_of, hours_of
from tieout.engine.letters import other_side_now
from tieout.engine.plugged import Engine
from tieout.formats import canonical_json
from tieout.store import claims, verdicts
from tieout.store.actions import Leased


class ClaimsOfActions:
    """The claims behind a tenant's actions: `engine.perform.Claims`. Its methods run inside the performer's transaction."""

    def __init__(self, engine: Engine, scope: Scope) -> None:
        self._engine = engine
        self._scope = scope

    def lock(self, leased: Sequence[Leased]) -> None:
        """Lock the claims of these actions, in the order of their ids."""
        claims.hold(self._scope, [lease.stream for lease in leased])

    def notify(self, outcomes: Sequence[tuple[Leased, Outcome]], *, at: datetime) -> None:
        """Apply the outcomes to the claims and their cases. Notifications of other claims wait as signals."""
        at = at.astimezone(UTC)
        # Several outcomes of one claim are applied one after the other: each finds the claim as the one before left it.
        rest = list(outcomes)
        while rest:
            first = {outcome[0].stream: outcome for outcome in reversed(rest)}
            self._apply(list(first.values()), at=at)
            rest = [outcome for outcome in rest if first[outcome[0].stream] is not outcome]

    def _apply(self, outcomes: Sequence[tuple[Leased, Outcome]], *, at: datetime) -> None:
        scope = self._scope
        by_claim = {lease.stream: (lease, result) for lease, result in outcomes}
        records = claim_records(scope, claims.lock(scope, list(by_claim)))
        # A success needs no business hours; the document is needed only where what is posted is to be delivered.
        hours = hours_of(scope, [claim for claim, (_, result) in by_claim.items() if not isinstance(result, Done)])
        of_claim = documents_of(
            self._engine,
            scope,
            [
                record
                for record in records
                if _delivers(record, by_claim[record.row.id][1]) or _notifies(record, self._engine.catalogue)
            ],
        )
        routing = self._engine.routing_for(scope)
        settled: list[tuple[ClaimRecord, ClaimChange]] = []
        for record in records:
            claim = record.row.id
            lease, result = by_claim[claim]
            claim_change = apply_verdict.outcome(
                record.claim,
                record.cases,
                lease.action,
                result,
                at=at,
                document=of_claim.get(claim),
                actions=self._engine.packs[record.row.kind].actions,
                routing=routing,
                catalogue=self._engine.catalogue,
                hours=hours.get(claim, Hours()),
                other_side=self._other_side(record, of_claim.get(claim)),
            )
            settled.append((record, claim_change))
        apply(self._engine, scope, settled, at=at)

    def _other_side(self, record: ClaimRecord, document: Document | None) -> Callable[[], Correspondence]:
        """Whom a notice goes to, read where one is written."""
        if document is None:
            return nobody

        def asked() -> Correspondence:
            row = verdicts.last(self._scope, [record.row.id]).get(record.row.id)
            verdict = canonical_json.decode_as(Verdict, row.body) if row else None
            return other_side_now(self._engine, self._scope, record, document, verdict)

        return asked


def _notifies(record: ClaimRecord, catalogue: Catalogue) -> bool:
    """Whether a notice is owed once the claim is posted."""
    return owes_notice(record.cases.values(), catalogue)


def _delivers(record: ClaimRecord, result: Outcome) -> bool:
    """Whether a successful posting is followed by a delivery."""
    parts = (record.claim.pending, record.claim.withdrawn)
    return isinstance(result, Done) and any(part is not None and goes_out(part.delivery) for part in parts)
