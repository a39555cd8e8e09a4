"""Freight and other charges: what of an invoice is a charge rather than goods, and what the order planned."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from tieout.core.values.money import Money, split, total
from tieout.trade.customs import rounding_max
from tieout.trade.documents import Invoice, InvoiceLine, Order
from tieout.trade.pricing import makes_price

_CHARGE_WORDS: Final = re.compile(
    r"\b(freight|carriage|shipping|delivery charge|postage|packing|handling|surcharge|insurance|fracht\w*|versand\w*|porto|"
    r"verpackung\w*|transport\w*|frais de port|fragt)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """One charge: `where` it is billed ("document" or a line's id), what it is called, and how much, positive against us."""

    where: str
    label: str
    amount: Money


def is_charge_line(line: InvoiceLine) -> bool:
    """A line that names no product and no order line and is called freight, packing or the like."""
    return not line.product and not line.order.line and bool(_CHARGE_WORDS.search(line.description))


def charges_of(invoice: Invoice, charge_lines: Iterable[InvoiceLine], *, rounding: bool = True) -> Iterator[Charge]:
    """All charges: at document level, in goods lines, as lines of their own, for third parties, and a rounding that is none.

    Positive is against us: on a credit note a charge gives back, and what is withheld as an allowance costs us. `rounding`
    False: another check looks at it.
    """
    charge_lines, sign = tuple(charge_lines), invoice.sign
    for entry in invoice.allowances_charges:
        amount = entry.amount if entry.charge else -entry.amount
        if entry.amount and (entry.charge or amount.minor * sign > 0):
            label = entry.reason or entry.reason_code or ("charge" if entry.charge else "withheld")
            yield Charge(where="document", label=label, amount=Money(amount.minor * sign, amount.currency))
    for line in invoice.lines:
        if line in charge_lines:
            yield Charge(where=line.id, label=line.description, amount=Money(line.net.minor * sign, line.net.currency))
            continue
        if makes_price(line):
            continue
        for entry in line.allowances_charges:
            if entry.charge and entry.amount:
                amount = Money(entry.amount.minor * sign, entry.amount.currency)
                yield Charge(where=line.id, label=entry.reason or "charge", amount=amount)
    rounded = invoice.totals.rounding if rounding else None
    for third in invoice.third_parties:
        if third.amount:
            label = third.reason or third.type or "for a third party"
            amount = Money(third.amount.minor * sign, third.amount.currency)
            yield Charge(where="document", label=label, amount=amount)
    if rounded is not None and rounded.amount * sign >= rounding_max(rounded.currency):
        yield Charge(where="document", label="rounding", amount=Money(rounded.minor * sign, rounded.currency))


def planned_charges(orders: Iterable[Order], currency: str) -> Money:
    """What the orders plan for charges, in the invoice's currency."""
    return total(
        (charge.amount for order in orders for charge in order.charges if charge.amount.currency == currency), currency
    )


def by_order(amount: Money, orders: Sequence[Order]) -> Iterator[tuple[Order, Money]]:
    """Which order bears how much of a charge: as they plan it; where none plans any, the first bears all."""
    planned = [Decimal(max(0, planned_charges([order], amount.currency).minor)) for order in orders]
    if not any(planned):
        planned = [Decimal(k == 0) for k in range(len(orders))]
    yield from zip(orders, split(amount, planned), strict=True)
