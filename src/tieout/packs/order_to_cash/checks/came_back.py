"""Goods that came back and are billed, and goods that cost nothing: no matter of the warehouse's count of what left."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Final

from tieout.core.findings.finding import Finding
from tieout.core.findings.making import finding, quantity_text
from tieout.core.values.money import Money
from tieout.core.values.sentence import Sentence
from tieout.packs.order_to_cash.codes import code
from tieout.packs.order_to_cash.figures import numbers_of
from tieout.packs.order_to_cash.ledger import ZERO
from tieout.packs.order_to_cash.sheet import SheetLine

_QUEUE: Final = "revenue-operations"
_CREDITED: Final = ("issue_credit_note", "accept_variance")
_AMENDED: Final = ("amend_invoice", "accept_variance")


def came_back(line: SheetLine) -> Decimal:
    """How much of what customers sent back a line bills: all but what of it is missing of the invoices before."""
    return max(ZERO, line.row.counted.returned - max(ZERO, line.billed_before - line.row.counted.usable))


def reason_of(line: SheetLine, quantity: Decimal) -> str:
    """Why a quantity that came back may not be billed, in words."""
    words = "{quantity} of line {line} of {order} came back, and may not be billed"
    if line.posted > 0:
        words = "{quantity} of line {line} of {order} came back, and are billed: a credit note is needed"
    return Sentence(
        words,
        quantity=quantity_text(quantity, line.row.ledger.unit),
        line=line.row.line.id,
        order=line.row.order.number,
    )


def corrected(line: SheetLine, made: Finding) -> Finding:
    """Those who bill correct the invoice, or credit it once it is out."""
    resolutions = _CREDITED if line.posted > 0 else _AMENDED
    return replace(made, cause="return", queue=_QUEUE, resolutions=resolutions, watchers=())


def gratis(line: SheetLine) -> Finding:
    """Free goods beyond the order hold nothing: nothing is paid for them, and that they left is the order's own case."""
    row, unit = line.row, line.row.ledger.unit
    quantity = quantity_text(line.free, unit)
    return finding(
        code("AR-SHP-QTY"),
        line.where,
        ruling=row.ruling,
        site=row.site,
        stage="note",
        expected=quantity_text(row.ledger.ordered, unit),
        actual=quantity_text(line.billed_before + (line.billed or ZERO) + line.free, unit),
        variance=quantity,
        at_stake=Money.zero(line.invoice_line.net.currency),
        also=numbers_of(row),
        reason=Sentence(
            "{quantity} of line {line} of {order} are free and beyond the order",
            quantity=quantity,
            line=row.line.id,
            order=row.order.number,
        ),
    )
