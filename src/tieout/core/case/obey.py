"""What a person's command does: to the case, and through it to the claim, its other cases and external systems."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from tieout.core.case.addressing import in_doubt
from tieout.core.case.claim_change import DELIVERY, EXTERNAL_CAUSES, POSTING, TWICE, ClaimChange, Page
from tieout.core.case.commands import NAMES, Circumstances, Command, Note, Resolve
from tieout.core.case.decide import decide
from tieout.core.case.delivering import decided
from tieout.core.case.events import (
    ActDone,
    CaseEvent,
    CaseRejected,
    CaseReopened,
    CaseResolved,
    FindingReleased,
    ReleaseRevoked,
    ResolutionChosen,
    WaitEnded,
)
from tieout.core.case.offering import possible_when_over
from tieout.core.case.outcome import posted_under, refused
from tieout.core.case.posting import end_orphans, end_trouble, withdraw
from tieout.core.case.state import Case
from tieout.core.claim.events import ClaimRejected, ClaimReopened, PostingRequested
from tieout.core.claim.state import ClaimState
from tieout.core.documents.kind import Document
from tieout.core.findings.catalogue import KERNEL, Catalogue
from tieout.core.findings.resolution import Effect
from tieout.core.outbox.queue import ROUTING, Routing
from tieout.core.tie_out.actions import Actions
from tieout.core.values.errors import Refused
from tieout.core.values.money import total
from tieout.core.values.scope import Scope

_NOWHERE: Final = Circumstances()
_ACTING: Final[frozenset[Effect]] = frozenset({"retry", "confirm", "deny", "send", "check"})


def obey(
    claim: ClaimState,
    cases: Mapping[str, Case],
    case_id: UUID,
    command: Command,
    *,
    at: datetime,
    by: Scope,
    document: Document | None,
    actions: Actions,
    given: Circumstances = _NOWHERE,
    begun: Iterable[UUID] = (),
    routing: Routing = ROUTING,
    catalogue: Catalogue = KERNEL,
) -> ClaimChange:
    """What follows from a command. Of `given` the claim's own facts are set here: its company, what it asks for, what was
    accepted and whether it is posted. Without a `document`, whose content was erased, it is a command that `possible_when_over` allows.
    Raises `Refused`:

    whatever `decide` refuses, CASE-UNKNOWN for a case that this claim does not have, CLAIM-OVER where a corrected document
    has taken the claim's place, CASE-SETTLED where there is no posting to retry or confirm any more.
    """
    page = Page(
        claim, cases, document, actions=actions, begun=begun, routing=routing, catalogue=catalogue,
        other_side=lambda: given.other_side,
    )  # fmt: skip
    name = str(case_id)
    case = page.cases.get(name)
    if case is None or not by.sees(claim.entity):
        raise Refused("CASE-UNKNOWN", "there is no case {name} of this claim that you may see", name=name)
    effect = page.catalogue.resolution(command.resolution).effect if isinstance(command, Resolve) else None
    if claim.successor and not isinstance(command, Note) and not possible_when_over(case, NAMES[type(command)], effect):
        raise Refused("CLAIM-OVER", "{successor} has superseded this document", successor=claim.successor)
    given = _facts(page, document, given)
    events = decide(case, command, at=at, by=by, given=given)
    page.happened(name, events)
    for event in events:
        _follow(page, name, case, event, given=given)
    end_orphans(page, at)
    return page.claim_change()


def _facts(page: Page, document: Document | None, given: Circumstances) -> Circumstances:
    pending = page.claim.pending
    moving = pending is not None and (pending.state == "unknown" or pending.action_id in page.begun)
    return replace(
        given,
        catalogue=page.catalogue,
        entity=page.claim.entity,
        accepted=tuple(release for case in page.cases.values() for release in case.releases),
        doubted=in_doubt(page.cases.values(), page.catalogue),
        committed=given.committed or bool(page.claim.posted) or moving,
        payable=given.payable or (page.actions.asks_for(document) if document is not None else None),
    )


def _follow(page: Page, name: str, before: Case, event: CaseEvent, *, given: Circumstances) -> None:
    match event:
        case FindingReleased():
            page.documents.append(event.release)
            page.tie_out = True
        case ReleaseRevoked():
            taken = next(release for release in before.releases if release.number == event.number)
            page.documents.append(replace(taken, expires_at=event.at))
            page.tie_out = True
        case CaseRejected():
            if page.claim.pending is not None:
                withdraw(page, "the document was rejected", event.at)
            page.claimed(ClaimRejected(at=event.at, actor=event.actor, reason=event.reason))
            close(page, "sent_back", event.at)
        case CaseReopened():
            page.claimed(ClaimReopened(at=event.at, actor=event.actor, reason=event.reason))
            page.tie_out = True
        case ResolutionChosen():
            _resolve(page, page.cases[name], event, given)
        case _:
            pass


def _resolve(page: Page, case: Case, event: ResolutionChosen, given: Circumstances) -> None:
    effect = page.catalogue.resolution(event.resolution).effect
    if not event.final or effect not in _ACTING:
        return
    if effect == "check":
        page.tie_out = not page.claim.over
        return
    ours = case.cause == DELIVERY and bool(page.claim.deliveries)
    if ours or effect == "send":
        decided(page, event, effect, frozenset(finding.where for finding in case.findings), given.hours)
        return
    if case.cause not in EXTERNAL_CAUSES or case.cause == DELIVERY:
        return  # evidence ends the findings of a verdict: only what somebody does about them is recorded
    if case.cause == TWICE:
        end_trouble(page, TWICE, event.at)
        return
    if case.cause != POSTING:
        _resolve_act(page, case, event, effect)
        return
    part = page.claim.pending
    # What is unknown is still being looked up: a person may know better, and then the look-ups end.
    under_way = part is not None and part.state != "unknown" and part.action_id in page.begun
    if part is None or part.state == "requested" or under_way:
        raise Refused("CASE-SETTLED", "the posting is under way already: wait for its outcome")
    if effect == "confirm":
        posted_under(page, part, event.note, event.at, actor=event.actor)
    elif effect == "deny":
        refused(page, part, "confirmed not posted", event.at, hours=given.hours, actor=event.actor)
    else:
        currency = part.lines[0].net.currency
        page.claimed(
            PostingRequested(
                at=event.at,
                actor=event.actor,
                action_id=part.action_id,
                part=part.part,
                lines=part.lines,
                net=total((line.net for line in part.lines), currency),
                tax=total((line.tax for line in part.lines), currency),
                final=part.final,
                verdict_sha=part.verdict_sha,
                delivery=part.delivery,
            )
        )


def _resolve_act(page: Page, case: Case, event: ResolutionChosen, effect: Effect) -> None:
    """A message or debit note that failed: tried again, or a person gives the number under which it was done another way."""
    acts = [UUID(finding.where) for finding in case.findings]
    if effect == "retry":
        page.retried += acts
        return
    for act in acts:
        for name, owner in page.cases.items():
            if act in owner.acts:
                page.happened(name, [ActDone(at=event.at, action_id=act, ref=event.note)])
    end_trouble(page, case.cause, event.at)


def close(page: Page, resolution: str, at: datetime) -> None:
    """Closes every case of a claim that is closed."""
    for name, case in list(page.cases.items()):
        if case.ended:
            continue
        waits = [WaitEnded(at=at, reason="changed")] if case.wait_until is not None else []
        page.happened(name, [*waits, CaseResolved(at=at, by="world", resolution=resolution, touches=case.touches)])
