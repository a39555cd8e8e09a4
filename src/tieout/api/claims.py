"""Claims: a list, and one with its verdict."""

from __future__ import annotations

import json
from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from tieout.api.access import scope
from tieout.api.cases import Size, Text, findings_of
from tieout.api.cases import brief as case_brief
from tieout.api.documents import brief as document_brief
from tieout.api.forms import REFUSALS, ClaimBrief, ClaimPage, ClaimWhole, Problem, amount
from tieout.api.language import asked_in
from tieout.api.missing import Missing
from tieout.formats import canonical_json
from tieout.store.screens import case as screens
from tieout.store.screens import documents
from tieout.trade.keys import BY_NUMBER

router = Router(tags=["claims"])


@router.get("", response={**REFUSALS, 200: ClaimPage})
def claims(request: HttpRequest, *, status: Text = "", text: Text = "", after: str = "", size: Size = 50) -> ClaimPage:
    """Claims, latest first; `after` is the cursor of an earlier answer."""
    statuses = (status,) if status else ()
    listed = documents.claims(scope(request), statuses=statuses, text=text, sorts=BY_NUMBER, after=after, size=size)
    return ClaimPage(total=listed.total, following=listed.following, claims=[_brief(line) for line in listed.lines])


@router.get("/{claim_id}", response={**REFUSALS, 200: ClaimWhole, 404: Problem})
def claim(request: HttpRequest, claim_id: UUID) -> ClaimWhole:
    """A claim with its present verdict, worksheet, cases and evidence."""
    asker = scope(request)
    page = screens.claim(asker, claim_id)
    line = documents.claim_line(asker, claim_id)
    if page is None or line is None:
        raise Missing("claim", claim_id)
    judged, language = page.judged, asked_in(request)
    silenced = judged.verdict.silenced if judged else ()
    return ClaimWhole(
        **_brief(line).dict(),
        verdict=judged.verdict.status if judged else None,
        verdict_sha256=judged.sha256 if judged else "",
        policies=list(judged.verdict.policies) if judged else [],
        findings=findings_of(judged.verdict.findings, language) if judged else [],
        silenced=[
            {"finding": finding, "by": gone.by, "rule": gone.rule}
            for gone, finding in zip(silenced, findings_of((gone.finding for gone in silenced), language), strict=True)
        ],
        worksheet=json.loads(canonical_json.encode(judged.rows)) if judged else [],
        cases=[case_brief(case) for case in page.cases],
        evidence=[document_brief(link) for link in page.evidence],
    )


def _brief(line: documents.ClaimLine) -> ClaimBrief:
    return ClaimBrief(
        id=line.id,
        document=line.document,
        kind=line.kind,
        number=line.number,
        counterparty=line.counterparty,
        status=line.status,
        payable=amount(line.payable),
        issue_date=line.issue_date,
        received_at=line.received_at,
    )
