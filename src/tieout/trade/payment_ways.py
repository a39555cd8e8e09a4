"""How an invoice is paid where our payment run does not pay all of it: collected by the seller, settled elsewhere, paid before.

Such a voucher is posted as usual and blocked for payment, so that nobody pays beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal

from tieout.core.values.made import made_often
from tieout.core.values.money import Money
from tieout.core.values.sentence import Sentence
from tieout.trade.documents import Invoice
from tieout.trade.payable import Payable, payable_of

Sort = Literal["collected", "elsewhere", "paid", "prepaid", "withheld", "split"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One reason why our payment run does not pay the whole: `code` is of UNTDID 4461, "" for none. `words` for people."""

    sort: Sort
    words: str
    code: str = ""


COLLECTED: Final = {
    "49": Sentence("The seller collects it by direct debit"),
    "59": Sentence("The seller collects it by SEPA direct debit"),
}
"""Means of payment by which the seller takes the money."""
ELSEWHERE: Final = {
    "48": Sentence("It is paid by bank card"),
    "54": Sentence("It is paid by credit card"),
    "55": Sentence("It is paid by debit card"),
    "68": Sentence("It is paid through an online payment service"),
    "97": Sentence("It is cleared between the partners"),
}
"""Means of payment by which the money moves, or has moved, without our payment run."""
_DECIDED: Final = Sentence("A prepayment is set against it")
_PAID: Final = Sentence("It is stated as paid in full")
_PREPAID: Final = Sentence("A part of it is stated as paid before")
_WITHHELD: Final = Sentence("Tax is withheld and goes to the tax authority")
_SPLIT: Final = Sentence("Split payment: its tax goes to the treasury and not to the supplier")


CARDS: Final = frozenset({"48", "54", "55"})
"""Means of payment that are a card (EN 16931 BG-18)."""
CREDITOR: Final = "SEPA"
"""The scheme of a creditor's number for direct debits."""


def creditor_of(invoice: Invoice) -> str:
    """The number under which the payee, or else the seller, collects direct debits (EN 16931 BT-90); "" where none is stated."""
    own = invoice.payee.identifier(CREDITOR) if invoice.payee is not None else ""
    return own or invoice.supplier.identifier(CREDITOR)


@made_often
@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """What our payment run is to pay of an invoice (`by_us`), of all that it comes to (`whole`), and why not all of it."""

    whole: Money | None
    by_us: Money | None
    ways: tuple[Way, ...]

    @property
    def blocked(self) -> bool:
        """Whether the voucher is blocked for payment."""
        return bool(self.ways)


def payment_of(invoice: Invoice, cleared: Money | None = None) -> Payment:
    """How a supplier's invoice is to be paid. Ours are paid to us, and no run of ours pays them.

    `cleared` are the posted prepayments that lower its amount to pay, as far as they are set against it: also more than it
    states itself, where a person decided so; less than nothing where it takes an invoice back, and they are open again.
    """
    if invoice.is_ours:
        return Payment(whole=invoice.totals.gross, by_us=invoice.totals.payable, ways=())
    payment = paid_as(invoice, payable_of(invoice))
    stated = invoice.totals.prepaid or Money.zero(invoice.currency)
    if cleared is None or payment.by_us is None or cleared.currency != payment.by_us.currency:
        return payment
    more = cleared - max(stated, Money.zero(invoice.currency))
    if cleared.minor < 0 and not invoice.is_credit:
        return replace(payment, by_us=invoice.totals.payable)
    if more.minor <= 0:
        return payment
    ways = (
        payment.ways
        if any(way.sort == "prepaid" for way in payment.ways)
        else (*payment.ways, Way(sort="prepaid", words=_DECIDED))
    )
    return replace(payment, by_us=max(payment.by_us - more, Money.zero(invoice.currency)), ways=ways)


def paid_as(invoice: Invoice, explained: Payable | None) -> Payment:
    """How a supplier's invoice is to be paid whose amount to pay is explained so."""
    ways = tuple(_ways(invoice, explained))
    if explained is None:
        stated = invoice.totals.payable
        return Payment(whole=stated, by_us=_nothing(stated) if ways else stated, ways=ways)
    by_us = min(explained.asked, explained.due, key=lambda amount: amount.minor)
    by_us = by_us - explained.split if explained.split_asked else by_us
    if any(way.sort in {"collected", "elsewhere", "paid"} for way in ways):
        by_us = Money.zero(invoice.currency)
    return Payment(whole=explained.gross + explained.third_parties, by_us=by_us, ways=ways)


def _nothing(stated: Money | None) -> Money | None:
    return None if stated is None else Money.zero(stated.currency)


def _ways(invoice: Invoice, explained: Payable | None) -> Iterator[Way]:
    for code in invoice.payment_means:
        if code in COLLECTED:
            yield Way(sort="collected", code=code, words=COLLECTED[code])
        elif code in ELSEWHERE:
            yield Way(sort="elsewhere", code=code, words=ELSEWHERE[code])
    if explained is None:
        return
    prepaid = invoice.totals.prepaid
    deducted = explained.split.minor > 0 and prepaid == explained.split
    if explained.gross.minor and not explained.asked.minor:
        yield Way(sort="paid", words=_PAID)
    elif prepaid is not None and prepaid.minor > 0 and not deducted:
        yield Way(sort="prepaid", words=_PREPAID)
    if explained.withheld.minor:
        yield Way(sort="withheld", words=_WITHHELD)
    if explained.split.minor:
        yield Way(sort="split", words=_SPLIT)
