"""Claim records: rows decoded to the kernel's values, with their cases. The caller holds the claims' locks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from tieout.core.case.state import Case
from tieout.core.claim.state import ClaimState
from tieout.core.documents.kind import Document
from tieout.core.tie_out.verdict import Verdict
from tieout.core.values.clock import Hours
from tieout.core.values.made import made_often
from tieout.core.values.scope import Scope
from tieout.engine.decoded import recorded
from tieout.engine.plugged import Engine
from tieout.formats import canonical_json
from tieout.store import cases, documents, verdicts
from tieout.store.cases import CaseRow
from tieout.store.claims import ClaimRow


@made_often
@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRecord:
    """A claim with its cases, by case id as text, and the rows that they were read from."""

    row: ClaimRow
    claim: ClaimState
    cases: dict[str, Case]
    case_rows: dict[str, CaseRow]


def claim_records(scope: Scope, rows: Sequence[ClaimRow]) -> list[ClaimRecord]:
    """The records of claims, in the order of their rows; one query for all cases."""
    ids = [row.id for row in rows if row.seq > 1]  # a claim that has only been received has no cases
    by_claim: dict[object, list[CaseRow]] = {}
    for case in cases.of_claims(scope, ids) if ids else ():
        by_claim.setdefault(case.claim, []).append(case)
    return [
        ClaimRecord(
            row=row,
            claim=canonical_json.decode_as(ClaimState, row.state),
            cases={str(case.id): canonical_json.decode_as(Case, case.state) for case in by_claim.get(row.id, ())},
            case_rows={str(case.id): case for case in by_claim.get(row.id, ())},
        )
        for row in rows
    ]


def documents_of(engine: Engine, scope: Scope, records: Sequence[ClaimRecord]) -> dict[UUID, Document]:
    """The documents of claims, by claim id; without those whose content was erased."""
    ids = {record.row.document: record.row.id for record in records}
    rows = [row for row in documents.by_ids(scope, list(ids)) if row.erased_at is None]
    return {ids[row.id]: recorded(engine.kinds, row).document for row in rows}


def hours_of(scope: Scope, claims: Sequence[UUID]) -> dict[UUID, Hours]:
    """The business hours that each claim's last verdict names."""
    if not claims:
        return {}
    return {
        claim: canonical_json.decode_as(Verdict, row.body).hours for claim, row in verdicts.last(scope, claims).items()
    }
