"""What a line of a customer's credit note gives back, and when an invoice line bills a price difference: read once, for every check."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from tieout.core.documents.kind import Document
from tieout.core.policy.policy import Ruling
from tieout.core.tie_out.dossier import Allocated, Dossier
from tieout.core.tie_out.key import same_ledger
from tieout.core.values.key import Key
from tieout.core.values.money import Money
from tieout.core.values.party import normal_reference
from tieout.packs.order_to_cash.ledger import BillableLine
from tieout.trade.books import Chosen, source_of
from tieout.trade.credit_reasons import Reading
from tieout.trade.documents import Invoice, InvoiceLine
from tieout.trade.gives_back import Billed, price_as_billed, reading_of_credit, reading_of_debit
from tieout.trade.rules import UNIT_PRICE

ZERO: Final = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A part of an invoice line on its way to the match sheet: quantity and money signed, the price for the order's unit.

    `before` and `minor` are what others and earlier lines of the invoice bill on the order line, `agreed` what one unit costs,
    `usable` how much of it may be billed by now.
    """

    line: InvoiceLine
    ledger: Key
    order_line: BillableLine
    ruling: Ruling
    billed: Decimal | None
    net: Money
    before: Decimal
    minor: int
    price: Decimal | None
    agreed: Decimal | None
    usable: Decimal
    returned: Decimal

    @property
    def is_credit(self) -> bool:
        """Whether it takes money back: a credit note's line, or a minus line of an invoice."""
        return self.net.minor < 0 or (not self.net.minor and self.billed is not None and self.billed < 0)


def reading_of(
    invoice: Invoice, asked: Asked, entries: Collection[Allocated], named: Collection[str]
) -> Reading | None:
    """What the line gives back, or that it bills a difference alone; None where it bills goods.

    `entries` are what others use up of the order line, `named` the source keys of the invoices that a credit note names.
    """
    price = None if asked.price is None else abs(asked.price)
    tolerance = asked.ruling.value(UNIT_PRICE)
    billed = Billed(
        quantity=asked.before,
        minor=asked.minor,
        price=price_as_billed(entries, named, invoice.currency),
        returned=max(ZERO, asked.returned - asked.order_line.credited),
    )
    if asked.is_credit:
        quantity = None if asked.billed is None else abs(asked.billed)
        return reading_of_credit(
            invoice, asked.line, quantity=quantity, price=price, billed=billed, tolerance=tolerance
        )
    return reading_of_debit(
        invoice,
        asked.line,
        quantity=asked.billed,
        price=price,
        agreed=asked.agreed,
        billed=replace(
            billed, quantity=min(asked.before, asked.usable), minor=asked.minor - asked.order_line.given_minor
        ),
        room=max(ZERO, asked.usable - asked.before),
        tolerance=tolerance,
    )


def on_line(dossier: Dossier, ledger: Key, line: str) -> list[Allocated]:
    """What other claims use up of, or give back to, one line of a sales order."""
    return [used for used in dossier.allocated if used.line == line and same_ledger(used.ledger, ledger)]


def named_invoices(chosen: Chosen, invoice: Invoice) -> frozenset[str]:
    """The source keys, without versions, of the invoices that a credit note names."""
    named = {normal_reference(number) for number in invoice.preceding} if invoice.is_credit else set()
    return frozenset(
        source_of(recorded.key)
        for recorded in chosen.evidence
        if isinstance(recorded.document, Invoice)
        and not recorded.document.is_credit
        and normal_reference(recorded.document.number) in named
    )


def own_credit_notes(chosen: Chosen, claim: Document) -> frozenset[str]:
    """The source keys, without versions, of the credit notes that take an invoice back: they follow it."""
    if not isinstance(claim, Invoice) or claim.is_credit:
        return frozenset()
    mine = normal_reference(claim.number)
    return frozenset(
        source_of(recorded.key)
        for recorded in chosen.evidence
        if isinstance(recorded.document, Invoice)
        and recorded.document.is_credit
        and mine in {normal_reference(number) for number in recorded.document.preceding}
    )
