"""The entry points: what a verdict, a command, an outcome or a timer does to a claim and its cases.

`cases` are all cases of the claim by id as text. `begun` are ids of actions that are being performed and can no longer be
withdrawn. The caller holds the claim locked; nothing here reads or writes anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Final
from uuid import UUID

from tieout.core.case.addressing import in_doubt
from tieout.core.case.claim_change import DELIVERY, EXTERNAL_CAUSES, NOTHING_GOES_OUT, CaseChange, ClaimChange, Page
from tieout.core.case.delivering import record_reply
from tieout.core.case.obey import close, obey
from tieout.core.case.outcome import outcome
from tieout.core.case.posting import after_posting, end_orphans, overlaps, request, withdraw
from tieout.core.case.routing import Ground, by_cause, changes, stake
from tieout.core.case.state import Case, case_id
from tieout.core.case.timers import due
from tieout.core.claim.events import ClaimTiedOut, Superseded
from tieout.core.claim.state import ClaimState
from tieout.core.documents.kind import Document
from tieout.core.findings.catalogue import KERNEL, Catalogue
from tieout.core.outbox.queue import ROUTING, Routing
from tieout.core.tie_out.actions import Actions
from tieout.core.tie_out.correspondence import Correspondence, nobody
from tieout.core.tie_out.follows import Follows, Urgency
from tieout.core.tie_out.verdict import PostingLine, Verdict
from tieout.core.values.calendar import zone_of
from tieout.core.values.clock import Hours
from tieout.core.values.errors import Refused
from tieout.core.values.money import Money

__all__ = ["CaseChange", "ClaimChange", "apply_verdict", "due", "obey", "outcome", "supersede"]

# A verdict that was reached before the latest posting was known is reached again, soon but not at once.
STALE: Final = timedelta(minutes=1)
_PLAIN: Final = Follows()


def apply_verdict(  # noqa: PLR0913  what a verdict changes depends on all of this
    claim: ClaimState,
    cases: Mapping[str, Case],
    document: Document,
    verdict: Verdict,
    verdict_sha: str,
    *,
    at: datetime,
    actions: Actions,
    parts: int | None = None,
    begun: Iterable[UUID] = (),
    routing: Routing = ROUTING,
    catalogue: Catalogue = KERNEL,
    follows: Follows = _PLAIN,
    other_side: Callable[[], Correspondence] = nobody,
) -> ClaimChange:
    """What a verdict changes. The same verdict again changes nothing; a closed claim stays as it is.

    `parts` is how many posted parts the dossier knew of: if there are others by now, the verdict posts nothing and the
    claim is tied out again. None where the number is unknown; then the lines themselves decide. `follows` is what else
    the tie-out gives; `actions` writes the payloads. `other_side` is whom letters go to, asked where one is written.

    Opens a case for each cause that a person or evidence must answer, hands on what now has another code or owner, ends
    what the documents cleared, asks for the posting of what may be posted, and takes back a posting that is not wanted any
    more unless it has begun.
    """
    page = Page(
        claim,
        cases,
        document,
        actions=actions,
        begun=begun,
        routing=routing,
        catalogue=catalogue,
        other_side=other_side,
    )
    if claim.over:
        return page.claim_change()
    lines, stale = _postable(claim, verdict, verdict_sha, actions.line_amounts(document), parts=parts)
    asked = actions.asks_for(document)
    _tie(page, verdict, verdict_sha, at, lines=lines, stale=stale, follows=follows, asked=asked)
    record_reply(page, follows.reply, at, verdict.hours)
    ground = Ground(
        tenant=claim.tenant,
        claim=claim.key,
        at=at,
        hours=verdict.hours,
        loss_at=_loss_at(follows.priority, verdict.hours, at),
        catalogue=catalogue,
        asked=asked,
        other_side=other_side,
        doubted=any(finding.stage != "note" and catalogue.to_record(finding.code) for finding in verdict.findings)
        or in_doubt((case for case in cases.values() if case.cause in EXTERNAL_CAUSES), catalogue),
    )
    findings = by_cause(verdict.findings)
    # Where something of ours was sent, its delivery has findings of its own.
    theirs = EXTERNAL_CAUSES - (set() if page.claim.deliveries else {DELIVERY})
    assert not (theirs - {DELIVERY}) & findings.keys(), "a verdict's finding bears a cause that only outcomes have"
    causes = {case.cause for case in cases.values()} | findings.keys()
    for cause in sorted(causes - theirs):
        name = str(case_id(claim.tenant, claim.key, cause))
        page.happened(name, changes(page.cases.get(name), cause, findings.get(cause, ()), ground))
    request(page, verdict, verdict_sha, lines, at)
    after_posting(page, at)
    end_orphans(page, at)
    return page.claim_change()


def _postable(
    claim: ClaimState, verdict: Verdict, verdict_sha: str, billed: Mapping[str, Money] | None, *, parts: int | None
) -> tuple[tuple[PostingLine, ...], bool]:
    """What is to be posted, and whether the verdict was reached before what is posted by now was known."""
    lines = () if verdict.status == "rejected" else verdict.postable
    if any(part.verdict_sha == verdict_sha for part in claim.posted):
        return (), False  # carried out already
    outdated = parts is not None and parts != len(claim.posted)
    if not lines or not (outdated or overlaps(claim, lines, billed)):
        return lines, False
    return (), not claim.complete


def _tie(
    page: Page,
    verdict: Verdict,
    verdict_sha: str,
    at: datetime,
    *,
    lines: tuple[PostingLine, ...],
    stale: bool,
    follows: Follows,
    asked: Money | None,
) -> None:
    claim = page.claim
    settled = verdict.status == "clear" and not lines and not stale
    due_at = _due_at(page.cases.values(), verdict, at)
    if stale:
        due_at = min(at + STALE, due_at or at + STALE)
    complete = claim.complete if verdict.status == "clear" and not lines else settled
    urgency = follows.priority
    now = (verdict_sha, due_at, settled, verdict.delivery, urgency, follows.followed)
    if now == (claim.verdict_sha, claim.due_at, complete, claim.delivery, claim.urgency, claim.followed):
        return
    blocking = [finding for finding in verdict.findings if finding.stage != "note"]
    page.claimed(
        ClaimTiedOut(
            at=at,
            verdict_sha=verdict_sha,
            status=verdict.status,
            codes=tuple(dict.fromkeys(finding.code for finding in blocking)),
            at_stake=stake(blocking, asked),
            due_at=due_at,
            settled=settled,
            delivery=verdict.delivery,
            urgency=urgency,
            followed=follows.followed,
        )
    )


def _due_at(cases: Iterable[Case], verdict: Verdict, at: datetime) -> datetime | None:
    """When time alone may change the verdict: a wait gives up, or an acceptance expires."""
    waits = [awaited.until for awaited in verdict.awaited]
    waits += [lacking.until for finding in verdict.findings if finding.stage != "note" for lacking in finding.awaited]
    waits += [release.expires_at for case in cases for release in case.releases]
    return min((until for until in waits if until is not None and until > at), default=None)


def _loss_at(priority: Urgency, hours: Hours, at: datetime) -> datetime | None:
    """When a discount that can still be had is lost: at closing time of its last day."""
    zone = zone_of(hours.zone)
    last_day = priority.last_day
    if priority.discount is None or last_day is None or at.astimezone(zone).date() > last_day:
        return None
    return datetime.combine(last_day, time(), tzinfo=zone) + timedelta(minutes=hours.closes)


def supersede(
    claim: ClaimState, cases: Mapping[str, Case], successor: str, *, at: datetime, begun: Iterable[UUID] = ()
) -> ClaimChange:
    """A corrected document, under source key `successor`, takes the claim's place; its cases end.

    Raises `Refused` CLAIM-POSTED where part of it is posted, or may be: then only a credit note corrects it.
    """
    page = Page(claim, cases, None, actions=NOTHING_GOES_OUT, begun=begun)
    if claim.successor:
        return page.claim_change()
    pending = claim.pending
    if claim.posted or (pending is not None and (pending.state == "unknown" or pending.action_id in page.begun)):
        raise Refused(
            "CLAIM-POSTED", "{claim} is posted, or is being posted: only a credit note corrects it", claim=claim.key
        )
    if pending is not None:
        withdraw(page, "superseded", at)
    page.claimed(Superseded(at=at, successor=successor))
    close(page, "superseded", at)
    return page.claim_change()
