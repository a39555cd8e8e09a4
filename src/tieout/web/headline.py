"""The first sentence of a case: what is wrong, whom it waits for, until when."""

from __future__ import annotations

from datetime import datetime

from tieout.store.screens.case import CasePage
from tieout.web.words import due, moment


def headline(page: CasePage, *, at: datetime) -> str:
    """ "50 EA of line 1 are in quality inspection: waiting until 2 Dec 2026 14:00 UTC for receiving/WMS-4"."""
    case = page.state
    first = page.findings[0].message if page.findings else page.line.headline
    wrong = (first or f"{case.code} on {page.line.number}").rstrip(". ")
    if case.wait_until is not None and not case.ended:
        label = f" ({case.wait_label})" if case.wait_label else ""
        owner = f" for {case.queue}" if case.queue else ""
        return f"{wrong}: waiting{label} until {moment(case.wait_until)}{owner}"
    match case.state:
        case "asked":
            return f"{wrong}: the supplier was asked, {due(case.due_at, at=at)} once it answers"
        case "waiting" | "open" | "assigned":
            return f"{wrong}: {case.queue or 'nobody yet'} must answer, {due(case.due_at, at=at)}"
        case "resolved":
            return f"{wrong}: cleared by the evidence" if case.resolved_by == "world" else f"{wrong}: resolved"
        case "rejected":
            return f"{wrong}: sent back to the supplier"
