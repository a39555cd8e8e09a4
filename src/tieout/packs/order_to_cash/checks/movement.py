"""Goods: what is to be billed beside what left, what the carrier has and what the customer signed for; and who can clear the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from tieout.core.findings import Awaited, Finding
from tieout.core.found import finding, instant_text, quantity_text
from tieout.core.keys import product_keys
from tieout.core.money import Money, extend
from tieout.core.posting_lines import CRUMB
from tieout.core.selling_keys import outbound_key, sales_order_key, shipment_key
from tieout.core.tolerance import Tolerance, assess, limit_over
from tieout.packs.order_to_cash.codes import code
from tieout.packs.order_to_cash.counting import Gap
from tieout.packs.order_to_cash.ledger import ZERO
from tieout.packs.order_to_cash.sheet import DOCUMENT, OrderRow, Sheet, SheetLine

_FIRST: Final = ("AR-POD-DIFF", "AR-POD-MISS", "AR-SHP-NOEVENT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Short:
    """A part of what a line bills and may not: `quantity` of the order line's unit, explained by a gap or by nothing."""

    code: str
    quantity: Decimal
    gap: Gap | None = None
    remainder: bool = False


def quantities(sheet: Sheet) -> Iterator[Finding]:
    """AR-SHP-NOEVENT, AR-POD-MISS, AR-POD-DIFF, AR-SHP-QTY for every line that bills more than may be billed by now."""
    for line in sheet.lines:
        if line.billed is None or line.billed <= 0:
            continue
        for short in shorts(line):
            yield _short(sheet, line, short)


def units(sheet: Sheet) -> Iterator[Finding]:
    """AR-SHP-QTY where the billed unit does not convert into the ordered one, or a movement could not be counted."""
    for line in sheet.lines:
        quantity = line.invoice_line.quantity
        uncounted = ", ".join(line.row.ledger.uncounted)
        if line.billed is not None and not uncounted:
            continue
        billed = quantity.unit if quantity else "nothing countable"
        yield finding(
            code("AR-SHP-QTY"),
            line.where,
            ruling=line.row.ruling,
            site=line.row.site,
            expected=line.row.ledger.unit,
            actual=uncounted or billed,
            at_stake=line.invoice_line.net,
            awaited=[Awaited(key=key) for key in product_keys(line.row.line.product)],
            ordered=line.row.ledger.unit,
            reason=f"no conversion between {uncounted or billed} and {line.row.ledger.unit} is known for this product",
        )


def missing_orders(sheet: Sheet) -> Iterator[Finding]:
    """AR-SHP-QTY for an order that is not known, and for a line of the invoice that no order line stands behind."""
    for number in sheet.invoice.order_numbers():
        if number not in sheet.books.orders:
            yield _nowhere(sheet, DOCUMENT, f"sales order {number} is not known", keys=[sales_order_key(number)])
    if not sheet.invoice.order_numbers() and not sheet.invoice.is_credit:
        yield _nowhere(sheet, DOCUMENT, "the invoice names no sales order")
    if sheet.invoice.is_credit:
        return
    for match in sheet.matches:
        if not match.shares and sheet.books.orders:
            yield _nowhere(sheet, match.line.id, match.problem, at_stake=match.line.net)
    strays = [stray for stray in sheet.books.ledger.unplaced if ": no conversion from " not in stray]
    if strays:
        keys = [outbound_key(number) for number in sorted(sheet.books.orders)]
        yield _nowhere(sheet, DOCUMENT, "; ".join(strays), keys=keys)


def _nowhere(
    sheet: Sheet, where: str, reason: str, *, keys: Sequence[str] = (), at_stake: Money | None = None
) -> Finding:
    return finding(
        code("AR-SHP-QTY"),
        where,
        ruling=sheet.ruling,
        expected="goods that were ordered and shipped",
        actual="nothing that could be placed",
        at_stake=at_stake or sheet.invoice.totals.payable,
        awaited=[Awaited(key=key) for key in keys],
        reason=reason,
    )


