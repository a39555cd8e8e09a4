"""The amount to pay: whether its parts explain it, and whether our payment run is to pay it."""

from __future__ import annotations

from collections.abc import Iterator

from tieout.core.findings.finding import Finding
from tieout.core.findings.making import finding
from tieout.packs.payables.codes import code
from tieout.packs.payables.prepayments import takes_back
from tieout.packs.payables.sheet import DOCUMENT, Sheet
from tieout.trade.payment_ways import paid_as


def explained(sheet: Sheet) -> Iterator[Finding]:
    """AP-PAY-SUM for what is asked for beyond its parts, against us; AP-TAX-SPLIT for tax that is not the supplier's.

    Less than net and tax is in our favour: what the supplier states as paid before is shown (AP-PAY-WAY), and holds nothing.
    """
    payable, sums = sheet.payable, sheet.invoice.totals
    if payable is None:
        return
    excess = payable.excess
    if sums.prepaid is not None and takes_back(sheet.dossier, sheet.invoice):
        excess = excess - abs(sums.prepaid)  # it gives back what was paid, and opens the prepayment again
    if excess.minor > 0:
        yield finding(
            code("AP-PAY-SUM"),
            DOCUMENT,
            ruling=sheet.ruling,
            expected=str(payable.due),
            actual=str(payable.asked),
            variance=str(excess),
            at_stake=excess,
            also={
                name: str(amount)
                for name, amount in (
                    ("prepaid", sums.prepaid),
                    ("rounding", sums.rounding),
                    ("third_parties", payable.third_parties),
                )
                if amount
            },
        )
    if payable.split_asked:
        yield finding(
            code("AP-TAX-SPLIT"),
            DOCUMENT,
            ruling=sheet.ruling,
            expected=str(payable.asked - payable.split),
            actual=str(payable.asked),
            at_stake=payable.split,
            tax=str(payable.split),
        )


def ways(sheet: Sheet) -> Iterator[Finding]:
    """AP-PAY-WAY: one for each reason why our payment run does not pay the whole. It holds nothing."""
    payment = paid_as(sheet.invoice, sheet.payable)
    for way in payment.ways:
        yield finding(
            code("AP-PAY-WAY"),
            DOCUMENT,
            ruling=sheet.ruling,
            expected="" if payment.whole is None else str(payment.whole),
            actual="" if payment.by_us is None else str(payment.by_us),
            reason=way.words,
            means=way.code,
        )
