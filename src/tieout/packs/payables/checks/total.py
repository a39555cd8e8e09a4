"""Totals: what all invoices on an order line may cost together, and how much dearer one invoice may be in all.

A price beyond its own tolerance is a case of its own on the invoice that bills it: there its difference is accepted, and it is
asked for once. Totals are about what every line alone lets pass.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Final

from tieout.core.findings.acceptance import released
from tieout.core.findings.finding import Awaited, Finding
from tieout.core.findings.making import finding
from tieout.core.policy.tolerance import Limit, Tolerance, assess
from tieout.core.tie_out.dossier import Allocated
from tieout.core.tie_out.key import same_ledger
from tieout.core.values.money import Money, extend
from tieout.packs.payables.checks.price import price_of
from tieout.packs.payables.checks.quantity import ordered_finding, over_ordered, shortage
from tieout.packs.payables.codes import code
from tieout.packs.payables.rules import INVOICE_TOTAL
from tieout.packs.payables.sheet import DOCUMENT, Sheet
from tieout.packs.payables.sheet_lines import SheetLine
from tieout.trade.keys import order_key
from tieout.trade.matching import WHOLE
from tieout.trade.pricing import NO_DISCOUNT
from tieout.trade.rules import LINE_TOTAL, ORDERED, UNIT_PRICE

ZERO: Final = Decimal(0)
_ONE: Final = Decimal(1)


def lines(sheet: Sheet) -> Iterator[Finding]:
    """AP-AMT-TOTAL: all invoices on an order line together cost more than the line may."""
    for line in sheet.lines:
        tolerance = line.ruling.value(LINE_TOTAL)
        if tolerance is None or not line.is_comparable or line.price_expected is None or not line.to_pay:
            continue
        first = not line.billed_minor_before and line.price == line.price_expected
        if sheet.invoice.sign < 0 or (first and line.to_pay <= line.ledger.ordered):
            continue  # money that comes back; the one invoice so far, at the price, within the quantity
        yield from _line(sheet, line, tolerance)


def _line(sheet: Sheet, line: SheetLine, tolerance: Tolerance) -> Iterator[Finding]:
    currency, price = sheet.invoice.currency, line.price_expected or ZERO
    worth = extend(price, _asked_quantity(sheet, line), per=Decimal(1), currency=currency)
    billed = _net(sheet, line)
    actual = Money(line.billed_minor_before, currency) + billed
    apart = _apart(sheet, line)
    assessment = assess(
        _upper_only(tolerance), expected=worth.amount, actual=(actual - apart).amount, currency=currency
    )
    if assessment.side == "over" and not assessment.within:
        yield finding(
            code("AP-AMT-TOTAL"),
            line.where,
            ruling=line.ruling,
            expected=str(worth),
            actual=str(actual),
            variance=str(actual - apart - worth),
            limit=assessment.limit,
            at_stake=actual - apart - worth,
            awaited=[Awaited(key=order_key(line.order.number))],
            order=line.order.number,
            order_line=line.order_line.id,
            billed_before=str(Money(line.billed_minor_before, currency)),
            billed=str(billed),
            also={"apart": str(apart)} if apart else {},
        )


def _asked_quantity(sheet: Sheet, line: SheetLine) -> Decimal:
    """The ordered quantity; more where more was billed beyond tolerance, since that is asked for by quantity."""
    ordered, tolerance = line.ledger.ordered, line.ruling.value(ORDERED)
    if tolerance is None:
        return ordered
    over = over_ordered(line)
    if over is not None and _is_accepted(sheet, ordered_finding(sheet, line, over)):
        return max(ordered, line.billed_before + line.to_pay)
    before = line.billed_before
    return before if before > ordered and not assess(tolerance, expected=ordered, actual=before).within else ordered


def _is_accepted(sheet: Sheet, *findings: Finding) -> bool:
    """Whether somebody has accepted one of them: until then it stands in the total's place."""
    return any(finding.accepted for finding in released(findings, sheet.releases, sheet.dossier.at))


def _apart(sheet: Sheet, line: SheetLine) -> Money:
    """How much of the sum comes from prices beyond their own tolerance, on this invoice or others, less what was credited of it."""
    currency, expected = sheet.invoice.currency, line.price_expected or ZERO
    own = line.assessment
    more = Money.zero(currency)
    if own is not None and own.side == "over" and _is_accepted(sheet, *price_of(sheet, line)):
        more = _net(sheet, line) - extend(expected, line.to_pay, per=Decimal(1), currency=currency)
    less = Money.zero(currency)
    for used in _others(sheet, line):
        variance = used.amount - extend(expected, used.quantity, per=Decimal(1), currency=currency)
        if used.quantity <= 0 or used.amount.minor < 0:
            less += Money(min(0, variance.minor), currency)
        elif variance.minor > 0 and not _passes(line, expected, used):
            more += variance
    return Money(max(0, more.minor + less.minor), currency)


def _others(sheet: Sheet, line: SheetLine) -> Iterator[Allocated]:
    ledger = sheet.ledger_of(line.order.number)
    whole = line.billed_before != line.ledger.billed and bool(line.later)
    for used in sheet.allocated:
        mine = used.line == line.order_line.id and same_ledger(used.ledger, ledger)
        if mine and used.amount.currency == sheet.invoice.currency and (used.earlier or not whole or used.quantity < 0):
            yield used


