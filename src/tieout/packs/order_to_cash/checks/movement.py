"""Goods: billed compared with shipped, taken over by the carrier and signed for by the customer; and who can clear the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from tieout.core.documents.kind import Document
from tieout.core.findings.finding import Awaited, Finding
from tieout.core.findings.making import finding, instant_text, quantity_text
from tieout.core.policy.tolerance import Tolerance, assess, limit_over
from tieout.core.tie_out.key import same_ledger
from tieout.core.values.key import Key
from tieout.core.values.money import Money
from tieout.core.values.sentence import Sentence, joined
from tieout.packs.order_to_cash.checks.came_back import came_back, corrected, gratis, reason_of
from tieout.packs.order_to_cash.codes import code
from tieout.packs.order_to_cash.counting import Gap, over_ordered
from tieout.packs.order_to_cash.figures import numbers_of, worth
from tieout.packs.order_to_cash.ledger import ZERO
from tieout.packs.order_to_cash.sheet import DOCUMENT, OrderRow, Sheet, SheetLine
from tieout.trade.books import LeftOut, number_in
from tieout.trade.documents import CarrierEvent, CustomerReturn, DeliveryProof, Milestone, Shipment
from tieout.trade.keys import product_keys
from tieout.trade.posting_lines import CRUMB
from tieout.trade.rules import QUANTITY
from tieout.trade.selling_keys import billed_key, outbound_key, sales_order_key, shipment_key

_FIRST: Final = ("AR-POD-DIFF", "AR-POD-MISS", "AR-SHP-NOEVENT", "AR-SHP-QTY")


@dataclass(frozen=True, slots=True, kw_only=True)
class Short:
    """A part of what a line bills and may not: `quantity` of the order line's unit, explained by a gap, by what came back, or by
    nothing."""

    code: str
    quantity: Decimal
    gap: Gap | None = None
    remainder: bool = False
    returned: bool = False


def quantities(sheet: Sheet) -> Iterator[Finding]:
    """AR-SHP-NOEVENT, AR-POD-MISS, AR-POD-DIFF, AR-SHP-QTY for every line that bills more than may be billed by now; BIL-SANE for
    what another invoice, or another line of this one, has billed before. What is free and beyond the order is a note."""
    for line in sheet.lines:
        if line.free > CRUMB and not sheet.released:
            yield gratis(line)
        if line.billed is None or line.billed <= 0 or line.row.ledger.uncounted:
            continue  # what cannot be counted is reported by `units`
        for short in shorts(line):
            yield _again(sheet, line, short) if short.code == "BIL-SANE" else _short(sheet, line, short)


def units(sheet: Sheet) -> Iterator[Finding]:
    """AR-SHP-QTY where the billed unit does not convert into the ordered one, or a movement could not be counted."""
    for line in sheet.lines:
        quantity = line.invoice_line.quantity
        uncounted = ", ".join(line.row.ledger.uncounted)
        if line.billed is not None and not uncounted:
            continue
        billed, numbers = quantity.unit if quantity else "nothing countable", numbers_of(line.row)
        yield finding(
            code("AR-SHP-QTY"),
            line.where,
            ruling=line.row.ruling,
            site=line.row.site,
            expected=line.row.ledger.unit,
            actual=uncounted or billed,
            at_stake=line.invoice_line.net,
            awaited=[Awaited(key=key) for key in product_keys(line.row.line.product)],
            also={name: numbers[name] for name in ("order", "order_line", "site", "shipment", "carrier")},
            reason=Sentence(
                "no conversion between {uncounted} and {unit} is known for this product",
                uncounted=uncounted or billed,
                unit=line.row.ledger.unit,
            ),
        )


def missing_orders(sheet: Sheet) -> Iterator[Finding]:
    """AR-SHP-QTY for an order that is not known, and for a line of the invoice that matches no order line."""
    for number in sheet.invoice.order_numbers():
        if number not in sheet.books.orders:
            key, chosen = sales_order_key(number), sheet.books.chosen
            if several := chosen.undecided(key):
                words = Sentence(
                    "sales order {number} is there in several systems ({several}), and nothing says which of them is billed",
                    number=number,
                    several=several,
                )
                yield _nowhere(sheet, DOCUMENT, words, keys=[key])
                continue
            others = chosen.elsewhere(key)
            whose = Sentence(
                "is there in {others}, and not in {book}",
                others=others,
                book=chosen.book or Sentence("one of them alone"),
            )
            reason = Sentence(
                "sales order {number} {problem}", number=number, problem=whose if others else Sentence("is not known")
            )
            yield _nowhere(sheet, DOCUMENT, reason, keys=[key])
    if not sheet.invoice.order_numbers() and not sheet.invoice.is_credit:
        yield _nowhere(sheet, DOCUMENT, "the invoice names no sales order")
    if sheet.invoice.is_credit:
        return
    for match in sheet.matches:
        if not match.shares and sheet.books.orders:
            yield _nowhere(sheet, match.line.id, match.problem, at_stake=match.line.net)
    unplaced = [problem for problem in sheet.books.ledger.unplaced if ": no conversion from " not in problem]
    keys = [outbound_key(number) for number in sorted(sheet.books.orders)]
    if unplaced and not sheet.released:
        yield _nowhere(sheet, DOCUMENT, joined("; ", unplaced), keys=keys)
    doubtful = [
        left_out for left_out in sheet.books.chosen.doubtful if isinstance(left_out.recorded.document, _MOVEMENTS)
    ]
    if doubtful and not sheet.released:
        yield _doubtful(sheet, doubtful, keys)


_MOVEMENTS: Final = (Shipment, CarrierEvent, DeliveryProof, CustomerReturn, Milestone)


def _doubtful(sheet: Sheet, doubtful: Sequence[LeftOut], keys: Sequence[Key]) -> Finding:
    """What may belong to a sister company counts for neither; it is a note where everything billed is shipped without it."""
    matters = any(map(shorts, sheet.lines)) or any(_takes_away(left_out.recorded.document) for left_out in doubtful)
    made = _nowhere(sheet, DOCUMENT, joined("; ", (left_out.words for left_out in doubtful)), keys=keys)
    return made if matters else replace(made, stage="note")


def _takes_away(document: Document) -> bool:
    """Whether fewer goods would be billable if it counted."""
    match document:
        case Shipment():
            return any(line.shipped.value < 0 for line in document.lines)
        case DeliveryProof():
            return any(line.difference is not None for line in document.lines)
        case _:
            return isinstance(document, CustomerReturn)


def _nowhere(
    sheet: Sheet, where: str, reason: str, *, keys: Sequence[Key] = (), at_stake: Money | None = None
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
    """Split the excess that a line bills by what explains it; what nothing explains was not shipped."""
    missing = _missing(line)
    parts: list[Short] = []
    back = min(missing, came_back(line))
    if back > CRUMB:
        parts.append(Short(code="AR-SHP-QTY", quantity=back, returned=True))
        missing -= back
    gaps = in_order(line.row.counted.gaps)
    cut = line.row.counted.cut - _room(line)
    if cut > 0:  # accepted only after it was billed: a released line needs a credit note
        gaps.insert(0, Gap(code="AR-POD-DIFF", quantity=cut))
    for gap in gaps:
        part = min(missing, gap.quantity)
        if part > CRUMB:
            parts.append(Short(code=gap.code, quantity=part, gap=gap))
            missing -= part
    twice = min(missing, _twice(line))
    if twice > CRUMB:
        parts.append(Short(code="BIL-SANE", quantity=twice, remainder=bool(parts)))
        missing -= twice
    if missing > CRUMB:
        parts.append(Short(code="AR-SHP-QTY", quantity=missing, remainder=bool(parts)))
    return parts


def _twice(line: SheetLine) -> Decimal:
    """How much of what a line bills others have billed before: more than was ever ordered and shipped. What may still leave is none.

    What is out already is corrected by a credit note, and is no double invoice any more.
    """
    billed = line.billed or ZERO
    if line.billed_before <= 0 or (line.posted and line.posted >= billed):
        return ZERO
    most = max(line.row.counted.usable + _room(line), line.row.ledger.ordered)
    return max(ZERO, min(line.billed_before + billed - most, line.billed_before, billed))


def in_order(gaps: Sequence[Gap]) -> list[Gap]:
    """The gaps in the order in which they explain what is billed and may not be."""
    return sorted(gaps, key=lambda gap: _FIRST.index(gap.code))


def _missing(line: SheetLine) -> Decimal:
    tolerance, billed = line.row.ruling.value(QUANTITY), line.billed or ZERO
    usable = line.row.counted.usable + _room(line)
    total = line.billed_before + billed
    if tolerance is None or total <= usable or abs(total - usable) < CRUMB:
        return ZERO
    return ZERO if _within(line, tolerance, usable, total) else min(total - usable, billed)


def _within(line: SheetLine, tolerance: Tolerance, expected: Decimal, actual: Decimal) -> bool:
    price = line.row.agreed.net
    if tolerance.basis == "extended_value" and price is not None:
        currency = line.invoice_line.net.currency
        return assess(tolerance, expected=expected * price, actual=actual * price, currency=currency).within
    return assess(tolerance, expected=expected, actual=actual).within


def _room(line: SheetLine) -> Decimal:
    """How much of a line can still be left out: what is posted cannot."""
    return min(line.row.counted.cut, max(ZERO, (line.billed or ZERO) - line.posted))


def cut_of(line: SheetLine) -> Decimal:
    """How much of a line is never billed: the customer did not take it, and one of us accepted that."""
    over = line.billed_before + (line.billed or ZERO) - line.row.counted.usable
    return max(ZERO, min(over, _room(line)))


def _again(sheet: Sheet, line: SheetLine, short: Short) -> Finding:
    """BIL-SANE for a double invoice: it names what billed the line before, and goes to those who bill."""
    row, unit = line.row, line.row.ledger.unit
    ledger = sheet.books.ledger_name(row.order.number)
    quantity = quantity_text(short.quantity, unit)
    made = finding(
        code("BIL-SANE"),
        line.where,
        ruling=row.ruling,
        site=row.site,
        expected=quantity_text(row.counted.usable, unit),
        actual=quantity_text(line.billed_before + (line.billed or ZERO), unit),
        variance=quantity,
        at_stake=worth(row, short.quantity, line.price),
        awaited=[Awaited(key=key) for key in (billed_key(ledger), sales_order_key(row.order.number))],
        also=numbers_of(row),
        other=joined(", ", billed_by(sheet, line)),
        reason=Sentence(
            "line {line} bills {quantity} of line {order_line} of {order} again, after {billed_by}",
            line=line.where,
            quantity=quantity,
            order_line=row.line.id,
            order=row.order.number,
            billed_by=joined(", ", billed_by(sheet, line)),
        ),
    )
    return replace(made, remainder=short.remainder)


def billed_by(sheet: Sheet, line: SheetLine) -> list[str]:
    """What bills the order line besides: other invoices by number, the earlier lines of this one."""
    row, ledger = line.row, sheet.books.ledger_name(line.row.order.number)
    net: dict[str, Decimal] = {}
    for used in sheet.books.allocated:
        if used.line == row.line.id and same_ledger(used.ledger, ledger):
            net[used.claim] = net.get(used.claim, ZERO) + used.quantity
    names = [number_in(claim) for claim in sorted(net) if net[claim] > 0]
    for other in sheet.lines:
        if other is line:
            break
        if other.row is row and (other.billed or ZERO) > 0:
            names.append(Sentence("line {other} of this invoice", other=other.where))
    return list(dict.fromkeys(names))


def _short(sheet: Sheet, line: SheetLine, short: Short) -> Finding:
    row = line.row
    billed = quantity_text(line.billed_before + (line.billed or ZERO), row.ledger.unit)
    made = of_gap(
        row,
        short.gap or Gap(code=short.code, quantity=short.quantity),
        where=line.where,
        quantity=short.quantity,
        at_stake=worth(row, short.quantity, line.price),
        actual=billed,
        reason=reason_of(line, short.quantity) if short.returned else "",
    )
    made = replace(made, remainder=short.remainder)
    return corrected(line, made) if short.returned else made


def of_gap(
    row: OrderRow, gap: Gap, *, where: str, quantity: Decimal, at_stake: Money, actual: str, reason: str = ""
) -> Finding:
    """The finding for what was shipped and may not be billed, or was billed and not shipped (a gap without a shipment)."""
    leg, waiting, unit = gap.leg, bool(gap.status), row.ledger.unit
    keys = [outbound_key(row.order.number), sales_order_key(row.order.number)]
    keys += [shipment_key(leg.shipment)] if leg else []
    numbers = numbers_of(row, leg) | {"billed": actual}
    if gap.until is not None:
        numbers["until" if waiting else "since"] = instant_text(gap.until)
    tolerance = row.ruling.value(QUANTITY)
    return finding(
        code(gap.code),
        where,
        ruling=row.ruling,
        site=numbers["site"],
        stage="wait" if waiting else "hold",
        status=gap.status,
        expected=quantity_text(row.counted.usable, unit),
        actual=actual,
        variance=quantity_text(quantity, unit),
        limit=limit_over(tolerance) if tolerance else "0",
        at_stake=at_stake,
        awaited=[
            Awaited(key=key, until=gap.until if waiting and k == 0 else None, label=gap.status)
            for k, key in enumerate(keys)
        ],
        also=numbers,
        missing=quantity_text(quantity, unit),
        reason=reason or _reason(row, gap, quantity),
    )


_REASONS: Final = {
    "": "were not taken",
    "damaged": "were damaged",
    "short": "did not arrive",
    "refused": "were refused",
    "wrong_product": "were the wrong product",
    "other": "were not taken",
}


def _reason(row: OrderRow, gap: Gap, quantity: Decimal) -> str:
    """Why, in words."""
    if gap.code == "AR-POD-DIFF":
        word = gap.leg.reason if gap.leg else ""
        return _REASONS[word]
    amount = quantity_text(quantity, row.ledger.unit)
    if over_ordered(row.ledger, row.ruling.rules):
        return Sentence(
            "{amount} more left than line {line} of {order} orders",
            amount=amount,
            line=row.line.id,
            order=row.order.number,
        )
    return Sentence(
        "{amount} of line {line} of {order} are billed and may not be: they have not left, or came back",
        amount=amount,
        line=row.line.id,
        order=row.order.number,
    )
