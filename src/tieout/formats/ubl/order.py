"""UBL orders as canonical orders: goods, prices, delivery dates and terms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from lxml.etree import _Element

from tieout.core.values.money import Money
from tieout.core.values.sentence import Sentence
from tieout.formats.ubl import parties, parts
from tieout.formats.ubl import tags as t
from tieout.formats.ubl.sheet import Fields, Sheet, text
from tieout.trade.documents import LineReference, Order, OrderCharge, OrderLine

CONTRACT_TYPE: Final = "315"  # UNTDID 1001: contract
_INCOTERM: Final = re.compile(r"\b(EXW|FCA|FAS|FOB|CFR|CIF|CPT|CIP|DAP|DPU|DAT|DDP|DAF|DES|DEQ|DDU)\b")
_FREE_TERM: Final = re.compile(r"[A-Z]{3}")


def read_order(sheet: Sheet, root: _Element) -> Order:
    """The canonical order of a root element; what is missing or wrong becomes remarks on the sheet."""
    children = sheet.fields(root)
    delivery = sheet.fields(children.get(t.DELIVERY))
    due_on = _due_on(sheet, delivery)
    totals = sheet.fields(children.get(t.ANTICIPATED_MONETARY_TOTAL))
    charges = tuple(_charges(sheet, root)) if t.ALLOWANCE_CHARGE in children else ()
    order = Order(
        number=text(children.get(t.ID)),
        issue_date=sheet.day(children.get(t.ISSUE_DATE)),
        currency=sheet.currency,
        supplier=parties.party_in(sheet, children.get(t.SELLER_SUPPLIER_PARTY)),
        buyer=parties.party_in(sheet, children.get(t.BUYER_CUSTOMER_PARTY)),
        lines=parts.with_distinct_ids(
            sheet, [order_line(sheet, line, due_on, at) for at, line in enumerate(root.iterchildren(t.ORDER_LINE), 1)]
        ),
        site=parts.site(sheet, children),
        terms=parts.terms(sheet, root) if t.PAYMENT_TERMS in children else "",
        incoterm=_incoterm(sheet, children, delivery),
        contract=sheet.below(children, t.CONTRACT, t.ID),
        charges=charges,
        net=_net(sheet, totals, profile=text(children.get(t.CUSTOMIZATION_ID)), plain=not charges),
        payable=sheet.money(totals.get(t.PAYABLE_AMOUNT)),
    )
    if not order.number:
        sheet.remark("the order has no number (cbc:ID)", root)
    if t.ISSUE_DATE not in children:
        sheet.remark("the order has no issue date (cbc:IssueDate)", root)
    if not order.lines:
        sheet.remark("the order has no lines", root)
    return order


def order_line(sheet: Sheet, element: _Element, due_on: date | None, position: int) -> OrderLine:
    """The canonical line of an OrderLine element."""
    line = element.find(t.LINE_ITEM)
    if line is None:
        line = element
    children = sheet.fields(line)
    item = sheet.fields(children.get(t.ITEM))
    delivery = sheet.fields(children.get(t.DELIVERY))
    quantity = parts.quantity_of(sheet, line, children.get(t.QUANTITY), "quantity")
    price, per, unit = parts.price(sheet, children.get(t.PRICE), quantity.unit)
    category, percent = parts.line_tax(sheet, children, item)
    if not text(children.get(t.ID)):
        sheet.remark(
            Sentence("the line has no identifier; it is number {position} in the document", position=position), line
        )
    return OrderLine(
        id=text(children.get(t.ID)) or str(position),
        quantity=quantity,
        price=price,
        price_per=per,
        price_unit=unit,
        net=sheet.money(children.get(t.LINE_EXTENSION_AMOUNT)),
        product=parts.product(sheet, item),
        description=parts.description(item),
        category=sheet.below(item, t.COMMODITY_CLASSIFICATION, t.ITEM_CLASSIFICATION_CODE),
        site=parts.site(sheet, children) if delivery else "",
        due_on=_due_on(sheet, delivery) or due_on,
        contract=_contract(sheet, line),
        tax_category=category,
        tax_percent=percent,
        allowances_charges=parts.allowances_charges(sheet, line) if t.ALLOWANCE_CHARGE in children else (),
    )


def _contract(sheet: Sheet, line: _Element) -> LineReference:
    for reference in line.iterchildren(t.LINE_REFERENCE):
        children = sheet.fields(reference)
        document = sheet.fields(children.get(t.DOCUMENT_REFERENCE))
        if text(document.get(t.DOCUMENT_TYPE_CODE)) == CONTRACT_TYPE:
            named = text(children.get(t.LINE_ID))
            return LineReference(document=text(document.get(t.ID)), line="" if named == "NA" else named)
    return LineReference()


def _due_on(sheet: Sheet, delivery: Fields) -> date | None:
    for tag in (t.PROMISED_DELIVERY_PERIOD, t.REQUESTED_DELIVERY_PERIOD):
        period = sheet.fields(delivery.get(tag))
        stated = period.get(t.END_DATE, period.get(t.START_DATE))
        if stated is not None:
            return sheet.day(stated)
    return sheet.day(delivery.get(t.LATEST_DELIVERY_DATE))


def _net(sheet: Sheet, totals: Fields, *, profile: str, plain: bool) -> Money | None:
    """The net as stated; OIOUBL states the tax under that name, and plain orders state the sum of lines only."""
    net = None if profile.startswith("OIOUBL") else sheet.money(totals.get(t.TAX_EXCLUSIVE_AMOUNT))
    if net is not None:
        return net
    lines = sheet.money(totals.get(t.LINE_EXTENSION_AMOUNT))
    allowances = sheet.money(totals.get(t.ALLOWANCE_TOTAL_AMOUNT))
    charges = sheet.money(totals.get(t.CHARGE_TOTAL_AMOUNT))
    if lines is None or (allowances is None and charges is None and not plain):
        return None
    none = Money.zero(sheet.currency)
    return lines - (allowances or none) + (charges or none)


def _charges(sheet: Sheet, root: _Element) -> Iterator[OrderCharge]:
    """Planned charges; a planned allowance is a negative one."""
    for one in parts.allowances_charges(sheet, root):
        yield OrderCharge(kind=one.reason_code or one.reason, amount=one.amount if one.charge else -one.amount)


def _incoterm(sheet: Sheet, children: Fields, delivery: Fields) -> str:
    for terms in (sheet.fields(children.get(t.DELIVERY_TERMS)), sheet.fields(delivery.get(t.DELIVERY_TERMS))):
        named = text(terms.get(t.ID)).upper()
        if matched := _INCOTERM.search(f"{named} {text(terms.get(t.SPECIAL_TERMS)).upper()}"):
            return matched.group(1)
        if _FREE_TERM.fullmatch(named):
            return named
    return ""
