"""What EN 16931 requires of an invoice beyond sums and taxes, and a payer relies on: who bills whom, prices, means of payment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tieout.core.documents.remark import Remark
from tieout.core.values.sentence import Sentence
from tieout.trade.documents import Invoice
from tieout.trade.tax_rules.families import family_of
from tieout.trade.tax_rules.stated import broken

MEANS: Final = frozenset(map(str, (*range(1, 71), *range(74, 79), *range(91, 99)))) | {"ZZZ"}
"""The means of payment of UNTDID 4461 that EN 16931 allows (BR-CL-16)."""


def remarks_on_required(invoice: Invoice) -> tuple[Remark, ...]:
    """Everything that is missing or unknown; empty for a document that does not claim the standard."""
    return tuple(_lacks(invoice)) if family_of(invoice).standard else ()


def _lacks(invoice: Invoice) -> Iterator[Remark]:
    if not invoice.buyer.name:
        yield broken("BR-07", "buyer", Sentence("the invoice does not name its buyer"))
    if not invoice.supplier.country:
        yield broken(
            "BR-09", "seller", Sentence("the invoice does not name the seller's country, on which its tax depends")
        )
    yield from _prices(invoice)
    for code in invoice.payment_means:
        if code not in MEANS:
            words = Sentence("{code} is no means of payment, so whether it is to be paid by us is not known", code=code)
            yield broken("BR-CL-16", "payment", words)


def _prices(invoice: Invoice) -> Iterator[Remark]:
    for line in invoice.lines:
        if line.price is None and "extended" not in invoice.profile.lower():
            yield broken("BR-26", line.id, Sentence("the line has no price"))
        elif line.price is not None and line.price < 0:
            yield broken("BR-27", line.id, Sentence("the price {price} is below zero", price=line.price))
