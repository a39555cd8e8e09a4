"""The worksheet of an account's invoice: each line with what it depends on, so that one screen shows what it waits for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from tieout.core.findings.finding import Finding
from tieout.core.policy.tolerance import limit_over
from tieout.core.tie_out.worksheet import Row
from tieout.core.values.money import to_places
from tieout.packs.subscription_billing.charges import unit_price
from tieout.packs.subscription_billing.sheet import Sheet, SheetLine
from tieout.trade.rules import LINE_TOTAL

_GRAVITY: Final = {"note": 1, "wait": 2, "hold": 3, "reject": 4}


def marks(findings: Iterable[Finding], where: str) -> tuple[tuple[str, ...], str]:
    """The codes on a place, and the gravest stage of them ("ok" if there are none)."""
    mine = [finding for finding in findings if finding.where == where]
    gravest = max((finding.stage for finding in mine), key=_GRAVITY.__getitem__, default="ok")
    return tuple(dict.fromkeys(finding.code for finding in mine)), gravest


def rows_of(sheet: Sheet, findings: Sequence[Finding]) -> tuple[Row, ...]:
    """One row for each line, in the invoice's order."""
    return tuple(_row(sheet, line, findings) for line in sheet.lines)


def _row(sheet: Sheet, sheet_line: SheetLine, findings: Sequence[Finding]) -> Row:
    line, version = sheet_line.line, sheet_line.version
    codes, verdict = marks(findings, sheet_line.where)
    tolerance = sheet_line.ruling.value(LINE_TOTAL)
    price = None if line.price is None else line.price / (line.price_per or 1)
    agreed = None
    if version is not None:
        exact = unit_price(version.line)
        agreed = to_places(Decimal(exact.numerator) / exact.denominator, 12)
    variance = None if sheet_line.expected is None else (sheet_line.billed - sheet_line.expected).amount
    return Row(
        claim_line=line.id,
        description=line.description or (version.line.plan if version else ""),
        order=line.order.document or sheet.invoice.order_number,
        order_line=line.order.line,
        matched_by=_depends(sheet_line),
        unit=version.line.unit if version else "",
        ordered=version.line.included if version and version.line.basis == "usage" else None,
        received=sheet_line.reliance.quantity if sheet_line.reliance else None,
        billed=line.quantity.value * sheet.invoice.sign if line.quantity else None,
        price=price,
        price_expected=agreed,
        price_source=_source(sheet_line),
        variance=variance,
        limit=limit_over(tolerance, sheet_line.billed.currency) if tolerance is not None and variance else "",
        net=line.net,
        codes=codes,
        verdict=verdict,
    )


def _source(line: SheetLine) -> str:
    if line.version is None:
        return ""
    return f"{line.version.source}: {line.expected} due" if line.expected is not None else line.version.source


def _depends(line: SheetLine) -> str:
    """What the line depends on, and its state: the contract, the usage statement, the milestone."""
    if line.version is None:
        return "no contract"
    if line.reliance is not None:
        statement = line.reliance.statement
        name = f"usage statement {statement.number}" if statement else f"usage of {line.reliance.meter}"
        return f"{name}: {line.reliance.lacking or 'complete'}"
    return f"milestone {line.awaits}: {line.progress}" if line.awaits else line.version.source
