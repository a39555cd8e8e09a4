"""Several documents in one PDF: the same invoice in two standards is read once, different ones are all read and held.

Two are the same only if the seller, the number, the sort of document, all totals, all lines and the account are equal: whatever
differs is somebody's claim.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from tieout.core.documents.kind import Document
from tieout.core.documents.reading import Reading
from tieout.core.documents.remark import Remark
from tieout.core.documents.unreadable import Unreadable
from tieout.core.values.money import Money
from tieout.core.values.party import normal_name, normal_reference
from tieout.core.values.sentence import Sentence
from tieout.trade.document_types.of_invoice import type_of
from tieout.trade.documents import Invoice
from tieout.trade.documents.invoice import InvoiceLine
from tieout.trade.party_names import party_names


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """What one attachment was read as, by the attachment's name."""

    name: str
    reading: Reading


def separate(embedded: Sequence[Embedded]) -> tuple[Reading, ...]:
    """Every document of the PDF once, in order and counted; those that are not alone are held until somebody has looked."""
    kept: list[Embedded] = []
    copies: Counter[int] = Counter()
    for one in embedded:
        first = next((k for k, other in enumerate(kept) if same(one.reading.document, other.reading.document)), None)
        if first is None:
            kept.append(one)
        else:
            copies[first] += 1
    readings = [_with_copies(one.reading, copies[k]) for k, one in enumerate(kept)]
    claims = [one for one in kept if isinstance(one.reading.document, Invoice)]
    if len(claims) > 1:
        remark = Remark(code="DOC-NOTINV", where="attachments", message=_differ(claims))
        readings = [
            replace(reading, remarks=(*reading.remarks, remark)) if isinstance(reading.document, Invoice) else reading
            for reading in readings
        ]
    return tuple(replace(reading, part=part) for part, reading in enumerate(readings, 1))


def of_one_number(readings: tuple[Reading, ...]) -> tuple[Reading, ...]:
    """The documents of an XML file (an envelope with several), those held that bear one seller's number and yet differ.

    Which of them is meant nobody may guess, and not by their order; one that is repeated as it stands is a duplicate like any.
    """
    if len(readings) < 2:
        return readings
    groups: dict[tuple[str, str, str], list[int]] = {}
    for k, reading in enumerate(readings):
        invoice = reading.document
        if isinstance(invoice, Invoice) and invoice.number and not invoice.is_ours:
            for name in party_names(invoice.supplier):
                groups.setdefault((invoice.kind, name, normal_reference(invoice.number)), []).append(k)
    held: dict[int, Remark] = {}
    for group in groups.values():
        first = readings[group[0]].document
        if any(not same(first, readings[k].document) for k in group):
            remark = Remark(code="DOC-NOTINV", where="document", message=_one_number([readings[k] for k in group]))
            held |= dict.fromkeys(group, remark)
    return tuple(
        replace(reading, remarks=(*reading.remarks, held[k])) if k in held else reading
        for k, reading in enumerate(readings)
    )


def _one_number(readings: Sequence[Reading]) -> Sentence:
    first = readings[0].document
    assert isinstance(first, Invoice)
    return Sentence(
        "the file carries {count} documents of number {number} that differ, over {amounts}; the supplier has to say which holds",
        count=len(readings),
        number=first.number,
        amounts=", ".join(_over(reading.document) for reading in readings),
    )


def _with_copies(reading: Reading, copies: int) -> Reading:
    if not copies:
        return reading
    words = Sentence("the PDF carries the same document {count} times; the newest standard was read", count=copies + 1)
    remark = Remark(code="DOC-UNREAD", where="attachments", message=words, fatal=False)
    return replace(reading, remarks=(*reading.remarks, remark))


def _differ(claims: Iterable[Embedded]) -> Sentence:
    named = [f"{one.reading.document.number} ({_over(one.reading.document)}, {one.name})" for one in claims]
    return Sentence(
        "the PDF carries {count} different invoices: {invoices}; it is to be split",
        count=len(named),
        invoices=", ".join(named),
    )


def _over(document: Document) -> str:
    assert isinstance(document, Invoice)
    amount = document.totals.payable or document.totals.gross
    return "?" if amount is None else str(amount)


def same(one: Document, other: Document) -> bool:
    """Whether two documents are one and the same in two standards: seller, number, totals and lines are equal."""
    if isinstance(one, Unreadable) or isinstance(other, Unreadable) or one.kind != other.kind:
        return False
    if not isinstance(one, Invoice) or not isinstance(other, Invoice):
        return one == other
    return (
        normal_reference(one.number) == normal_reference(other.number)
        and one.currency == other.currency
        and not set(party_names(one.supplier)).isdisjoint(party_names(other.supplier))
        and _sort(one) == _sort(other)
        and _totals(one) == _totals(other)
        and _pays_the_same(one, other)
        and all(map(_agree, _stated(one), _stated(other)))
        and _same_lines(one, other)
    )


def _sort(invoice: Invoice) -> tuple[str, bool, bool]:
    """What the document says that it is: a proforma is not the invoice that follows it, a self-billed one a sale of ours."""
    row = type_of(invoice)
    return ("", False, False) if row is None else (row.nature, row.self_billed, row.factored)


def _stated(invoice: Invoice) -> tuple[object, ...]:
    """What one standard may leave out, and where both state it says of which claim they speak."""
    totals, buyer = invoice.totals, invoice.buyer
    return (
        invoice.issue_date,
        normal_reference(invoice.order_number) if invoice.order_number else "",
        normal_name(buyer.name) if buyer.name else "",
        frozenset(map(normal_reference, invoice.preceding)),
        totals.prepaid,
        totals.withheld,
    )


def _agree(one: object, other: object) -> bool:
    return not one or not other or one == other


def _pays_the_same(one: Invoice, other: Invoice) -> bool:
    """Whether both ask to be paid to one account, where both name any."""
    mine, named = ({account.number for account in invoice.accounts} for invoice in (one, other))
    return not mine or not named or not mine.isdisjoint(named)


def _totals(invoice: Invoice) -> tuple[Money | None, ...]:
    totals = invoice.totals
    return totals.net, totals.tax, totals.gross, totals.payable


def _same_lines(one: Invoice, other: Invoice) -> bool:
    """Whether each line of one is a line of the other: amount and quantity, and product and order line where both name them."""
    if len(one.lines) != len(other.lines):
        return False
    left = list(other.lines)
    for line in one.lines:
        match = next((candidate for candidate in left if _same_line(line, candidate)), None)
        if match is None:
            return False
        left.remove(match)
    return True


def _same_line(one: InvoiceLine, other: InvoiceLine) -> bool:
    quantities = [None if line.quantity is None else line.quantity.value for line in (one, other)]
    return one.net == other.net and quantities[0] == quantities[1] and all(map(_agree, _named(one), _named(other)))


def _named(line: InvoiceLine) -> tuple[str, ...]:
    product = line.product
    return product.buyer, product.seller, product.standard, line.order.document, line.order.line
