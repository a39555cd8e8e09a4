"""What comes due: tie out again, the next escalation level, an answer that did not come, a look-up that took too long."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from tieout.core.case.claim_change import EXTERNAL_CAUSES, NOTHING_GOES_OUT, ClaimChange, Page
from tieout.core.case.events import CaseEvent, CaseRouted, CounterpartySilent, Escalated, WaitEnded
from tieout.core.case.evolve import evolve
from tieout.core.case.sla import BREACH, ladder, moved_on
from tieout.core.case.state import Case
from tieout.core.claim.state import ClaimState
from tieout.core.values.clock import Clock, Hours

_ANY_HOURS: Final = Hours()
_LOOK_UP_SLA: Final = Clock(amount=2, unit="bh")


def due(claim: ClaimState, cases: Mapping[str, Case], *, at: datetime, hours: Hours = _ANY_HOURS) -> ClaimChange:
    """What has come due by `at`. `tie_out` of the answer: the claim must be tied out again now. Early calls change nothing.

    A claim that has ended is not tied out again, but somebody may still have to do something about it: a letter was refused.

    `due_at` of the answer is later than `at`: whoever is asked to tie out keeps that, and is not asked again.
    """
    page = Page(claim, cases, None, actions=NOTHING_GOES_OUT)
    page.tie_out = not claim.over and claim.due_at is not None and claim.due_at <= at
    page.looked_at = at  # what is due by now is done, or is a tie-out that the caller owes
    for name, case in list(page.cases.items()):
        if case.ended or case.next_at is None or case.next_at > at:
            continue
        if case.state == "waiting" and case.cause not in EXTERNAL_CAUSES:
            page.tie_out = not claim.over
        elif case.state == "waiting":
            page.happened(name, _asks(case, at, hours))
        elif case.state == "asked":
            page.happened(name, _silent(case, at, hours))
        else:
            page.happened(name, _escalations(case, at))
    return page.claim_change()


def _asks(case: Case, at: datetime, hours: Hours) -> tuple[CaseEvent, ...]:
    """The external system did not answer by itself: a person is asked."""
    levels = ladder(at, _LOOK_UP_SLA, hours)
    lead = case.findings[0]
    routed = CaseRouted(
        at=at,
        code=lead.code,
        queue=lead.queue,
        home=lead.queue,
        sla=str(_LOOK_UP_SLA),
        due_at=levels[BREACH],
        ladder=levels,
    )
    return (WaitEnded(at=at, reason="expired"), routed)


def _silent(case: Case, at: datetime, hours: Hours) -> tuple[CaseEvent, ...]:
    late = tuple(question.message.id for question in case.asked if question.until <= at)
    levels, minutes = moved_on(case, at, hours) if len(late) == len(case.asked) else (case.ladder, 0)
    silent = CounterpartySilent(at=at, message_ids=late, due_at=levels[BREACH], ladder=levels, paused_minutes=minutes)
    following = evolve(case, silent)
    return (silent, *(_escalations(following, at) if following.state != "asked" else ()))


def _escalations(case: Case, at: datetime) -> tuple[CaseEvent, ...]:
    return tuple(
        Escalated(at=at, level=level)
        for level, due_at in enumerate(case.ladder, start=1)
        if level > case.level and due_at <= at
    )
