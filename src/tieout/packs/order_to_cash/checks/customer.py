"""The customer: whether our books are complete enough to bill, and whether its own rule says to wait."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from tieout.core.calendar import add, zone_of
from tieout.core.documents import Order
from tieout.core.findings import Awaited, Finding
from tieout.core.found import finding, instant_text
from tieout.core.policy import Hours, Ruling
from tieout.core.selling_keys import customer_key, outbound_key, sales_order_key
from tieout.packs.order_to_cash.codes import code
from tieout.packs.order_to_cash.ledger import ZERO
from tieout.packs.order_to_cash.sheet import DOCUMENT, Books, OrderRow, Sheet

_STATUS: Final = "WAIT-RULE"


def rule_of(order: Order, books: Books, ruling: Ruling) -> str:
    """The billing rule that holds for an order: its own, the customer's, then policy's."""
    own = order.billing_rule or (books.customer.billing_rule if books.customer else "")
    return own or ruling.rules.billing_rule or ""


def billing_rules(sheet: Sheet) -> Iterator[Finding]:
    """AR-CUST-RULE: the customer wants it complete, in one invoice, or once a month, and it is not so yet.

    A wait by policy and no error; it becomes somebody's only when the rule has waited longer than the leak window
    allows after the order's last due day.
    """
    if sheet.invoice.is_credit or sheet.released:
        return
    for order in sheet.books.orders.values():
        rows = [row for row in sheet.rows if row.order.number == order.number]
        rule = rule_of(order, sheet.books, sheet.ruling)
        reason, until = _broken(sheet, order, rows, rule)
        if reason:
            yield _wait(sheet, order, rule=rule, reason=reason, until=until or _patience(sheet, order))


def _broken(sheet: Sheet, order: Order, rows: list[OrderRow], rule: str) -> tuple[str, datetime | None]:
    if rule in {"complete_only", "one_per_order"} and (short := open_lines(rows)):
        return f"{order.number} is not complete: {', '.join(short)}", None
    if rule == "one_per_order":
        left = [row.line.id for row in rows if _unbilled(sheet, row)]
        if left:
            return (
                f"one invoice for all of {order.number} is wanted, and this one leaves out line {', '.join(left)}",
                None,
            )
    if rule == "consolidated":
        ends = month_end(rows, sheet.ruling.rules.hours or Hours())
        if ends is not None and sheet.dossier.at < ends:
            return "the customer is billed once a month", ends
    return "", None


def open_lines(rows: list[OrderRow]) -> list[str]:
    """What of an order is not complete yet, line by line, in words."""
    return [
        f"line {row.line.id} has {row.counted.usable.normalize():f} of {row.ledger.ordered.normalize():f} {row.ledger.unit}"
        for row in rows
        if row.counted.usable + row.counted.cut < row.ledger.ordered
    ]


def _unbilled(sheet: Sheet, row: OrderRow) -> bool:
    mine = sum((line.billed or ZERO for line in sheet.lines if line.row is row), ZERO)
    return mine + row.counted.cut < row.ledger.ordered or row.ledger.billed > 0


def month_end(rows: list[OrderRow], hours: Hours) -> datetime | None:
    """The first instant of the month after the last shipment, where the house is; None where nothing was shipped."""
    left = [leg.left_at for row in rows for leg in row.ledger.legs if leg.left and leg.left_at is not None]
    if not left:
        return None
    zone = zone_of(hours.zone)
    day = max(left).astimezone(zone).date()
    following = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return datetime.combine(following, time(), tzinfo=zone).astimezone(UTC)


def _patience(sheet: Sheet, order: Order) -> datetime | None:
    """Until when a rule may wait: the leak window after the last day on which the order is due."""
    window, hours = sheet.ruling.rules.leak_window, sheet.ruling.rules.hours
    days = [line.due_on for line in order.lines if line.due_on is not None]
    last: date | None = max(days, default=order.issue_date)
    if window is None or hours is None:
        return None
    start = sheet.dossier.received_at if last is None else datetime.combine(last, time(), tzinfo=zone_of(hours.zone))
    return add(window, max(start.astimezone(UTC), sheet.dossier.received_at), hours)


def _wait(sheet: Sheet, order: Order, *, rule: str, reason: str, until: datetime | None) -> Finding:
    waits = until is not None and sheet.dossier.at < until
    label = _STATUS if waits else ""
    keys = (outbound_key(order.number), sales_order_key(order.number))
    return finding(
        code("AR-CUST-RULE"),
        DOCUMENT,
        ruling=sheet.ruling,
        stage="wait" if waits else "hold",
        status=label,
        expected=rule.replace("_", " "),
        actual=reason,
        at_stake=sheet.invoice.totals.payable,
        awaited=[
            Awaited(key=key, until=until if waits and k == 0 else None, label=label) for k, key in enumerate(keys)
        ],
        reason=reason,
        until=instant_text(until) if until else "",
        order=order.number,
    )


def master(sheet: Sheet) -> Iterator[Finding]:
    """AR-CUST-MD: the customer is not in the books, is blocked, or lacks what an invoice needs."""
    customer = sheet.books.customer
    number = sheet.invoice.buyer.identifier("ours")
    lacking: list[str]
    if customer is None:
        lacking = ["record in our books"]
    else:
        needed = (
            ("name", customer.name),
            ("country", customer.country),
            ("bill-to address", customer.bill_to or customer.street),
            ("ship-to address", customer.ship_to or customer.street),
            ("tax class", customer.tax_class),
        )
        lacking = [words for words, value in needed if not value]
        if customer.blocked:
            lacking.append(f"release from its block ({customer.block_reason or 'no reason is given'})")
        if customer.reference_required and not _reference(sheet):
            lacking.append("own order number, which it wants on every invoice")
    if lacking and not sheet.released:
        yield finding(
            code("AR-CUST-MD"),
            DOCUMENT,
            ruling=sheet.ruling,
            expected=", ".join(lacking),
            actual=customer.number if customer else number or "no customer number",
            at_stake=sheet.invoice.totals.payable,
            awaited=[Awaited(key=customer_key(customer.number if customer else number))],
            customer=customer.name if customer else sheet.invoice.buyer.name,
        )


def _reference(sheet: Sheet) -> str:
    return sheet.invoice.customer_order or next(
        (order.customer_order for order in sheet.books.orders.values() if order.customer_order), ""
    )
