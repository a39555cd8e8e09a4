"""A claim that could not be judged, because of an error in our own program: it is set aside, and an engineer is asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from tieout.core.case.claim_change import NOTHING_GOES_OUT, ClaimChange, Page
from tieout.core.case.posting import withdraw
from tieout.core.case.routing import Ground, changes
from tieout.core.case.state import Case, case_id
from tieout.core.claim.events import RetieRequested
from tieout.core.claim.state import ClaimState
from tieout.core.findings.catalogue import KERNEL, Catalogue
from tieout.core.findings.finding import Finding
from tieout.core.findings.kernel_codes import INTEGRATION
from tieout.core.values.clock import Hours

_CODE: Final = next(code for code in INTEGRATION if code.id == "INT-FAULT")
FAULT: Final = _CODE.cause
"""The cause of its case. Any verdict that is reached later ends it, since no verdict has a finding of this cause."""
TRY_AGAIN: Final = timedelta(hours=1)
_ANY_HOURS: Final = Hours()


def set_aside(
    claim: ClaimState,
    cases: Mapping[str, Case],
    reason: str,
    *,
    at: datetime,
    begun: Iterable[UUID] = (),
    hours: Hours = _ANY_HOURS,
    catalogue: Catalogue = KERNEL,
) -> ClaimChange:
    """What follows when a claim cannot be judged; `reason` is the error. A claim that is over stays as it is.

    Its last verdict, its other cases and what it uses up stay as they are; a posting that has not begun is taken back, since
    nobody knows whether it may still be made. It is judged again after an hour, and then at each escalation of its case; the same error
    again changes nothing.

    `due_at` of the answer is later than `at`.
    """
    page = Page(claim, cases, None, actions=NOTHING_GOES_OUT, begun=begun, catalogue=catalogue)
    page.looked_at = at
    if claim.over:
        return page.claim_change()
    pending = claim.pending
    if pending is not None and pending.state != "unknown" and pending.action_id not in page.begun:
        withdraw(page, "it could not be checked", at)
    name = str(case_id(claim.tenant, claim.key, FAULT))
    ground = Ground(tenant=claim.tenant, claim=claim.key, at=at, hours=hours, catalogue=catalogue)
    happened = changes(page.cases.get(name), FAULT, [_finding(reason)], ground)
    page.happened(name, happened)
    if happened:
        page.claimed(RetieRequested(at=at, due_at=at + TRY_AGAIN, reason="it could not be checked"))
    return page.claim_change()


def _finding(reason: str) -> Finding:
    return Finding(
        code=_CODE.id,
        where="document",
        stage="hold",
        queue=_CODE.queue,
        cause=FAULT,
        actual=reason,
        numbers=(("reason", reason),),
        sla=_CODE.sla,
        resolutions=_CODE.resolutions,
        releasable=False,
    )
