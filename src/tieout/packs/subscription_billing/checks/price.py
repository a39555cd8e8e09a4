"""Approved terms against billing: what contract, amendments and evidence give for a line, beside what billing charges."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from tieout.core.findings.code import Stage
from tieout.core.findings.finding import Awaited, Finding
from tieout.core.findings.making import finding, price_text
from tieout.core.policy.tolerance import Assessment, assess
from tieout.core.values.money import Money
from tieout.core.values.quantity import plain
from tieout.packs.subscription_billing.charges import unit_price
from tieout.packs.subscription_billing.codes import code
from tieout.packs.subscription_billing.sheet import Sheet, SheetLine
from tieout.packs.subscription_billing.terms import Version
from tieout.trade.pricing import net_price
from tieout.trade.rules import LINE_TOTAL, UNIT_PRICE
from tieout.trade.selling_keys import subscription_key


def prices(sheet: Sheet) -> Iterator[Finding]:
    """BIL-PRC-CRM for every line that is not booked yet and whose charge can be said."""
    for known in sheet.open_lines:
        found = differs(sheet, known)
        if found is not None:
            yield found


def differs(sheet: Sheet, known: SheetLine, *, stage: Stage = "hold") -> Finding | None:
    """What a line charges beside what it should: by the line's amount, and by its unit price where it has a whole one."""
    if known.expected is None or known.version is None or (sheet.invoice.is_credit and known.takes_place):
        return None
    by_price, by_total = _price(known), _total(known)
    if by_price is not None and not by_price.within and (by_total is None or by_total.within):
        return _found(sheet, known, known.version, by_price.limit, stage=stage, price=by_price)
    if by_total is not None and not by_total.within:
        return _found(sheet, known, known.version, by_total.limit, stage=stage, price=None)
    return None


def _total(known: SheetLine) -> Assessment | None:
    tolerance = known.ruling.value(LINE_TOTAL)
    assert known.expected is not None, "only a charge that can be said is compared"
    if tolerance is None:
        return None
    return assess(tolerance, expected=known.expected.amount, actual=known.billed.amount)


def _price(known: SheetLine) -> Assessment | None:
    """The unit price, where the line counts what the contract counts, for one whole period under one version."""
    tolerance, quantity, version = known.ruling.value(UNIT_PRICE), known.line.quantity, known.version
    if tolerance is None or quantity is None or not quantity.value or version is None or known.line.price is None:
        return None
    if (quantity.value, quantity.unit) != (_counted(known, version), version.line.unit) or not _is_whole(
        known, version
    ):
        return None
    return assess(tolerance, expected=_decimal(unit_price(version.line)), actual=net_price(known.line, quantity.value))


def _counted(known: SheetLine, version: Version) -> Decimal | None:
    """How much a line bills by the contract: what it has, or what was used beyond what is included."""
    if version.line.basis != "usage":
        return version.line.quantity if known.takes_place else None
    used = known.reliance.quantity if known.reliance else None
    return None if used is None or not known.takes_place else max(Decimal(0), used - version.line.included)


def _is_whole(known: SheetLine, version: Version) -> bool:
    if version.line.basis == "usage" or known.days is None or known.terms is None:
        return known.days is None or known.days.within(version.days) == known.days
    return known.days == known.terms.period(version.line, known.days.first) == known.days.within(version.days)


def _decimal(value: Fraction) -> Decimal:
    return round(Decimal(value.numerator) / value.denominator, 12)


def _found(
    sheet: Sheet, known: SheetLine, version: Version, limit: str, *, stage: Stage, price: Assessment | None
) -> Finding:
    expected, billed = known.expected, known.billed
    assert expected is not None, "only a charge that can be said is compared"
    unit, currency = version.line.unit, expected.currency
    right = Money(expected.minor * sheet.invoice.sign, currency)
    shown = (str(expected), str(billed), str(billed - expected))
    if price is not None:
        each = _decimal(unit_price(version.line))
        shown = (
            price_text(each, currency, unit),
            price_text(each + price.variance, currency, unit),
            price_text(price.variance, currency, unit),
        )
    return finding(
        code("BIL-PRC-CRM"),
        known.where,
        ruling=known.ruling,
        stage=stage,
        expected=shown[0],
        actual=shown[1],
        variance=shown[2],
        limit=limit,
        at_stake=abs(billed - expected) or abs(billed),
        awaited=[Awaited(key=subscription_key(known.line.order.document or sheet.invoice.order_number))],
        contract=known.line.order.document or sheet.invoice.order_number,
        order_line=known.line.order.line,
        price_source=version.source,
        reason=_reason(known, version),
        proposal=f"Proposed: correct line {known.where} to {right}" if billed != expected else "",
    )


def _reason(known: SheetLine, version: Version) -> str:
    line = version.line
    said = [f"{plain(line.quantity)} {line.unit} at {plain(line.price)} for {plain(line.price_per)}"]
    if line.basis == "usage":
        used = known.reliance.quantity if known.reliance else None
        counted = "unknown usage" if used is None else f"{plain(used)} {line.unit} used"
        said = [f"{counted}, {plain(line.included)} included, {plain(line.price)} for {plain(line.price_per)}"]
    if line.discount_percent and line.discount_approved_by.strip():
        said.append(
            f"less {plain(line.discount_percent)} % approved by {line.discount_approved_by.strip()}{_quote(known)}"
        )
    elif line.discount_percent:
        said.append(f"a discount of {plain(line.discount_percent)} % that nobody approved does not count")
    return ", ".join(said)


def _quote(known: SheetLine) -> str:
    quote = known.terms.subscription.quote if known.terms else ""
    return f" (quote {quote})" if quote else ""
