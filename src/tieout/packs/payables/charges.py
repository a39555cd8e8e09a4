"""Freight and other charges: what of an invoice is a charge rather than goods, and what the order planned."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from tieout.core.documents import Invoice, InvoiceLine, Order
from tieout.core.money import Money, total

_CHARGE_WORDS: Final = re.compile(
    r"\b(freight|carriage|shipping|delivery charge|postage|packing|handling|surcharge|insurance|fracht\w*|versand\w*|porto|"
    r"verpackung\w*|transport\w*|frais de port|fragt)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """One charge of an invoice: `where` it stands ("document" or a line's id), what it is called, and how much."""

    where: str
    label: str
    amount: Money


def is_charge_line(line: InvoiceLine) -> bool:
    """A line that names no product and no order line and is called freight, packing or the like."""
    return not line.product and not line.order.line and bool(_CHARGE_WORDS.search(line.description))


def charges_of(invoice: Invoice, charge_lines: Iterable[InvoiceLine]) -> Iterator[Charge]:
    """All charges of an invoice: at document level, in goods lines, and as lines of their own."""
    charge_lines = tuple(charge_lines)
    for known in invoice.allowances_charges:
        if known.charge and known.amount:
            yield Charge(where="document", label=known.reason or known.reason_code or "charge", amount=known.amount)
    for line in invoice.lines:
        if line in charge_lines:
            yield Charge(where=line.id, label=line.description, amount=line.net)
            continue
        for known in line.allowances_charges:
            if known.charge and known.amount:
                yield Charge(where=line.id, label=known.reason or "charge", amount=known.amount)


def planned_charges(orders: Iterable[Order], currency: str) -> Money:
    """What the orders plan for charges, in the invoice's currency."""
    return total(
        (known.amount for order in orders for known in order.charges if known.amount.currency == currency), currency
    )
