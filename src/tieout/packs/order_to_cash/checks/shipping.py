"""Goods on the sales order itself: shipped compared with ordered, picked and signed for, whether or not anything is billed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from tieout.core.findings.finding import Awaited, Finding
from tieout.core.findings.making import finding, quantity_text
from tieout.core.policy.rule import HOURS
from tieout.core.policy.tolerance import assess, limit_over
from tieout.core.values.calendar import add
from tieout.core.values.sentence import Sentence, joined
from tieout.packs.order_to_cash.checks.movement import in_order, of_gap
from tieout.packs.order_to_cash.codes import code
from tieout.packs.order_to_cash.counting import Gap, over_ordered
from tieout.packs.order_to_cash.figures import numbers_of, worth
from tieout.packs.order_to_cash.ledger import ZERO, Leg, Performed
from tieout.packs.order_to_cash.pending import covered
from tieout.packs.order_to_cash.rules import BILLED_FROM, CARRIER_LAG_MAX, PROOF_ASSUMED
from tieout.packs.order_to_cash.sheet import DOCUMENT, OrderRow, OrderSheet
from tieout.trade.posting_lines import CRUMB
from tieout.trade.rules import LEAK_WINDOW, ORDERED, QUANTITY
from tieout.trade.selling_keys import milestone_key, outbound_key, sales_order_key


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
            reason=joined("; ", unplaced),
            order=sheet.order.number,
        )


def _shared(sheet: OrderSheet) -> Iterator[str]:
    """Why no invoice is built where we make them: its number would be that of another system's order as well."""
    if sheet.ruling.value(BILLED_FROM) == "events" and sheet.number_is_shared and sheet.order.status != "cancelled":
        yield Sentence(
            "another source system has a sales order {order} too, so no invoice is built for it",
            order=sheet.order.number,
        )


def quantities(sheet: OrderSheet) -> Iterator[Finding]:
    """AR-SHP-QTY for a line of which more was shipped than ordered, and for a shipment that differs from what was picked;
    AR-POD-DIFF where more was signed for than shipped."""
    for row in sheet.rows:
        over = over_ordered(row.ledger, row.ruling.rules)
        unit = row.ledger.unit
        if over:
            words = Sentence(
                "{quantity} more left than line {line} of {order} orders",
                quantity=quantity_text(over, unit),
                line=row.line.id,
                order=row.order.number,
            )
            tolerance = row.ruling.value(ORDERED)
            yield _finding(row, "AR-SHP-QTY", words, limit=limit_over(tolerance) if tolerance else "0")
        for leg in row.ledger.legs:
            if leg.left:
                yield from _of_leg(row, leg)


def _of_leg(row: OrderRow, leg: Leg) -> Iterator[Finding]:
    tolerance, unit = row.ruling.value(QUANTITY), row.ledger.unit
    if tolerance is not None and not assess(tolerance, expected=leg.picked, actual=leg.shipped).within:
        picked, shipped = quantity_text(leg.picked, unit), quantity_text(leg.shipped, unit)
        words = Sentence(
            "shipment {shipment} picked {picked} of line {line} and shipped {shipped}",
            shipment=leg.shipment,
            picked=picked,
            line=row.line.id,
            shipped=shipped,
        )
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
    """AR-SHP-NOEVENT, AR-POD-MISS and AR-POD-DIFF for goods that left and that nothing bills, whoever makes the invoices.

    Where we make them ourselves no invoice will ever bill these goods, so the order itself waits for them; where policy assumes
    delivery without a proof, for that day. Where the sales system makes them, the order is a case once their time is over, for
    what no invoice asks for already.
    """
    for row in sheet.rows:
        ours = row.ruling.value(BILLED_FROM) == "events"
        left = ZERO if ours else covered(sheet, row)
        for gap in in_order(row.counted.gaps):
            if gap.leg is None:
                continue
            if ours or _assumed(row, gap):
                made = _gap(row, gap, gap.quantity)
                yield replace(made, queue="system-wait") if _assumed(row, gap) else made
                continue
            due, part = due_at(sheet, row, gap), min(left, gap.quantity)
            left -= part
            if (due is None or sheet.dossier.at >= due) and gap.quantity - part > CRUMB:
                yield _gap(row, replace(gap, until=due, status=""), gap.quantity - part)


def _assumed(row: OrderRow, gap: Gap) -> bool:
    return bool(row.ruling.value(PROOF_ASSUMED) and gap.code == "AR-POD-MISS" and gap.status)


def _gap(row: OrderRow, gap: Gap, quantity: Decimal) -> Finding:
    return of_gap(
        row,
        gap,
        where=row.line.id,
        quantity=quantity,
        at_stake=worth(row, quantity),
        actual=quantity_text(row.ledger.shipped, row.ledger.unit),
    )


