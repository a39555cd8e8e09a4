"""The papers that we have issued: what was posted of a claim, part by part, as the customer gets it. Read only."""

from __future__ import annotations

from tieout.core.claim.state import ClaimState
from tieout.core.values.errors import Refused
from tieout.core.values.scope import Scope
from tieout.engine.explain import find
from tieout.formats import canonical_json
from tieout.store import documents
from tieout.trade.documents import Invoice
from tieout.trade.issued_part import issued_part


def issued_papers(scope: Scope, named: str) -> tuple[Invoice, ...]:
    """The papers of the claim that `named` means, first part to last. Raises `Refused`:

    as `explain` does where no claim, or several, are meant; ISSUE-NONE where it is no paper of ours, or nothing of it is
    posted yet.
    """
    row = find(scope, named)
    paper = documents.by_ids(scope, [row.document])[0]
    document = canonical_json.decode(paper.kind, bytes(paper.body))
    if not isinstance(document, Invoice) or not document.is_ours:
        raise Refused("ISSUE-NONE", f"{row.key} is no invoice or credit note of ours")
    state = canonical_json.decode_as(ClaimState, row.state)
    if not state.posted:
        raise Refused("ISSUE-NONE", f"nothing of {row.key} is posted yet: it is {state.status}")
    return tuple(issued_part(state, part.action_id, document, to=part.delivery) for part in state.posted)
