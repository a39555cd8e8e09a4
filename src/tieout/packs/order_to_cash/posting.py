"""What may be released of a customer's invoice, and what that uses up of the sales orders' lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from tieout.core.findings.finding import Finding
from tieout.core.tie_out.verdict import Allocation, PostingLine
from tieout.core.values.money import Money
from tieout.core.values.party import normal_reference
from tieout.packs.order_to_cash.checks.answers import disputed
from tieout.packs.order_to_cash.checks.credit import is_prepaid
from tieout.packs.order_to_cash.checks.movement import cut_of, shorts
from tieout.packs.order_to_cash.ledger import ZERO
from tieout.packs.order_to_cash.sheet import Sheet, SheetLine
from tieout.trade.charges import by_order
from tieout.trade.credit_notes import issued_allocations
from tieout.trade.documents import Invoice, InvoiceLine
from tieout.trade.posting_lines import Placed, posting_lines, reduced
from tieout.trade.posting_lines import splittable as split_lines
from tieout.trade.receivables import receivable_of

_BY_GOODS = frozenset({"shipment", "delivery", "return", "run"})  # "run": what was billed before


def release_lines(sheet: Sheet) -> list[PostingLine]:
    """The whole invoice as lines: goods by order line, charges, allowances, tax and rounding to the cent."""
    placed = [
        Placed(
            claim_line=line.where,
            order=line.row.order.number,
            line=line.row.line.id,
            quantity=line.billed if line.billed is None else line.billed + line.free,
            unit=line.row.ledger.unit,
            part=line.part,
            money=line.is_money,
        )
        for line in sheet.lines
    ]
    return posting_lines(sheet.invoice, placed, charges=sheet.charge_lines)


def is_cut(sheet: Sheet) -> bool:
    """Whether a part of the invoice is never billed, because the customer did not take it and we accepted that."""
    return any(cut_of(line) > 0 for line in sheet.lines)


def splittable(sheet: Sheet, findings: Sequence[Finding], whole: Sequence[PostingLine]) -> list[PostingLine]:
    """What ties out although the rest does not: of a line with findings about its goods, what was shipped and taken."""

    def usable(line: PostingLine, troubles: Sequence[Finding]) -> Decimal | None:
        sheet_line = next((candidate for candidate in sheet.lines if _of(candidate, line)), None)
        if sheet_line is None or line.quantity is None:
            return None
        objected = disputed(sheet, sheet_line)
        by_quantity = _BY_GOODS | ({"dispute"} if objected is not None else set())
        if any(finding.cause.partition("@")[0] not in by_quantity for finding in troubles):
            return None
        left = line.quantity - sum((short.quantity for short in shorts(sheet_line)), ZERO)
        return left - (objected or ZERO)

    return split_lines(sheet.invoice, findings, list(_uncut(sheet, whole)), usable)


def _uncut(sheet: Sheet, whole: Sequence[PostingLine]) -> Iterator[PostingLine]:
    """The lines less what is never billed of them."""
    for line in whole:
        sheet_line = next((candidate for candidate in sheet.lines if _of(candidate, line)), None)
        cut = cut_of(sheet_line) if sheet_line else ZERO
        if not cut or not line.quantity:
            yield line
        elif line.quantity > cut:
            yield reduced(line, line.quantity - cut)


def _of(sheet_line: SheetLine, line: PostingLine) -> bool:
    return (sheet_line.where, sheet_line.row.order.number, sheet_line.row.line.id) == (
        line.claim_line,
        line.order,
        line.line,
    )


def allocations_of(sheet: Sheet, lines: Iterable[PostingLine]) -> tuple[Allocation, ...]:
    """How much of each line of a sales order the released and releasable lines use up, signed by the kind of document.

    A price difference moves money and uses up no goods, what is free and beyond the order nothing at all. A charge uses up an
    order, and none of its lines. Also what they bill on
    the invoice's own ledger, or credit on that of another; and what the customer then owes, unless it pays in advance.
    """
    lines = tuple(lines)
    sign = sheet.invoice.sign
    used: dict[tuple[str, str, str], Allocation] = {}
    beyond = {(line.where, line.row.order.number, line.row.line.id): line.free for line in sheet.lines if line.free}
    for line in _allocating(sheet, lines):
        key = (line.claim_line, line.order, line.line)
        free = beyond.get(key, ZERO) if line.quantity else ZERO
        before = used.get(key)
        net = Money(line.net.minor * sign, line.net.currency)
        used[key] = Allocation(
            claim_line=line.claim_line,
            ledger=sheet.books.ledger_name(line.order),
            line=line.line,
            quantity=(line.quantity or ZERO) * sign - free + (before.quantity if before else ZERO),
            unit=line.unit,
            net=net + before.net if before else net,
        )
    anew = {(line.where, line.row.order.number, line.row.line.id): line.counted_anew for line in sheet.lines}
    for key, quantity in anew.items():
        # What is out in full counts by the conversion that holds now: a corrected one is no second posting.
        if key in used and quantity is not None and _is_out(sheet, key[0]):
            used[key] = replace(used[key], quantity=quantity)
    own = issued_allocations(sheet.invoice, sheet.books.chosen, lines, _places(sheet))
    return (*(used[key] for key in sorted(used)), *own, *_owed(sheet, lines))


def _is_out(sheet: Sheet, claim_line: str) -> bool:
    """Whether all of a line is posted."""
    net = sum(line.net.minor for line in sheet.dossier.posted if line.kind == "goods" and line.claim_line == claim_line)
    return any(line.id == claim_line and line.net.minor == net for line in sheet.invoice.lines)


def _owed(sheet: Sheet, lines: Sequence[PostingLine]) -> tuple[Allocation, ...]:
    customer = sheet.books.customer
    number = customer.number if customer else sheet.invoice.buyer.identifier("ours")
    days = [order.issue_date for order in sheet.books.orders.values()]
    latest = max((day for day in days if day is not None), default=None) if None not in days else None
    if is_prepaid(sheet):
        return ()
    own = sheet.books.chosen.own
    return receivable_of(sheet.invoice, number, lines, sheet.dossier, own=own, ordered_on=latest)


def _allocating(sheet: Sheet, lines: Iterable[PostingLine]) -> Iterator[PostingLine]:
    orders = tuple(sheet.books.orders[number] for number in sorted(sheet.books.orders))
    for line in lines:
        if line.order and line.line and (line.kind == "price" or (line.kind == "goods" and line.quantity is not None)):
            yield line
        elif line.kind == "charge" and orders:
            for order, net in by_order(line.net, orders):
                if net:
                    yield replace(line, order=order.number, line="", quantity=None, unit="", net=net)


def _places(sheet: Sheet) -> dict[str, str]:
    """The lines of the credited invoice by the credit note's lines: matched by order line, else by id."""
    named = {normal_reference(number) for number in sheet.invoice.preceding}
    targets = [invoice for invoice in sheet.books.of(Invoice) if normal_reference(invoice.number) in named]
    if not sheet.invoice.is_credit or len(targets) != 1:
        return {}
    return {line.id: _place_of(line, targets[0].lines) for line in sheet.invoice.lines}


def _place_of(line: InvoiceLine, targets: Sequence[InvoiceLine]) -> str:
    if line.order.line:
        fits = [target.id for target in targets if target.order.line == line.order.line]
        if len(fits) == 1:
            return fits[0]
    return line.id
