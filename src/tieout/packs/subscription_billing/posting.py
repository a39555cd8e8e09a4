"""What may be posted of an account's invoice, and what that uses up of the subscriptions' ledgers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from tieout.core.findings.finding import Finding
from tieout.core.tie_out.judging import BLOCKING
from tieout.core.tie_out.verdict import Allocation, PostingLine
from tieout.core.values.key import Key
from tieout.core.values.money import Money, split, total
from tieout.packs.subscription_billing.ledger import given_place
from tieout.packs.subscription_billing.proration import shares_of
from tieout.packs.subscription_billing.sheet import Sheet, SheetLine, ledger_of
from tieout.trade.credit_notes import issued_allocations
from tieout.trade.posting_lines import Placed, posting_lines
from tieout.trade.posting_lines import splittable as split_lines
from tieout.trade.receivables import receivable_of
from tieout.trade.selling_keys import subscription_key

DAYS: Final = "DAY"


def voucher_lines(sheet: Sheet) -> list[PostingLine]:
    """The whole invoice as voucher lines, each on its subscription's line."""
    sign = sheet.invoice.sign
    placed = [
        Placed(
            claim_line=sheet_line.where,
            order=_number(sheet, sheet_line),
            line=sheet_line.line.order.line,
            quantity=sheet_line.line.quantity.value * sign if sheet_line.line.quantity else None,
            unit=sheet_line.line.quantity.unit if sheet_line.line.quantity else "",
            money=(sheet_line.is_money or bool(sheet_line.corrects)) and sheet_line.line.basis != "true_up",
        )
        for sheet_line in sheet.lines
    ]
    return posting_lines(sheet.invoice, placed)


def splittable(sheet: Sheet, findings: Sequence[Finding], whole: Sequence[PostingLine]) -> list[PostingLine]:
    """The lines that tie out although others do not; of a contract that is billed together, or of which too much or too little of what
    was prepaid is taken off, and of what corrects the same line of it, all or none."""
    troubled = {finding.where for finding in findings if finding.stage in BLOCKING}
    waiting = {
        _number(sheet, sheet_line)
        for sheet_line in sheet.lines
        if sheet_line.where in troubled and (_together(sheet_line) or sheet_line.is_prepaid)
    }
    corrected = {
        sheet_line.line.order for sheet_line in sheet.lines if sheet_line.where in troubled and sheet_line.corrects
    }
    kept = {
        sheet_line.where
        for sheet_line in sheet.lines
        if (_number(sheet, sheet_line) in waiting or sheet_line.line.order in corrected) and not sheet_line.posted
    }
    ready = [line for line in whole if line.claim_line not in kept]
    return split_lines(sheet.invoice, findings, ready, lambda _line, _troubles: None)


def _together(line: SheetLine) -> bool:
    return line.terms is not None and line.terms.subscription.together


def _number(sheet: Sheet, sheet_line: SheetLine) -> str:
    return (sheet_line.line.order.document or sheet.invoice.order_number).strip()


def allocations_of(sheet: Sheet, lines: Iterable[PostingLine]) -> tuple[Allocation, ...]:
    """What the posted and postable lines use up of the ledgers: the days of their periods, or once, and the money.

    A true-up uses up no days: it adds money to what is billed already. A value-only credit gives no days back, and is
    booked beside the place. Also what they bill on the invoice's own ledger, or credit on that of the credited invoice, and
    what the customer then owes.
    """
    lines = tuple(lines)
    nets: dict[str, list[PostingLine]] = {}
    for line in lines:
        if line.kind in {"goods", "price"}:
            nets.setdefault(line.claim_line, []).append(line)
    sign, currency = sheet.invoice.sign, sheet.invoice.currency
    used = []
    for sheet_line in sheet.lines:
        number = _number(sheet, sheet_line)
        if sheet_line.where not in nets or not number or not sheet_line.line.order.line:
            continue
        net = total((line.net for line in nets[sheet_line.where]), currency)
        used += [
            Allocation(
                claim_line=sheet_line.where,
                ledger=_ledger(sheet, sheet_line, number),
                line=slot,
                quantity=_days(sheet_line) * sign,
                unit=DAYS,
                net=part if sign > 0 else -part,
            )
            for slot, part in _by_place(sheet, sheet_line, net)
        ]
    own = (*issued_allocations(sheet.invoice, sheet.chosen, lines, {}), *_owed(sheet, lines))
    return (*sorted(used, key=lambda allocation: (allocation.claim_line, allocation.ledger, allocation.line)), *own)


def _owed(sheet: Sheet, lines: Sequence[PostingLine]) -> tuple[Allocation, ...]:
    """What the customer then owes: it counts against its credit, whichever process bills."""
    number = sheet.customer.number if sheet.customer else sheet.invoice.buyer.identifier("ours")
    return receivable_of(sheet.invoice, number, lines, sheet.dossier, own=sheet.chosen.own)


def _by_place(sheet: Sheet, line: SheetLine, net: Money) -> list[tuple[str, Money]]:
    """The places of the ledger that a line bills, with its money; one that corrects several billed periods by their days of it."""
    if len(line.corrects) < 2:
        return [(line.corrects[0] if line.corrects else _place(sheet, line), net)]
    shares = shares_of(line)
    return list(zip(line.corrects, split(net, [Decimal(days) for _, days in shares]), strict=True))


def _ledger(sheet: Sheet, line: SheetLine, number: str) -> Key:
    return ledger_of(line.terms, sheet.chosen) if line.terms else subscription_key(number, sheet.chosen.own)


def _place(sheet: Sheet, line: SheetLine) -> str:
    """Where it is booked: days that are given back on their own first day, money given back beside the place of its days."""
    if not sheet.invoice.is_credit or line.line.basis == "true_up":
        return line.slot
    return given_place(line.others.covering(line.slot, line.days).slot) if line.is_money else line.slot


def _days(line: SheetLine) -> Decimal:
    if not line.takes_place or line.is_money:
        return Decimal(0)
    once = line.slot.endswith("/once") or line.days is None
    return Decimal(1 if once or line.days is None else line.days.count)
