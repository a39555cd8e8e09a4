"""Unit prices on common ground: what was billed and what was ordered, both for one unit of the order line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from tieout.core.values.money import Money, extend, total
from tieout.core.values.sentence import Sentence
from tieout.trade.arithmetic.measure import slack_of_extension
from tieout.trade.charges import is_freight, line_freight, makes_price
from tieout.trade.documents import AllowanceCharge, Contract, ContractLine, Invoice, InvoiceLine, Order, OrderLine
from tieout.trade.ledger import Factor, same_product, scaled

NO_DISCOUNT: Final = Fraction(0)


def order_price(line: OrderLine, factor: Factor) -> Decimal | None:
    """The order's net price for one unit of the order line, the line's own allowances and charges (but for freight) included.

    From its total where it states no price; None if it has neither.
    """
    if line.price is None:
        return line.net.amount / line.quantity.value if line.net is not None and line.quantity.value else None
    price = line.price / line.price_per
    if line.price_unit and line.price_unit != line.quantity.unit:
        rational = factor(line, line.price_unit)
        if rational is None:
            return None
        price = scaled(price, 1 / rational)
    if not line.allowances_charges or not line.quantity.value:
        return price
    gross = price * line.quantity.value
    more = sum((_of_line(entry, gross) for entry in line.allowances_charges if not is_freight(entry)), Decimal(0))
    return price + more / line.quantity.value


def _of_line(entry: AllowanceCharge, gross: Decimal) -> Decimal:
    """What an allowance or charge makes of a line's gross amount; a percentage of it is exact, not rounded to the cent."""
    amount = entry.amount.amount
    if entry.percent is not None:
        exact = (gross if entry.on is None else entry.on.amount) * entry.percent / 100
        amount = exact if Money.rounded(exact, entry.amount.currency) == entry.amount else amount
    return amount if entry.charge else -amount


def agreed_price(order: Order, line: OrderLine, factor: Factor) -> Decimal | None:
    """The order's net price for one unit of a line, with its share of the allowances on the whole order: they go by value.

    Of an order line whose total is less than its price makes, the total counts.
    """
    price = price_by_line(order, line, factor)
    if price is None or not order.charges:
        return price
    share = planned_discount(order)
    return price if not share else price * (share.denominator - share.numerator) / share.denominator


def price_by_line(order: Order, line: OrderLine, factor: Factor) -> Decimal | None:
    """What one unit costs by the order's line alone: by its price, or by its total where that is less by more than rounding explains."""
    price = order_price(line, factor)
    return by_total(order, line) if price is not None and _total_is_less(order, line, price) else price


def by_total(order: Order, line: OrderLine) -> Decimal | None:
    """What one unit costs by the line's total; None where it states none."""
    if line.net is None or not line.quantity.value or line.net.currency not in {"", order.currency}:
        return None
    return line.net.amount / line.quantity.value


def _total_is_less(order: Order, line: OrderLine, price: Decimal) -> bool:
    by = by_total(order, line)
    if by is None or line.quantity.value <= 0 or line.net is None:
        return False
    return (price - by) * line.quantity.value > slack_of_extension(line.net.currency)


def source_in_order(order: Order, line: OrderLine, factor: Factor) -> str:
    """The order as the source of a price, and whether its allowances or the line's total make it."""
    price = None if line.price is None or line.net is None else order_price(line, factor)
    if price is not None and _total_is_less(order, line, price):
        return Sentence("order {order} by its line total", order=order.number)
    if line.allowances_charges or (order.charges and planned_discount(order)):
        return Sentence("order {order} with its allowances", order=order.number)
    return f"order {order.number}"


def price_before_allowances(order: Order, line: OrderLine) -> Decimal | None:
    """What one unit would cost without the allowances that an order agrees; None where it agrees none, or that cannot be told."""
    if not order.charges and not line.allowances_charges:
        return None
    allowed = planned_discount(order) or any(not entry.charge for entry in line.allowances_charges)
    if not allowed or line.price is None or line.price_unit not in {"", line.quantity.unit} or not line.quantity.value:
        return None
    price = line.price / line.price_per
    charges = [entry for entry in line.allowances_charges if entry.charge and not is_freight(entry)]
    gross = price * line.quantity.value
    return price + sum((_of_line(entry, gross) for entry in charges), Decimal(0)) / line.quantity.value


def planned_discount(order: Order) -> Fraction:
    """The part of the goods' value that allowances on the whole order take off; none where that cannot be told."""
    if not order.charges:
        return NO_DISCOUNT
    off = -sum(charge.amount.minor for charge in order.charges if charge.amount.minor < 0)
    if not off:
        return NO_DISCOUNT
    values = [_value(line, order.currency) for line in order.lines]
    whole = sum(value for value in values if value is not None)
    complete = None not in values and all(
        charge.amount.currency == order.currency for charge in order.charges if charge.amount.minor < 0
    )
    return Fraction(off, whole) if complete and whole > off else NO_DISCOUNT


