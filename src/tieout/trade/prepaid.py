"""What an invoice takes off for money that was paid before: its amount paid before, part by part, and lines with a minus sign."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from tieout.core.values.money import Money, total
from tieout.core.values.party import normal_reference
from tieout.trade.documents import Invoice, InvoiceLine
from tieout.trade.payable import gross_of, split_tax

_WORDS: Final = re.compile(
    r"(?i)\b(pre-?pa(id|yments?)|down[ -]?payments?|(paid in )?advance( payments?| invoices?)?|deposits?|anzahlung\w*|abschlag\w*|"
    r"vorauszahlung\w*|vorauskasse|teilrechnung\w*|acomptes?|arrhes|avances?|anticip(o|os|ad[oa]s?)|anticipi|acconto|acconti|"
    r"aanbetaling\w*|voorschot\w*|vooruitbetaling\w*|forskud\w*|förskott\w*|forskott?\w*|zaliczk\w*|záloh\w*|előleg\w*|adiantamentos?)\b"
)
_NUMBER_LEAST: Final = 3  # shorter numbers stand in texts for other things


@dataclass(frozen=True, slots=True, kw_only=True)
class Deduction:
    """What is taken off at one place (`where`: "document" or a line's id): `amount` with tax, and its `tax` where it is stated; positive.

    `invoice` is the prepayment invoice that is named for it, "" where none is. `in_lines`: it is a line of the invoice and so in its
    totals; else it lowers the amount to pay alone.
    """

    where: str
    amount: Money
    tax: Money | None = None
    invoice: str = ""
    in_lines: bool = False


def named_prepayments(invoice: Invoice) -> tuple[str, ...]:
    """The prepayment invoices that an invoice says it takes off, as written, without repeats."""
    named = [one.invoice for one in invoice.prepayments] + [line.prepayment for line in invoice.lines]
    return tuple(dict.fromkeys(number for number in named if number))


def stated_as_paid(invoice: Invoice) -> Money:
    """The amount that lowers what is to be paid because it was paid before; nothing where the tax of split payment is meant.

    Where no total is stated it is the sum of its parts, if the amount to pay is lower by it.
    """
    nothing, stated = Money.zero(invoice.currency), invoice.totals.prepaid
    parts = [one.amount for one in invoice.prepayments if one.amount is not None]
    if stated is None and parts and all(part.currency == invoice.currency for part in parts):
        gross, asked, summed = gross_of(invoice), invoice.totals.payable, total(parts, invoice.currency)
        stated = summed if gross is not None and asked is not None and gross - asked == summed else None
    if stated is None or stated.currency != invoice.currency or stated.minor <= 0 or stated == split_tax(invoice):
        return nothing
    return stated


def deductions(invoice: Invoice, numbers: Collection[str]) -> Iterator[Deduction]:
    """Every amount that an invoice takes off, lines first. `numbers` are the numbers of prepayment invoices that may be meant."""
    yield from _lines(invoice, numbers)
    left = stated_as_paid(invoice)
    parts = [one for one in invoice.prepayments if one.amount is not None and one.amount.minor > 0]
    summed = total((one.amount for one in parts if one.amount is not None), invoice.currency) if _fit(invoice) else None
    if summed is not None and summed <= left:
        for one in parts:
            assert one.amount is not None, "parts without an amount are left out"
            yield Deduction(where="document", amount=one.amount, tax=one.tax, invoice=one.invoice)
            left = left - one.amount
    if left.minor > 0:
        yield Deduction(where="document", amount=left)


def _fit(invoice: Invoice) -> bool:
    return all(one.amount is None or one.amount.currency == invoice.currency for one in invoice.prepayments)


def _lines(invoice: Invoice, numbers: Collection[str]) -> Iterator[Deduction]:
    if invoice.is_credit:
        return
    for line in invoice.lines:
        if line.net.minor >= 0 or line.net.currency != invoice.currency:
            continue
        number = line.prepayment or mentioned(line, numbers)
        if number or (numbers and not line.order.line and _WORDS.search(line.description)):
            tax = abs(line.net.percent(line.tax_percent or Decimal(0)))
            yield Deduction(where=line.id, amount=abs(line.net) + tax, tax=tax, invoice=number, in_lines=True)


def mentioned(line: InvoiceLine, numbers: Collection[str]) -> str:
    """The one of these numbers that the text of a line mentions, the longest first; "" for none."""
    fitting = (number for number in numbers if _mentions(line.description, normal_reference(number)))
    return max(fitting, key=lambda number: (len(number), number), default="")


def _mentions(words: str, number: str) -> bool:
    """Whether a number stands in a text by itself, with whatever blanks and signs between its characters."""
    if len(number) < _NUMBER_LEAST:
        return False
    spelled = "[^A-Z0-9]?".join(map(re.escape, number))
    return re.search(rf"(?<![A-Z0-9])0*{spelled}(?![A-Z0-9])", words.upper()) is not None


def is_information(line: InvoiceLine) -> bool:
    """Whether a line only names a prepayment and bills nothing, as in Saudi Arabia."""
    return bool(line.prepayment) and not line.net
