"""What a supplier's credit line gives back, and when an invoice line bills a price difference: read once, for every check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from tieout.core.policy.policy import Ruling
from tieout.core.tie_out.dossier import Allocated, Dossier, Likeness
from tieout.core.tie_out.key import same_ledger
from tieout.core.tie_out.news import RELEASED
from tieout.core.values.key import Key
from tieout.core.values.money import Money
from tieout.core.values.party import normal_reference
from tieout.packs.payables.rules import MATCH
from tieout.trade.books import source_of
from tieout.trade.credit_reasons import Reading, stated
from tieout.trade.documents import Invoice, InvoiceLine
from tieout.trade.gives_back import Billed, as_posted, price_as_billed, reading_of_credit, reading_of_debit
from tieout.trade.ledger import LedgerLine
from tieout.trade.rules import UNIT_PRICE

ZERO: Final = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A part of an invoice line on its way to the match sheet: quantity and money signed, the price for the order's unit.

    `before` and `minor` are what others and earlier lines of the invoice bill on the order line, `agreed` what one unit costs.
    """

    line: InvoiceLine
    ledger: Key
    order_line: LedgerLine
    ruling: Ruling
    billed: Decimal | None
    net: Money
    before: Decimal
    minor: int
    price: Decimal | None
    agreed: Decimal | None

    @property
    def is_credit(self) -> bool:
        """Whether it takes money back: a credit note's line, or a minus line of an invoice."""
        return self.net.minor < 0 or (not self.net.minor and self.billed is not None and self.billed < 0)


def read(dossier: Dossier, invoice: Invoice, asked: Asked) -> tuple[Reading | None, Decimal | None]:
    """What the line gives back or bills, and the price that it is compared with: for a credit what was billed."""
    if not asked.is_credit:
        reading = _reading_of_debit(invoice, asked)
        if dossier.posted:
            reading = as_posted(reading, dossier.posted, asked.line.id, is_credit=False)
        return reading, asked.agreed
    billed = billed_of(dossier, invoice, asked)
    reading = _reading_of_credit(invoice, asked, billed)
    if dossier.posted:
        reading = as_posted(reading, dossier.posted, asked.line.id, is_credit=True)
    assumed = reading is not None and reading.assumed
    price = billed.price if assumed else price_to_credit(billed, asked.price, invoice.currency)
    return reading, asked.agreed if price is None else price


def billed_of(dossier: Dossier, invoice: Invoice, asked: Asked) -> Billed:
    """What others bill on the order line, at which price: that of the invoices that a credit note names."""
    entries = on_line(dossier.allocated, asked.ledger, asked.order_line.line)
    named = {source_of(claim.key) for claim in named_invoices(dossier, invoice)}
    return Billed(
        quantity=asked.before,
        minor=asked.minor,
        price=price_as_billed(entries, named, invoice.currency),
        returned=max(ZERO, asked.order_line.returned - asked.order_line.credited),
    )


def _reading_of_credit(invoice: Invoice, asked: Asked, billed: Billed) -> Reading:
    """What the line gives back."""
    quantity = None if asked.billed is None else abs(asked.billed)
    price = None if asked.price is None else abs(asked.price)
    tolerance = asked.ruling.value(UNIT_PRICE)
    return reading_of_credit(invoice, asked.line, quantity=quantity, price=price, billed=billed, tolerance=tolerance)


def _reading_of_debit(invoice: Invoice, asked: Asked) -> Reading | None:
    """That the line bills a difference alone; None where it bills goods."""
    if (
        not asked.billed or asked.billed > asked.before
    ):  # more than is billed by now: no difference, but where it says so
        reading = stated(invoice, asked.line)
        return reading if reading is not None and reading.is_money else None
    usable = _usable(asked)
    return reading_of_debit(
        invoice,
        asked.line,
        quantity=asked.billed,
        price=None if asked.price is None else abs(asked.price),
        agreed=asked.agreed,
        billed=Billed(quantity=min(asked.before, usable), minor=asked.minor - asked.order_line.given_minor),
        room=max(ZERO, usable - asked.before),
        tolerance=asked.ruling.value(UNIT_PRICE),
    )


def _usable(asked: Asked) -> Decimal:
    by_receipt = asked.ruling.value(MATCH) in {"3-way", "3-way+inspection"}
    return asked.order_line.received if by_receipt else asked.order_line.ordered


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
