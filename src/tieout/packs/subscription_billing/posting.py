"""What may be posted of an account's invoice, and what that uses up of the subscriptions' ledgers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from tieout.core.findings.finding import Finding
from tieout.core.tie_out.judging import BLOCKING
from tieout.core.tie_out.verdict import Allocation, PostingLine
from tieout.core.values.key import Key
from tieout.core.values.money import total
from tieout.packs.subscription_billing.sheet import Sheet, SheetLine, ledger_of
from tieout.trade.credit_notes import issued_allocations
from tieout.trade.posting_lines import Placed, posting_lines
from tieout.trade.posting_lines import splittable as split_lines
from tieout.trade.selling_keys import subscription_key

DAYS: Final = "DAY"


def voucher_lines(sheet: Sheet) -> list[PostingLine]:
    """The whole invoice as voucher lines, each on its subscription's line."""
    sign = sheet.invoice.sign
    placed = [
        Placed(
            claim_line=known.where,
            order=_number(sheet, known),
            line=known.line.order.line,
            quantity=known.line.quantity.value * sign if known.line.quantity else None,
            unit=known.line.quantity.unit if known.line.quantity else "",
        )
        for known in sheet.lines
    ]
    return posting_lines(sheet.invoice, placed)


def splittable(sheet: Sheet, findings: Sequence[Finding], whole: Sequence[PostingLine]) -> list[PostingLine]:
    """The lines that tie out although others do not; of a contract that is billed together, all lines or none."""
    troubled = {found.where for found in findings if found.stage in BLOCKING}
    waiting = {_number(sheet, known) for known in sheet.lines if known.where in troubled and _together(known)}
    kept = {known.where for known in sheet.lines if _number(sheet, known) in waiting and not known.posted}
    ready = [line for line in whole if line.claim_line not in kept]
    return split_lines(sheet.invoice, findings, ready, lambda _line, _troubles: None)


def _together(known: SheetLine) -> bool:
    return known.terms is not None and known.terms.subscription.together


def _number(sheet: Sheet, known: SheetLine) -> str:
    return (known.line.order.document or sheet.invoice.order_number).strip()


def allocations_of(sheet: Sheet, lines: Iterable[PostingLine]) -> tuple[Allocation, ...]:
    """What the posted and postable lines use up of the ledgers: the days of their periods, or once, and the money.

    A true-up uses up no days: it adds money to what is billed already. And what they bill on the invoice's own ledger, or take
    back of that of what a credit note names.
    """
    lines = tuple(lines)
    nets: dict[str, list[PostingLine]] = {}
    for line in lines:
        if line.kind == "goods":
            nets.setdefault(line.claim_line, []).append(line)
    sign, currency = sheet.invoice.sign, sheet.invoice.currency
    used = []
    for known in sheet.lines:
        number = _number(sheet, known)
        if known.where not in nets or not number or not known.line.order.line:
            continue
        net = total((line.net for line in nets[known.where]), currency)
        used.append(
            Allocation(
                claim_line=known.where,
                ledger=_ledger(sheet, known, number),
                line=known.slot,
                quantity=_days(known) * sign,
                unit=DAYS,
                net=net if sign > 0 else -net,
            )
        )
    own = issued_allocations(sheet.invoice, sheet.chosen, lines, {})
    return (*sorted(used, key=lambda each: (each.claim_line, each.ledger, each.line)), *own)


def _ledger(sheet: Sheet, known: SheetLine, number: str) -> Key:
    return ledger_of(known.terms, sheet.chosen) if known.terms else subscription_key(number, sheet.chosen.own)


def _days(known: SheetLine) -> Decimal:
    if not known.takes_place:
        return Decimal(0)
    once = known.slot.endswith("/once") or known.days is None
    return Decimal(1 if once or known.days is None else known.days.count)
