"""Prices: what is billed compared with the conditions: the price first, then its rebates."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from tieout.core.findings.finding import Awaited, Finding
from tieout.core.findings.making import finding, price_text
from tieout.core.policy.tolerance import assess, limit_over
from tieout.core.values.money import Money, extend, total
from tieout.core.values.quantity import exact
from tieout.core.values.sentence import Sentence, joined
from tieout.packs.order_to_cash.codes import code
from tieout.packs.order_to_cash.figures import numbers_of, worth
from tieout.packs.order_to_cash.rules import BILLED_FROM
from tieout.packs.order_to_cash.sheet import DOCUMENT, OrderRow, OrderSheet, Sheet, SheetLine
from tieout.trade.documents import AllowanceCharge
from tieout.trade.rules import UNIT_PRICE
from tieout.trade.selling_keys import override_key, price_list_key, rebate_key, sales_order_key

# Money is rounded once for each line; one unit of its smallest coin is no difference.
_CENT = 1


def prices(sheet: Sheet) -> Iterator[Finding]:
    """AR-PRC-OVR and AR-REBATE for every line before the release: what no condition explains is not billed.

    A price in another currency than the order's is no price. Credit notes are checked elsewhere.
    """
    if sheet.released or sheet.invoice.is_credit:
        return
    headers = header_rebate(sheet)
    for line in sheet.lines:
        agreed, price = line.row.agreed, line.price
        if line.is_money and line.net.minor > 0:
            yield from _later(sheet, line)
            continue
        if price is None or line.row.ruling.value(UNIT_PRICE) is None or (line.free and not line.billed):
            continue  # reported elsewhere: no quantity, no conversion, no policy; or free and beyond the order
        if line.row.order.currency != sheet.invoice.currency:
            words = Sentence(
                "the order is in {order}, the invoice in {invoice}",
                order=line.row.order.currency,
                invoice=sheet.invoice.currency,
            )
            yield _price(sheet, line, price, words)
        elif agreed.price is None or agreed.net is None:
            yield _price(sheet, line, price, "neither an override nor a price list nor the order states a price")
        elif not _within(line, agreed.net, price) and not _same_money(line, price):
            yield from _differs(sheet, line, price, headers)
    if headers is not None and headers[0] != headers[1]:
        yield _header(sheet, *headers)


def _later(sheet: Sheet, line: SheetLine) -> Iterator[Finding]:
    """A difference that is billed later: no more than the goods that are billed and delivered are worth at the price that holds."""
    agreed, currency = line.row.agreed.net or Decimal(0), sheet.invoice.currency
    goods = max(Decimal(0), min(line.billed_before, line.row.counted.usable))
    worth = extend(agreed, goods, per=Decimal(1), currency=currency)
    before = Money(line.minor_before - line.row.ledger.given_minor, currency)  # what was given is not billed again
    if line.row.order.currency != currency or (before + line.net).minor - worth.minor > _CENT:
        reason = Sentence(
            "with {before} that are billed already it comes to {together}, and the goods are worth {worth}",
            before=before,
            together=before + line.net,
            worth=worth,
        )
        yield _price(sheet, line, line.price or Decimal(0), reason)


def _differs(sheet: Sheet, line: SheetLine, price: Decimal, headers: tuple[Money, Money] | None) -> Iterator[Finding]:
    """What is wrong with a price: the rebates where they alone explain it, else the price."""
    agreed = line.row.agreed
    gross = price + _taken_off(line)
    if agreed.price is not None and (agreed.rebates or gross != price) and _within(line, agreed.price, gross):
        if not (headers is not None and gross == price):  # the rebate is taken off the whole invoice
            yield _rebate(sheet, line, price)
        return
    yield _price(sheet, line, price, Sentence("the price that holds is that of {source}", source=agreed.source))


def _within(line: SheetLine, expected: Decimal, actual: Decimal) -> bool:
    tolerance = line.row.ruling.value(UNIT_PRICE)
    assert tolerance is not None, "what has no tolerance is not compared"
    sign = -1 if line.billed is not None and line.billed < 0 else 1
    currency = line.invoice_line.net.currency
    return assess(tolerance, expected=expected * sign, actual=actual * sign, currency=currency).within


def _same_money(line: SheetLine, price: Decimal) -> bool:
    """Whether the line costs what it should to the cent: a percentage is rounded once on the invoice, and that is no price error."""
    agreed, currency, quantity = line.row.agreed, line.row.order.currency, line.billed or Decimal(0)
    if agreed.price is None or agreed.net is None:
        return False
    gross = extend(agreed.price, quantity, per=Decimal(1), currency=currency)
    rounded_per_rebate = gross - total((gross.percent(rebate.percent) for rebate in agreed.rebates), currency)
    rounded_once = extend(agreed.net, quantity, per=Decimal(1), currency=currency)
    return extend(price, quantity, per=Decimal(1), currency=currency) in {rounded_per_rebate, rounded_once}


def _taken_off(line: SheetLine) -> Decimal:
    """What the line's own allowances take off for one unit of the order line."""
    invoice_line = line.invoice_line
    off = total(
        (allowance.amount for allowance in invoice_line.allowances_charges if not allowance.charge),
        invoice_line.net.currency,
    )
    if not off or not line.billed:
        return Decimal(0)
    return off.amount * line.part.numerator / line.part.denominator / abs(line.billed)


