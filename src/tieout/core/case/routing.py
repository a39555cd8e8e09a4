"""From the findings of one cause to what happens to its case: opened, routed, waiting, handed off, cleared by evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from tieout.core.case.addressing import proposed
from tieout.core.case.events import (
    CaseEvent,
    CaseOpened,
    CaseReopened,
    CaseResolved,
    CaseRouted,
    FindingBrief,
    FindingsChanged,
    HandedOff,
    HandOffWithdrawn,
    MessageDrafted,
    WaitEnded,
    WaitStarted,
)
from tieout.core.case.evolve import evolve
from tieout.core.case.letters import message, question
from tieout.core.case.rules import act_id
from tieout.core.case.sla import BREACH, ladder
from tieout.core.case.state import Case, case_id
from tieout.core.findings.catalogue import KERNEL, Catalogue
from tieout.core.findings.code import Stage
from tieout.core.findings.finding import Finding
from tieout.core.findings.precedence import DOCUMENT
from tieout.core.findings.response import response_of
from tieout.core.tie_out.correspondence import Correspondence, nobody
from tieout.core.values.clock import Hours
from tieout.core.values.money import Money

_GRAVITY: Final[dict[Stage, int]] = {"reject": 0, "hold": 1, "wait": 2, "note": 3}
# Where a finding names no queue, the case still needs an owner: the engineers get it, since a code without a queue is a set-up fault.
FALLBACK_QUEUE: Final = "integration"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """The context of a case at a moment: its claim, the hours in which its time limit runs, and when money is lost by waiting.

    `catalogue` has the codes that are known here, and the waits in which nobody has anything to do. Others (an inspection) have an
    owner who can speed it up. `asked` is what the claim's document asks for, where it asks for money. `other_side` is whom a draft is
    written to; `doubted`: the document itself is in doubt, and nothing that it states of its sender is an address.
    """

    tenant: str
    claim: str
    at: datetime
    hours: Hours = Hours()
    loss_at: datetime | None = None
    catalogue: Catalogue = KERNEL
    asked: Money | None = None
    other_side: Callable[[], Correspondence] = nobody
    doubted: bool = False


def by_cause(findings: Iterable[Finding]) -> dict[str, tuple[Finding, ...]]:
    """The findings that a person or evidence must answer, by cause, gravest first; notes are left out."""
    grouped: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.stage != "note":
            grouped.setdefault(finding.cause, []).append(finding)
    return {
        cause: tuple(sorted(grouped[cause], key=lambda finding: (_GRAVITY[finding.stage], finding.code, finding.where)))
        for cause in sorted(grouped)
    }


def stake(findings: Iterable[Finding], asked: Money | None = None) -> Money | None:
    """The money that findings are about, together; None where none names any. (One claim has one currency.)

    Rules broken on the whole document are about the same money: it counts once. Together it is never more than the document
    asks for; only one finding alone may be, where money is about that the document leaves out (goods that are not billed).
    """
    named = [(finding.where, abs(finding.at_stake)) for finding in findings if finding.at_stake is not None]
    if not named:
        return None
    currency = named[0][1].currency
    same = [(where, amount.minor) for where, amount in named if amount.currency == currency]
    whole = max((minor for where, minor in same if where == DOCUMENT), default=0)
    together = whole + sum(minor for where, minor in same if where != DOCUMENT)
    if asked is not None and asked.currency == currency:
        together = min(together, max(abs(asked).minor, *(minor for _, minor in same)))
    return Money(together, currency)


def brief(finding: Finding) -> FindingBrief:
    """What a case keeps of a finding."""
    return FindingBrief(
        code=finding.code,
        where=finding.where,
        stage=finding.stage,
        queue=finding.queue,
        evidence_hash=finding.evidence_hash,
        at_stake=finding.at_stake,
        expected=finding.expected,
        actual=finding.actual,
        variance=finding.variance,
        limit=finding.limit,
        numbers=finding.numbers,
        releasable=finding.releasable,
        resolutions=finding.resolutions,
        peppol=finding.peppol,
        words=finding.words,
    )


def changes(case: Case | None, cause: str, findings: Sequence[Finding], ground: Ground) -> tuple[CaseEvent, ...]:
    """What happens to the case of a cause whose findings are now these (gravest first). Nothing, if nothing changed."""
    if not findings:
        return () if case is None or case.ended else cleared(case, ground.at)
    if case is not None and case.state == "rejected":
        return ()
    events: list[CaseEvent] = []
    if case is None:
        opened = CaseOpened(
            at=ground.at,
            case_id=case_id(ground.tenant, ground.claim, cause),
            tenant=ground.tenant,
            claim=ground.claim,
            cause=cause,
        )
        case = _after(None, opened, events)
    elif case.ended:
        case = _after(case, CaseReopened(at=ground.at, reason=findings[0].code), events)
    briefs = tuple(brief(finding) for finding in findings)
    if not _same(case.findings, briefs):
        case = _after(
            case, FindingsChanged(at=ground.at, findings=briefs, at_stake=stake(findings, ground.asked)), events
        )
    _route(case, findings, ground, events)
    return tuple(events)


def _same(before: Sequence[FindingBrief], now: Sequence[FindingBrief]) -> bool:
    """Whether nothing has changed; what a release before 0.2 stored, with a sentence and without numbers, says the same."""
    return len(before) == len(now) and all(
        one == (replace(other, message=one.message, variance="", limit="", numbers=()) if one.message else other)
        for one, other in zip(before, now, strict=True)
    )


def _after(case: Case | None, event: CaseEvent, events: list[CaseEvent]) -> Case:
    events.append(event)
    return evolve(case, event)


def cleared(case: Case, at: datetime) -> tuple[CaseEvent, ...]:
    """The case is cleared: by evidence, or because somebody accepted its findings."""
    events: list[CaseEvent] = []
    if case.wait_until is not None:
        case = _after(case, WaitEnded(at=at, reason="answered"), events)
    if case.handed_from:
        case = _after(case, HandOffWithdrawn(at=at, code=case.code, queue=case.queue), events)
    accepted = case.releases[-1] if case.releases else None
    events.append(
        CaseResolved(
            at=at,
            by=accepted.actor if accepted else "world",
            resolution=accepted.resolution if accepted else case.resolution or "cleared",
            touches=case.touches,
        )
    )
    return tuple(events)


def _until(findings: Iterable[Finding], at: datetime) -> datetime | None:
    """When the first of these findings gives up waiting; None if nothing is waited for any more."""
    deadlines = (awaited.until for finding in findings for awaited in finding.awaited)
    return min((until for until in deadlines if until is not None and until > at), default=None)


def _is_silent(finding: Finding, ground: Ground) -> bool:
    """Evidence may still come, and no person is asked meanwhile. Without a timer nothing is silent."""
    unasked = finding.status in ground.catalogue.silent_waits or not finding.queue or finding.queue.startswith("system")
    return finding.stage == "wait" and unasked and _until([finding], ground.at) is not None


def _route(case: Case, findings: Sequence[Finding], ground: Ground, events: list[CaseEvent]) -> None:
    lead, until = findings[0], _until(findings, ground.at)
    if case.deferred and case.wait_until is not None and ground.at < case.wait_until and case.code == lead.code:
        return  # a person chose to wait until then
    keys = tuple(dict.fromkeys(awaited.key for finding in findings for awaited in finding.awaited))
    taken = bool(case.queue) and (bool(case.asked) or case.queue != case.home) and case.code == lead.code
    silent = all(_is_silent(finding, ground) for finding in findings) and not case.asked and not taken
    if silent and until is not None:
        current = (case.state, case.code, case.wait_until, case.wait_keys)
        if current != ("waiting", lead.code, until, keys):
            started = WaitStarted(at=ground.at, code=lead.code, until=until, keys=keys, silent=True, label=lead.status)
            events.append(started)
        return
    case = _own(case, lead, ground, events, drafts=until is None)
    if until is None:
        if case.wait_until is not None:
            events.append(WaitEnded(at=ground.at, reason=_why(case, ground.at)))
    elif (until, keys) != (case.wait_until, case.wait_keys):
        events.append(WaitStarted(at=ground.at, code=lead.code, until=until, keys=keys, label=lead.status))


def _why(case: Case, at: datetime) -> Literal["expired", "changed"]:
    return "expired" if case.wait_until is not None and case.wait_until <= at else "changed"


def _own(case: Case, lead: Finding, ground: Ground, events: list[CaseEvent], *, drafts: bool) -> Case:
    """Gives the case to the queue that its gravest finding names, unless it is in that queue already for the same code."""
    queue = lead.queue or FALLBACK_QUEUE
    if case.state == "waiting":
        case = _after(case, WaitEnded(at=ground.at, reason=_why(case, ground.at)), events)
    elif case.queue and case.ladder and not _is_reopened(events):
        if (case.code, case.home) == (lead.code, queue):
            return case
        handed = HandedOff(
            at=ground.at,
            from_code=case.code,
            to_code=lead.code,
            from_queue=case.queue,
            queue=queue,
        )
        case = _after(case, handed, events)
        case = _after(case, routed(lead, queue, ground), events)
        if drafts and handed.from_code != handed.to_code and (drafted := _drafted(case, lead, ground)) is not None:
            case = _after(case, drafted, events)
        return case
    return _after(case, routed(lead, queue, ground), events)


def _drafted(case: Case, lead: Finding, ground: Ground) -> MessageDrafted | None:
    """The letter that whoever has the case now may send; None where nothing is asked of the other side, or nobody is there to ask."""
    response = response_of(lead.peppol)
    if response is None or response.status != "UQ":
        return None
    other = ground.other_side()
    address = proposed(other, doubted=ground.doubted)
    draft = question(case, response, other, ground.catalogue.codes)
    if address is None or not draft.whole:
        return None
    sent = message(case, response, draft, other, address)
    return MessageDrafted(at=ground.at, action_id=act_id(case, "draft"), message=sent)


def _is_reopened(events: Iterable[CaseEvent]) -> bool:
    return any(isinstance(event, CaseReopened) for event in events)


def routed(lead: Finding, queue: str, ground: Ground) -> CaseRouted:
    """The case belongs to `queue` from now, with the time that the finding allows."""
    levels = ladder(ground.at, lead.sla, ground.hours, loss_at=ground.loss_at)
    return CaseRouted(
        at=ground.at,
        code=lead.code,
        queue=queue,
        home=queue,
        sla=str(lead.sla),
        due_at=levels[BREACH],
        ladder=levels,
        watchers=lead.watchers,
    )
