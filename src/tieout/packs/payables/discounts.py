"""Allowances that orders agree, as an invoice takes them: on its lines, on the whole of it, or earlier than its share of the order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from tieout.core.tie_out.dossier import Allocated
from tieout.core.values.key import Key
from tieout.core.values.made import made_often
from tieout.packs.payables.reading import on_line
from tieout.trade.documents import Invoice, Order, OrderLine
from tieout.trade.ledger import Factor
from tieout.trade.matching import Match, Share
from tieout.trade.pricing import NO_DISCOUNT, agreed_price, discount_of, planned_discount, price_by_line

ZERO: Final = Decimal(0)


def discount_on(invoice: Invoice, order: Order, line: OrderLine) -> Fraction:
    """The part of a line's value that allowances on the whole invoice take off, where the order agrees any: on the whole of it, or on
    the line.
    """
    if not invoice.allowances_charges or not (order.charges or line.allowances_charges):
        return NO_DISCOUNT
    agreed = planned_discount(order) or any(not entry.charge for entry in line.allowances_charges)
    return discount_of(invoice) if agreed else NO_DISCOUNT


def price_as_discounted(
    invoice: Invoice, price: Decimal | None, expected: Decimal | None, off: Fraction
) -> Decimal | None:
    """The billed price with its share of the allowances on the whole invoice.

    They bring it down as far as the order agrees: what is taken off beyond that is in our favour, and no price. What a credit note
    withholds is not in our favour, and counts in full.
    """
    if price is None or expected is None or not off:
        return price
    net = price * (off.denominator - off.numerator) / off.denominator
    return net if invoice.is_credit else max(net, min(price, expected))


@made_often
@dataclass(frozen=True, slots=True, kw_only=True)
class Discounts:
    """What orders agree for one unit of their lines. Suppliers may take an allowance on the whole order off its first invoice; then
    the rest of the order costs what it does without, until both come to what was agreed: `values` are what the invoice's lines come
    to before it, by order, over which that goes.
    """

    allocated: Sequence[Allocated]
    ledgers: Mapping[str, Key]
    factor: Factor
    values: Mapping[str, Decimal]

    def agreed(self, share: Share, *, whole: bool) -> Decimal | None:
        """The price for one unit; `whole`: all of the line is posted."""
        order, line = share.order, share.line
        if not order.charges:
            return price_by_line(order, line, self.factor)
        price, before = agreed_price(order, line, self.factor), price_by_line(order, line, self.factor)
        value = self.values.get(order.number, ZERO)
        if price is None or before is None or price >= before or value <= 0:
            return price
        return price + min(before - price, max(ZERO, self._ahead(order, whole=whole)) * before / value)

    def _ahead(self, order: Order, *, whole: bool) -> Decimal:
        """How much more than its share other invoices have taken off the order, in its currency.

        Of what a posted invoice rests on, nothing that others cost too much later takes anything away.
        """
        planned = -sum((charge.amount.amount for charge in order.charges if charge.amount.minor < 0), ZERO)
        taken = ZERO
        for line in order.lines:
            price = agreed_price(order, line, self.factor)
            if price is None:
                continue
            for used in on_line(self.allocated, self.ledgers[order.number], line.id):
                given = not used.quantity and used.amount.minor < 0
                if not given and used.amount.currency == order.currency:
                    less = price * used.quantity - used.amount.amount
                    taken += max(ZERO, less) if whole and not used.earlier and used.quantity > 0 else less
        return min(taken, planned)


def discounts_of(
    matches: Iterable[Match], allocated: Sequence[Allocated], ledgers: Mapping[str, Key], factor: Factor
) -> Discounts:
    """The discounts of the orders that an invoice bills."""
    values: dict[str, Decimal] = {}
    for share in (share for match in matches for share in match.shares if share.order.charges):
        if not planned_discount(share.order):
            continue
        price = price_by_line(share.order, share.line, factor)
        if price is not None and share.quantity is not None and share.quantity > 0:
            number = share.order.number
            values[number] = values.get(number, ZERO) + price * share.quantity
    return Discounts(allocated=allocated, ledgers=ledgers, factor=factor, values=values)
