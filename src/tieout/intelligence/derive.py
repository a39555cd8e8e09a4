"""From events to facts: what is measured is folded from what happened, never read from a status column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Final

from tieout.core.case.events import CaseEvent, CaseReopened
from tieout.core.case.evolve import evolve
from tieout.core.case.state import Case
from tieout.core.claim.events import (
    ClaimEvent,
    ClaimReceived,
    ClaimTiedOut,
    Posted,
    PostingRefused,
    PostingRequested,
    PostingUnknown,
)
from tieout.core.claim.events import ClaimRejected as Rejected
from tieout.core.claim.events import ClaimReopened as Reopened
from tieout.core.claim.events import Superseded as Replaced
from tieout.core.documents.kind import Document
from tieout.core.findings.code import Code
from tieout.core.findings.finding import Finding
from tieout.core.values.money import Money
from tieout.intelligence.delay import source_of
from tieout.intelligence.facts import About, CaseFact, ClaimFact, Stretch
from tieout.trade.documents import (
    Customer,
    CustomerReturn,
    Dispute,
    Invoice,
    Order,
    Shipment,
    Subscription,
    UsageStatement,
)

UNBILLED: Final = "BIL-LEAK"


def about(paper: Document, evidence: Iterable[Document], *, process: str) -> About:
    """What a claim is about: its own paper first, then the papers that its verdict read."""
    papers = tuple(evidence)
    site = feed = segment = reason = ""
    shipped: datetime | None = None
    for each in papers:
        match each:
            case Shipment() if each.confirmed:
                site, feed = site or each.site, feed or each.carrier
                if each.occurred_at is not None:  # the last of several: before it, not all of the claim could go out
                    shipped = each.occurred_at if shipped is None else max(shipped, each.occurred_at)
            case Customer():
                segment = segment or each.segment
            case UsageStatement():
                feed = feed or each.meter
            case Dispute():
                reason = reason or each.reason
            case _:
                pass
    number = str(getattr(paper, "number", ""))
    if not isinstance(paper, Invoice):
        return About(
            process=process,
            kind=paper.kind,
            number=number,
            entity=str(getattr(paper, "entity", "")),
            site=site or str(getattr(paper, "site", "")),
            party=_party(paper),
            segment=segment,
            feed=feed,
            amount=paper.net if isinstance(paper, Order) else None,
            reason=reason,
        )
    returned = any(isinstance(each, CustomerReturn) for each in papers)
    lines = paper.lines
    return About(
        process=process,
        kind=paper.kind,
        number=number,
        entity=paper.entity,
        site=paper.site or next((line.site for line in lines if line.site), "") or site,
        party=paper.counterparty.name,
        segment=segment,
        feed=feed,
        amount=paper.totals.net or paper.totals.payable,
        shipped_at=shipped,
        billable_at=shipped or _period_end(paper),
        credits=paper.preceding if paper.is_credit else (),
        for_error=paper.is_credit and paper.is_ours and not returned and all(line.basis != "true_up" for line in lines),
        reason=reason,
    )


def _party(paper: Document) -> str:
    match paper:
        case Order():
            return paper.counterparty.name
        case Subscription():
            return paper.customer.name or paper.account
        case _:
            return ""


def _period_end(paper: Invoice) -> datetime | None:
    ends = [line.period_to for line in paper.lines if line.period_to]
    if not ends:
        return None
    return datetime.combine(max(ends) + timedelta(days=1), time(), tzinfo=UTC)


def case_fact(
    id_: str, events: Sequence[CaseEvent], of: About, claim: str, codes: Mapping[str, Code]
) -> CaseFact | None:
    """One case from its events; None where nobody has said yet what it is about."""
    state: Case | None = None
    stretches: list[Stretch] = []
    due = None
    for event in events:
        state = evolve(state, event)
        code = state.code or (state.findings[0].code if state.findings else "")
        running = bool(stretches) and stretches[-1].until is None
        if running and (state.ended or (code, state.queue) != (stretches[-1].code, stretches[-1].queue)):
            stretches[-1] = replace(stretches[-1], until=event.at)
            running = False
        if not running and not state.ended and code:
            row = codes.get(code)
            begun = Stretch(
                code=code,
                kind=row.kind if row else "commercial",
                source=source_of(row, code),
                queue=state.queue,
                since=event.at,
            )
            stretches.append(begun)
        due = state.due_at or due
    kept = tuple(each for each in stretches if each.until is None or each.until > each.since) or tuple(stretches[-1:])
    if state is None or not kept:
        return None
    return CaseFact(
        id=id_,
        claim=claim,
        about=of,
        cause=state.cause,
        stretches=kept,
        opened_at=state.opened_at,
        closed_at=state.resolved_at if state.ended else None,
        due_at=due,
        at_stake=state.at_stake,
        touches=state.touches,
        reopened=sum(1 for event in events if isinstance(event, CaseReopened)),
        ended_by=state.resolved_by if state.ended else "",
    )


def claim_fact(
    id_: str, events: Sequence[ClaimEvent], of: About, cases: Iterable[CaseFact], findings: Iterable[Finding] = ()
) -> ClaimFact:
    """One claim from its events (the first is ClaimReceived) and its last verdict's findings."""
    assert events, f"{id_} has no events"
    assert isinstance(events[0], ClaimReceived), f"{id_} does not begin with ClaimReceived"
    known = tuple(cases)
    released = None
    final: dict[object, bool] = {}
    over = False
    for event in events:
        match event:
            case PostingRequested():
                final[event.action_id] = event.final
            case Posted() if final.get(event.action_id):
                released = event.at
            case Rejected() | Replaced():
                over = True
            case Reopened():
                over = False
            case _:
                pass
    return ClaimFact(
        id=id_,
        about=of,
        received_at=events[0].at,
        released_at=released,
        over=over,
        waited=any(isinstance(event, ClaimTiedOut) and event.status == "waiting" for event in events),
        asked=sum(isinstance(event, PostingRequested) for event in events),
        refused=sum(isinstance(event, PostingRefused) for event in events),
        unknown=sum(isinstance(event, PostingUnknown) for event in events),
        unbilled=_unbilled(findings),
        cases=known,
    )


def _unbilled(findings: Iterable[Finding]) -> Money | None:
    left: Money | None = None
    for found in findings:
        if found.code == UNBILLED and found.at_stake is not None:
            left = found.at_stake if left is None else left + found.at_stake
    return left