def _passes(line: SheetLine, expected: Decimal, used: Allocated) -> bool:
    tolerance = line.ruling.value(UNIT_PRICE)
    price = used.amount.amount / used.quantity
    return tolerance is None or assess(tolerance, expected=expected, actual=price, currency=used.amount.currency).within


def _net(sheet: Sheet, line: SheetLine) -> Money:
    """What the line asks for of its order line; positive is against us."""
    return Money(_net_minor(sheet, line), line.money.currency)


def _net_minor(sheet: Sheet, line: SheetLine) -> int:
    minor = line.money.minor if sheet.invoice.sign > 0 else -line.money.minor
    return -minor if line.billed is not None and line.billed < 0 < minor else minor


def invoice(sheet: Sheet) -> Iterator[Finding]:
    """AP-AMT-INVOICE: what the lines let pass, each within its own tolerance, comes to more than an invoice may be dearer."""
    tolerance, currency = sheet.ruling.value(INVOICE_TOTAL), sheet.invoice.currency
    if tolerance is None:
        return
    minor, tolerated = 0, 0
    for line in sheet.lines:
        if line.billed and line.price_expected is not None and line.is_comparable:
            if _is_as_expected(line):
                minor += _net_minor(sheet, line)
                continue
            expected = _extended(line, line.to_pay, currency)
            beyond = _beyond(line)
            minor += expected if not beyond else _extended(line, line.to_pay - beyond, currency)
            tolerated += _tolerated(sheet, line, expected)
    if tolerated <= 0:
        return
    worth, over = Money(minor, currency), Money(tolerated, currency)
    assessment = assess(_upper_only(tolerance), expected=worth.amount, actual=(worth + over).amount, currency=currency)
    if assessment.side == "over" and not assessment.within:
        yield finding(
            code("AP-AMT-INVOICE"),
            DOCUMENT,
            ruling=sheet.ruling,
            expected=str(worth),
            actual=str(worth + over),
            variance=str(over),
            limit=assessment.limit,
            at_stake=over,
            awaited=[Awaited(key=order_key(number)) for number in sorted(sheet.orders)],
            order=", ".join(sorted(sheet.orders)),
        )


def _is_as_expected(line: SheetLine) -> bool:
    """Whether a line asks for what was expected, to the last digit, and for no more than was ordered and received."""
    if line.price is None or line.price != line.price_expected or line.free:
        return False
    if (line.part is not WHOLE and line.part != 1) or (line.discount is not NO_DISCOUNT and line.discount):
        return False
    billed, usable, quantity = line.billed_before + line.to_pay, line.available, line.invoice_line.quantity
    return (
        quantity is not None
        and not line.invoice_line.allowances_charges
        and line.to_pay == quantity.value  # in the order's unit, and asked for: nothing was rounded in between
        and line.to_pay > 0
        and billed <= line.ledger.ordered
        and (usable is None or billed <= usable)
    )


def _tolerated(sheet: Sheet, line: SheetLine, expected: int) -> int:
    """What a line costs more than it should, or less, and passes by its own tolerances: by price, and by quantity.

    `expected` is what it should cost; in minor units of the invoice's currency.
    """
    minor = _net_minor(sheet, line) - expected
    if minor and line.assessment is not None and not line.assessment.within:
        minor = 0
    if line.to_pay > 0 and (quantity := _tolerated_quantity(line)):
        minor += _extended(line, quantity, sheet.invoice.currency)
    return minor


def _extended(line: SheetLine, quantity: Decimal, currency: str) -> int:
    """What a quantity costs at the expected price, in minor units."""
    return extend(line.price_expected or ZERO, quantity, per=_ONE, currency=currency).minor


def _beyond(line: SheetLine) -> Decimal:
    """How much of the line should not have been billed: beyond what was ordered, tolerated or not, or tolerated beyond what was received.

    What is not received yet, and a finding of its own, is to be had for its price.
    """
    if line.to_pay <= 0:
        return ZERO
    ordered = min(max(ZERO, line.billed_before + line.to_pay - line.ledger.ordered), line.to_pay)
    return max(ordered, _tolerated_quantity(line))


def _tolerated_quantity(line: SheetLine) -> Decimal:
    """How much of the line is beyond what was ordered or received, and passes; what is a finding of its own is not in it."""
    billed, usable, ordered = line.billed_before + line.to_pay, line.available, ZERO
    if billed <= line.ledger.ordered and (usable is None or billed <= usable):
        return ZERO
    if over_ordered(line) is None:
        ordered = billed - line.ledger.ordered
    else:
        billed = min(billed, max(line.ledger.ordered, usable or ZERO))
    received = billed - usable if usable is not None and not shortage(line) else ZERO
    return max(ZERO, min(max(ordered, received), line.to_pay))


def _upper_only(tolerance: Tolerance) -> Tolerance:
    return replace(tolerance, lower=Limit()) if tolerance.state == "limits" else tolerance
