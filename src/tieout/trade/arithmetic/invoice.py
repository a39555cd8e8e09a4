"""The arithmetic of one invoice or credit note: lines, document totals, tax breakdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

from tieout.core.documents.remark import Remark
from tieout.core.values.money import Money, total
from tieout.core.values.quantity import plain
from tieout.core.values.sentence import Sentence
from tieout.trade.arithmetic.currency import remarks_on_currency
from tieout.trade.arithmetic.measure import (
    claims_standard,
    contradiction,
    extended,
    holds_extension,
    is_minimum,
    is_promised,
    shown,
    signed_sum,
    slack_of_extension,
    slack_of_rounding,
    slack_of_sum,
)
from tieout.trade.arithmetic.tax import remarks_on_tax
from tieout.trade.customs import rounding_max
from tieout.trade.documents import AllowanceCharge, Invoice, InvoiceLine

_LINES_SUM: Final = Sentence("sum of the lines")
_NET: Final = Sentence("total without tax")
_GROSS: Final = Sentence("total with tax")
_PAYABLE: Final = Sentence("amount to pay")
_THE_LINES: Final = Sentence("the lines")
_THE_ALLOWANCES: Final = Sentence("the allowances")
_THE_CHARGES: Final = Sentence("the charges")
_LINES_MAKE: Final = Sentence("lines less allowances plus charges make")
_TAX_MAKES: Final = Sentence("the total without tax plus the tax make")
_ROUNDING_MAKES: Final = Sentence("the total with tax less what is paid plus rounding make")
_THIRD_PARTIES_MAKE: Final = Sentence(
    "the total with tax less what is paid plus rounding and third parties' amounts make"
)


def remarks_on(invoice: Invoice) -> tuple[Remark, ...]:
    """Every place where the invoice contradicts itself or lacks a total; empty if its figures tie out.

    An amount in a currency other than the invoice's own is reported, and then nothing is added up.
    """
    ended = tuple(remarks_on_currency(invoice.currency, invoice.issue_date))
    foreign = tuple(_foreign(invoice))
    if foreign:
        return (*ended, *foreign)
    return (
        *ended,
        *(remark for line in invoice.lines for remark in _line(invoice, line)),
        *_percentages(invoice, invoice.allowances_charges, "document"),
        *_missing(invoice),
        *_sums(invoice),
        *_ends(invoice),
        *remarks_on_tax(invoice),
    )


def _foreign(invoice: Invoice) -> Iterator[Remark]:
    for where, amount in _amounts(invoice):
        if amount is not None and amount.currency != invoice.currency:
            words = Sentence(
                "the amount {amount} is not in the invoice's currency {currency}",
                amount=amount,
                currency=invoice.currency,
            )
            yield contradiction("PEPPOL-EN16931-R051", where, words)


def _amounts(invoice: Invoice) -> Iterator[tuple[str, Money | None]]:
    sums = invoice.totals
    for amount in (
        sums.lines,
        sums.allowances,
        sums.charges,
        sums.net,
        sums.tax,
        sums.gross,
        sums.prepaid,
        sums.rounding,
        sums.payable,
    ):
        yield "totals", amount
    for row in invoice.tax:
        yield f"tax {row.category}", row.taxable
        yield f"tax {row.category}", row.tax
    for entry in invoice.allowances_charges:
        yield "document", entry.amount
        yield "document", entry.on
    for line in invoice.lines:
        yield line.id, line.net
        for entry in line.allowances_charges:
            yield line.id, entry.amount
            yield line.id, entry.on


def _line(invoice: Invoice, line: InvoiceLine) -> Iterator[Remark]:
    yield from _percentages(invoice, line.allowances_charges, line.id)
    if line.price_per <= 0:
        words = Sentence(
            "the price is for {quantity} units; it must be for more than none", quantity=plain(line.price_per)
        )
        yield contradiction("PEPPOL-EN16931-R121", line.id, words)
        return
    if line.price is None or line.quantity is None:
        return
    exact = extended(line.price, line.quantity.value, line.price_per) + signed_sum(line.allowances_charges)
    if abs(exact - line.net.amount) <= slack_of_extension(invoice.currency):
        return
    made = {
        "quantity": line.quantity,
        "price": plain(line.price),
        "per": plain(line.price_per),
        "amount": shown(exact, invoice.currency),
        "net": line.net,
    }
    if line.allowances_charges and line.price_per != 1:
        message = "{quantity} at {price} per {per} and its allowances and charges make {amount}, the line says {net}"
    elif line.allowances_charges:
        message = "{quantity} at {price} and its allowances and charges make {amount}, the line says {net}"
    elif line.price_per != 1:
        message = "{quantity} at {price} per {per} make {amount}, the line says {net}"
    else:
        message = "{quantity} at {price} make {amount}, the line says {net}"
    # an amount without a quantity (a comment or charge line of 0 pieces) has no price to follow from, unless the profile says so
    fatal = holds_extension(invoice, abs(exact - line.net.amount)) and (
        bool(line.quantity.value) or is_promised(invoice)
    )
    yield contradiction("PEPPOL-EN16931-R120", line.id, Sentence(message, **made), fatal=fatal)


def _percentages(invoice: Invoice, entries: tuple[AllowanceCharge, ...], where: str) -> Iterator[Remark]:
    for entry in entries:
        if entry.percent is None or entry.on is None:
            continue
        exact = entry.on.amount * entry.percent / 100
        apart = abs(exact - entry.amount.amount)
        if apart > slack_of_extension(invoice.currency):
            due = shown(exact, invoice.currency)
            words = Sentence(
                "{percent} % of {base} is {due}, the charge says {amount}"
                if entry.charge
                else "{percent} % of {base} is {due}, the allowance says {amount}",
                percent=plain(entry.percent),
                base=entry.on,
                due=due,
                amount=entry.amount,
            )
            yield contradiction("PEPPOL-EN16931-R040", where, words, fatal=holds_extension(invoice, apart))


def _missing(invoice: Invoice) -> Iterator[Remark]:
    sums = invoice.totals
    fatal = claims_standard(invoice)
    if not invoice.lines:
        words = "there are no lines, so it can be checked by its totals only"
        yield contradiction("BR-16", "document", words, fatal=False)
    wanted = (
        ("BR-12", _LINES_SUM, sums.lines),
        ("BR-13", _NET, sums.net),
        ("BR-14", _GROSS, sums.gross),
        ("BR-15", _PAYABLE, sums.payable),
    )
    for rule, name, amount in wanted:
        if amount is None and not (rule == "BR-12" and is_minimum(invoice)):
            yield contradiction(rule, "totals", Sentence("the {name} is missing", name=name), fatal=fatal)


def _sums(invoice: Invoice) -> Iterator[Remark]:
    sums = invoice.totals
    if invoice.lines and sums.lines is not None:
        yield from _tie(invoice, "BR-CO-10", _THE_LINES, (line.net for line in invoice.lines), sums.lines)
    for rule, name, charge, stated in (
        ("BR-CO-11", _THE_ALLOWANCES, False, sums.allowances),
        ("BR-CO-12", _THE_CHARGES, True, sums.charges),
    ):
        entries = [entry.amount for entry in invoice.allowances_charges if entry.charge is charge]
        if stated is not None:
            # simple profiles have a place for the total but none for what it is made of
            yield from _tie(invoice, rule, name, entries, stated, fatal=bool(entries) or claims_standard(invoice))
        elif entries:
            added = total(entries, invoice.currency)
            yield contradiction(
                rule,
                "totals",
                Sentence("{name} add up to {added}, their total is missing", name=name, added=added),
                fatal=claims_standard(invoice),
            )


def _tie(
    invoice: Invoice, rule: str, name: Sentence, addends: Iterable[Money], stated: Money, *, fatal: bool = True
) -> Iterator[Remark]:
    amounts = list(addends)
    added = total(amounts, invoice.currency)
    if abs((added - stated).amount) > slack_of_sum(invoice, len(amounts)):
        yield contradiction(
            rule,
            "totals",
            Sentence("{name} add up to {added}, the total says {stated}", name=name, added=added, stated=stated),
            fatal=fatal,
        )


def _ends(invoice: Invoice) -> Iterator[Remark]:
    """Net, gross and payable, each from the figures stated above it.

    A figure that is left out is worked out from what is there, so that leaving one out hides no contradiction.
    """
    sums, net = invoice.totals, invoice.totals.net
    slack = slack_of_sum(invoice, len(invoice.lines) + len(invoice.allowances_charges))
    if sums.lines is not None or invoice.lines:
        lines = total((line.net for line in invoice.lines), invoice.currency) if sums.lines is None else sums.lines
        expected = lines - _of(invoice, sums.allowances, charge=False) + _of(invoice, sums.charges, charge=True)
        net = expected if net is None else net
        yield from _agree("BR-CO-13", _LINES_MAKE, (expected, net, _NET), slack)
    gross = sums.gross
    if net is not None:
        tax = total((row.tax for row in invoice.tax), invoice.currency) if sums.tax is None else sums.tax
        gross = net + tax if gross is None else gross
        yield from _agree("BR-CO-15", _TAX_MAKES, (net + tax, gross, _GROSS), slack)
    if gross is not None and sums.payable is not None and not is_minimum(invoice):
        yield from _payable(invoice, gross, sums.payable)


def _payable(invoice: Invoice, gross: Money, payable: Money) -> Iterator[Remark]:
    """BR-CO-16. Extensions add what they state for third parties, one by one; tax withheld may be taken off."""
    sums, nothing = invoice.totals, Money.zero(invoice.currency)
    expected = gross - (sums.prepaid or nothing) + (sums.rounding or nothing)
    expected = expected + total((one.amount for one in invoice.third_parties), invoice.currency)
    if sums.withheld and payable == expected - sums.withheld:
        return
    if (
        sums.rounding
        and not invoice.is_ours
        and -sums.rounding.amount * invoice.sign >= (most := rounding_max(invoice.currency))
    ):
        words = Sentence(
            "{amount} are stated as rounding; amounts to pay are rounded by less than {most}",
            amount=sums.rounding,
            most=f"{most} {invoice.currency}",
        )
        yield contradiction("", "totals", words)
    words = _THIRD_PARTIES_MAKE if invoice.third_parties else _ROUNDING_MAKES
    yield from _agree("BR-CO-16", words, (expected, payable, _PAYABLE), slack_of_rounding(invoice.currency))


def _of(invoice: Invoice, stated: Money | None, *, charge: bool) -> Money:
    """The allowances or the charges: their total, else the sum of the entries."""
    entries = (entry.amount for entry in invoice.allowances_charges if entry.charge is charge)
    return total(entries, invoice.currency) if stated is None else stated


def _agree(
    rule: str, words: Sentence, figures: tuple[Money, Money, Sentence], slack: Decimal, *, fatal: bool = True
) -> Iterator[Remark]:
    expected, stated, name = figures
    if abs((expected - stated).amount) > slack:
        yield contradiction(
            rule,
            "totals",
            Sentence(
                "{words} {expected}, the {name} says {stated}", words=words, expected=expected, name=name, stated=stated
            ),
            fatal=fatal,
        )
