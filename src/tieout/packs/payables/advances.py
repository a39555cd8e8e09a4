"""Payments in advance: what was paid on an order before anything of it was billed, and what invoices deduct of it.

An advance is booked on the order's ledger, on none of its lines: it uses up no goods. What an invoice states as paid before, and
what a credit note takes back of the advance, is taken off there. Amounts are with tax, as both sides state them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

from tieout.core.tie_out.dossier import Allocated
from tieout.core.tie_out.key import same_ledger
from tieout.core.tie_out.verdict import Allocation, PostingLine
from tieout.core.values.key import Key
from tieout.core.values.money import Money, total
from tieout.packs.payables.reading import named_invoices
from tieout.packs.payables.sheet import Sheet
from tieout.trade.books import source_of

ADVANCE: Final = "/advance"
"""The place of an order's ledger where advances are booked: no line of an order is called so."""


def open_advance(sheet: Sheet) -> Money:
    """What was paid in advance on the invoice's orders, is not deducted by other claims yet, and was not taken back."""
    currency = sheet.invoice.currency
    left = total((used.amount for used in _advances(sheet)), currency)
    return max(left, Money.zero(currency))


def missing(sheet: Sheet) -> Money:
    """How much of an open advance could be set against the invoice and is not; nothing or less where all of it is."""
    sums, nothing = sheet.invoice.totals, Money.zero(sheet.invoice.currency)
    asked, prepaid = sums.payable or nothing, sums.prepaid or nothing
    if asked.currency != nothing.currency or prepaid.currency != nothing.currency:
        return nothing
    return min(open_advance(sheet) - max(prepaid, nothing), asked)


def is_credit_of_advance(sheet: Sheet) -> bool:
    """Whether a credit note names advances alone: it takes back money that was paid, and no goods."""
    named = {source_of(claim.key) for claim in named_invoices(sheet.dossier, sheet.invoice)}
    paid = {source_of(used.claim) for used in _advances(sheet) if used.amount.minor > 0}
    return bool(named) and named <= paid


def allocations(sheet: Sheet, lines: Iterable[PostingLine], *, in_advance: bool) -> Iterator[Allocation]:
    """What the claim pays in advance on its first order, takes back of it, or deducts; signed by the kind of document."""
    posted, invoice = list(lines), sheet.invoice
    numbers = invoice.order_numbers()
    if not posted or not numbers:
        return
    ledger, currency = sheet.ledger_of(numbers[0]), invoice.currency
    if in_advance:
        net = total((line.net + line.tax for line in posted), currency)
        yield _allocation(ledger, Money(net.minor * invoice.sign, currency))
    elif not invoice.is_credit and (prepaid := invoice.totals.prepaid) and prepaid.currency == currency:
        for of, paid in _paid(sheet).items():
            deducted = min(prepaid, paid)
            if deducted.minor > 0:
                yield _allocation(of, -deducted)
                prepaid -= deducted


def _allocation(ledger: Key, net: Money) -> Allocation:
    return Allocation(claim_line="", ledger=ledger, line=ADVANCE, quantity=Decimal(0), unit="", net=net)


def _paid(sheet: Sheet) -> dict[Key, Money]:
    """By order, what was ever paid in advance: what one claim deducts does not depend on what others do."""
    paid: dict[Key, Money] = {}
    for used in _advances(sheet):
        if used.amount.minor > 0:
            paid[used.ledger] = paid.get(used.ledger, Money.zero(used.amount.currency)) + used.amount
    return dict(sorted(paid.items()))


def _advances(sheet: Sheet) -> Iterator[Allocated]:
    ledgers = [sheet.ledger_of(number) for number in sheet.invoice.order_numbers()]
    for used in sheet.dossier.allocated:
        mine = used.line == ADVANCE and used.amount.currency == sheet.invoice.currency
        if mine and any(same_ledger(used.ledger, ledger) for ledger in ledgers):
            yield used
