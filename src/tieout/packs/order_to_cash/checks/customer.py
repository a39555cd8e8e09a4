"""The customer: whether its master record is complete enough to bill, and whether its billing rule says to wait."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from tieout.core.findings.finding import Awaited, Finding
from tieout.core.findings.making import finding, instant_text
from tieout.core.values.sentence import Sentence, joined
from tieout.packs.order_to_cash.billing_rule import COMPLETE, HeldBack, monthly, open_lines, patience, rule_of
from tieout.packs.order_to_cash.codes import code
from tieout.packs.order_to_cash.ledger import ZERO
from tieout.packs.order_to_cash.sheet import DOCUMENT, OrderRow, Sheet
from tieout.trade.customer_terms import delivery_to
from tieout.trade.documents import AccountingSetup, Order
from tieout.trade.selling_keys import accounting_key, customer_key, milestone_key, outbound_key, sales_order_key
from tieout.trade.sendable import unsendable

_OWNER: Final = "customer-service"
_STATUS: Final = "WAIT-RULE"


def billing_rules(sheet: Sheet) -> Iterator[Finding]:
    """AR-CUST-RULE: the customer wants complete orders, one invoice an order, or one a month, and that is not met yet.

    A wait by policy and no error; it needs an owner only when the rule has waited longer than the leak window allows after
    the order's last due day.
    """
    if sheet.invoice.is_credit or sheet.released:
        return
    for order in sheet.books.orders.values():
        rows = [row for row in sheet.rows if row.order.number == order.number]
        rule = rule_of(order, sheet.books, sheet.ruling)
        held = _broken(sheet, order, rows, rule)
        if held is not None:
            yield _wait(sheet, order, rule, held)


def _broken(sheet: Sheet, order: Order, rows: list[OrderRow], rule: str) -> HeldBack | None:
    """What the rule waits for, and until when it may; None where it is met."""
    rules = sheet.ruling.rules
    until = patience(order, rules, sheet.dossier.received_at)
    if rule in COMPLETE and (short := open_lines(order, rows)):
        return HeldBack(
            reason=Sentence("{order} is not complete: {short}", order=order.number, short=joined(", ", short)),
            until=until,
        )
    if rule == "one_per_order":
        before = [row.line.id for row in rows if row.ledger.net_billed > 0]
        left = [row.line.id for row in rows if _left_out(sheet, row)]
        wanted = Sentence("one invoice for all of {order} is wanted", order=order.number)
        if before:
            return HeldBack(
                reason=Sentence(
                    "{wanted}, and another one bills line {before} already", wanted=wanted, before=", ".join(before)
                ),
                until=until,
            )
        if left:
            return HeldBack(
                reason=Sentence("{wanted}, and this one leaves out line {left}", wanted=wanted, left=", ".join(left)),
                until=until,
            )
    if rule == "consolidated":
        held = monthly(rows, sheet.invoice.issue_date, rules)
        return held if held and held.until and sheet.dossier.at < held.until else None
    return None


def _left_out(sheet: Sheet, row: OrderRow) -> bool:
    mine = sum((line.billed or ZERO for line in sheet.lines if line.row is row), ZERO)
    return mine < row.counted.usable


def _wait(sheet: Sheet, order: Order, rule: str, held: HeldBack) -> Finding:
    waits = held.until is not None and sheet.dossier.at < held.until
    label = _STATUS if waits else ""
    keys = (outbound_key(order.number), sales_order_key(order.number), milestone_key(order.number))
    made = finding(
        code("AR-CUST-RULE"),
        DOCUMENT,
        ruling=sheet.ruling,
        stage="wait" if waits else "hold",
        status=label,
        expected=rule.replace("_", " "),
        actual=held.reason,
        at_stake=sheet.invoice.totals.payable,
        awaited=[
            Awaited(key=key, until=held.until if waits and k == 0 else None, label=label) for k, key in enumerate(keys)
        ],
        reason=held.reason,
        rule=rule.replace("_", " "),
        order=order.number,
        also={"until" if waits else "since": instant_text(held.until)} if held.until else {},
    )
    # A wait by policy needs no owner; once the time is over it does.
    return replace(made, queue=_OWNER) if not waits and made.queue == "system-wait" else made


def master(sheet: Sheet) -> Iterator[Finding]:
    """AR-CUST-MD: the customer has no master record, is blocked, or lacks what an invoice needs."""
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
            lacking.append(
                Sentence(
                    "release from its block ({block_reason})",
                    block_reason=customer.block_reason or Sentence("no reason is given"),
                )
            )
        if customer.reference_required and not _reference(sheet):
            lacking.append("own order number, which it wants on every invoice")
    if lacking and not sheet.released:
        yield finding(
            code("AR-CUST-MD"),
            DOCUMENT,
            ruling=sheet.ruling,
            expected=joined(", ", lacking),
            actual=customer.number if customer else number or "no customer number",
            at_stake=sheet.invoice.totals.payable,
            awaited=[Awaited(key=customer_key(customer.number if customer else number))],
            customer=customer.name if customer else sheet.invoice.buyer.name,
        )


def delivery(sheet: Sheet) -> str:
    """Where the invoice goes, with the references that customer and order supply; "" where that is not known."""
    seller = next(
        (setup.seller for setup in sheet.books.of(AccountingSetup) if setup.number.strip() == entity_of(sheet)), None
    )
    return delivery_to(sheet.books.customer, sheet.invoice, customer_order=_reference(sheet), seller=seller)


def entity_of(sheet: Sheet) -> str:
    """Our company that bills: as the invoice says, else the book that it is in, else as its order says."""
    orders = (order.entity for order in sheet.books.orders.values())
    return (sheet.invoice.entity or sheet.dossier.entity or next(filter(None, orders), "")).strip()


def sendable(sheet: Sheet) -> Iterator[Finding]:
    """BIL-READY-SELL, -ADDR, -REF, -TAX: what the customer's way of receiving invoices demands and this one lacks."""
    if sheet.released:
        return
    customer = sheet.books.customer
    number = customer.number if customer else sheet.invoice.buyer.identifier("ours")
    awaited = (customer_key(number), *map(sales_order_key, sheet.books.orders))
    entity = entity_of(sheet)
    ours = (accounting_key(entity),) if entity else ()
    yield from unsendable(sheet.invoice, delivery(sheet), ruling=sheet.ruling, awaited=awaited, ours=ours)


def _reference(sheet: Sheet) -> str:
    return sheet.invoice.customer_order or next(
        (order.customer_order for order in sheet.books.orders.values() if order.customer_order), ""
    )
