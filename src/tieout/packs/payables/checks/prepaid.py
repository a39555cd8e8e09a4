"""Prepayments: what the invoice deducts is posted, open and this supplier's; what is open is deducted before nothing is left to bill."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from tieout.core.findings.finding import Awaited, Finding
from tieout.core.findings.making import finding
from tieout.core.policy.tolerance import assess
from tieout.core.tie_out.key import billed_key
from tieout.core.values.money import Money, total
from tieout.core.values.sentence import Sentence, joined
from tieout.packs.payables.codes import code
from tieout.packs.payables.prepayments import CENT, Advance, Rest
from tieout.packs.payables.rules import PREPAID
from tieout.packs.payables.sheet import DOCUMENT, Sheet
from tieout.trade.document_gate import stated_total
from tieout.trade.keys import advance_key, movement_key, order_key
from tieout.trade.payable import rounding_of
from tieout.trade.prepaid import named_prepayments
from tieout.trade.rules import TAX

_UNKNOWN: Final = Sentence("is not posted here")
_OPEN: Final = Sentence("is here and not posted yet")


def silent(sheet: Sheet) -> Iterator[Finding]:
    """AP-PREPAY: what stays open after this invoice is more than its orders leave to bill, so it would be paid twice."""
    if sheet.invoice.is_credit or is_posted(sheet) or stated_total(sheet.invoice).minor <= 0:
        return  # what is missing later is missing once, from the last invoice
    left, currency = sheet.prepayments.left(), sheet.invoice.currency
    uncovered = uncovered_of(sheet, left)
    if uncovered.minor <= CENT:
        return
    deducted = total((part.amount for part in sheet.prepayments.applied), currency)
    yield finding(
        code("AP-PREPAY"),
        DOCUMENT,
        ruling=sheet.ruling,
        expected=str(deducted + uncovered),
        actual=str(deducted),
        variance=str(uncovered),
        at_stake=uncovered,
        awaited=[Awaited(key=billed_key(one.ledger)) for one in left],
        other=", ".join(one.number for one in left),
        open=str(total((one.open for one in left), currency) + deducted),
        unbilled="unknown" if sheet.unbilled is None else str(sheet.unbilled),
    )


def is_posted(sheet: Sheet) -> bool:
    """Whether all of the invoice is posted, with whatever it has deducted."""
    posted, payable = sheet.dossier.posted, sheet.payable
    if not posted or payable is None:
        return bool(posted)
    whole = payable.gross + payable.third_parties + rounding_of(sheet.invoice)
    return total((line.net + line.tax for line in posted), sheet.invoice.currency) == whole


def uncovered_of(sheet: Sheet, left: Sequence[Advance]) -> Money:
    """How much of what stays open, with its tax, would have to be deducted from this invoice; at most what it asks for."""
    currency = sheet.invoice.currency
    open_ = total((one.open for one in left), currency)
    net = open_ - total((one.open_tax for one in left), currency)
    to_bill = sheet.unbilled or Money.zero(currency)
    short = net - to_bill
    if short.minor <= 0:
        return Money.zero(currency)
    uncovered = open_ if not net or short >= net else Money.rounded(open_.amount * short.amount / net.amount, currency)
    asked = sheet.invoice.totals.payable
    return uncovered if asked is None else min(uncovered, max(asked, Money.zero(currency)))


def deducted(sheet: Sheet) -> Iterator[Finding]:
    """AP-PRE-MISS and AP-PRE-OVER, one for each place and prepayment; AP-PRE-TAX where the tax within a deduction is another."""
    if sheet.invoice.is_credit or is_posted(sheet):
        return
    for rest in sheet.prepayments.rests:
        yield from _rest(sheet, rest)
    yield from _unknown(sheet)
    for part in sheet.prepayments.applied:
        tolerance = sheet.ruling.value(TAX)
        if part.stated_tax is None or tolerance is None:
            continue
        currency = part.tax.currency
        assessment = assess(tolerance, expected=part.tax.amount, actual=part.stated_tax.amount, currency=currency)
        if not assessment.within:
            yield finding(
                code("AP-PRE-TAX"),
                part.where,
                ruling=sheet.ruling,
                expected=str(part.tax),
                actual=str(part.stated_tax),
                variance=str(part.stated_tax - part.tax),
                limit=assessment.limit,
                at_stake=abs(part.stated_tax - part.tax),
                other=part.advance.number,
                amount=str(part.amount),
            )


def _rest(sheet: Sheet, rest: Rest) -> Iterator[Finding]:
    named = rest.named or (() if rest.deduction.invoice else sheet.prepayments.fitting)
    posted = [one for one in named if one.posted.minor > 0 and not one.unfit]
    if posted:
        yield _over(sheet, rest, posted)
    elif named or rest.deduction.invoice:
        yield _missing(sheet, rest, named)
    elif sheet.ruling.value(PREPAID) == "posted":
        yield _missing(sheet, rest, ())


def _over(sheet: Sheet, rest: Rest, posted: Sequence[Advance]) -> Finding:
    currency, amount = sheet.invoice.currency, rest.deduction.amount
    used = [f"{name} {taken}" for one in posted for name, taken in one.used]
    return finding(
        code("AP-PRE-OVER"),
        rest.deduction.where,
        ruling=sheet.ruling,
        expected=str(amount - rest.amount),
        actual=str(amount),
        variance=str(rest.amount),
        at_stake=rest.amount,
        awaited=[Awaited(key=key) for one in posted for key in (one.ledger, billed_key(one.ledger))],
        other=", ".join(one.number for one in posted),
        posted=str(total((one.posted for one in posted), currency)),
        also={"used": ", ".join(used)} if used else {},
    )


def _missing(sheet: Sheet, rest: Rest, named: Sequence[Advance]) -> Finding:
    number = rest.deduction.invoice
    keys = [advance_key(number)] if number else [movement_key(order) for order in sheet.invoice.order_numbers()]
    keys += [billed_key(one.ledger) for one in named]
    return finding(
        code("AP-PRE-MISS"),
        rest.deduction.where,
        ruling=sheet.ruling,
        expected=str(Money.zero(sheet.invoice.currency)),
        actual=str(rest.amount),
        at_stake=rest.amount,
        awaited=[Awaited(key=key) for key in dict.fromkeys(keys)],
        other=number or ", ".join(one.number for one in named) or "that it does not name",
        reason=joined("; ", dict.fromkeys(one.unfit or _OPEN for one in named)) or _UNKNOWN,
    )


def _unknown(sheet: Sheet) -> Iterator[Finding]:
    """AP-PRE-MISS for prepayment invoices that are named and nowhere, where the amount is covered by others."""
    rested = {rest.deduction.invoice for rest in sheet.prepayments.rests}
    here = {one.ledger for one in sheet.prepayments.advances}
    for number in named_prepayments(sheet.invoice):
        if advance_key(number) not in here and number not in rested:
            yield finding(
                code("AP-PRE-MISS"),
                DOCUMENT,
                ruling=sheet.ruling,
                expected=str(Money.zero(sheet.invoice.currency)),
                actual=str(Money.zero(sheet.invoice.currency)),
                awaited=[Awaited(key=advance_key(number))],
                other=number,
                reason=_UNKNOWN,
            )


def more_than_left(sheet: Sheet) -> Iterator[Finding]:
    """AP-PRE-LEFT: a prepayment, with the open ones of its orders, is more than the orders leave to bill."""
    if sheet.invoice.is_credit or not sheet.orders or sheet.unbilled is None or sheet.dossier.posted:
        return
    currency, orders = sheet.invoice.currency, set(sheet.orders)
    beside = [one for one in sheet.prepayments.left() if not one.orders or orders & set(one.orders)]
    open_ = total((one.open - one.open_tax for one in beside), currency)
    asked = sheet.invoice.totals.net or stated_total(sheet.invoice)
    if own := sheet.prepayments.own:  # what invoices deduct of it is not left to bill for it, nor paid twice
        asked = asked + own.open - own.open_tax
    over = asked + open_ - sheet.unbilled
    if over.minor > CENT:
        yield finding(
            code("AP-PRE-LEFT"),
            DOCUMENT,
            ruling=sheet.ruling,
            expected=str(sheet.unbilled),
            actual=str(asked),
            variance=str(over),
            at_stake=min(over, asked),
            awaited=[Awaited(key=order_key(number)) for number in sorted(orders)],
            also={"open": str(open_)} if open_ else {},
        )


def credited(sheet: Sheet) -> Iterator[Finding]:
    """AP-CRM-INC: a credit note takes back more of prepayments than is posted and not deducted."""
    if not sheet.prepayments.credits or sheet.dossier.posted:
        return
    currency = sheet.invoice.currency
    open_ = total((one.open for one in sheet.prepayments.credits), currency)
    asked = abs(stated_total(sheet.invoice))
    if (asked - open_).minor > CENT:
        ledgers = [one.ledger for one in sheet.prepayments.credits]
        yield finding(
            code("AP-CRM-INC"),
            DOCUMENT,
            ruling=sheet.ruling,
            expected=str(open_),
            actual=str(asked),
            variance=str(asked - open_),
            at_stake=asked - open_,
            awaited=[Awaited(key=key) for ledger in ledgers for key in (ledger, billed_key(ledger))],
            other=", ".join(one.number for one in sheet.prepayments.credits),
        )
