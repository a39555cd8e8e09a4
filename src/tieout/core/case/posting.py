"""From a verdict to a posting: asked for once, withdrawn while it can be, never more than the claim has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from tieout.core.case.claim_change import DEBIT, EXTERNAL_CAUSES, MESSAGE, POSTING, Page
from tieout.core.case.events import CounterpartyInformed, DebitNoteRequested
from tieout.core.case.letters import message, needs_no_answer, paid_short, row_of
from tieout.core.case.routing import cleared
from tieout.core.case.rules import act_id
from tieout.core.case.state import Case
from tieout.core.claim.events import PostingRequested, PostingWithdrawn
from tieout.core.claim.posting import posting_id
from tieout.core.claim.state import ClaimState
from tieout.core.findings.catalogue import Catalogue
from tieout.core.findings.response import ACCEPTED, Response, query_of
from tieout.core.tie_out.verdict import PostingLine, Verdict
from tieout.core.values.money import Money, total


def overlaps(claim: ClaimState, lines: Iterable[PostingLine], billed: Mapping[str, Money] | None) -> bool:
    """Whether posting these lines would post anything twice: then the verdict was reached before the latest posting was known.

    Of a claim's own line no more can be posted than it bills (`billed`); any other posting line is posted once.
    """
    if not claim.posted or billed is None:
        return False
    nets = {_place(line): line.net for line in claim.posted_lines}
    lines = tuple(lines)
    for claim_line in {line.claim_line for line in lines}:
        mine = [line.net.minor for line in (*claim.posted_lines, *lines) if line.claim_line == claim_line]
        net = billed.get(claim_line)
        if net is not None and abs(sum(mine)) > abs(net.minor):
            return True
    return any(
        line.claim_line not in billed and (line.net or line.settles) and nets.get(_place(line)) == line.net
        for line in lines
    )


def _place(line: PostingLine) -> tuple[str, str, str, str]:
    return line.claim_line, line.kind, line.order, line.line


def request(page: Page, verdict: Verdict, verdict_sha: str, lines: tuple[PostingLine, ...], at: datetime) -> None:
    """Asks for the posting of `lines`, takes back one that is not wanted any more, or leaves all as it is.

    What is being performed, or may have been, is left alone until its outcome is known.
    """
    pending = page.claim.pending
    part = len(page.claim.posted) + 1
    wanted = posting_id(page.claim.id, part, lines) if lines else None
    if pending is not None:
        if pending.state == "unknown" or pending.action_id in page.begun:
            return
        if pending.action_id == wanted:
            refused_before = pending.state == "refused" and pending.verdict_sha != verdict_sha
            if not refused_before:
                return
        else:
            withdraw(page, "the evidence has changed", at)
    if wanted is None:
        return
    currency = lines[0].net.currency
    page.claimed(
        PostingRequested(
            at=at,
            action_id=wanted,
            part=part,
            lines=lines,
            net=total((line.net for line in lines), currency),
            tax=total((line.tax for line in lines), currency),
            final=verdict.status == "clear",
            verdict_sha=verdict_sha,
            delivery=verdict.delivery,
        )
    )


def withdraw(page: Page, reason: str, at: datetime) -> None:
    """Takes the pending posting back; its trouble, if it had any, is over."""
    pending = page.claim.pending
    assert pending is not None, "there is no posting to take back"
    page.claimed(PostingWithdrawn(at=at, action_id=pending.action_id, reason=reason))
    end_trouble(page, POSTING, at)


def end_trouble(page: Page, cause: str, at: datetime) -> None:
    """The external system did after all what it had refused or left unanswered."""
    for name, case in page.cases.items():
        if case.cause == cause and not case.ended:
            page.happened(name, cleared(case, at))


def end_orphans(page: Page, at: datetime) -> None:
    """Trouble with an act that nobody wants any more (a draft that was dropped) is over."""
    wanted = {str(act) for case in page.cases.values() for act in case.acts}
    for cause in (MESSAGE, DEBIT):
        troubles = [case for case in page.cases.values() if case.cause == cause and not case.ended]
        if troubles and all(finding.where not in wanted for case in troubles for finding in case.findings):
            end_trouble(page, cause, at)


def after_posting(page: Page, at: datetime) -> None:
    """Once the claim is posted whole: what was paid short is debited."""
    if not page.claim.complete or page.claim.pending is not None:
        return
    for name, case in page.cases.items():
        short = [release.limit for release in case.releases if page.catalogue.pays_short(release.resolution)]
        if case.state == "resolved" and short and case.debit is None:
            amount = total(short, short[0].currency)
            reason = case.releases[-1].reason
            act = act_id(case, "debit")
            page.happened(name, [DebitNoteRequested(at=at, action_id=act, amount=amount, reason=reason)])


def owes_notice(cases: Iterable[Case], catalogue: Catalogue) -> bool:
    """Whether the other side is owed a notice once the claim is posted: it is paid in part, or a question to them was left open."""
    return any(not case.told and (_short(case, catalogue) or case.unanswered) for case in cases)


def _short(case: Case, catalogue: Catalogue) -> list[Money]:
    return [release.limit for release in case.releases if catalogue.pays_short(release.resolution)]


def notify(page: Page, at: datetime) -> None:
    """Once the claim is posted whole: the other side is informed of what is not paid (CA), or that our question needs no answer any more
    (AP). Nobody is informed of what is simply accepted, and nothing goes where there is no address on record."""
    if not page.claim.complete or not page.actions.informs(page.claim.kind):
        return
    ours = [(name, case) for name, case in page.cases.items() if case.cause not in EXTERNAL_CAUSES]
    if not owes_notice((case for _, case in ours), page.catalogue):
        return
    other = page.other_side()
    address = next(iter(other.on_record), None)
    if address is None:
        return
    for name, case in ours:
        short = _short(case, page.catalogue)
        if case.told or not (short or case.unanswered):
            continue
        if short:
            response = Response(status="CA", reason=query_of(row_of(case)).reason)
            draft = paid_short(case, other, page.catalogue.codes, amount=total(short, short[0].currency))
        else:
            response, draft = ACCEPTED, needs_no_answer(case, other)
        sent = message(case, response, draft, other, address)
        page.happened(name, [CounterpartyInformed(at=at, action_id=act_id(case, "told"), message=sent)])