def due_at(sheet: OrderSheet, row: OrderRow, gap: Gap) -> datetime | None:
    """From when on goods that left and that nothing bills are a case of the order; None for at once.

    A proof or a carrier's event is late once its own time is over; a difference that the customer signed for has the time that
    billing has.
    """
    if gap.until is not None or gap.leg is None or gap.code != "AR-POD-DIFF":
        return gap.until
    return billing_due(sheet, row, gap.leg.proven_at)


def billing_due(sheet: OrderSheet, row: OrderRow, since: datetime | None) -> datetime | None:
    """When the time that billing has after a moment is over; None where no policy sets it."""
    window, hours = row.ruling.value(LEAK_WINDOW), row.ruling.value(HOURS)
    return None if window is None or hours is None else add(window, since or sheet.dossier.received_at, hours)


def unconfirmed(sheet: OrderSheet) -> Iterator[Finding]:
    """AR-SHP-QTY for goods that the carrier or the customer has, and that the warehouse does not confirm: nothing bills them."""
    for row in sheet.rows:
        left = covered(sheet, row)
        for leg in _unconfirmed(row):
            due, part = _confirmed_by(row, leg), min(left, leg.shipped)
            left -= part
            if (due is None or sheet.dossier.at >= due) and leg.shipped - part > CRUMB:
                who = Sentence("the customer has signed for it" if leg.proven else "the carrier has it")
                words = Sentence(
                    "the warehouse has not confirmed that shipment {shipment} left, and {who}",
                    shipment=leg.shipment,
                    who=who,
                )
                made = _finding(row, "AR-SHP-QTY", words, leg=leg)
                quantity = leg.shipped - part
                yield replace(made, at_stake=worth(row, quantity), variance=quantity_text(quantity, row.ledger.unit))


def _unconfirmed(row: OrderRow) -> list[Leg]:
    return [leg for leg in row.ledger.legs if not leg.left and leg.shipped > 0 and (leg.carried_at or leg.proven)]


def _confirmed_by(row: OrderRow, leg: Leg) -> datetime | None:
    """Until when the warehouse may confirm: as long as the two confirmations may be apart."""
    since, lag, hours = leg.carried_at or leg.proven_at, row.ruling.value(CARRIER_LAG_MAX), row.ruling.value(HOURS)
    return None if since is None or lag is None or hours is None else add(lag, since, hours)


def services(sheet: OrderSheet) -> Iterator[Finding]:
    """BIL-MILE for a service that was reported and that the customer has not accepted, once the time for billing it is over: no invoice
    bills it, or asks for it."""
    for row in sheet.rows:
        left = covered(sheet, row)
        for performed in row.ledger.unaccepted:
            part = min(left, performed.quantity)
            left -= part
            due = billing_due(sheet, row, performed.at)
            if (due is None or sheet.dossier.at >= due) and performed.quantity - part > CRUMB:
                yield _service(row, performed, performed.quantity - part)


def _service(row: OrderRow, performed: Performed, quantity: Decimal) -> Finding:
    number, unit = row.order.number, row.ledger.unit
    keys = (milestone_key(number), milestone_key(performed.milestone))
    numbers = {"quantity": quantity_text(quantity, unit), "line": row.line.id, "order": number}
    reason = Sentence("{quantity} of line {line} of {order}, and no invoice bills it", **numbers)
    if performed.at:
        reason = Sentence(
            "{quantity} of line {line} of {order}, reported on {day}, and no invoice bills it",
            day=performed.at.date(),
            **numbers,
        )
    return finding(
        code("BIL-MILE"),
        row.line.id,
        ruling=row.ruling,
        stage="hold",
        expected="accepted",
        actual=performed.milestone,
        at_stake=worth(row, quantity),
        awaited=[Awaited(key=key) for key in keys],
        also=numbers_of(row),
        reason=reason,
    )


def watching(sheet: OrderSheet) -> Iterator[Awaited]:
    """When goods and services that nothing bills become a case of the order: it is then tied out again, though nothing came."""
    dues = [
        due_at(sheet, row, gap) for row in sheet.rows for gap in row.counted.gaps if gap.leg and not _assumed(row, gap)
    ]
    dues += [_confirmed_by(row, leg) for row in sheet.rows for leg in _unconfirmed(row)]
    dues += [billing_due(sheet, row, performed.at) for row in sheet.rows for performed in row.ledger.unaccepted]
    coming = [due for due in dues if due is not None and due > sheet.dossier.at]
    if coming:
        yield Awaited(key=outbound_key(sheet.order.number), until=min(coming))
