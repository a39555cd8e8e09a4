"""Telling claims how their actions ended: what `engine.perform` calls in the transaction that ends the actions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from tieout.core.case import settle
from tieout.core.case.settlement import Settlement
from tieout.core.claim.delivery import goes_out
from tieout.core.outbox.action import Done, Outcome
from tieout.core.values.clock import Hours
from tieout.core.values.scope import Scope
from tieout.engine.apply import apply
from tieout.engine.plugged import Engine
from tieout.engine.standing import Standing, documents_of, hours_of, standings
from tieout.store import claims
from tieout.store.actions import Leased


class ClaimsOfActions:
    """The claims behind a tenant's actions: `engine.perform.Claims`. Its calls stand inside the performer's transaction."""

    def __init__(self, engine: Engine, scope: Scope) -> None:
        self._engine = engine
        self._scope = scope

    def lock(self, leased: Sequence[Leased]) -> None:
        """Lock the claims of these actions, in the order of their ids."""
        claims.hold(self._scope, [each.stream for each in leased])

    def tell(self, outcomes: Sequence[tuple[Leased, Outcome]], *, at: datetime) -> None:
        """Write what the outcomes do to the claims and their cases. What others must be told waits as signals."""
        at = at.astimezone(UTC)
        # Several outcomes of one claim are told one after the other: each finds the claim as the one before left it.
        rest = list(outcomes)
        while rest:
            first = {known[0].stream: known for known in reversed(rest)}
            self._tell(list(first.values()), at=at)
            rest = [known for known in rest if first[known[0].stream] is not known]

    def _tell(self, outcomes: Sequence[tuple[Leased, Outcome]], *, at: datetime) -> None:
        scope = self._scope
        by_claim = {each.stream: (each, result) for each, result in outcomes}
        known = standings(scope, claims.lock(scope, list(by_claim)))
        # What went well needs nobody's business hours; and the paper is needed only where what is posted is to be delivered.
        hours = hours_of(scope, [claim for claim, (_, result) in by_claim.items() if not isinstance(result, Done)])
        papers = documents_of(
            self._engine, scope, [each for each in known if _delivers(each, by_claim[each.row.id][1])]
        )
        lanes = self._engine.lanes_for(scope)
        settled: list[tuple[Standing, Settlement]] = []
        for standing in known:
            claim = standing.row.id
            each, result = by_claim[claim]
            settlement = settle.outcome(
                standing.claim,
                standing.cases,
                each.action,
                result,
                at=at,
                document=papers.get(claim),
                actions=self._engine.packs[standing.row.kind].actions,
                lanes=lanes,
                catalogue=self._engine.catalogue,
                hours=hours.get(claim, Hours()),
            )
            settled.append((standing, settlement))
        apply(self._engine, scope, settled, at=at)


def _delivers(standing: Standing, result: Outcome) -> bool:
    """Whether a posting that went well now has something delivered."""
    parts = (standing.claim.pending, standing.claim.withdrawn)
    return isinstance(result, Done) and any(part is not None and goes_out(part.delivery) for part in parts)
