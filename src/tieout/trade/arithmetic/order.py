"""The arithmetic of one order. It is evidence, so a contradiction in it is noted and does not hold it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from tieout.core.documents.remark import Remark
from tieout.core.values.money import Money, total
from tieout.core.values.quantity import plain
from tieout.core.values.sentence import Sentence
from tieout.core.values.units import standard_factor
from tieout.trade.arithmetic.currency import remarks_on_currency
from tieout.trade.arithmetic.measure import contradiction, extended, shown, slack_of_extension
from tieout.trade.documents import Order, OrderLine


def remarks_on_order(order: Order) -> tuple[Remark, ...]:
    """Lines whose net is not quantity × price, and a total that is not the sum of the lines and planned charges."""
    ended = remarks_on_currency(order.currency, order.issue_date, fatal=False)
    return (*ended, *(remark for line in order.lines for remark in _line(order, line)), *_total(order))


def _line(order: Order, line: OrderLine) -> Iterator[Remark]:
    if line.price_per <= 0:
        yield contradiction(
            "",
            line.id,
            Sentence(
                "the price is for {quantity} units; it must be for more than none", quantity=plain(line.price_per)
            ),
            fatal=False,
        )
        return
    if line.net is None or line.price is None or line.net.currency != order.currency:
        return
    factor = standard_factor(line.quantity.unit, line.price_unit or line.quantity.unit)
    if factor is None:  # the item's own conversion is not known here
        return
    priced = line.quantity.value * Decimal(factor.numerator) / Decimal(factor.denominator)
    exact = extended(line.price, priced, line.price_per) + sum(
        (one.amount.amount if one.charge else -one.amount.amount for one in line.allowances_charges), Decimal(0)
    )
    if abs(exact - line.net.amount) > slack_of_extension(order.currency):
        message = "{quantity} at {price} per {per} make {amount}, the line says {net}"
        words = Sentence(
            "{quantity} at {price} make {amount}, the line says {net}" if line.price_per == 1 else message,
            quantity=line.quantity,
            price=plain(line.price),
            per=plain(line.price_per),
            amount=shown(exact, order.currency),
            net=line.net,
        )
        yield contradiction("", line.id, words, fatal=False)


def _total(order: Order) -> Iterator[Remark]:
    nets = [line.net for line in order.lines if line.net is not None and line.net.currency == order.currency]
    if order.net is None or order.net.currency != order.currency or not nets or len(nets) != len(order.lines):
        return
    lines = total(nets, order.currency)
    charges = total(
        (charge.amount for charge in order.charges if charge.amount.currency == order.currency), order.currency
    )
    if order.net not in {lines, lines + charges}:
        words = Sentence(
            "the lines add up to {lines} ({with_charges} with charges), the total says {net}"
            if charges != Money.zero(order.currency)
            else "the lines add up to {lines}, the total says {net}",
            lines=lines,
            with_charges=lines + charges,
            net=order.net,
        )
        yield contradiction("", "totals", words, fatal=False)
