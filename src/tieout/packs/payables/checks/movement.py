"""Goods that moved and could not be placed: what fits no line of the order, and what does not say which company's order it is about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tieout.core.findings.finding import Awaited, Finding
from tieout.core.findings.making import finding
from tieout.core.values.sentence import joined
from tieout.packs.payables.checks.quantity import shortage
from tieout.packs.payables.codes import code
from tieout.packs.payables.sheet import DOCUMENT, Sheet
from tieout.trade.books import LeftOut
from tieout.trade.documents import DespatchAdvice, InspectionResult, Receipt, SupplierReturn
from tieout.trade.keys import movement_key, order_key


def unplaced(sheet: Sheet) -> Iterator[Finding]:
    """INT-MAP: what moved is not counted anywhere; goods of a return that is not counted would be paid.

    What may be a sister company's is reported as well; it holds nothing where all that is billed was received without it.
    """
    # A missing conversion is reported by AP-UOM.
    unmapped = [reason for reason in sheet.ledger.unplaced if ": no conversion from " not in reason]
    doubtful = [left for left in sheet.chosen.doubtful if isinstance(left.recorded.document, _MOVEMENTS)]
    if unmapped or doubtful:
        matters = unmapped or any(map(_takes_away, doubtful)) or any(shortage(line) > 0 for line in sheet.lines)
        unmapped = [*unmapped, *map(str, doubtful)]
        keys = [key for number in sorted(sheet.orders) for key in (movement_key(number), order_key(number))]
        yield finding(
            code("INT-MAP"),
            DOCUMENT,
            ruling=sheet.ruling,
            stage=None if matters else "note",
            actual=unmapped[0].partition(":")[0],
            at_stake=sheet.invoice.totals.payable,
            awaited=[Awaited(key=key) for key in keys],
            reason=joined("; ", sorted(unmapped)),
        )


_MOVEMENTS: Final = (Receipt, DespatchAdvice, InspectionResult, SupplierReturn)


def _takes_away(left: LeftOut) -> bool:
    """Whether goods would be fewer if it counted."""
    match left.recorded.document:
        case Receipt() as receipt:
            return any(line.accepted.value < 0 for line in receipt.lines)
        case InspectionResult() as result:
            return result.rejected.value > 0
        case SupplierReturn():
            return True
        case _:
            return False
