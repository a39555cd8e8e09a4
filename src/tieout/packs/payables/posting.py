"""What may be posted of a supplier's invoice, and what that uses up of the orders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from tieout.core.findings.finding import Finding
from tieout.core.tie_out.verdict import Allocation, PostingLine
from tieout.core.values.money import Money
from tieout.packs.payables.checks.quantity import gaps
from tieout.packs.payables.prepaid_posting import allocations_of as of_prepayments
from tieout.packs.payables.prepaid_posting import settling_lines
from tieout.packs.payables.rules import FREIGHT_POSTING
from tieout.packs.payables.sheet import Sheet
from tieout.packs.payables.sheet_lines import SheetLine
from tieout.trade.charges import by_order, line_freight
from tieout.trade.posting_lines import Placed, posting_lines
from tieout.trade.posting_lines import splittable as split_lines
from tieout.trade.pricing import NO_DISCOUNT

_NONE: Final = Decimal(0)
_BY_RECEIPT: Final = frozenset({"quantity", "return"})
"""Causes that say how much of a line may be posted."""


def voucher_lines(sheet: Sheet) -> list[PostingLine]:
    """The whole invoice as voucher lines: goods by order line, charges and allowances, and what rounding leaves."""
    placed = [
        Placed(
            claim_line=line.where,
            order=line.order.number,
            line=line.order_line.id,
            quantity=line.billed,
            unit=line.ledger.unit,
            part=line.part,
            money=line.is_money,
        )
        for line in sheet.lines
    ]
    by_value = sheet.ruling.value(FREIGHT_POSTING) == "by_value"
    lines = posting_lines(sheet.invoice, placed, charges=sheet.charge_lines, by_value=by_value)
    if not sheet.prepayments:
        return lines
    return list(settling_lines(sheet.prepayments, lines, sheet.invoice.currency, sheet.dossier.posted))


def in_advance(sheet: Sheet) -> Sheet:
    """The sheet of a payment in advance: its lines bill money and no goods, so nothing of an order is used up."""
    lines = tuple(replace(line, quantity=None) for line in sheet.invoice.lines)
    return replace(sheet, invoice=replace(sheet.invoice, lines=lines), lines=(), matches=(), orders={})


def splittable(sheet: Sheet, findings: Sequence[Finding], whole: Sequence[PostingLine]) -> list[PostingLine]:
    """Under split posting, what ties out although something else does not."""

    def usable(line: PostingLine, troubles: Sequence[Finding]) -> Decimal | None:
        matched = next((row for row in sheet.lines if _of(row, line)), None)
        by_receipt = all(
            trouble.cause.partition("@")[0] in _BY_RECEIPT and trouble.code != "AP-QTY-ORD" for trouble in troubles
        )
        if matched is None or not by_receipt or line.quantity is None:
            return None
        return line.quantity - sum((gap.quantity for gap in gaps(sheet, matched)), Decimal(0))

    return split_lines(sheet.invoice, findings, whole, usable)


def _of(matched: SheetLine, line: PostingLine) -> bool:
    return (matched.where, matched.order.number, matched.order_line.id) == (line.claim_line, line.order, line.line)


def allocations_of(sheet: Sheet, lines: Iterable[PostingLine]) -> tuple[Allocation, ...]:
    """How much of each order line the posted and postable lines use up, signed by the kind of document.

    A price difference moves money and uses up no goods. Charges use up what the order plans for them: they are booked on the order
    and on none of its lines. What is free and beyond the order uses up nothing.
    """
    lines, sign = tuple(lines), sheet.invoice.sign
    beyond = {(line.where, line.order.number, line.order_line.id): line.free for line in sheet.lines if line.free}
    discounts = {
        (line.where, line.order.number, line.order_line.id): line.discount
        for line in sheet.lines
        if line.discount is not NO_DISCOUNT and line.discount
    }
    used: dict[tuple[str, str, str], Allocation] = {}
    for line in _allocating(sheet, lines):
        key = (line.claim_line, line.order, line.line)
        off = discounts.get(key) if discounts and line.quantity is not None else None
        minor = line.net.minor - round(line.net.minor * off) if off else line.net.minor
        quantity, net = line.quantity * sign if line.quantity else _NONE, Money(minor * sign, line.net.currency)
        if line.quantity and key in beyond:
            quantity -= beyond[key]
        if (before := used.get(key)) is not None:
            quantity, net = quantity + before.quantity, net + before.net
        used[key] = Allocation(
            claim_line=line.claim_line,
            ledger=sheet.ledger_of(line.order),
            line=line.line,
            quantity=quantity,
            unit=line.unit,
            net=net,
        )
    prepaid = of_prepayments(sheet.dossier, sheet.invoice, sheet.prepayments, lines)
    return (*(used[key] for key in sorted(used)), *prepaid)


def _allocating(sheet: Sheet, lines: Iterable[PostingLine]) -> Iterator[PostingLine]:
    orders = tuple(sheet.orders[number] for number in sorted(sheet.orders))
    inner = {line.id: line_freight(line) for line in sheet.invoice.lines if line.allowances_charges}
    for line in lines:
        if line.order and (line.kind == "price" or (line.kind == "goods" and line.quantity is not None)):
            yield line
            inside = inner.pop(line.claim_line, None)
            if inside:
                yield replace(line, line="", quantity=None, unit="", net=inside)
        elif line.kind == "charge" and line.order:
            yield replace(line, line="", quantity=None, unit="")
        elif line.kind == "charge" and orders:
            for order, net in by_order(line.net, orders):
                if net:
                    yield replace(line, order=order.number, line="", net=net)
