"""The case screen, and what a claim's own page adds: verdict, worksheet, evidence, history, actions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from tieout.core.case.state import Case as CaseState
from tieout.core.claim.state import ClaimState
from tieout.core.findings.finding import Finding
from tieout.core.findings.precedence import Silenced
from tieout.core.tie_out.verdict import Verdict
from tieout.core.tie_out.worksheet import Row
from tieout.core.values.money import Money
from tieout.core.values.scope import Scope
from tieout.formats import canonical_json
from tieout.store.link import scoped
from tieout.store.models import Action, Claim
from tieout.store.models import Verdict as StoredVerdict
from tieout.store.screens import seen
from tieout.store.screens.documents import DocumentLink, link_of
from tieout.store.screens.history import Happening, history
from tieout.store.screens.worklist import CaseLine, line_of
from tieout.store.sentences import with_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A verdict with the worksheet that shows it."""

    seq: int
    at: datetime
    sha256: str
    verdict: Verdict
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedLine:
    """A verdict in the list of a claim's verdicts."""

    seq: int
    at: datetime
    status: str
    code_version: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionLine:
    """An action of an external system, and its state."""

    id: UUID
    kind: str
    queue: str
    state: str
    created_at: datetime
    attempts: int
    ref: str
    last_error: str
    done_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimPage:
    """A claim: its present state, whether it is to be tied out (`dirty`), verdicts (latest judged in full), cases, actions and history.

    `erased_at`: since then the content of its document is erased, and with it findings and evidence.
    """

    id: UUID
    document: UUID
    payable: Money | None
    state: ClaimState
    dirty: bool
    judged: Judged | None
    verdicts: tuple[JudgedLine, ...]
    evidence: tuple[DocumentLink, ...]
    cases: tuple[CaseLine, ...]
    actions: tuple[ActionLine, ...]
    happenings: tuple[Happening, ...]
    erased_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """A case, its claim, and the present findings of the claim that belong to the case; `silenced` are the findings that these
    explain, and those of the same cause that other findings explain."""

    line: CaseLine
    state: CaseState
    claim: ClaimPage
    findings: tuple[Finding, ...]
    silenced: tuple[Silenced, ...]


@scoped
def case(scope: Scope, case_id: UUID) -> CasePage | None:
    """A case by its id; None if there is none that the scope may see."""
    row = seen.cases(scope).filter(id=case_id).first()
    claim = _claim(scope, row.claim, streams=[row.claim, row.id]) if row else None
    if row is None or claim is None:
        return None
    verdict = claim.judged.verdict if claim.judged else None
    findings = tuple(finding for finding in verdict.findings if finding.cause == row.cause) if verdict else ()
    codes = {finding.code for finding in findings}
    silenced = verdict.silenced if verdict else ()
    return CasePage(
        line=line_of(row),
        state=canonical_json.decode_as(CaseState, bytes(row.state)),
        claim=claim,
        findings=findings,
        silenced=tuple(gone for gone in silenced if gone.by in codes or gone.finding.cause == row.cause),
    )


@scoped
def claim(scope: Scope, claim_id: UUID) -> ClaimPage | None:
    """A claim by its id with the history of all its cases; None if there is none that the scope may see."""
    cases = seen.cases(scope).filter(claim=claim_id).values_list("id", flat=True)
    return _claim(scope, claim_id, streams=[claim_id, *cases])


def _claim(scope: Scope, claim_id: UUID, *, streams: Iterable[UUID]) -> ClaimPage | None:
    row = seen.claims(scope).filter(id=claim_id).first()
    if row is None:
        return None
    judged, lines = _verdicts(scope, row)
    return ClaimPage(
        id=row.id,
        document=row.document,
        payable=seen.amount(row.payable, row.currency),
        state=canonical_json.decode_as(ClaimState, bytes(row.state)),
        dirty=row.dirty,
        judged=judged,
        verdicts=lines,
        evidence=_evidence(scope, judged.verdict, but=row.document) if judged else (),
        cases=tuple(
            line_of(case_row) for case_row in seen.cases(scope).filter(claim=row.id).order_by("opened_at", "id")
        ),
        actions=_actions(scope, row.id),
        happenings=history(scope, streams),
        erased_at=seen.documents(scope).filter(id=row.document).values_list("erased_at", flat=True).first(),
    )


def _verdicts(scope: Scope, row: Claim) -> tuple[Judged | None, tuple[JudgedLine, ...]]:
    stored = StoredVerdict.objects.filter(tenant=scope.tenant, claim=row.id)
    lines = tuple(
        JudgedLine(
            seq=verdict.seq,
            at=verdict.at,
            status=verdict.status,
            code_version=verdict.code_version,
            sha256=verdict.sha256,
        )
        for verdict in stored.only("seq", "at", "status", "code_version", "sha256").order_by("-seq")
    )
    present = stored.filter(seq=row.verdict_seq).first()
    if present is None:
        return None, lines
    judged = Judged(
        seq=present.seq,
        at=present.at,
        sha256=present.sha256,
        verdict=canonical_json.decode_as(Verdict, bytes(present.body)),
        rows=canonical_json.decode_as(tuple[Row, ...], bytes(present.rows)),
    )
    return judged, lines


def _evidence(scope: Scope, verdict: Verdict, *, but: UUID) -> tuple[DocumentLink, ...]:
    wanted = Q(pk__in=[])
    for key, _ in verdict.inputs:
        name, _, version = key.rpartition("@")
        wanted |= Q(key=name, version=version) if name else Q(key=key)
    rows = seen.documents(scope).filter(wanted).exclude(id=but).defer("body", "remarks")
    return tuple(link_of(row) for row in rows.order_by("kind", "recorded_at", "number"))


def _actions(scope: Scope, stream: UUID) -> tuple[ActionLine, ...]:
    rows = Action.objects.filter(tenant=scope.tenant, stream=stream).defer("payload").order_by("created_at", "id")
    return tuple(
        ActionLine(
            id=row.id,
            kind=row.kind,
            queue=row.queue,
            state=row.state,
            created_at=row.created_at,
            attempts=row.attempts,
            ref=row.ref,
            last_error=with_words(row.words, last_error=row.last_error)["last_error"],
            done_at=row.done_at,
        )
        for row in rows
    )
