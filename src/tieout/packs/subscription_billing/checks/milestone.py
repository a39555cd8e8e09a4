"""Milestones: a service is billed once the customer has accepted it."""

from __future__ import annotations

from collections.abc import Iterator

from tieout.core.findings.finding import Awaited, Finding
from tieout.core.findings.making import finding
from tieout.packs.subscription_billing.codes import code
from tieout.packs.subscription_billing.sheet import Sheet
from tieout.trade.selling_keys import milestone_key


def milestones(sheet: Sheet) -> Iterator[Finding]:
    """BIL-MILE: the line waits until the milestone is accepted; services are asked meanwhile."""
    for known in sheet.open_lines:
        wanted = known.awaits
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
            reason=known.progress,
        )
