"""A change of contract within days that are booked: who bills the difference, and from when on it is ours to bill.

Most billing systems put it on their next invoice, as a minus and a plus line. A document of ours beside it would bill it twice: it follows
only where they have had their time and have not, and where revenue accounting has reviewed the change if policy says that it must.
"""

from __future__ import annotations

from datetime import datetime

from tieout.core.documents.kind import Document
from tieout.core.policy.rule import HOURS
from tieout.core.tie_out.dossier import RecordedDocument
from tieout.core.values.calendar import add
from tieout.packs.subscription_billing.rules import REVENUE_REVIEW
from tieout.packs.subscription_billing.sheet import Sheet, SheetLine
from tieout.trade.contract_periods import end_of
from tieout.trade.documents import Amendment
from tieout.trade.rules import LEAK_WINDOW


def is_billings(sheet: Sheet, line: SheetLine) -> bool:
    """Whether a difference is not ours to bill yet."""
    until = billings_until(sheet, line)
    return bool(unreviewed_changes(sheet, line)) or (until is not None and sheet.dossier.at < until)


def unreviewed_changes(sheet: Sheet, line: SheetLine) -> list[str]:
    """The amendments that changed a line and whose review is open; none where policy wants no review."""
    if sheet.ruling.value(REVENUE_REVIEW) != "required":
        return []
    reviewed = {release.claim for release in sheet.releases if release.code == "BIL-REV"}
    return [recorded.document.number for recorded in _changed_by(sheet, line) if recorded.key not in reviewed]


def billings_until(sheet: Sheet, line: SheetLine) -> datetime | None:
    """Until when billing may bill a change by itself: as long as anything billable may stay unbilled, after the period and after the
    change became known. None where no change of contract is the cause, or no policy says how long."""
    amendments = [*_changed_by(sheet, line), *_restated(sheet, line)]
    window, hours = sheet.ruling.value(LEAK_WINDOW), sheet.ruling.value(HOURS)
    if not amendments or window is None or hours is None or line.days is None or line.terms is None:
        return None
    over = end_of(line.days, zone=line.terms.zone)
    return add(window, max(over, *(recorded.recorded_at for recorded in amendments)), hours)


def _restated(sheet: Sheet, line: SheetLine) -> list[RecordedDocument[Document]]:
    """The contract of a line, where its present version came after the invoice: it has no review, but billing has its time."""
    if line.reliance is not None or line.terms is None:
        return []
    return [
        recorded
        for recorded in sheet.evidence
        if recorded.document == line.terms.subscription and recorded.recorded_at > sheet.dossier.received_at
    ]


def _changed_by(sheet: Sheet, line: SheetLine) -> list[RecordedDocument[Document]]:
    """The amendments that changed a line by the end of its days."""
    if line.reliance is not None or line.days is None or line.terms is None:
        return []
    number, name, last = line.terms.subscription.number.strip(), line.line.order.line, line.days.last
    return [
        recorded
        for recorded in sheet.evidence
        if isinstance(amendment := recorded.document, Amendment)
        and amendment.subscription.strip() == number
        and amendment.effective_on <= last
        and (name in amendment.ended or any(changed.id == name for changed in amendment.lines))
    ]
