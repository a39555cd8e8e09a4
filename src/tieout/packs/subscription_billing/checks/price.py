"""Approved terms against billing: what contract, amendments and evidence give for a line, compared with what is charged."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Final

from tieout.core.findings.code import Stage
from tieout.core.findings.finding import Awaited, Finding
from tieout.core.findings.making import finding, price_text, quantity_text
from tieout.core.policy.tolerance import Assessment, assess
from tieout.core.values.money import Money, to_places
from tieout.core.values.quantity import exact, plain
from tieout.core.values.sentence import Figure, Sentence, joined
from tieout.packs.subscription_billing.charges import beyond_included, bounds_of, money_of, unit_price
from tieout.packs.subscription_billing.codes import code
from tieout.packs.subscription_billing.prepaid import unapplied
from tieout.packs.subscription_billing.sheet import Sheet, SheetLine
from tieout.trade.contract_terms import Version
from tieout.trade.documents import SubscriptionLine
from tieout.trade.pricing import net_price
from tieout.trade.rules import LINE_TOTAL, UNIT_PRICE
from tieout.trade.selling_keys import subscription_key


def prices(sheet: Sheet) -> Iterator[Finding]:
    """BIL-PRC-CRM for every line that is not booked yet and whose charge can be calculated."""
    for line in sheet.open_lines:
        difference = differs(sheet, line)
        if difference is not None:
            yield difference


def prepaid(sheet: Sheet) -> Iterator[Finding]:
    """BIL-PRC-CRM on usage that was paid in advance, where no line of the invoice takes that off."""
    if sheet.invoice.is_credit or sheet.is_final:
        return
    for due in unapplied(sheet.lines, sheet.terms):
        line = next(line for line in sheet.lines if line.where in due.usage)
        yield finding(
            code("BIL-PRC-CRM"),
            line.where,
            ruling=line.ruling,
            expected=str(due.amount),
            actual=str(Money.zero(due.amount.currency)),
            variance=str(-due.amount),
            limit="0",
            at_stake=abs(due.amount),
            awaited=[Awaited(key=subscription_key(due.subscription))],
            contract=due.subscription,
            order_line=due.line,
            price_source=Sentence(
                "prepaid line {line} of subscription {subscription}", line=due.line, subscription=due.subscription
            ),
            reason=Sentence("{amount} of it is left for this usage, and nothing is taken off", amount=abs(due.amount)),
        )


def differs(sheet: Sheet, line: SheetLine, *, stage: Stage = "hold") -> Finding | None:
    """What a line charges compared with what it should: by amount, and by unit price where it bills one whole period."""
    if line.expected is None or line.version is None or (sheet.invoice.is_credit and line.takes_place):
        return None
    if _may_be_true(line):
        return None  # BIL-USG-PART asks for the parts
    by_price, by_total = _price(line), _total(line)
    if by_price is not None and not by_price.within and (by_total is None or by_total.within):
        return _finding(sheet, line, line.version, by_price.limit, stage=stage, price=by_price)
    if by_total is not None and not by_total.within:
        return _finding(sheet, line, line.version, by_total.limit, stage=stage, price=None)
    return None


def _may_be_true(line: SheetLine) -> bool:
    """Whether usage whose parts nobody states is billed at what it can cost: what is due is an estimate then."""
    reliance, terms = line.reliance, line.terms
    if reliance is None or terms is None or line.version is None or reliance.quantity is None or not reliance.unstated:
        return False
    least, most = bounds_of(terms, line.version.line.id, reliance.days, reliance.quantity)
    currency = line.billed.currency
    return money_of(least, currency) <= line.billed <= money_of(most, currency) and line.billed != line.expected


def _total(line: SheetLine) -> Assessment | None:
    tolerance = line.ruling.value(LINE_TOTAL)
    assert line.expected is not None, "only a charge that can be calculated is compared"
    if tolerance is None:
        return None
    return assess(tolerance, expected=line.expected.amount, actual=line.billed.amount, currency=line.billed.currency)


def _price(sheet_line: SheetLine) -> Assessment | None:
    """The unit price, where the line counts what the contract counts, for one whole period under one version."""
    tolerance, quantity, version = sheet_line.ruling.value(UNIT_PRICE), sheet_line.line.quantity, sheet_line.version
    if tolerance is None or quantity is None or not quantity.value or version is None or sheet_line.line.price is None:
        return None
    if (quantity.value, quantity.unit) != (_counted(sheet_line, version), version.line.unit) or not _is_whole(
        sheet_line, version
    ):
        return None
    return assess(
        tolerance,
        expected=_decimal(unit_price(version.line)),
        actual=net_price(sheet_line.line, quantity.value),
        currency=sheet_line.billed.currency,
    )


def _counted(line: SheetLine, version: Version) -> Decimal | Fraction | None:
    """How much a line bills by the contract: what it has, or what was used beyond what is included for its days."""
    if version.line.tiers or version.line.minimum is not None:
        return None  # one price of a unit explains no such charge
    if version.line.basis != "usage":
        return version.line.quantity if line.takes_place else None
    used = line.reliance.quantity if line.reliance else None
    if used is None or not line.takes_place or line.days is None or line.terms is None:
        return None
    return beyond_included(line.terms, version.line.id, line.days, used)


def _is_whole(line: SheetLine, version: Version) -> bool:
    if version.line.basis == "usage" or line.days is None or line.terms is None:
        return line.days is None or line.days.within(version.days) == line.days
    return line.days == line.terms.period(version.line, line.days.first) == line.days.within(version.days)


def _decimal(value: Fraction) -> Decimal:
    return to_places(Decimal(value.numerator) / value.denominator, 12)


def _finding(
    sheet: Sheet, sheet_line: SheetLine, version: Version, limit: str, *, stage: Stage, price: Assessment | None
) -> Finding:
    expected, billed = sheet_line.expected, sheet_line.billed
    assert expected is not None, "only a charge that can be calculated is compared"
    if sheet_line.together is not None:
        expected, billed = sheet_line.together
    unit, currency = version.line.unit, expected.currency
    right = Money(expected.minor * sheet.invoice.sign, currency)
    shown = (str(expected), str(billed), str(billed - expected))
    if price is not None:
        right_price = _decimal(unit_price(version.line))
        shown = (
            price_text(right_price, currency, unit),
            price_text(right_price + price.variance, currency, unit),
            price_text(price.variance, currency, unit),
        )
    return finding(
        code("BIL-PRC-CRM"),
        sheet_line.where,
        ruling=sheet_line.ruling,
        stage=stage,
        expected=shown[0],
        actual=shown[1],
        variance=shown[2],
        limit=limit,
        at_stake=abs(billed - expected) or abs(billed),
        awaited=[Awaited(key=subscription_key(sheet_line.line.order.document or sheet.invoice.order_number))],
        contract=sheet_line.line.order.document or sheet.invoice.order_number,
        order_line=sheet_line.line.order.line,
        price_source=version.source,
        reason=_reason(sheet_line, version),
        proposal=Sentence("Proposed: correct line {line} to {right}", line=sheet_line.where, right=right)
        if billed != expected and not sheet_line.corrects
        else "",
    )


def _reason(sheet_line: SheetLine, version: Version) -> str:
    line = version.line
    if sheet_line.corrects:
        return Sentence(
            "that is what the lines come to that correct {corrects}, which is billed already",
            corrects=", ".join(sheet_line.corrects),
        )
    if sheet_line.is_prepaid:
        return "so much is left for the usage of this invoice, of what was paid in advance"
    parts = [
        Sentence(
            "{quantity} {unit} at {price} for {price_per}",
            quantity=exact(line.quantity),
            unit=line.unit,
            price=exact(line.price),
            price_per=exact(line.price_per),
            unit_price=_list_price(sheet_line, line),
        )
    ]
    if line.basis == "usage":
        used = sheet_line.reliance.quantity if sheet_line.reliance else None
        counted = (
            Sentence("unknown usage")
            if used is None
            else Sentence("{used} {unit} used", used=exact(used), unit=line.unit)
        )
        parts = [
            Sentence(
                "{counted}, {included} included, {price} for {price_per}",
                counted=counted,
                included=exact(line.included),
                price=exact(line.price),
                price_per=exact(line.price_per),
                unit=line.unit,
                unit_price=_list_price(sheet_line, line),
            )
        ]
    if line.discount_percent and line.discount_approved_by.strip():
        quote = sheet_line.terms.subscription.quote if sheet_line.terms else ""
        parts.append(
            Sentence(
                _QUOTED if quote else _APPROVED,
                discount_percent=exact(line.discount_percent),
                discount_approved_by=line.discount_approved_by.strip(),
                quote=quote,
            )
        )
    elif line.discount_percent:
        parts.append(
            Sentence(
                "a discount of {discount_percent} % that nobody approved does not count",
                discount_percent=exact(line.discount_percent),
            )
        )
    return joined(", ", parts)


def _list_price(sheet_line: SheetLine, line: SubscriptionLine) -> Sentence:
    """ "99.00 EUR per EA", "6.52 EUR per 1000 EA": the price as the contract states it, before discounts."""
    whole, _, decimals = plain(line.price).partition(".")
    amount = Figure(f"{whole}.{decimals.ljust(2, '0')} {sheet_line.billed.currency}")
    per = line.unit if line.price_per == 1 else quantity_text(line.price_per, line.unit)
    return Sentence("{price} per {unit}", price=amount, unit=per)


_APPROVED: Final = "less {discount_percent} % approved by {discount_approved_by}"
_QUOTED: Final = "less {discount_percent} % approved by {discount_approved_by} (quote {quote})"
