"""The first sentence of a case: what is wrong, whom it waits for, until when."""

from __future__ import annotations

from datetime import datetime

from tieout.core.case.state import Case
from tieout.engine.desk import codes
from tieout.store.screens.case import CasePage
from tieout.store.screens.worklist import CaseLine
from tieout.web.words import counterparty, due, moment
from tieout.wording import findings


def headline(page: CasePage, *, at: datetime) -> str:
    """ "50 EA of line 1 are in quality inspection: waiting until 2 Dec 2026 14:00 UTC for receiving/WMS-4"."""
    case = page.state
    wrong = _wrong(page)
    if case.wait_until is not None and not case.ended:
        owner = f" for {case.queue}" if case.queue else ""
        return f"{wrong}: waiting until {moment(case.wait_until)}{owner}"
    return f"{wrong}: {_standing(case, at=at, side=counterparty(page.claim.state.kind))}"


def _wrong(page: CasePage) -> str:
    if page.findings:
        return findings.short(page.findings[0], codes(), page.state.cause)
    return in_short(page.line) or f"{page.state.code} on {page.line.number}"


def in_short(line: CaseLine) -> str:
    """The first sentence about a case of a list; "" where it has no finding any more."""
    return findings.first_sentence(findings.message(line.lead, codes(), line.cause)) if line.lead else ""


def _standing(case: Case, *, at: datetime, side: str) -> str:
    match case.state:
        case "asked":
            return f"the {side} was asked"
        case "waiting" | "open" | "assigned":
            return f"{case.queue or 'nobody yet'} must answer, {due(case.due_at, at=at)}"
        case "resolved":
            return "cleared by the evidence" if case.resolved_by == "world" else "resolved"
        case "rejected":
            return f"sent back to the {side}"
