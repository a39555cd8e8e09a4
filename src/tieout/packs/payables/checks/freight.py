"""Freight and other charges that the supplier added: planned by the order, or not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tieout.core.findings.finding import Awaited, Finding
from tieout.core.findings.making import finding
from tieout.core.policy.tolerance import assess
from tieout.core.tie_out.key import same_ledger
from tieout.core.values.money import Money, total
from tieout.core.values.sentence import Sentence, joined
from tieout.packs.payables.codes import code
from tieout.packs.payables.rules import ORDER_REQUIRED
from tieout.packs.payables.sheet import DOCUMENT, Sheet
from tieout.trade.charges import charged, charges_of, planned_charges
from tieout.trade.keys import order_key
from tieout.trade.rules import FREIGHT

# Incoterms 2020 under which the seller pays the main carriage.
_SELLER_CARRIES: Final = frozenset({"CFR", "CIF", "CPT", "CIP", "DAP", "DPU", "DDP", "DAT"})


def charges(sheet: Sheet) -> Iterator[Finding]:
    """AP-FRT-UNPL where the orders plan no charge, AP-FRT-VAR where all invoices together bill more than they plan."""
    tolerance, currency = sheet.ruling.value(FREIGHT), sheet.invoice.currency
    # What a credit note withholds is in its prices where the order agrees a discount, and price looks at it.
    priced = bool(sheet.lines) and all(line.discount for line in sheet.lines)
    billed = tuple(charges_of(sheet.invoice, sheet.charge_lines, rounding=False, allowances=not priced))
    if tolerance is None or not billed or (not sheet.orders and not sheet.ruling.value(ORDER_REQUIRED)):
        return
    now, planned = (
        total((charge.amount for charge in billed), currency),
        planned_charges(sheet.orders.values(), currency),
    )
    actual = billed_before(sheet) + now
    assessment = assess(tolerance, expected=planned.amount, actual=actual.amount, currency=currency)
    if now.minor <= 0 or assessment.within or assessment.side == "under":
        return
    yield finding(
        code("AP-FRT-VAR" if planned else "AP-FRT-UNPL"),
        billed[0].where if len({charge.where for charge in billed}) == 1 else DOCUMENT,
        ruling=sheet.ruling,
        expected=str(planned),
        actual=str(actual),
        variance=str(actual - planned),
        limit=assessment.limit,
        at_stake=min(actual - planned, now),
        billed_before=str(actual - now),
        awaited=[Awaited(key=order_key(number)) for number in sorted(sheet.orders)],
        charge=", ".join(dict.fromkeys(charge.label for charge in billed)),
        clause=clause(sheet),
        order=", ".join(sorted(sheet.orders)) or "none",
    )


def billed_before(sheet: Sheet) -> Money:
    """The charges that other claims have billed on these orders: allocations to an order but to none of its lines."""
    ledgers = [sheet.ledger_of(number) for number in sheet.orders]
    used = (
        allocation
        for allocation in sheet.allocated
        if not allocation.line and any(same_ledger(allocation.ledger, ledger) for ledger in ledgers)
    )
    return charged(used, sheet.invoice.currency)


def clause(sheet: Sheet) -> str:
    """What contract and incoterm say about who pays the freight, in words, as evidence."""
    clauses = []
    for contract in sheet.contracts:
        if contract.freight_included is not None:
            words = _INCLUDES if contract.freight_included else _EXCLUDES
            clauses.append(Sentence(words, contract=contract.number))
        elif contract.incoterm:
            clauses.append(
                Sentence(
                    "contract {contract} {incoterm}", contract=contract.number, incoterm=_incoterm(contract.incoterm)
                )
            )
    clauses += [
        Sentence("order {order} {incoterm}", order=order.number, incoterm=_incoterm(order.incoterm))
        for order in sheet.orders.values()
        if order.incoterm
    ]
    return joined("; ", dict.fromkeys(clauses)) or "neither contract nor incoterm says who pays freight"


_INCLUDES, _EXCLUDES = "contract {contract} includes freight", "contract {contract} excludes freight"


def _incoterm(term: str) -> str:
    who = Sentence(
        "the supplier pays the freight" if term.upper()[:3] in _SELLER_CARRIES else "the buyer pays the freight"
    )
    return Sentence("is {term}: {who}", term=term.upper()[:3], who=who)
