"""What left and was never billed: the sales order watches its own billing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from tieout.core.calendar import add
from tieout.core.findings import Awaited, Finding
from tieout.core.found import finding, instant_text, quantity_text
from tieout.core.posting_lines import CRUMB
from tieout.core.selling_keys import billed_key, outbound_key
from tieout.packs.order_to_cash.checks.movement import numbers_of, worth
from tieout.packs.order_to_cash.codes import code
from tieout.packs.order_to_cash.sheet import OrderRow, OrderSheet, ledger_name


def unbilled(row: OrderRow) -> Decimal:
    """What of an order line may be billed and is not."""
    left = row.counted.usable - row.ledger.net_billed
    return left if left > CRUMB else Decimal(0)


def leaks(sheet: OrderSheet) -> Iterator[Finding]:
    """BIL-LEAK for every line of which more may be billed than is: a wait within the leak window, then somebody's."""
    for row in sheet.rows:
        left = unbilled(row)
        if left:
            yield _leak(sheet, row, left)


def _leak(sheet: OrderSheet, row: OrderRow, left: Decimal) -> Finding:
    window, hours = row.ruling.rules.leak_window, row.ruling.rules.hours
    since = row.counted.since or sheet.dossier.received_at
    until: datetime | None = None if window is None or hours is None else add(window, since, hours)
    waits = until is not None and sheet.dossier.at < until
    label = "WAIT-BILLING" if waits else ""
    keys = (billed_key(ledger_name(row.order)), outbound_key(row.order.number))
    return finding(
        code("BIL-LEAK"),
        row.line.id,
        ruling=row.ruling,
        stage="wait" if waits else "hold",
        status=label,
        expected=quantity_text(row.counted.usable, row.ledger.unit),
        actual=str(worth(row, left)),
        variance=quantity_text(left, row.ledger.unit),
        at_stake=worth(row, left),
        awaited=[
            Awaited(key=key, until=until if waits and k == 0 else None, label=label) for k, key in enumerate(keys)
        ],
        also=numbers_of(row),
        missing=quantity_text(left, row.ledger.unit),
        date=f"{since:%Y-%m-%d}",
        until=instant_text(until) if until else "",
    )