def _value(line: OrderLine, currency: str) -> int | None:
    """What a line comes to, in minor units; None where it does not say."""
    if line.net is not None:
        return line.net.minor if line.net.currency == currency else None
    if line.price is None or line.price_unit not in {"", line.quantity.unit}:
        return None
    gross = extend(line.price, line.quantity.value, per=line.price_per, currency=currency)
    return gross.minor + sum(
        entry.amount.minor if entry.charge else -entry.amount.minor
        for entry in line.allowances_charges
        if not is_freight(entry) and entry.amount.currency == currency
    )


def contradicts_itself(line: OrderLine) -> bool:
    """The order line states a price and a total that do not belong together."""
    if line.price is None or line.net is None or line.price_unit not in {"", line.quantity.unit}:
        return False
    stated = extend(line.price, line.quantity.value, per=line.price_per, currency=line.net.currency)
    entries = [one for one in line.allowances_charges if one.amount.currency == line.net.currency]
    stated += total((one.amount if one.charge else -one.amount for one in entries), line.net.currency)
    return abs(stated.minor - line.net.minor) > abs(line.net.minor) // 2


def discount_of(invoice: Invoice) -> Fraction:
    """The part of the goods' value that allowances on the whole invoice take off."""
    off = sum(entry.amount.minor for entry in invoice.allowances_charges if not entry.charge)
    whole = sum(line.net.minor for line in invoice.lines)
    return Fraction(off, whole) if 0 < off < whole else NO_DISCOUNT


def billed_price(line: InvoiceLine, order_line: OrderLine, factor: Factor) -> Decimal | None:
    """The billed net price for one unit of the order line, allowances and charges but for freight included; None without quantity.

    The stated price is used where it explains the line's amount, because an amount is rounded to cents and a price is not.
    """
    if line.quantity is None or not line.quantity.value:
        return None
    price = net_price(line, line.quantity.value)
    if line.quantity.unit == order_line.quantity.unit:
        return price
    rational = factor(order_line, line.quantity.unit)
    return None if rational is None or not rational else scaled(price, 1 / rational)


def is_gratis(line: InvoiceLine) -> bool:
    """A line that bills a quantity for nothing: at no price, or at one that its allowances take off in full."""
    billed = line.quantity is not None and line.quantity.value > 0
    return billed and not line.net and (not line.price or bool(line.allowances_charges))


def net_price(line: InvoiceLine, quantity: Decimal) -> Decimal:
    """The net price for one unit as billed, allowances and charges but for freight included; `quantity` is the line's and not 0."""
    goods = line.net - line_freight(line) if line.allowances_charges else line.net
    stated = None
    if line.price is not None and line.price_per:
        stated = extend(line.price, quantity, per=line.price_per, currency=line.net.currency)
        if not line.allowances_charges and stated == goods:
            return line.price / line.price_per
    if makes_price(line):
        return goods.amount / quantity
    less = total(
        (-entry.amount if entry.charge else entry.amount for entry in line.allowances_charges if not is_freight(entry)),
        line.net.currency,
    )
    if line.price is not None and stated == goods + less:
        return line.price / line.price_per - less.amount / quantity
    return goods.amount / quantity


def contract_price(
    contracts: tuple[Contract, ...], line: OrderLine, on: date, *, currency: str, factor: Factor
) -> tuple[Decimal, Contract] | None:
    """The agreed price for one unit of the order line on a day: the latest that has begun; None if none is agreed."""
    best: tuple[date, Decimal, Contract] | None = None
    for contract in contracts:
        if contract.currency != currency or not _in_force(contract.valid_from, contract.valid_to, on):
            continue
        for agreed in contract.lines:
            price = _price_of(agreed, line, on, factor)
            begun = agreed.valid_from or contract.valid_from or date.min
            if price is not None and (best is None or begun > best[0]):
                best = (begun, price, contract)
    return None if best is None else (best[1], best[2])


def _price_of(agreed: ContractLine, line: OrderLine, on: date, factor: Factor) -> Decimal | None:
    if not same_product(agreed.product, line.product) or not _in_force(agreed.valid_from, agreed.valid_to, on):
        return None
    price = agreed.price / agreed.price_per
    if agreed.unit == line.quantity.unit:
        return price
    rational = factor(line, agreed.unit)
    return None if rational is None else scaled(price, 1 / rational)


def _in_force(begins: date | None, ends: date | None, on: date) -> bool:
    return (begins is None or begins <= on) and (ends is None or on <= ends)
