"""What external systems answered: posted, refused, or no reliable answer; and the cases that follow from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, assert_never
from uuid import UUID

from tieout.core.case.claim_change import DEBIT, LOOK_UP_WITHIN, MESSAGE, POSTING, TWICE, ClaimChange, Page
from tieout.core.case.delivering import deliver, of_delivery
from tieout.core.case.events import ActDone
from tieout.core.case.posting import after_posting, end_trouble, notify, withdraw
from tieout.core.case.routing import Ground, changes
from tieout.core.case.state import Case, case_id
from tieout.core.claim.events import Posted, PostingRefused, PostingUnknown, RetieRequested
from tieout.core.claim.evolve import part_of
from tieout.core.claim.state import ClaimState, PostedPart
from tieout.core.documents.kind import Document
from tieout.core.findings.catalogue import KERNEL, Catalogue
from tieout.core.findings.code import Code
from tieout.core.findings.finding import Awaited, Finding
from tieout.core.findings.kernel_codes import INTEGRATION
from tieout.core.outbox.action import Action, Done, Outcome, Rejected, Unknown
from tieout.core.outbox.queue import ROUTING, Routing
from tieout.core.tie_out.actions import Actions
from tieout.core.tie_out.correspondence import Correspondence, nobody
from tieout.core.values.calendar import add
from tieout.core.values.clock import Hours
from tieout.core.values.event import SYSTEM
from tieout.core.values.key import NOWHERE
from tieout.core.values.sentence import Sentence, wordings

_CODES: Final[Mapping[str, Code]] = {code.id: code for code in INTEGRATION}
_ANY_HOURS: Final = Hours()
_OTHERWISE: Final[Mapping[str, str]] = {MESSAGE: "tell_otherwise", DEBIT: "confirm_posted"}


def outcome(
    claim: ClaimState,
    cases: Mapping[str, Case],
    action: Action,
    result: Outcome,
    *,
    at: datetime,
    actions: Actions,
    document: Document | None = None,
    hours: Hours = _ANY_HOURS,
    routing: Routing = ROUTING,
    catalogue: Catalogue = KERNEL,
    other_side: Callable[[], Correspondence] = nobody,
) -> ClaimChange:
    """What follows from the outcome of an action. The same outcome delivered twice changes nothing.

    Done: a posting is recorded under the external number, its trouble ends, what was paid short is debited, and what it
    issued is delivered (then `document` is needed), and a notice that is owed goes to `other_side`.
    Rejected: ERP-POST-FAIL for the integration queue. Unknown: look-ups go on, silently; when they find several
    documents, or nothing for two hours, ERP-POST-UNKNOWN asks a person; when it is posted already, or was
    made although nobody asks for it any more (taken back, rejected, superseded), ERP-POST-TWICE does.
    """
    page = Page(claim, cases, document, actions=actions, routing=routing, catalogue=catalogue, other_side=other_side)
    if action.kind == "post_voucher":
        _of_posting(page, action.id, result, at, hours)
    elif action.kind == "deliver":
        of_delivery(page, action.id, result, at, hours)
    else:
        _of_act(page, action, result, at, hours)
    return page.claim_change()


def _of_posting(page: Page, action_id: UUID, result: Outcome, at: datetime, hours: Hours) -> None:
    part = part_of(page.claim, action_id)
    if part is None:
        posted = {posted_part.action_id for posted_part in page.claim.posted}
        doubt = result.hint if isinstance(result, Unknown) and result.ambiguous else ""
        if isinstance(result, Done) and action_id not in posted:
            doubt = Sentence("{ref} was posted although it was withdrawn", ref=result.ref)
        if doubt:
            _trouble(page, TWICE, trouble("ERP-POST-TWICE", TWICE, doubt), at, hours)
        return
    if page.claim.over:
        _of_what_is_over(page, part, result, at, hours)
        return
    match result:
        case Done():
            posted_under(page, part, result.ref, at)
        case Rejected():
            if part.state in {"requested", "unknown"}:
                refused(page, part, result.reason, at, code=result.code, hours=hours)
        case Unknown():
            if part.state != "withdrawn":
                _unknown(page, part, result, at, hours)
        case _:
            assert_never(result)


def _of_what_is_over(page: Page, part: PostedPart, result: Outcome, at: datetime, hours: Hours) -> None:
    """What nobody wants posted any more was posted all the same, or may have been: two people look. Nothing else follows from it, neither
    a delivery nor a debit note nor a letter."""
    if isinstance(result, Done):
        page.claimed(Posted(at=at, action_id=part.action_id, ref=result.ref))
        _trouble(page, TWICE, trouble("ERP-POST-TWICE", TWICE, _although(page.claim, result.ref)), at, hours)
    elif isinstance(result, Unknown) and result.ambiguous:
        _trouble(page, TWICE, trouble("ERP-POST-TWICE", TWICE, result.hint), at, hours)


def _although(claim: ClaimState, ref: str) -> Sentence:
    if claim.successor:
        return Sentence("{ref} was posted although {other} has superseded the document", ref=ref, other=claim.successor)
    return Sentence("{ref} was posted although the document was rejected", ref=ref)


def posted_under(page: Page, part: PostedPart, ref: str, at: datetime, *, actor: str = SYSTEM) -> None:
    """The external system has posted the part, under its number `ref`."""
    page.claimed(Posted(at=at, actor=actor, action_id=part.action_id, ref=ref))
    if part.state == "withdrawn" and page.claim.pending is not None and page.claim.pending.state != "unknown":
        # It was done after all: what was asked for in its place may hold the same lines.
        withdraw(page, "an earlier request was carried out", at)
    end_trouble(page, POSTING, at)
    if part.verdict_sha != page.claim.verdict_sha or part.state == "withdrawn":
        page.claimed(RetieRequested(at=at, due_at=at, reason="posted under an earlier verdict"))
    elif page.claim.followed:
        page.claimed(RetieRequested(at=at, due_at=at, reason="posted: the general ledger is expected to show it"))
    deliver(page, part, at)
    after_posting(page, at)
    notify(page, at)


def refused(
    page: Page, part: PostedPart, reason: str, at: datetime, *, code: str = "", hours: Hours, actor: str = SYSTEM
) -> None:
    """The external system refused to post the part, for a reason."""
    page.claimed(PostingRefused(at=at, actor=actor, action_id=part.action_id, reason=reason, code=code))
    _trouble(page, POSTING, trouble("ERP-POST-FAIL", POSTING, reason), at, hours)
    if part.verdict_sha != page.claim.verdict_sha:
        page.claimed(RetieRequested(at=at, due_at=at, reason="the evidence has changed since it was asked for"))


def _unknown(page: Page, part: PostedPart, result: Unknown, at: datetime, hours: Hours) -> None:
    if part.state != "unknown" or part.reason != result.hint:
        hint = PostingUnknown(at=at, action_id=part.action_id, hint=result.hint, ambiguous=result.ambiguous)
        page.claimed(hint)
    _doubt(page, POSTING, result, at, hours)


def _doubt(page: Page, cause: str, result: Unknown, at: datetime, hours: Hours, *, where: str = "document") -> None:
    case = page.cases.get(_name(page, cause))
    asked = case is not None and not case.ended and case.code == "ERP-POST-UNKNOWN"
    if asked and case is not None and not (result.ambiguous and case.state == "waiting"):
        return
    until = None if result.ambiguous else add(LOOK_UP_WITHIN, at, hours)
    _trouble(page, cause, trouble("ERP-POST-UNKNOWN", cause, result.hint, where=where, until=until), at, hours)


def _of_act(page: Page, action: Action, result: Outcome, at: datetime, hours: Hours) -> None:
    """A message or a debit note: it belongs to the case that asked for it."""
    name = next((name for name, case in page.cases.items() if action.id in case.acts), "")
    if not name:
        return
    cause, where = (DEBIT if action.kind == "post_debit_note" else MESSAGE), str(action.id)
    match result:
        case Done():
            page.happened(name, [ActDone(at=at, action_id=action.id, ref=result.ref)])
            _trouble_over(page, cause, where, at)
        case Rejected():
            code = "ERP-POST-FAIL" if cause == DEBIT else "INT-WEBHOOK"
            _trouble(page, cause, trouble(code, cause, result.reason, where=where), at, hours)
        case Unknown():
            if cause == DEBIT or result.ambiguous:
                _doubt(page, cause, result, at, hours, where=where)
        case _:
            assert_never(result)


def _trouble_over(page: Page, cause: str, where: str, at: datetime) -> None:
    case = page.cases.get(_name(page, cause))
    if case is not None and not case.ended and any(finding.where == where for finding in case.findings):
        end_trouble(page, cause, at)


def _name(page: Page, cause: str) -> str:
    return str(case_id(page.claim.tenant, page.claim.key, cause))


def _trouble(page: Page, cause: str, finding: Finding, at: datetime, hours: Hours) -> None:
    ground = Ground(tenant=page.claim.tenant, claim=page.claim.key, at=at, hours=hours, catalogue=page.catalogue)
    name = _name(page, cause)
    page.happened(name, changes(page.cases.get(name), cause, [finding], ground))


def trouble(code: str, cause: str, reason: str, *, where: str = "document", until: datetime | None = None) -> Finding:
    """The finding that an outcome makes: a hold for the integration queue, or with `until` a wait until then in which nobody is asked."""
    row = _CODES[code]
    resolutions = row.resolutions if cause in {POSTING, TWICE} else ("retry", _OTHERWISE[cause])
    return Finding(
        code=row.id,
        where=where,
        stage="hold" if until is None else "wait",
        queue=row.queue,
        cause=cause,
        numbers=(("other", "The other side"), ("reason", reason)),
        actual=reason,
        awaited=() if until is None else (Awaited(key=NOWHERE, until=until, label="WAIT-LOOKUP"),),
        status="" if until is None else "WAIT-LOOKUP",
        sla=row.sla,
        resolutions=resolutions,
        releasable=False,
        words=wordings(actual=reason, reason=reason),
    )
