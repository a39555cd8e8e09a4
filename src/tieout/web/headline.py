"""The first sentence of a case: what is wrong, whom it waits for, until when."""

from __future__ import annotations

from datetime import datetime

from tieout.core.case.state import Case
from tieout.core.findings.finding import Finding
from tieout.core.findings.wording import say
from tieout.engine.desk import codes
from tieout.store.screens.case import CasePage
from tieout.web.words import counterparty, due, moment


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
        return short(page.findings[0])
    return first_sentence(page.line.headline) or f"{page.state.code} on {page.line.number}"


def short(finding: Finding) -> str:
    """What is wrong in a few words, without a full stop."""
    place = "the whole paper" if finding.where == "document" else f"line {finding.where}"
    known = {"expected": finding.expected, "actual": finding.actual, **dict(finding.numbers), "place": place}
    row = codes().get(finding.code)
    template = row.short if row else ""
    said = say(template, known) if template else ""
    text = first_sentence(finding.message) if not said or "unknown" in said else said
    return text[:1].upper() + text[1:]


def first_sentence(message: str) -> str:
    """The first sentence of a message, without its full stop: what a list has room for."""
    return message.partition(". ")[0].rstrip(". ")


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
