"""Freight and other charges: what of an invoice is a charge rather than goods, and what the order planned."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from tieout.core.tie_out.dossier import Allocated
from tieout.core.values.money import Money, split, total
from tieout.trade.customs import rounding_max
from tieout.trade.documents import AllowanceCharge, Invoice, InvoiceLine, Order

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


_FREIGHT_CODES: Final = frozenset({"FC", "DL", "ADT", "ABL", "PC", "SH", "HD", "IN"})
"""UNTDID 7161: freight service, delivery, pick-up, (additional) packaging, special handling, handling, insurance."""
_FREIGHT_WORDS: Final = re.compile(
    r"\b(freight|carriage|shipping|delivery|postage|packing|packaging|handling|insurance|fracht\w*|versand\w*|porto|verpackung\w*|"
    r"transport\w*|lieferkosten|frais de port|emballage|vervoer\w*|verzend\w*|fragt|frakt)\b",
    re.IGNORECASE,
)


def is_freight(entry: AllowanceCharge) -> bool:
    """Whether a charge on a line is for bringing the goods; any other belongs to the line's price."""
    return entry.charge and (
        entry.reason_code.upper() in _FREIGHT_CODES
        or bool(_FREIGHT_WORDS.search(entry.reason) or _FREIGHT_WORDS.search(entry.reason_code))
    )


def makes_price(line: InvoiceLine) -> bool:
    """Whether charges and allowances are the price: the line prices its goods at nothing and states their amount beside."""
    return line.price == 0 and any(entry.charge for entry in line.allowances_charges)


def line_freight(line: InvoiceLine) -> Money:
    """What a line charges for bringing the goods, which is no price (unless its charges are all the price that there is)."""
    if makes_price(line):
        return Money.zero(line.net.currency)
    return total((entry.amount for entry in line.allowances_charges if is_freight(entry)), line.net.currency)


def is_charge_line(line: InvoiceLine) -> bool:
    """A line that names no product and no order line and is called freight, packing or the like."""
    return not line.product and not line.order.line and bool(_CHARGE_WORDS.search(line.description))


def charges_of(
    invoice: Invoice, charge_lines: Iterable[InvoiceLine], *, rounding: bool = True, allowances: bool = True
) -> Iterator[Charge]:
    """All charges: at document level, in goods lines, as lines of their own, for third parties, and a rounding that is none.

    Positive is against us: on a credit note a charge gives back, and what is withheld as an allowance costs us. `rounding` or
    `allowances` False: another check looks at it.
    """
    charge_lines, sign = tuple(charge_lines), invoice.sign
    for entry in invoice.allowances_charges:
        amount = entry.amount if entry.charge else -entry.amount
        if entry.amount and (entry.charge or (allowances and amount.minor * sign > 0)):
            label = entry.reason or entry.reason_code or ("charge" if entry.charge else "withheld")
            yield Charge(where="document", label=label, amount=Money(amount.minor * sign, amount.currency))
    for line in invoice.lines:
        if line in charge_lines:
            yield Charge(where=line.id, label=line.description, amount=Money(line.net.minor * sign, line.net.currency))
            continue
        if makes_price(line):
            continue
        for entry in line.allowances_charges:
            if is_freight(entry) and entry.amount:
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
    """What the orders plan for charges, in the invoice's currency: on the whole order, and for freight on its lines.

    Planned allowances are part of the price of the goods (`tieout.trade.pricing`).
    """
    orders = tuple(orders)
    planned = [charge.amount for order in orders for charge in order.charges if charge.amount.minor > 0]
    entries = (entry for order in orders for line in order.lines for entry in line.allowances_charges)
    planned += [entry.amount for entry in entries if is_freight(entry)]
    return total((amount for amount in planned if amount.currency == currency), currency)


def charged(used: Iterable[Allocated], currency: str) -> Money:
    """What claims have billed for charges. What is given back of a charge in part is money: it makes no room for another charge. A
    credit makes room where it takes back all that some claim has charged, or all of them together.
    """
    by_claim: dict[str, int] = {}
    for entry in used:
        if entry.amount.currency == currency:
            by_claim[entry.claim] = by_claim.get(entry.claim, 0) + entry.amount.minor
    if sum(by_claim.values()) <= 0:
        return Money(sum(by_claim.values()), currency)
    billed = [minor for minor in by_claim.values() if minor > 0]
    for minor in by_claim.values():
        if -minor in billed:
            billed.remove(-minor)
    return Money(sum(billed), currency)


def by_order(amount: Money, orders: Sequence[Order]) -> Iterator[tuple[Order, Money]]:
    """Which order bears how much of a charge: as they plan it; where none plans any, the first bears all."""
    planned = [Decimal(max(0, planned_charges([order], amount.currency).minor)) for order in orders]
    if not any(planned):
        planned = [Decimal(k == 0) for k in range(len(orders))]
    yield from zip(orders, split(amount, planned), strict=True)
