"""The first sentence of a case: what is wrong, whom it waits for, until when."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from tieout.core.case.state import Case
from tieout.engine.application import codes
from tieout.store.screens.case import CasePage
from tieout.store.screens.worklist import CaseLine
from tieout.web.sides import BySide
from tieout.web.words import due, moment, other_side
from tieout.wording import findings, owners
from tieout.wording.catalogue import marked, text


def headline(page: CasePage, *, at: datetime) -> str:
    """ "50 EA of line 1 are in quality inspection: waiting until 2 Dec 2026 14:00 UTC for receiving/WMS-4"."""
    case = page.state
    wrong = _wrong(page)
    if case.wait_until is not None and not case.ended:
        until = moment(case.wait_until)
        if case.queue and case.queue != owners.NOBODY:
            owner = owners.queue(case.queue)
            return text("{finding}: waiting until {moment} for {queue}", finding=wrong, moment=until, queue=owner)
        return text("{finding}: waiting until {moment}", finding=wrong, moment=until)
    return _with_state(wrong, case, at=at, side=other_side(page.claim.state.kind))


def _wrong(page: CasePage) -> str:
    if page.findings:
        return findings.short(page.findings[0], codes(), page.state.cause)
    return in_short(page.line) or text("{code} on {number}", code=page.state.code, number=page.line.number)


def in_short(line: CaseLine) -> str:
    """The first sentence about a case of a list; "" where it has no finding any more."""
    return findings.in_short(line.lead, codes(), line.cause) if line.lead else ""


_ASKED: Final = BySide(
    marked("{finding}: the supplier was asked"),
    marked("{finding}: the customer was asked"),
    marked("{finding}: the counterparty was asked"),
)


def _with_state(wrong: str, case: Case, *, at: datetime, side: str) -> str:
    match case.state:
        case "asked":
            return _ASKED.about(side, finding=wrong)
        case "waiting" | "open" | "assigned":
            time = due(case.due_at, at=at)
            if case.queue and case.queue != owners.NOBODY:
                owner = owners.queue(case.queue)
                return text("{finding}: {queue} to act, {due}", finding=wrong, queue=owner, due=time)
            return text("{finding}: no owner yet, {due}", finding=wrong, due=time)
        case "resolved":
            if case.resolved_by == "world":
                return text("{finding}: cleared by the evidence", finding=wrong)
            return text("{finding}: resolved", finding=wrong)
        case "rejected":
            return text("{finding}: rejected", finding=wrong)
