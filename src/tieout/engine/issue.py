"""The documents that we have issued: what was posted of a claim, part by part, as the customer gets it. Read only."""

from __future__ import annotations

from tieout.core.claim.react import issue_of
from tieout.core.claim.state import ClaimState
from tieout.core.documents.kind import Document
from tieout.core.values.errors import Refused
from tieout.core.values.scope import Scope
from tieout.engine.explain import find
from tieout.engine.plugged import Engine
from tieout.formats import canonical_json
from tieout.store import documents


def issued(engine: Engine, scope: Scope, named: str) -> tuple[Document, ...]:
    """What was issued of the claim that `named` means, first part to last. Raises `Refused`:

    as `explain` does where no claim, or several, are meant; ISSUE-NONE where such a claim is never sent to anybody, or
    nothing of it is posted yet.
    """
    row = find(scope, named)
    actions = engine.packs[row.kind].actions
    if not actions.issues(row.kind):
        raise Refused("ISSUE-NONE", "{claim} is nothing that we issue", claim=row.key)
    stored = documents.by_ids(scope, [row.document])[0]
    document = canonical_json.decode(engine.kinds, stored.kind, bytes(stored.body))
    state = canonical_json.decode_as(ClaimState, row.state)
    if not state.posted:
        raise Refused(
            "ISSUE-NONE", "nothing of {claim} is posted yet: it is {status}", claim=row.key, status=state.status
        )
    return tuple(actions.issued(document, issue_of(state, part.action_id, to=part.delivery)) for part in state.posted)
