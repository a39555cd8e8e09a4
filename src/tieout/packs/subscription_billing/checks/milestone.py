"""Milestones: a service is billed once the customer has accepted it."""

from __future__ import annotations

from collections.abc import Iterator

from tieout.core.findings.finding import Awaited, Finding
from tieout.core.findings.making import finding
from tieout.packs.subscription_billing.codes import code
from tieout.packs.subscription_billing.sheet import Sheet
from tieout.trade.selling_keys import milestone_key


def milestones(sheet: Sheet) -> Iterator[Finding]:
    """BIL-MILE: the line waits until the milestone is accepted; the services team is asked meanwhile."""
    for sheet_line in sheet.open_lines:
        wanted = sheet_line.awaits
        if (
            sheet.invoice.is_credit
            or not wanted
            or (sheet_line.milestone is not None and sheet_line.milestone.accepted)
        ):
            continue
        subscription = sheet_line.line.order.document or sheet.invoice.order_number
        yield finding(
            code("BIL-MILE"),
            sheet_line.where,
            ruling=sheet_line.ruling,
            status="WAIT-MILESTONE",
            expected="accepted",
            actual=wanted,
            at_stake=abs(sheet_line.billed),
            awaited=[Awaited(key=key, label="WAIT-MILESTONE") for key in map(milestone_key, (subscription, wanted))],
            reason=sheet_line.progress,
        )
