"""The parts that UBL documents share: references, products, prices, tax categories, allowances and charges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Final, TypeVar

from lxml.etree import _Element

from tieout.core.values.money import Money
from tieout.core.values.quantity import Quantity, factor_between, plain
from tieout.core.values.sentence import Sentence
from tieout.formats.discount_terms import StatedDiscount, with_discounts
from tieout.formats.ubl import tags as t
from tieout.formats.ubl.sheet import Fields, Sheet, local, text
from tieout.trade.documents import (
    AllowanceCharge,
    DespatchLine,
    InvoiceLine,
    LineReference,
    OrderLine,
    ProductIds,
    ReceiptLine,
)

L = TypeVar("L", InvoiceLine, OrderLine, DespatchLine, ReceiptLine)

_ONE: Final = Decimal(1)
_HUNDRED: Final = Decimal(100)
_CATEGORIES: Final = {"StandardRated": "S", "ZeroRated": "Z", "ReverseCharge": "AE"}
_ABSENT: Final = "NA"  # Peppol's filler where a number is required and there is none
_IN_PERCENT: Final = ("urn:cen.eu:en16931", "urn:peppol:pint", "urn:www.peppol.eu", "urn:fdc:peppol")
_NOWHERE: Final = LineReference()
_UNNAMED: Final = ProductIds()


def in_percent(profile: str) -> bool:
    """Whether a customization writes a multiplier as a percentage (10) and not, as plain UBL does, as a factor (0.1)."""
    return profile.startswith(_IN_PERCENT)


def order_number(sheet: Sheet, children: Fields) -> str:
    """The number of the order that a document refers to, "" where it names none (or only the seller's own)."""
    number = sheet.below(children, t.ORDER_REFERENCE, t.ID)
    return "" if number == _ABSENT else number


def line_reference(sheet: Sheet, line: _Element, children: Fields, tag: str) -> LineReference:
    """The first line reference of a kind on a line; further ones give a remark, a fatal one where other order lines are named."""
    element = children.get(tag)
    if element is None:
        return _NOWHERE
    parts = sheet.fields(element)
    number = (
        order_number(sheet, parts) if tag == t.ORDER_LINE_REFERENCE else sheet.below(parts, t.DOCUMENT_REFERENCE, t.ID)
    )
    named = text(parts.get(t.LINE_ID))
    others = [sheet.fields(other) for other in sheet.every(line, tag) if other is not element]
    if others:
        several = len(others) + 1
        sheet.remark(
            Sentence("the line has {several} of {element}; the first was taken", several=several, element=local(tag)),
            line,
            rule="UBL-SR-35" if tag == t.ORDER_LINE_REFERENCE else "",
            # how much of each order line is billed, nobody knows
            fatal=tag == t.ORDER_LINE_REFERENCE
            and any((order_number(sheet, other), text(other.get(t.LINE_ID))) != (number, named) for other in others),
        )
    return LineReference(document=number, line="" if named == _ABSENT else named)


def site(sheet: Sheet, children: Fields) -> str:
    """The place of delivery: the id of its location, or of its address."""
    delivery = sheet.fields(children.get(t.DELIVERY))
    return sheet.below(delivery, t.DELIVERY_LOCATION, t.ID) or sheet.below(delivery, t.DELIVERY_ADDRESS, t.ID)


def delivery_country(sheet: Sheet, delivery: Fields) -> str:
    """The country that goods are delivered to, as two capitals, or ""."""
    address = sheet.fields(sheet.fields(delivery.get(t.DELIVERY_LOCATION)).get(t.ADDRESS)) or sheet.fields(
        delivery.get(t.DELIVERY_ADDRESS)
    )
    code = sheet.below(address, t.COUNTRY, t.IDENTIFICATION_CODE).upper()
    return code if len(code) == 2 else ""


def product(sheet: Sheet, item: Fields) -> ProductIds:
    """Each side's identifier of an Item's product."""
    if not item:
        return _UNNAMED
    return ProductIds(
        buyer=sheet.below(item, t.BUYERS_ITEM_IDENTIFICATION, t.ID),
        seller=sheet.below(item, t.SELLERS_ITEM_IDENTIFICATION, t.ID),
        standard=sheet.below(item, t.STANDARD_ITEM_IDENTIFICATION, t.ID),
    )


def description(item: Fields) -> str:
    """The name of an Item, or what describes it."""
    return text(item.get(t.NAME)) or text(item.get(t.DESCRIPTION))


def tax_category(sheet: Sheet, element: _Element | None) -> tuple[str, Decimal | None]:
    """Category code (UNTDID 5305) and percent."""
    if element is None:
        return "", None
    children = sheet.fields(element)
    code = text(children.get(t.ID))
    return _CATEGORIES.get(code, code), sheet.percent(children.get(t.PERCENT))


def line_tax(sheet: Sheet, line: Fields, item: Fields) -> tuple[str, Decimal | None]:
    """The tax of a line: the item's classified category, or in older documents that of the line's own tax total."""
    if (classified := item.get(t.CLASSIFIED_TAX_CATEGORY)) is not None:
        return tax_category(sheet, classified)
    subtotal = sheet.fields(sheet.fields(line.get(t.TAX_TOTAL)).get(t.TAX_SUBTOTAL))
    category, percent = tax_category(sheet, subtotal.get(t.TAX_CATEGORY))
    return category, sheet.percent(subtotal.get(t.PERCENT)) if percent is None else percent


def price(sheet: Sheet, element: _Element | None, unit: str) -> tuple[Decimal | None, Decimal, str]:
    """A price, the quantity it is for, and that quantity's unit ("" where it is the line's own `unit`)."""
    if element is None:
        return None, _ONE, ""
    children = sheet.fields(element)
    amount = children.get(t.PRICE_AMOUNT)
    value = sheet.number(amount)
    if amount is not None and sheet.currency and amount.get("currencyID", sheet.currency) != sheet.currency:
        words = Sentence(
            "the price is in {stated} but the document is in {currency}",
            stated=amount.get("currencyID"),
            currency=sheet.currency,
        )
        sheet.remark(words, amount, rule="PEPPOL-EN16931-R051")
    base = children.get(t.BASE_QUANTITY)
    factor = sheet.number(children.get(t.ORDERABLE_UNIT_FACTOR_RATE))
    if value is not None and factor is not None and factor > 0:
        value = value * factor if factor != 1 else value
    if base is None:
        return value, _ONE, ""
    per = sheet.number(base)
    if per is None or per <= 0:
        sheet.remark(
            "the price base quantity must be more than 0; the price was read as a price for 1",
            base,
            rule="PEPPOL-EN16931-R121",
        )
        return value, _ONE, ""
    if factor is not None and factor > 0 and factor != 1:
        return value, per, ""  # the factor has converted the base into the line's unit
    return value, per, _other_unit(sheet, base, unit)


def _other_unit(sheet: Sheet, base: _Element, unit: str) -> str:
    if not base.get("unitCode") or base.get("unitCode") == unit:
        return ""
    stated = sheet.quantity(base)
    return "" if stated is None or stated.unit == unit else stated.unit


def per_in_unit(sheet: Sheet, per: Decimal, of: str, unit: str, *, at: _Element) -> Decimal:
    """A price base of another unit, in the line's unit where they convert by definition; else unchanged, with a remark."""
    factor = factor_between(of, unit)
    exact = None if factor is None else _exact(Fraction(per) * factor)
    if exact is None:
        message = Sentence(
            "the price is for {quantity} {other}, which does not convert into the unit of the line, {unit}",
            quantity=plain(per),
            other=of,
            unit=unit,
        )
        sheet.remark(message, at, rule="PEPPOL-EN16931-R130")
        return per
    return exact


def _exact(value: Fraction) -> Decimal | None:
    decimal = Decimal(value.numerator) / Decimal(value.denominator)
    return decimal if Fraction(decimal) == value else None


def terms(sheet: Sheet, root: _Element) -> str:
    """The payment terms as one text: what they say in words, and the discounts that they state in fields of their own."""
    every = list(sheet.every(root, t.PAYMENT_TERMS))
    notes = [text(note) for one in every for note in sheet.every(one, t.NOTE)]
    return with_discounts("\n".join(dict.fromkeys(filter(None, notes))), [_discount(sheet, one) for one in every])


def _discount(sheet: Sheet, element: _Element) -> StatedDiscount:
    children = sheet.fields(element)
    period = sheet.fields(children.get(t.SETTLEMENT_PERIOD))
    measure = period.get(t.DURATION_MEASURE)
    return StatedDiscount(
        percent=sheet.number(children.get(t.SETTLEMENT_DISCOUNT_PERCENT)),
        amount=sheet.money(children.get(t.SETTLEMENT_DISCOUNT_AMOUNT)),
        base=sheet.money(children.get(t.AMOUNT)),
        length=sheet.number(measure),
        unit="" if measure is None else measure.get("unitCode", ""),
        until=sheet.day(period.get(t.END_DATE)),
    )


def allowances_charges(sheet: Sheet, owner: _Element) -> tuple[AllowanceCharge, ...]:
    """The allowances and charges directly below an element."""
    read = (_allowance_charge(sheet, element) for element in sheet.every(owner, t.ALLOWANCE_CHARGE))
    return tuple(one for one in read if one is not None)


def _allowance_charge(sheet: Sheet, element: _Element) -> AllowanceCharge | None:
    children = sheet.fields(element)
    amount = sheet.money(children.get(t.AMOUNT)) if t.AMOUNT in children else _computed(sheet, element, children)
    if amount is None:
        return None
    indicator = text(children.get(t.CHARGE_INDICATOR)).lower()
    if indicator not in {"true", "false", "1", "0"}:
        sheet.remark("ChargeIndicator is neither true nor false; it was read as a charge", element)
    on = sheet.money(children.get(t.BASE_AMOUNT))
    category, percent = tax_category(sheet, children.get(t.TAX_CATEGORY))
    return AllowanceCharge(
        charge=indicator not in {"false", "0"},
        amount=amount,
        reason=text(children.get(t.ALLOWANCE_CHARGE_REASON)),
        reason_code=text(children.get(t.ALLOWANCE_CHARGE_REASON_CODE)),
        percent=_as_percent(sheet, children.get(t.MULTIPLIER_FACTOR_NUMERIC), on=on, amount=amount),
        on=on,
        tax_category=category,
        tax_percent=percent,
    )


def _computed(sheet: Sheet, element: _Element, children: Fields) -> Money | None:
    """The amount of an allowance or charge that states only a percentage of something; None, with a remark, without both."""
    value, on = sheet.number(children.get(t.MULTIPLIER_FACTOR_NUMERIC)), sheet.money(children.get(t.BASE_AMOUNT))
    if value is None or on is None or (sheet.fractions and value == 1):  # all of it, or a hundredth
        sheet.remark("an allowance or charge has no amount and was left out", element, rule="BR-31")
        return None
    factor = value if sheet.fractions and value < 1 else value / _HUNDRED
    amount = Money.rounded(on.amount * factor, on.currency)
    words = Sentence("an allowance or charge has no amount; its percentage gives {amount}", amount=amount)
    sheet.remark(words, element, rule="BR-31")
    return amount


def _as_percent(sheet: Sheet, element: _Element | None, *, on: Money | None, amount: Money) -> Decimal | None:
    """EN 16931 writes the percentage, plain UBL the factor. A value counts as a factor where it gives the amount."""
    value = sheet.number(element)
    if value is None or not sheet.fractions or not on:
        return value
    gives = abs(Money.rounded(abs(on.amount) * value, on.currency))
    return value * _HUNDRED if gives == abs(amount) else value


def with_distinct_ids(sheet: Sheet, lines: Sequence[L]) -> tuple[L, ...]:
    """Lines with distinct identifiers: a repeated one is numbered ("1", "1 (2)"), with a remark."""
    seen: set[str] = set()
    apart: list[L] = []
    for line in lines:
        own, count = line.id, 1
        while own in seen:
            count += 1
            own = f"{line.id} ({count})"
        seen.add(own)
        if own != line.id:
            sheet.remark(
                Sentence("a line {line!r} appears before; this one is named {own!r}", line=line.id, own=own),
                f"line {line.id}",
                fatal=False,
            )
            line = replace(line, id=own)  # noqa: PLW2901  the same line under its new name
        apart.append(line)
    return tuple(apart)


def quantity_of(sheet: Sheet, line: _Element, element: _Element | None, called: str) -> Quantity:
    """A required quantity of a line; where it is missing it counts as 0, with a remark."""
    stated = sheet.quantity(element)
    if stated is None:
        sheet.remark(Sentence("the line has no {called} that can be read", called=Sentence(called)), line)
        return Quantity(Decimal(0), "ZZ")
    return stated