def _price(sheet: Sheet, line: SheetLine, price: Decimal, reason: str) -> Finding:
    return _finding(sheet, line, "AR-PRC-OVR", (line.row.agreed.net, price), reason=reason)


def _rebate(sheet: Sheet, line: SheetLine, price: Decimal) -> Finding:
    agreed = line.row.agreed
    names = joined(
        ", ",
        (
            Sentence("{rebate} of {percent} %", rebate=rebate.number, percent=exact(rebate.percent))
            for rebate in agreed.rebates
        ),
    )
    reason = Sentence("rebate {names} comes off each invoice", names=names) if names else "no rebate is agreed"
    return _finding(sheet, line, "AR-REBATE", (agreed.net, price), reason=reason)


def _finding(
    sheet: Sheet, line: SheetLine, code_id: str, figures: tuple[Decimal | None, Decimal], *, reason: str
) -> Finding:
    row, (expected, actual) = line.row, figures
    unit, currency = row.ledger.unit, sheet.invoice.currency
    tolerance, order = row.ruling.value(UNIT_PRICE), row.order
    same = order.currency == currency
    variance = None if expected is None or not same else actual - expected
    agreed = "" if expected is None else price_text(expected, order.currency, unit)
    billed = price_text(actual, currency, unit)
    quantity = abs(line.billed or Decimal(0))
    numbers = numbers_of(row)
    customer = order.buyer.identifier("ours")
    return finding(
        code(code_id),
        line.where,
        ruling=row.ruling,
        site=numbers["site"],
        expected=agreed if same or not agreed else order.currency,
        actual=billed if same or not agreed else currency,
        variance="" if variance is None else price_text(variance, currency, unit),
        limit=limit_over(tolerance, currency) if tolerance else "0",
        at_stake=line.net
        if line.is_money
        else abs(extend(actual if variance is None else variance, quantity, per=Decimal(1), currency=currency)),
        awaited=[
            Awaited(key=key)
            for key in (
                override_key(order.number),
                sales_order_key(order.number),
                *dict.fromkeys((price_list_key(customer), price_list_key(""))),
                rebate_key(customer),
            )
        ],
        also=numbers if same or not agreed else numbers | {"price": billed, "price_expected": agreed},
        price_source=row.agreed.source,
        reason=reason,
    )


def header_rebate(sheet: Sheet) -> tuple[Money, Money] | None:
    """What rebates should take off the invoice as a whole, and what its own allowances do; None where it has none."""
    currency = sheet.invoice.currency
    taken = [allowance.amount for allowance in sheet.invoice.allowances_charges if _is_rebate(allowance)]
    if not taken:
        return None
    agreed = [
        extend(line.row.agreed.price or Decimal(0), line.billed or Decimal(0), per=Decimal(1), currency=currency)
        - extend(line.row.agreed.net or Decimal(0), line.billed or Decimal(0), per=Decimal(1), currency=currency)
        for line in sheet.lines
        if line.price is not None and line.price == line.row.agreed.price and line.row.agreed.rebates
    ]
    return total(agreed, currency), total(taken, currency)


def _is_rebate(allowance: AllowanceCharge) -> bool:
    return not allowance.charge and bool(allowance.amount)


def _header(sheet: Sheet, agreed: Money, taken: Money) -> Finding:
    customer = sheet.invoice.buyer.identifier("ours")
    return finding(
        code("AR-REBATE"),
        DOCUMENT,
        ruling=sheet.ruling,
        expected=str(agreed),
        actual=str(taken),
        variance=str(taken - agreed),
        limit="0",
        at_stake=abs(taken - agreed),
        awaited=[Awaited(key=rebate_key(customer))],
        reason="that is what is agreed to come off the whole invoice" if agreed else "no rebate is agreed",
        customer=customer,
    )


def unpriced(sheet: OrderSheet) -> Iterator[Finding]:
    """AR-PRC-OVR where we make the invoices ourselves and nothing states a price: without one nothing can be billed."""
    for row in sheet.rows:
        usable = row.counted.usable
        if row.ruling.value(BILLED_FROM) == "events" and usable > 0 and row.agreed.price is None:
            yield _unpriced(row)


def _unpriced(row: OrderRow) -> Finding:
    customer, numbers = row.order.buyer.identifier("ours"), numbers_of(row)
    keys = (override_key(row.order.number), price_list_key(customer), price_list_key(""))
    return finding(
        code("AR-PRC-OVR"),
        row.line.id,
        ruling=row.ruling,
        site=numbers["site"],
        expected="no price",
        actual="nothing",
        at_stake=worth(row, row.counted.usable),
        awaited=[Awaited(key=key) for key in dict.fromkeys(keys)],
        also=numbers,
        reason="neither an override nor a price list nor the order states a price",
    )
