"""Goods on the sales order itself: shipped compared with ordered, picked and signed for, whether or not anything is billed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from tieout.core.findings.finding import Awaited, Finding
from tieout.core.findings.making import finding, quantity_text
from tieout.core.policy.tolerance import assess, limit_over
from tieout.packs.order_to_cash.checks.movement import of_gap
from tieout.packs.order_to_cash.codes import code
from tieout.packs.order_to_cash.counting import over_ordered
from tieout.packs.order_to_cash.figures import numbers_of, worth
from tieout.packs.order_to_cash.ledger import Leg
from tieout.packs.order_to_cash.rules import BILLED_FROM, PROOF_ASSUMED
from tieout.packs.order_to_cash.sheet import DOCUMENT, OrderRow, OrderSheet
from tieout.trade.rules import ORDERED, QUANTITY
from tieout.trade.selling_keys import outbound_key, sales_order_key


def unplaced_goods(sheet: OrderSheet) -> Iterator[Finding]:
    """AR-SHP-QTY for goods shipped, returned or signed for that fit no line of the order or cannot be counted, and for an order from
    which no invoice can be built, because another source system has one of its number."""
    unplaced = [*sheet.books.ledger.unplaced, *_shared(sheet)]
    if unplaced:
        yield finding(
            code("AR-SHP-QTY"),
            DOCUMENT,
            ruling=sheet.ruling,
            expected="goods that were ordered",
            actual="nothing that could be placed",
            awaited=[Awaited(key=outbound_key(sheet.order.number))],
            reason="; ".join(unplaced),
            order=sheet.order.number,
        )


def _shared(sheet: OrderSheet) -> Iterator[str]:
    """Why no invoice is built where we make them: its number would be that of another system's order as well."""
    if sheet.ruling.value(BILLED_FROM) == "events" and sheet.number_is_shared and sheet.order.status != "cancelled":
        yield f"another source system has a sales order {sheet.order.number} too, so no invoice is built for it"


def quantities(sheet: OrderSheet) -> Iterator[Finding]:
    """AR-SHP-QTY for a line of which more was shipped than ordered, and for a shipment that differs from what was picked;
    AR-POD-DIFF where more was signed for than shipped."""
    for row in sheet.rows:
        over = over_ordered(row.ledger, row.ruling.rules)
        unit = row.ledger.unit
        if over:
            words = f"{quantity_text(over, unit)} more left than line {row.line.id} of {row.order.number} orders"
            tolerance = row.ruling.value(ORDERED)
            yield _finding(row, "AR-SHP-QTY", words, limit=limit_over(tolerance) if tolerance else "0")
        for leg in row.ledger.legs:
            if leg.left:
                yield from _of_leg(row, leg)


def _of_leg(row: OrderRow, leg: Leg) -> Iterator[Finding]:
    tolerance, unit = row.ruling.value(QUANTITY), row.ledger.unit
    if tolerance is not None and not assess(tolerance, expected=leg.picked, actual=leg.shipped).within:
        picked, shipped = quantity_text(leg.picked, unit), quantity_text(leg.shipped, unit)
        words = f"shipment {leg.shipment} picked {picked} of line {row.line.id} and shipped {shipped}"
        yield _finding(row, "AR-SHP-QTY", words, leg=leg, limit=limit_over(tolerance))
    if leg.proven and leg.delivered > leg.shipped > 0:
        yield _finding(row, "AR-POD-DIFF", "more than left", leg=leg)


def _finding(row: OrderRow, code_id: str, words: str, *, leg: Leg | None = None, limit: str = "0") -> Finding:
    unit = row.ledger.unit
    picked = code_id == "AR-SHP-QTY" and leg is not None
    expected = leg.picked if leg and picked else leg.shipped if leg else row.ledger.ordered
    actual = leg.shipped if leg and picked else leg.delivered if leg else _kept(row)
    numbers = numbers_of(row, leg)
    return finding(
        code(code_id),
        row.line.id,
        ruling=row.ruling,
        site=numbers["site"],
        expected=quantity_text(expected, unit),
        actual=quantity_text(actual, unit),
        variance=quantity_text(actual - expected, unit),
        limit=limit,
        at_stake=worth(row, actual - expected),
        awaited=[Awaited(key=outbound_key(row.order.number)), Awaited(key=sales_order_key(row.order.number))],
        also=numbers,
        missing=quantity_text(abs(actual - expected), unit),
        reason=words,
    )


def _kept(row: OrderRow) -> Decimal:
    return row.ledger.shipped + row.ledger.performed - row.ledger.returned


def gaps(sheet: OrderSheet) -> Iterator[Finding]:
    """AR-SHP-NOEVENT, AR-POD-MISS and AR-POD-DIFF where we make the invoices ourselves: no invoice will ever bill these goods,
    so the order itself waits for them. Where policy assumes delivery without a proof, the order waits for that day.
    """
    for row in sheet.rows:
        rules = row.ruling.rules
        for gap in row.counted.gaps:
            assumed = bool(rules.value(PROOF_ASSUMED) and gap.code == "AR-POD-MISS" and gap.status)
            if gap.leg is not None and (rules.value(BILLED_FROM) == "events" or assumed):
                made = of_gap(
                    row,
                    gap,
                    where=row.line.id,
                    quantity=gap.quantity,
                    at_stake=worth(row, gap.quantity),
                    actual=quantity_text(row.ledger.shipped, row.ledger.unit),
                )
                yield replace(made, queue="system-wait") if assumed else made