def shorts(line: SheetLine) -> list[Short]:
    """Splits what a line bills too much by what explains it; what nothing explains was not shipped."""
    missing = _missing(line)
    found: list[Short] = []
    gaps = sorted(line.row.counted.gaps, key=lambda gap: _FIRST.index(gap.code))
    for gap in gaps:
        part = min(missing, gap.quantity)
        if part > CRUMB:
            found.append(Short(code=gap.code, quantity=part, gap=gap))
            missing -= part
    if missing > CRUMB:
        found.append(Short(code="AR-SHP-QTY", quantity=missing, remainder=bool(found)))
    return found


def _missing(line: SheetLine) -> Decimal:
    tolerance, billed = line.row.ruling.rules.quantity, line.billed or ZERO
    usable = line.row.counted.usable + line.row.counted.cut
    total = line.billed_before + billed
    if tolerance is None or abs(total - usable) < CRUMB:
        return ZERO
    found = _assess(line, tolerance, usable, total)
    return ZERO if found or total <= usable else min(total - usable, billed)


def _assess(line: SheetLine, tolerance: Tolerance, expected: Decimal, actual: Decimal) -> bool:
    price = line.row.agreed.net
    if tolerance.basis == "extended_value" and price is not None:
        expected, actual = expected * price, actual * price
    return assess(tolerance, expected=expected, actual=actual).within


def cut_of(line: SheetLine) -> Decimal:
    """How much of a line is never billed: the customer did not take it, and somebody of ours accepted that."""
    over = line.billed_before + (line.billed or ZERO) - line.row.counted.usable
    return max(ZERO, min(over, line.row.counted.cut, line.billed or ZERO))


def _short(sheet: Sheet, line: SheetLine, short: Short) -> Finding:
    row, gap = line.row, short.gap
    waiting = gap is not None and bool(gap.status)
    leg = gap.leg if gap else None
    keys = [outbound_key(row.order.number), sales_order_key(row.order.number)]
    keys += [shipment_key(leg.shipment)] if leg else []
    until = gap.until if gap else None
    status = gap.status if gap else ""
    return finding(
        code(short.code),
        line.where,
        ruling=row.ruling,
        site=leg.site if leg else row.site,
        stage="wait" if waiting else "hold",
        status=status,
        expected=quantity_text(row.counted.usable, row.ledger.unit),
        actual=quantity_text(line.billed_before + (line.billed or ZERO), row.ledger.unit),
        variance=quantity_text(short.quantity, row.ledger.unit),
        limit=limit_over(row.ruling.rules.quantity) if row.ruling.rules.quantity else "0",
        at_stake=worth(row, short.quantity, line.price),
        awaited=[
            Awaited(key=key, until=until if waiting and k == 0 else None, label=status) for k, key in enumerate(keys)
        ],
        remainder=short.remainder,
        also=numbers_of(row),
        missing=quantity_text(short.quantity, row.ledger.unit),
        until=_until(until),
        shipment=leg.shipment if leg else "",
        carrier=leg.carrier if leg else "",
        reason=(leg.reason if leg else "") or ("not shipped" if short.code == "AR-SHP-QTY" else ""),
    )


def _until(until: datetime | None) -> str:
    return instant_text(until) if until else ""


def numbers_of(row: OrderRow) -> dict[str, str]:
    """The figures of a ledger line that messages use."""
    ledger, unit = row.ledger, row.ledger.unit
    figures = {
        "ordered": ledger.ordered,
        "picked": ledger.picked,
        "shipped": ledger.shipped,
        "confirmed": ledger.confirmed,
        "delivered": ledger.delivered,
        "returned": ledger.returned,
        "billable": row.counted.usable,
        "billed": ledger.net_billed,
    }
    texts = {name: quantity_text(value, unit) for name, value in figures.items()}
    return texts | {"unit": unit, "order": row.order.number, "order_line": row.line.id}


def worth(row: OrderRow, quantity: Decimal, price: Decimal | None = None) -> Money:
    """What a quantity is worth at a price, else at the agreed one."""
    each = price if price is not None else row.agreed.net or ZERO
    return abs(extend(each, quantity, per=Decimal(1), currency=row.order.currency))
