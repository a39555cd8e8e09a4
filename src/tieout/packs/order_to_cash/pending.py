"""Invoices on their way: what of an order's lines they bill that is not released yet. What stops them is a case of their own."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from tieout.core.tie_out.key import same_ledger
from tieout.packs.order_to_cash.ledger import ZERO
from tieout.packs.order_to_cash.sheet import OrderRow, OrderSheet
from tieout.trade.books import source_of
from tieout.trade.charges import is_charge_line
from tieout.trade.documents import Invoice
from tieout.trade.ledger import order_line_of, scaled

_DEAD: Final = frozenset({"rejected", "superseded"})


def on_their_way(sheet: OrderSheet) -> Iterator[tuple[str, Invoice]]:
    """The order's invoices that were not rejected, with their source keys; released ones too, as a part may be left."""
    dead = {source_of(claim.key) for claim in sheet.dossier.alike if claim.state in _DEAD}
    for recorded in sheet.books.chosen.evidence:
        invoice = recorded.document
        if isinstance(invoice, Invoice) and not invoice.is_credit and source_of(recorded.key) not in dead:
            yield recorded.key, invoice


def pending(sheet: OrderSheet, row: OrderRow) -> Decimal:
    """How much of an order line invoices bill that is not released yet, in the line's unit."""
    ledger = sheet.books.ledger_name(row.order.number)
    left = ZERO
    for key, invoice in on_their_way(sheet):
        out = sum(
            (
                used.quantity
                for used in sheet.dossier.allocated
                if source_of(used.claim) == source_of(key)
                and used.line == row.line.id
                and same_ledger(used.ledger, ledger)
            ),
            ZERO,
        )
        left += max(ZERO, _billed(sheet, row, invoice) - out)
    return left


def _billed(sheet: OrderSheet, row: OrderRow, invoice: Invoice) -> Decimal:
    billed = ZERO
    for line in invoice.lines:
        if (line.order.document or invoice.order_number).strip() != row.order.number.strip() or is_charge_line(line):
            continue
        if line.quantity is None or order_line_of(row.order, line.order.line, line.product) is not row.line:
            continue
        same = line.quantity.unit == row.ledger.unit
        factor = None if same else sheet.books.factor(row.line, line.quantity.unit)
        if same or factor is not None:
            billed += line.quantity.value if factor is None else scaled(line.quantity.value, factor)
    return billed


def covered(sheet: OrderSheet, row: OrderRow) -> Decimal:
    """How much of what may not be billed yet invoices bill all the same: their own cases ask for it."""
    return max(ZERO, pending(sheet, row) + row.ledger.net_billed - row.counted.usable)
