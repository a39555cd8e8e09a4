"""Milestones: a service is billed once the customer has accepted it."""

from __future__ import annotations

from collections.abc import Iterator

from tieout.core.findings import Awaited, Finding
from tieout.core.found import finding
from tieout.core.quantity import plain
from tieout.core.selling_keys import milestone_key
from tieout.packs.subscription_billing.codes import code
from tieout.packs.subscription_billing.sheet import Sheet, SheetLine


def milestones(sheet: Sheet) -> Iterator[Finding]:
    """BIL-MILE: the line waits until the milestone is accepted; services are asked meanwhile."""
    for known in sheet.open_lines:
        wanted = wanted_of(known)
        if sheet.invoice.is_credit or not wanted or (known.milestone is not None and known.milestone.accepted):
            continue
        subscription = known.line.order.document or sheet.invoice.order_number
        yield finding(
            code("BIL-MILE"),
            known.where,
            ruling=known.ruling,
            status="WAIT-MILESTONE",
            expected="accepted",
            actual=wanted,
            at_stake=abs(known.billed),
            awaited=[Awaited(key=key, label="WAIT-MILESTONE") for key in map(milestone_key, (subscription, wanted))],
            reason=progress(known),
        )


def wanted_of(known: SheetLine) -> str:
    """The milestone that a line waits for; "" if it waits for none."""
    if known.version is None or known.version.line.basis != "milestone":
        return known.line.milestone
    return known.line.milestone or known.version.line.milestone or f"of line {known.version.line.id}"


def progress(known: SheetLine) -> str:
    """How far it is, in words."""
    milestone = known.milestone
    if milestone is None:
        return "nothing is known of it"
    by = f" by {milestone.accepted_by}" if milestone.accepted_by else ""
    return f"accepted{by}" if milestone.accepted else f"it is at {plain(milestone.percent)} %"
