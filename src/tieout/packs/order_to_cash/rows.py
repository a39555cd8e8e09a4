"""The worksheet rows: an invoice's lines beside what left and was delivered, a sales order's beside what is billed."""

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
    for known in sheet.lines:
        parts.setdefault(known.where, []).append(known)
    rows: list[Row] = []
    for line in sheet.invoice.lines:
        codes, verdict = said_of(line.id, findings)
        mine = parts.get(line.id, [])
        rows += [_matched(sheet, known, codes, verdict) for known in mine]
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
    return tuple(_order_row(row, *said_of(row.line.id, findings)) for row in sheet.rows)


def said_of(where: str, findings: Iterable[Finding]) -> tuple[tuple[str, ...], str]:
    """The codes of what was found at a place, and the gravest stage ("ok" for nothing)."""
    mine = [found for found in findings if found.where == where]
    codes = tuple(dict.fromkeys(found.code for found in mine))
    return codes, max((found.stage for found in mine), key=_GRAVITY.__getitem__, default="ok")


def _matched(sheet: Sheet, known: SheetLine, codes: tuple[str, ...], verdict: str) -> Row:
    row, tolerance = known.row, known.row.ruling.value(UNIT_PRICE)
    variance = None
    if known.price is not None and row.agreed.net is not None:
        variance = known.price - row.agreed.net
    line = known.invoice_line
    net = line.net
    if known.part != 1:
        net = Money.rounded(net.amount * known.part.numerator / known.part.denominator, net.currency)
    return Row(
        claim_line=line.id,
        description=line.description or row.line.description,
        order=row.order.number,
        order_line=row.line.id,
        matched_by=known.matched_by,
        unit=row.ledger.unit,
        site=row.site,
        ordered=row.ledger.ordered,
        received=row.ledger.shipped,
        accepted=row.counted.usable,
        rejected=row.ledger.returned,
        billed_before=known.billed_before,
        billed=known.billed,
        price=known.price,
        price_expected=row.agreed.net,
        price_source=row.agreed.source,
        variance=variance,
        limit=limit_over(tolerance) if tolerance is not None and variance is not None else "",
        net=net,
        codes=codes,
        verdict=verdict,
        disputed=disputed(sheet, known),
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
