"""What a line of an account's credit note gives back: the days that it names, or value only; and when a line bills a difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from tieout.core.documents.kind import Document
from tieout.core.policy.policy import Ruling
from tieout.core.policy.tolerance import Tolerance
from tieout.core.tie_out.dossier import Dossier, RecordedDocument
from tieout.core.values.key import Key
from tieout.core.values.money import Money, exponent
from tieout.core.values.party import normal_reference
from tieout.packs.subscription_billing.ledger import Billed, Named, named_at
from tieout.trade.books import Chosen, source_of
from tieout.trade.credit_reasons import Reading, stated
from tieout.trade.documents import Invoice, InvoiceLine
from tieout.trade.gives_back import as_posted, reaches
from tieout.trade.rules import UNIT_PRICE
from tieout.trade.selling_keys import subscription_key

if TYPE_CHECKING:
    from tieout.packs.subscription_billing.sheet import SheetLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads the lines of one invoice: what each gives back by what others bill, and by the invoices that a credit note names."""

    dossier: Dossier
    invoice: Invoice
    chosen: Chosen
    ruling: Ruling

    def read(self, line: SheetLine) -> SheetLine:
        """The line with its reading; a difference alone is expected as far as it is due."""
        if line.corrects or line.is_prepaid:
            return line
        place = line.others.covering(line.slot, line.days)
        reading = reading_of(
            self.invoice,
            line.line,
            place,
            named=self._named_at(line) if self.invoice.is_credit else None,
            expected=line.expected,
            tolerance=self.ruling.value(UNIT_PRICE),
        )
        adds = reading is not None and reading.is_money and line.billed.minor > 0
        is_credit, posted = self.invoice.is_credit, self.dossier.posted
        if line.line.basis != "true_up":
            reading = as_posted(reading, posted, line.where, is_credit=is_credit, goods="days")
        if adds and place.days > 0 and line.line.basis != "true_up" and line.expected is not None:
            due = Money(line.expected.minor - line.others.at(line.slot).minor, line.expected.currency)
            return replace(line, reading=reading, expected=min(line.billed, due))
        return line if reading is None and line.reading is None else replace(line, reading=reading)

    def _named_at(self, line: SheetLine) -> Named | None:
        named = named_invoices(self.chosen, self.invoice)
        ledger = ledger_of_line(self.chosen, self.invoice, line)
        return named_at(ledger, self.dossier.allocated, line.slot, line.days, named)


def ledger_of_line(chosen: Chosen, invoice: Invoice, line: SheetLine) -> Key:
    """The ledger of the contract that a line is for."""
    if line.terms is not None:
        return subscription_key(line.terms.subscription.number, chosen.book_of(line.terms.subscription))
    return subscription_key(line.line.order.document or invoice.order_number)


def named_invoices(chosen: Chosen, invoice: Invoice) -> frozenset[str]:
    """The source keys, without versions, of the invoices that a credit note names."""
    numbers = {normal_reference(number) for number in invoice.preceding}
    return frozenset(
        source_of(recorded.key)
        for recorded in chosen.evidence
        if isinstance(recorded.document, Invoice)
        and not recorded.document.is_credit
        and normal_reference(recorded.document.number) in numbers
    )


def reading_of(
    invoice: Invoice,
    line: InvoiceLine,
    place: Billed,
    *,
    named: Named | None,
    expected: Money | None,
    tolerance: Tolerance | None,
) -> Reading | None:
    """What the line gives back of its place, or that it bills a difference alone; None where it bills the place itself.

    `place` is what others bill where all of its days are billed, `named` what the invoices that a credit note names bill of
    these days, `expected` what contract and evidence give for the line.
    """
    if not invoice.is_credit:
        return _debit(invoice, line, place, expected)
    if line.basis == "true_up":
        return Reading(gives_back="money", ground="stated", stated=line.basis)
    reading = stated(invoice, line)
    if reading is not None:
        return reading if reading.is_money else Reading(gives_back="days", ground=reading.ground, stated=reading.stated)
    if named is None or line.net.currency != invoice.currency:
        return Reading(gives_back="days", ground="at_price")
    if line.net.minor == named.left:
        return Reading(gives_back="days", ground="rest")
    places = exponent(line.net.currency)
    share = round(named.minor.scaleb(-places), places)
    if reaches(tolerance, share, line.net.amount, quantity=Decimal(1), currency=line.net.currency):
        return Reading(gives_back="days", ground="at_price")
    return Reading(gives_back="money", ground="below_price")


def _debit(invoice: Invoice, line: InvoiceLine, place: Billed, expected: Money | None) -> Reading | None:
    """A difference alone: where it says so, or where what is due was raised above what is billed, by no more than that."""
    if line.basis == "true_up":
        return None
    reading = stated(invoice, line)
    if reading is not None and reading.is_money:
        return reading
    if expected is None or place.days <= 0 or expected.currency != line.net.currency:
        return None
    if 0 < line.net.minor <= expected.minor - place.minor and place.minor > 0:
        return Reading(gives_back="money", ground="raise")
    return None


def followers_of(
    evidence: Sequence[RecordedDocument[Document]], invoice: Invoice
) -> tuple[RecordedDocument[Invoice], ...]:
    """Our invoices and credit notes that follow this invoice, by their source keys."""
    followers = [
        RecordedDocument(
            key=recorded.key,
            sha256=recorded.sha256,
            recorded_at=recorded.recorded_at,
            document=recorded.document,
            book=recorded.book,
        )
        for recorded in evidence
        if isinstance(recorded.document, Invoice) and invoice.number in recorded.document.preceding
    ]
    return tuple(sorted(followers, key=lambda recorded: recorded.key))
