"""What a person may do about a case, read without a lock: a screen shows it, and `submit` decides again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from tieout.core.access.role import acting
from tieout.core.case.offering import Offers, offers
from tieout.core.values.scope import Scope
from tieout.engine.circumstances import before_a_command
from tieout.engine.claim_record import claim_records
from tieout.engine.plugged import Engine
from tieout.store import cases, claims
from tieout.store.link import transaction


def offered(engine: Engine, scope: Scope, case_id: UUID, *, at: datetime) -> Offers:
    """The commands and resolutions; none for a case that the scope may not see. Of what is erased, those that need nothing of it."""
    at = at.astimezone(UTC)
    scope = replace(scope, grants=tuple(acting(scope.grants, engine.roles)))
    with transaction(scope):
        row = cases.by_id(scope, case_id)
        rows = claims.by_ids(scope, [row.claim]) if row else []
        if not rows or not scope.sees(rows[0].entity):
            return Offers()
        record = claim_records(scope, rows)[0]
        claim = record.claim
        given = before_a_command(engine, scope, record)
    moving = claim.pending is not None and claim.pending.state == "unknown"
    given = replace(given, entity=claim.entity, committed=bool(claim.posted) or moving, catalogue=engine.catalogue)
    return offers(record.cases[str(case_id)], at=at, by=scope, given=given)
