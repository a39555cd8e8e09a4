"""What may be billed and never was: the sales order watches its own billing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Final

from tieout.core.findings.finding import Awaited, Finding
from tieout.core.findings.making import finding, instant_text, quantity_text
from tieout.core.policy.rule import HOURS
from tieout.core.values.calendar import add
from tieout.packs.order_to_cash.billing_rule import COMPLETE, month_end, open_lines, patience, rule_of
from tieout.packs.order_to_cash.codes import code
from tieout.packs.order_to_cash.figures import numbers_of, worth
from tieout.packs.order_to_cash.sheet import OrderRow, OrderSheet
from tieout.trade.posting_lines import CRUMB
from tieout.trade.rules import LEAK_WINDOW
from tieout.trade.selling_keys import billed_key, outbound_key

# Until the window is over the billing system may bill by itself, and no person is asked.
_NOBODY: Final = "system-wait"


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long we wait for the billing: `until` None is no longer; `reason` where the customer's rule holds it back."""

    until: datetime | None
    label: str = "WAIT-BILLING"
    reason: str = ""


def unbilled(row: OrderRow) -> Decimal:
    """What of an order line may be billed and is not."""
    left = row.counted.usable - row.ledger.net_billed
    return left if left > CRUMB else Decimal(0)


def leaks(sheet: OrderSheet) -> Iterator[Finding]:
    """BIL-LEAK for every line of which more may be billed than is: a wait within the leak window, then a case with an owner."""
    for row in sheet.rows:
        left = unbilled(row)
        if left:
            yield _leak(sheet, row, left)


def _patience(sheet: OrderSheet, row: OrderRow, since: datetime) -> Patience:
    rules = row.ruling.rules
    window, hours = rules.value(LEAK_WINDOW), rules.value(HOURS)
    if window is None or hours is None:
        return Patience(until=None)
    rule = rule_of(sheet.order, sheet.books, sheet.ruling)
    if rule in COMPLETE and open_lines(sheet.order, sheet.rows):
        until = patience(sheet.order, rules, sheet.dossier.received_at)
        return Patience(until=until, label="WAIT-RULE", reason="The customer is billed when the order is complete")
    if rule in COMPLETE:  # the last of it made it billable
        since = max([since, *(part.since for other in sheet.rows for part in other.counted.parts if part.since)])
    if rule == "consolidated":
        since = month_end(since, hours)
        if sheet.dossier.at < since:
            return Patience(until=since, label="WAIT-RULE", reason="The customer is billed once a month")
    return Patience(until=add(window, since, hours))


def _leak(sheet: OrderSheet, row: OrderRow, left: Decimal) -> Finding:
    since = row.counted.since(row.ledger.net_billed) or sheet.dossier.received_at
    how = _patience(sheet, row, since)
    waits = how.until is not None and sheet.dossier.at < how.until
    label = how.label if waits else ""
    keys = (billed_key(sheet.books.ledger_name(row.order.number)), outbound_key(row.order.number))
    numbers = numbers_of(row)
    made = finding(
        code("BIL-LEAK"),
        row.line.id,
        ruling=row.ruling,
        site=numbers["site"],
        stage="wait" if waits else "hold",
        status=label,
        expected=quantity_text(row.counted.usable, row.ledger.unit),
        actual=quantity_text(row.counted.usable - left, row.ledger.unit),
        variance=quantity_text(left, row.ledger.unit),
        at_stake=worth(row, left),
        awaited=[
            Awaited(key=key, until=how.until if waits and k == 0 else None, label=label) for k, key in enumerate(keys)
        ],
        also=numbers,
        missing=quantity_text(left, row.ledger.unit),
        date=f"{since:%Y-%m-%d}",
        until=instant_text(how.until) if waits and how.until else "",
        reason=how.reason if waits else "",
    )
    return replace(made, queue=_NOBODY) if waits else made
