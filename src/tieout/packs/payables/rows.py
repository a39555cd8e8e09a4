"""The worksheet rows of an invoice: what people see side by side, with the findings' codes on each line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tieout.core.findings.finding import Finding
from tieout.core.policy.tolerance import limit_over
from tieout.core.tie_out.worksheet import Row
from tieout.core.values.money import Money
from tieout.packs.payables.sheet import Sheet
from tieout.packs.payables.sheet_lines import SheetLine
from tieout.trade.documents import InvoiceLine
from tieout.trade.matching import WHOLE
from tieout.trade.rules import UNIT_PRICE

_GRAVITY = {"note": 1, "wait": 2, "hold": 3, "reject": 4}


def rows_of(sheet: Sheet, findings: Sequence[Finding]) -> tuple[Row, ...]:
    """One row for each part of each invoice line, in the invoice's order."""
    by_line: dict[str, list[SheetLine]] = {}
    for matched in sheet.lines:
        by_line.setdefault(matched.where, []).append(matched)
    rows: list[Row] = []
    limits: dict[int, str] = {}
    for line in sheet.invoice.lines:
        codes, verdict = _codes_of(line.id, findings) if findings else _NOTHING
        parts = by_line.get(line.id, [])
        rows += [_matched(matched, codes, verdict, _limit(matched, limits)) for matched in parts]
        if not parts:
            rows.append(_alone(sheet, line, codes, verdict))
    return tuple(rows)


_NOTHING: Final[tuple[tuple[str, ...], str]] = ((), "ok")


def _codes_of(line: str, findings: Sequence[Finding]) -> tuple[tuple[str, ...], str]:
    """The codes of a line's findings, and the gravest stage of them."""
    mine = [finding for finding in findings if finding.where == line]
    codes = tuple(dict.fromkeys(finding.code for finding in mine))
    return codes, max((finding.stage for finding in mine), key=_GRAVITY.__getitem__, default="ok")


def _limit(matched: SheetLine, limits: dict[int, str]) -> str:
    """The limit of a line's price in words; `limits` are those of rulings so far, by identity: most lines share one."""
    tolerance = matched.ruling.value(UNIT_PRICE)
    if tolerance is None or matched.price is None or matched.price_expected is None or _other_currency(matched):
        return ""
    limit = limits.get(id(tolerance))
    if limit is None:
        limit = limits[id(tolerance)] = limit_over(tolerance, matched.invoice_line.net.currency)
    return limit


def _matched(matched: SheetLine, codes: tuple[str, ...], verdict: str, limit: str) -> Row:
    line, ledger, variance = matched.invoice_line, matched.ledger, None
    other = _other_currency(matched)
    if matched.price is not None and matched.price_expected is not None and not other:
        variance = matched.price - matched.price_expected
    return Row(
        claim_line=line.id,
        description=line.description or matched.order_line.description,
        order=matched.order.number,
        order_line=matched.order_line.id,
        matched_by=matched.matched_by,
        unit=ledger.unit,
        site=matched.site,
        ordered=ledger.ordered,
        received=ledger.received,
        in_inspection=ledger.in_inspection,
        accepted=ledger.accepted,
        rejected=ledger.rejected,
        billed_before=matched.billed_before,
        billed=matched.billed,
        price=matched.price,
        price_expected=matched.price_expected,
        currency_expected=other,
        price_source=matched.price_source,
        variance=variance,
        limit=limit,
        net=line.net if matched.part is WHOLE or matched.part == 1 else _part_of(line, matched),
        codes=codes,
        verdict=verdict,
    )


def _other_currency(matched: SheetLine) -> str:
    """The currency of the expected price where it is the order's and not the invoice's. Contracts count in the invoice's alone."""
    ordered, billed = matched.order.currency, matched.invoice_line.net.currency
    of_order = matched.price_expected is not None and matched.price_source.startswith("order ")
    return ordered if of_order and ordered and ordered != billed else ""


def _part_of(line: InvoiceLine, matched: SheetLine) -> Money:
    return Money.rounded(line.net.amount * matched.part.numerator / matched.part.denominator, line.net.currency)


def _alone(sheet: Sheet, line: InvoiceLine, codes: tuple[str, ...], verdict: str) -> Row:
    quantity = line.quantity
    charge = line in sheet.charge_lines
    return Row(
        claim_line=line.id,
        description=line.description,
        matched_by="a charge" if charge else "",
        unit=quantity.unit if quantity else "",
        billed=quantity.value * sheet.invoice.sign if quantity else None,
        price=None if line.price is None else line.price / line.price_per,
        net=line.net,
        codes=codes,
        verdict=verdict,
    )
