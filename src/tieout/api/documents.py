"""Documents by id."""

from __future__ import annotations

import json
from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from tieout.api.access import scope
from tieout.api.forms import REFUSALS, DocumentBrief, DocumentWhole, Problem
from tieout.api.missing import Missing
from tieout.engine.application import application
from tieout.formats import canonical_json
from tieout.store.screens import documents
from tieout.trade import accounts

router = Router(tags=["documents"])


@router.get("/{document_id}", response={**REFUSALS, 200: DocumentWhole, 404: Problem})
def document(request: HttpRequest, document_id: UUID) -> DocumentWhole:
    """A document with its canonical body; account numbers of a supplier in full only for who may see them."""
    asker = scope(request)
    recorded = documents.document(asker, document_id, kinds=application().kinds)
    if recorded is None:
        raise Missing("document", document_id)
    if recorded.document is None:
        body = {}
    else:
        seen = recorded.document if accounts.sees_accounts(asker.grants) else accounts.masked(recorded.document)
        body = json.loads(canonical_json.encode(seen))
    return DocumentWhole(
        **brief(recorded.link).dict(),
        format=recorded.format,
        sha256=recorded.sha256,
        claim=recorded.claim,
        remarks=json.loads(canonical_json.encode(recorded.remarks)),
        body=body,
        erased_at=recorded.erased_at,
    )


def brief(link: documents.DocumentLink) -> DocumentBrief:
    """A document in short."""
    return DocumentBrief(
        id=link.id,
        kind=link.kind,
        number=link.number,
        key=link.key,
        version=link.version,
        issue_date=link.issue_date,
        recorded_at=link.recorded_at,
        superseded=link.superseded,
    )
