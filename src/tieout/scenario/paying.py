"""How a scenario's invoice asks to be paid: what lies between its net and tax and its amount to pay, and the means of payment."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from tieout.core.values.errors import Malformed
from tieout.core.values.money import Money, total
from tieout.scenario import compact
from tieout.scenario.text import InvoiceText
from tieout.trade.documents import Invoice, Prepayment, ThirdPartyAmount

_PREPAYMENT: Final = re.compile(
    r"^\s*(?P<number>\S+)(?:\s+(?P<amount>\d+(?:\.\d+)?))?(?:\s+tax\s+(?P<tax>\d+(?:\.\d+)?))?\s*$"
)


def paid_as_written(invoice: Invoice, text: InvoiceText) -> Invoice:
    """The invoice with the parts that its text gives; its amount to pay follows from them where the text gives none."""
    currency, nothing = invoice.currency, Money.zero(invoice.currency)

    def money(given: object) -> Money | None:
        return None if given is None else Money.of(str(given), currency)

    prepaid, rounding, withheld = money(text.prepaid), money(text.rounding), money(text.withheld)
    third_parties = tuple(
        ThirdPartyAmount(amount=Money.of(amount, currency), reason=label)
        for label, amount in map(compact.charge, text.third_parties)
    )
    totals, others = invoice.totals, total((one.amount for one in third_parties), currency)
    payable = totals.payable
    if text.payable is None and payable is not None:
        payable = payable - (prepaid or nothing) + (rounding or nothing) - (withheld or nothing) + others
    given = replace(
        invoice,
        totals=replace(totals, prepaid=prepaid, rounding=rounding, withheld=withheld, payable=payable),
        third_parties=third_parties,
        prepayments=tuple(_prepayment(one, currency) for one in text.prepayments),
        payment_means=text.means if isinstance(text.means, tuple) else (text.means,),
        process=text.process,
    )
    return _split(given) if text.split else given


def _prepayment(text: str, currency: str) -> Prepayment:
    """ "A-1", "A-1 714.00", "A-1 714.00 tax 114.00"; the number of a payment and no document is written "#SFR-1". Raises `Malformed`."""
    match = _PREPAYMENT.match(text)
    if not match:
        raise Malformed("{text!r} is no prepayment", remedy='write "A-1 714.00 tax 114.00"', text=text)
    amount, tax = (None if match[name] is None else Money.of(match[name], currency) for name in ("amount", "tax"))
    number = match["number"]
    if number.startswith("#"):
        return Prepayment(reference=number[1:], amount=amount, tax=tax)
    return Prepayment(invoice=number, amount=amount, tax=tax)


def _split(invoice: Invoice) -> Invoice:
    """Under split payment: the tax of every line is category B, and both parties are Italian."""
    return replace(
        invoice,
        lines=tuple(replace(line, tax_category="B") for line in invoice.lines),
        tax=tuple(replace(row, category="B") for row in invoice.tax),
        supplier=replace(invoice.supplier, country="IT"),
        buyer=replace(invoice.buyer, country="IT"),
    )
