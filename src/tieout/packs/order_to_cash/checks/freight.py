"""Freight and other charges: what all invoices of an order bill, compared with what it plans."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tieout.core.findings.finding import Awaited, Finding
from tieout.core.findings.making import finding
from tieout.core.policy.tolerance import assess
from tieout.core.tie_out.key import same_ledger
from tieout.core.values.money import Money, total
from tieout.core.values.sentence import Sentence, joined
from tieout.packs.order_to_cash.codes import code
from tieout.packs.order_to_cash.ledger import ZERO
from tieout.packs.order_to_cash.rules import BILLED_FROM
from tieout.packs.order_to_cash.sheet import DOCUMENT, OrderRow, Sheet
from tieout.trade.charges import charged, charges_of, planned_charges
from tieout.trade.documents import Order
from tieout.trade.rules import FREIGHT
from tieout.trade.selling_keys import sales_order_key

# Incoterms 2020 under which we, who sell, pay the main carriage.
_SELLER_CARRIES: Final = frozenset({"CFR", "CIF", "CPT", "CIP", "DAP", "DPU", "DDP", "DAT"})


def charges(sheet: Sheet) -> Iterator[Finding]:
    """AR-FRT: more charges than the orders plan, or fewer on the invoice that completes the billing of an order."""
    tolerance, currency = sheet.ruling.value(FREIGHT), sheet.invoice.currency
    if tolerance is None or sheet.released or sheet.invoice.is_credit or not sheet.books.orders:
        return
    billed = tuple(charges_of(sheet.invoice, sheet.charge_lines))
    now, planned = total((charge.amount for charge in billed), currency), planned_charges(_orders(sheet), currency)
    actual = billed_before(sheet) + now
    assessment = assess(tolerance, expected=planned.amount, actual=actual.amount, currency=currency)
    if (
        assessment.within
        or (assessment.side == "under" and not _ends(sheet))
        or (assessment.side == "over" and now.minor <= 0)
    ):
        return
    yield finding(
        code("AR-FRT"),
        billed[0].where if len({charge.where for charge in billed}) == 1 else DOCUMENT,
        ruling=sheet.ruling,
        expected=str(planned),
        actual=str(actual),
        variance=str(actual - planned),
        limit=assessment.limit,
        at_stake=abs(actual - planned),
        billed_before=str(actual - now),
        awaited=[Awaited(key=sales_order_key(number)) for number in sorted(sheet.books.orders)],
        charge=", ".join(dict.fromkeys(charge.label for charge in billed)) or "no charge",
        clause=clause(sheet),
        order=", ".join(sorted(sheet.books.orders)),
        carrier=", ".join(sorted({leg.carrier for row in sheet.rows for leg in row.ledger.legs if leg.carrier})),
    )


def _orders(sheet: Sheet) -> tuple[Order, ...]:
    return tuple(sheet.books.orders[number] for number in sorted(sheet.books.orders))


def _ends(sheet: Sheet) -> bool:
    """Whether this invoice completes the billing of its orders' goods. Where we make the invoices, charges have their own."""
    if sheet.ruling.value(BILLED_FROM) == "events" or not sheet.rows:
        return False
    return all(_billed_out(sheet, row) for row in sheet.rows)


def _billed_out(sheet: Sheet, row: OrderRow) -> bool:
    mine = sum((line.billed or ZERO for line in sheet.lines if line.row is row), ZERO)
    return row.ledger.net_billed + mine + row.counted.cut + row.counted.returned >= row.ledger.ordered


def billed_before(sheet: Sheet) -> Money:
    """The charges that other claims have billed on these orders: allocations to an order and none of its lines."""
    ledgers = [sheet.books.ledger_name(number) for number in sheet.books.orders]
    used = (
        allocation
        for allocation in sheet.books.allocated
        if not allocation.line and any(same_ledger(allocation.ledger, ledger) for ledger in ledgers)
    )
    return charged(used, sheet.invoice.currency)


def clause(sheet: Sheet) -> str:
    """What the incoterms say about who pays the freight, in words."""
    clauses = [
        Sentence("order {order} {incoterm}", order=order.number, incoterm=_incoterm(order.incoterm))
        for order in _orders(sheet)
        if order.incoterm
    ]
    return joined("; ", clauses) or "no incoterm says who pays freight"


def _incoterm(term: str) -> str:
    who = Sentence("we pay the freight" if term.upper()[:3] in _SELLER_CARRIES else "the customer pays the freight")
    return Sentence("is {term}: {who}", term=term.upper()[:3], who=who)
