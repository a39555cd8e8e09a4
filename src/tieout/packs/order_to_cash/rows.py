"""The worksheet rows: an invoice's lines with what was shipped and delivered, a sales order's lines with what is billed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tieout.core.findings.finding import Finding
from tieout.core.policy.tolerance import limit_over
from tieout.core.tie_out.worksheet import Row
from tieout.core.values.money import Money
from tieout.packs.order_to_cash.checks.answers import disputed
from tieout.packs.order_to_cash.figures import worth
from tieout.packs.order_to_cash.sheet import OrderRow, OrderSheet, Sheet, SheetLine
from tieout.trade.rules import UNIT_PRICE

_GRAVITY = {"note": 1, "wait": 2, "hold": 3, "reject": 4}


def rows_of(sheet: Sheet, findings: Sequence[Finding]) -> tuple[Row, ...]:
    """One row for each part of each invoice line, in the invoice's order."""
    parts: dict[str, list[SheetLine]] = {}
    for matched in sheet.lines:
        parts.setdefault(matched.where, []).append(matched)
    rows: list[Row] = []
    for line in sheet.invoice.lines:
        codes, verdict = marks_of(line.id, findings)
        mine = parts.get(line.id, [])
        rows += [_matched(sheet, matched, codes, verdict) for matched in mine]
        if not mine:
            rows.append(
                Row(
                    claim_line=line.id,
                    description=line.description,
                    matched_by="a charge" if line in sheet.charge_lines else "",
                    unit=line.quantity.unit if line.quantity else "",
                    billed=line.quantity.value * sheet.invoice.sign if line.quantity else None,
                    price=None if line.price is None else line.price / line.price_per,
                    net=line.net,
                    codes=codes,
                    verdict=verdict,
                )
            )
    return tuple(rows)


def rows_of_order(sheet: OrderSheet, findings: Sequence[Finding]) -> tuple[Row, ...]:
    """One row for each line of the order."""
    return tuple(_order_row(row, *marks_of(row.line.id, findings)) for row in sheet.rows)


def marks_of(where: str, findings: Iterable[Finding]) -> tuple[tuple[str, ...], str]:
    """The codes of the findings at a place, and their gravest stage ("ok" for none)."""
    mine = [finding for finding in findings if finding.where == where]
    codes = tuple(dict.fromkeys(finding.code for finding in mine))
    return codes, max((finding.stage for finding in mine), key=_GRAVITY.__getitem__, default="ok")


def _matched(sheet: Sheet, matched: SheetLine, codes: tuple[str, ...], verdict: str) -> Row:
    row, tolerance = matched.row, matched.row.ruling.value(UNIT_PRICE)
    variance = None
    if matched.price is not None and row.agreed.net is not None:
        variance = matched.price - row.agreed.net
    line = matched.invoice_line
    net = line.net
    if matched.part != 1:
        net = Money.rounded(net.amount * matched.part.numerator / matched.part.denominator, net.currency)
    return Row(
        claim_line=line.id,
        description=line.description or row.line.description,
        order=row.order.number,
        order_line=row.line.id,
        matched_by=matched.matched_by,
        unit=row.ledger.unit,
        site=row.site,
        ordered=row.ledger.ordered,
        received=row.ledger.shipped,
        accepted=row.counted.usable,
        rejected=row.ledger.returned,
        billed_before=matched.billed_before,
        billed=matched.billed if matched.billed is None else matched.billed + matched.free,
        price=matched.price,
        price_expected=row.agreed.net,
        price_source=row.agreed.source,
        variance=variance,
        limit=limit_over(tolerance, net.currency) if tolerance is not None and variance is not None else "",
        net=net,
        codes=codes,
        verdict=verdict,
        disputed=disputed(sheet, matched),
    )


def _order_row(row: OrderRow, codes: tuple[str, ...], verdict: str) -> Row:
    return Row(
        claim_line=row.line.id,
        description=row.line.description or row.line.product.seller or row.line.product.buyer,
        order=row.order.number,
        order_line=row.line.id,
        unit=row.ledger.unit,
        site=row.site,
        ordered=row.ledger.ordered,
        received=row.ledger.shipped,
        accepted=row.counted.usable,
        rejected=row.ledger.returned,
        billed_before=row.ledger.net_billed,
        price_expected=row.agreed.net,
        price_source=row.agreed.source,
        net=worth(row, row.counted.usable),
        codes=codes,
        verdict=verdict,
    )
