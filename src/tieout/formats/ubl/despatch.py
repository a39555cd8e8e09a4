"""UBL despatch advices: what is on its way, for which order lines, and when it should be there."""

from __future__ import annotations

from datetime import datetime

from lxml.etree import _Element

from tieout.core.values.sentence import Sentence
from tieout.formats.ubl import parties, parts
from tieout.formats.ubl import tags as t
from tieout.formats.ubl.sheet import Fields, Sheet, text
from tieout.trade.documents import DespatchAdvice, DespatchLine


def read_despatch(sheet: Sheet, root: _Element) -> DespatchAdvice:
    """The canonical despatch advice of a root element; what is missing or wrong becomes remarks on the sheet."""
    children = sheet.fields(root)
    shipment = sheet.fields(children.get(t.SHIPMENT))
    despatch = DespatchAdvice(
        number=text(children.get(t.ID)),
        issue_date=sheet.day(children.get(t.ISSUE_DATE)),
        supplier=parties.party_in(
            sheet, children.get(t.SELLER_SUPPLIER_PARTY, children.get(t.DESPATCH_SUPPLIER_PARTY))
        ),
        buyer=parties.party_in(sheet, children.get(t.BUYER_CUSTOMER_PARTY, children.get(t.DELIVERY_CUSTOMER_PARTY))),
        lines=parts.with_distinct_ids(
            sheet, [_line(sheet, line, at) for at, line in enumerate(root.iterchildren(t.DESPATCH_LINE), 1)]
        ),
        order_number=parts.order_number(sheet, children),
        site=parts.site(sheet, shipment),
        arrives_at=_arrives_at(sheet, sheet.fields(shipment.get(t.DELIVERY))),
    )
    if not despatch.number:
        sheet.remark("the despatch advice has no number (cbc:ID)", root)
    if not despatch.lines:
        sheet.remark("the despatch advice has no lines", root)
    return despatch


def _line(sheet: Sheet, line: _Element, position: int) -> DespatchLine:
    children = sheet.fields(line)
    item = sheet.fields(children.get(t.ITEM))
    if not text(children.get(t.ID)):
        sheet.remark(
            Sentence("the line has no identifier; it is number {position} in the document", position=position), line
        )
    return DespatchLine(
        id=text(children.get(t.ID)) or str(position),
        quantity=parts.quantity_of(sheet, line, children.get(t.DELIVERED_QUANTITY), "delivered quantity"),
        order=parts.line_reference(sheet, line, children, t.ORDER_LINE_REFERENCE),
        product=parts.product(sheet, item),
        description=parts.description(item),
    )


def _arrives_at(sheet: Sheet, delivery: Fields) -> datetime | None:
    """The expected arrival: an estimated moment, else the end of the estimated, promised or requested period."""
    if (on := delivery.get(t.ESTIMATED_DELIVERY_DATE)) is not None:
        return sheet.instant(on, delivery.get(t.ESTIMATED_DELIVERY_TIME))
    for tag in (t.ESTIMATED_DELIVERY_PERIOD, t.PROMISED_DELIVERY_PERIOD, t.REQUESTED_DELIVERY_PERIOD):
        period = sheet.fields(delivery.get(tag))
        if (on := period.get(t.END_DATE)) is not None:
            return sheet.instant(on, period.get(t.END_TIME))
        if (on := period.get(t.START_DATE)) is not None:
            return sheet.instant(on, period.get(t.START_TIME))
    return None
