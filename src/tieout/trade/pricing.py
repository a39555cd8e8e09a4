"""Unit prices on common ground: what was billed and what was ordered, both for one unit of the order line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tieout.core.values.money import Money, extend, total
from tieout.trade.documents import Contract, ContractLine, InvoiceLine, OrderLine
from tieout.trade.ledger import Factor, same_product, scaled


def order_price(line: OrderLine, factor: Factor) -> Decimal | None:
    """The order's price for one unit of the order line; from its total where it states no price; None if it has neither."""
    if line.price is not None:
        price = line.price / line.price_per
        if line.price_unit and line.price_unit != line.quantity.unit:
            rational = factor(line, line.price_unit)
            return None if rational is None else scaled(price, 1 / rational)
        return price
    if line.net is not None and line.quantity.value:
        return line.net.amount / line.quantity.value
    return None


def makes_price(line: InvoiceLine) -> bool:
    """Whether charges and allowances are the price: the line prices its goods at nothing and states their amount beside."""
    return line.price == 0 and any(entry.charge for entry in line.allowances_charges)


def line_charges(line: InvoiceLine) -> Money:
    """The sum of a line's own charges (they are not price, unless they are all the price that there is)."""
    if makes_price(line):
        return Money.zero(line.net.currency)
    return total((entry.amount for entry in line.allowances_charges if entry.charge), line.net.currency)


def billed_price(line: InvoiceLine, order_line: OrderLine, factor: Factor) -> Decimal | None:
    """The billed net price for one unit of the order line, allowances taken off, charges left out; None without quantity.

    The stated price is used where it explains the line's amount, because an amount is rounded to cents and a price is not.
    """
    if line.quantity is None or not line.quantity.value:
        return None
    price = net_price(line, line.quantity.value)
    if line.quantity.unit == order_line.quantity.unit:
        return price
    rational = factor(order_line, line.quantity.unit)
    return None if rational is None or not rational else scaled(price, 1 / rational)


def net_price(line: InvoiceLine, quantity: Decimal) -> Decimal:
    """The net price for one unit as billed, allowances taken off and charges left out; `quantity` is the line's and not 0."""
    goods = line.net - line_charges(line) if line.allowances_charges else line.net
    stated = None
    if line.price is not None and line.price_per:
        stated = extend(line.price, quantity, per=line.price_per, currency=line.net.currency)
        if not line.allowances_charges and stated == goods:
            return line.price / line.price_per
    if makes_price(line):
        return goods.amount / quantity
    allowances = total((entry.amount for entry in line.allowances_charges if not entry.charge), line.net.currency)
    if line.price is not None and stated == goods + allowances:
        return line.price / line.price_per - allowances.amount / quantity
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
