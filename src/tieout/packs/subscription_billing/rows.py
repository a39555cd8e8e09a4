"""The worksheet of an account's invoice: each line with what it depends on, so that one screen shows what it waits for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from tieout.core.findings.finding import Finding
from tieout.core.policy.tolerance import limit_over
from tieout.core.tie_out.worksheet import Row
from tieout.packs.subscription_billing.charges import unit_price
from tieout.packs.subscription_billing.sheet import Sheet, SheetLine
from tieout.trade.rules import LINE_TOTAL

_GRAVITY: Final = {"note": 1, "wait": 2, "hold": 3, "reject": 4}


def marks(findings: Iterable[Finding], where: str) -> tuple[tuple[str, ...], str]:
    """The codes on a place, and the gravest stage of them ("ok" if there are none)."""
    mine = [found for found in findings if found.where == where]
    gravest = max((found.stage for found in mine), key=_GRAVITY.__getitem__, default="ok")
    return tuple(dict.fromkeys(found.code for found in mine)), gravest


def rows_of(sheet: Sheet, findings: Sequence[Finding]) -> tuple[Row, ...]:
    """One row for each line, in the invoice's order."""
    return tuple(_row(sheet, known, findings) for known in sheet.lines)


def _row(sheet: Sheet, known: SheetLine, findings: Sequence[Finding]) -> Row:
    line, version = known.line, known.version
    codes, verdict = marks(findings, known.where)
    tolerance = known.ruling.value(LINE_TOTAL)
    price = None if line.price is None else line.price / (line.price_per or 1)
    agreed = None
    if version is not None:
        each = unit_price(version.line)
        agreed = round(Decimal(each.numerator) / each.denominator, 12)
    variance = None if known.expected is None else (known.billed - known.expected).amount
    return Row(
        claim_line=line.id,
        description=line.description or (version.line.plan if version else ""),
        order=line.order.document or sheet.invoice.order_number,
        order_line=line.order.line,
        matched_by=_depends(known),
        unit=version.line.unit if version else "",
        ordered=version.line.included if version and version.line.basis == "usage" else None,
        received=known.reliance.quantity if known.reliance else None,
        billed=line.quantity.value * sheet.invoice.sign if line.quantity else None,
        price=price,
        price_expected=agreed,
        price_source=_source(known),
        variance=variance,
        limit=limit_over(tolerance) if tolerance is not None and variance else "",
        net=line.net,
        codes=codes,
        verdict=verdict,
    )


def _source(known: SheetLine) -> str:
    if known.version is None:
        return ""
    return f"{known.version.source}: {known.expected} due" if known.expected is not None else known.version.source


def _depends(known: SheetLine) -> str:
    """What the line stands on, and how that is: the contract, the usage statement, the milestone."""
    if known.version is None:
        return "no contract"
    if known.reliance is not None:
        statement = known.reliance.statement
        name = f"usage statement {statement.number}" if statement else f"usage of {known.reliance.meter}"
        return f"{name}: {known.reliance.lacking or 'complete'}"
    return f"milestone {known.awaits}: {known.progress}" if known.awaits else known.version.source
