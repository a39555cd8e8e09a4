"""What a supplier's credit line gives back, and when an invoice line bills a price difference: read once, for every check."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from tieout.core.policy.policy import Ruling
from tieout.core.tie_out.dossier import Allocated, Dossier, Likeness
from tieout.core.tie_out.key import same_ledger
from tieout.core.tie_out.news import RELEASED
from tieout.core.values.key import Key
from tieout.core.values.party import normal_reference
from tieout.packs.payables.rules import MATCH
from tieout.trade.books import source_of
from tieout.trade.credit_reasons import Reading
from tieout.trade.documents import Invoice
from tieout.trade.gives_back import Asked, Billed, as_posted, bills_new_goods, price_as_billed, reading_of
from tieout.trade.ledger import LedgerLine

ZERO: Final = Decimal(0)


def read(dossier: Dossier, invoice: Invoice, asked: Asked) -> tuple[Reading | None, Decimal | None]:
    """What the line gives back or bills, and the price that it is compared with: for a credit what was billed."""
    if not asked.is_credit and not dossier.posted and bills_new_goods(invoice, asked):
        return None, asked.agreed
    billed = billed_of(dossier, invoice, asked)
    reading = reading_of(invoice, asked, billed)
    if dossier.posted:
        reading = as_posted(reading, dossier.posted, asked.line.id, is_credit=asked.is_credit)
    if not asked.is_credit:
        return reading, asked.agreed
    assumed = reading is not None and reading.assumed
    price = billed.price if assumed else price_to_credit(billed, asked.price, invoice.currency)
    return reading, asked.agreed if price is None else price


def billed_of(dossier: Dossier, invoice: Invoice, asked: Asked) -> Billed:
    """What others bill on the order line, at which price: that of the invoices that a credit note names."""
    if not asked.is_credit:
        return asked.others(None)
    entries = on_line(dossier.allocated, asked.ledger, asked.place)
    named = {source_of(claim.key) for claim in named_invoices(dossier, invoice)}
    return asked.others(price_as_billed(entries, named, invoice.currency))


def usable(line: LedgerLine, ruling: Ruling) -> Decimal:
    """How much of an order line may be billed by now: what was received, where receipts are matched, else what was ordered."""
    return line.received if ruling.value(MATCH) in {"3-way", "3-way+inspection"} else line.ordered


def returned(line: LedgerLine, billed: Decimal, ruling: Ruling) -> Decimal:
    """What went back of the `billed` goods and is not credited yet: none of what came beyond them, where receipts are matched."""
    back = line.returned - line.credited
    return min(back, billed - line.received) if ruling.value(MATCH) in {"3-way", "3-way+inspection"} else back


def price_to_credit(billed: Billed, price: Decimal | None, currency: str) -> Decimal | None:
    """The price that a credit of goods is compared with: as billed, or less the price credits since, whichever is nearer."""
    candidates = [amount for amount in (billed.price, billed.net_price(currency)) if amount is not None]
    return min(candidates, key=lambda amount: abs(amount - (price or ZERO)), default=None)


def on_line(allocated: Sequence[Allocated], ledger: Key, line: str) -> list[Allocated]:
    """What other claims use up of, or give back to, one line of an order."""
    return [used for used in allocated if used.line == line and same_ledger(used.ledger, ledger)]


def named_invoices(dossier: Dossier, invoice: Invoice) -> tuple[Likeness, ...]:
    """The invoices that a credit note names, as far as they are there and posted, or on their way to it."""
    named = {normal_reference(number) for number in invoice.preceding} if invoice.is_credit else set()
    return tuple(
        claim
        for claim in dossier.alike
        if claim.kind == "invoice" and not claim.near and normal_reference(claim.number) in named and _stands(claim)
    )


def notes_beside(dossier: Dossier, invoice: Invoice) -> tuple[Likeness, ...]:
    """The other credit notes, posted or on their way to it, that name one of the invoices that this one names."""
    own = normal_reference(invoice.number)
    return tuple(
        claim
        for claim in dossier.alike
        if claim.kind == invoice.kind and not claim.near and _stands(claim) and normal_reference(claim.number) != own
    )


def own_credit_notes(dossier: Dossier, invoice: Invoice) -> frozenset[str]:
    """The source keys, without versions, of the credit notes that take an invoice back: they follow it.

    None where there is another posted invoice of its number: then it may be that one which they take back.
    """
    mine = normal_reference(invoice.number)
    if invoice.is_credit or any(
        claim.kind == invoice.kind and not claim.near and normal_reference(claim.number) == mine and _stands(claim)
        for claim in dossier.alike
    ):
        return frozenset()
    return frozenset(source_of(claim.key) for claim in dossier.alike if claim.kind == "credit_note" and not claim.near)


def _stands(claim: Likeness) -> bool:
    return claim.state in RELEASED and not claim.reversed
