"""Goods that moved and could not be placed: a receipt or return for the order that fits none of its lines."""

from __future__ import annotations

from collections.abc import Iterator

from tieout.core.findings.finding import Awaited, Finding
from tieout.core.findings.making import finding
from tieout.packs.payables.codes import code
from tieout.packs.payables.sheet import DOCUMENT, Sheet
from tieout.trade.keys import movement_key, order_key


def unplaced(sheet: Sheet) -> Iterator[Finding]:
    """INT-MAP: what moved is not counted anywhere, so what is here is not known; a return that nobody counts would be paid."""
    strays = [stray for stray in sheet.ledger.unplaced if ": no conversion from " not in stray]  # AP-UOM says those
    if strays:
        keys = [key for number in sorted(sheet.orders) for key in (movement_key(number), order_key(number))]
        yield finding(
            code("INT-MAP"),
            DOCUMENT,
            ruling=sheet.ruling,
            actual=strays[0].partition(":")[0],
            at_stake=sheet.invoice.totals.payable,
            awaited=[Awaited(key=key) for key in keys],
            reason="; ".join(sorted(strays)),
        )
