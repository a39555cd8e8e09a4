"""Claims as they stand: rows decoded to the kernel's values, with their cases. The caller holds the claims' locks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tieout.core.case.state import Case
from tieout.core.claim.state import ClaimState
from tieout.core.values.scope import Scope
from tieout.formats import canonical_json
from tieout.store import cases
from tieout.store.cases import CaseRow
from tieout.store.claims import ClaimRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A claim with its cases, by case id as text, and the rows that they were read from."""

    row: ClaimRow
    claim: ClaimState
    cases: dict[str, Case]
    case_rows: dict[str, CaseRow]


def standings(scope: Scope, rows: Sequence[ClaimRow]) -> list[Standing]:
    """The standings of claims, in the order of their rows; one query for all cases."""
    known = [row.id for row in rows if row.seq > 1]  # a claim that has only been received has no cases
    by_claim: dict[object, list[CaseRow]] = {}
    for case in cases.of_claims(scope, known) if known else ():
        by_claim.setdefault(case.claim, []).append(case)
    return [
        Standing(
            row=row,
            claim=canonical_json.decode_as(ClaimState, row.state),
            cases={str(case.id): canonical_json.decode_as(Case, case.state) for case in by_claim.get(row.id, ())},
            case_rows={str(case.id): case for case in by_claim.get(row.id, ())},
        )
        for row in rows
    ]
