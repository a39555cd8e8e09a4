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


def about(claim: Document, evidence: Iterable[Document], *, process: str) -> About:
    """What a claim is about: its own document first, then the documents that its verdict read."""
    documents = tuple(evidence)
    site = feed = segment = reason = ""
    shipped: datetime | None = None
    for document in documents:
        match document:
            case Shipment() if document.confirmed:
                site, feed = site or document.site, feed or document.carrier
                # The last of several: before it, not all of the claim could go out.
                if document.occurred_at is not None:
                    shipped = document.occurred_at if shipped is None else max(shipped, document.occurred_at)
            case Customer():
                segment = segment or document.segment
            case UsageStatement():
                feed = feed or document.meter
            case Dispute():
                reason = reason or document.reason
            case _:
                pass
    number = str(getattr(claim, "number", ""))
    if not isinstance(claim, Invoice):
        return About(
            process=process,
            kind=claim.kind,
            number=number,
            entity=str(getattr(claim, "entity", "")),
            site=site or str(getattr(claim, "site", "")),
            party=_party(claim),
            segment=segment,
            feed=feed,
            amount=claim.net if isinstance(claim, Order) else None,
            reason=reason,
        )
    returned = any(isinstance(document, CustomerReturn) for document in documents)
    lines = claim.lines
    return About(
        process=process,
        kind=claim.kind,
        number=number,
        entity=claim.entity,
        site=claim.site or next((line.site for line in lines if line.site), "") or site,
        party=claim.counterparty.name,
        segment=segment,
        feed=feed,
        amount=claim.totals.net or claim.totals.payable,
        shipped_at=shipped,
        billable_at=shipped or _period_end(claim),
        credits=claim.preceding if claim.is_credit else (),
        for_error=claim.is_credit and claim.is_ours and not returned and all(line.basis != "true_up" for line in lines),
        reason=reason,
    )


def _party(document: Document) -> str:
    match document:
        case Order():
            return document.counterparty.name
        case Subscription():
            return document.customer.name or document.account
        case _:
            return ""


def _period_end(invoice: Invoice) -> datetime | None:
    ends = [line.period_to for line in invoice.lines if line.period_to]
    if not ends:
        return None
    return datetime.combine(max(ends) + timedelta(days=1), time(), tzinfo=UTC)


def case_fact(
    id_: str, events: Sequence[CaseEvent], of: About, claim: str, codes: Mapping[str, Code]
) -> CaseFact | None:
    """One case from its events; None where no event names its code yet."""
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
    kept = tuple(stretch for stretch in stretches if stretch.until is None or stretch.until > stretch.since) or tuple(
        stretches[-1:]
    )
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
    case_facts = tuple(cases)
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
        cases=case_facts,
    )


def _unbilled(findings: Iterable[Finding]) -> Money | None:
    left: Money | None = None
    for finding in findings:
        if finding.code == UNBILLED and finding.at_stake is not None:
            left = finding.at_stake if left is None else left + finding.at_stake
    return left
