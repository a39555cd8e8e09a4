"""UBL receipt advices: what was received, and how much of it was rejected."""

from __future__ import annotations

from datetime import datetime

from lxml.etree import _Element

from tieout.core.values.sentence import Sentence
from tieout.formats.ubl import parties, parts
from tieout.formats.ubl import tags as t
from tieout.formats.ubl.sheet import Fields, Sheet, text
from tieout.trade.documents import Receipt, ReceiptLine


def read_receipt(sheet: Sheet, root: _Element) -> Receipt:
    """The canonical receipt of a root element. UBL's received quantity includes the rejected one; ours are separate."""
    children = sheet.fields(root)
    shipment = sheet.fields(children.get(t.SHIPMENT))
    lines = list(root.iterchildren(t.RECEIPT_LINE))
    receipt = Receipt(
        number=text(children.get(t.ID)),
        occurred_at=_occurred_at(sheet, sheet.fields(shipment.get(t.DELIVERY)), lines),
        lines=parts.with_distinct_ids(sheet, [_line(sheet, line, at) for at, line in enumerate(lines, 1)]),
        supplier=parties.party_in(
            sheet, children.get(t.SELLER_SUPPLIER_PARTY, children.get(t.DESPATCH_SUPPLIER_PARTY))
        ),
        order_number=parts.order_number(sheet, children),
        site=parts.site(sheet, shipment),
        issue_date=sheet.day(children.get(t.ISSUE_DATE)),
        despatch_number=sheet.below(children, t.DESPATCH_DOCUMENT_REFERENCE, t.ID),
    )
    if not receipt.number:
        sheet.remark("the receipt advice has no number (cbc:ID)", root)
    if not receipt.lines:
        sheet.remark("the receipt advice has no lines", root)
    return receipt


def _line(sheet: Sheet, line: _Element, position: int) -> ReceiptLine:
    children = sheet.fields(line)
    item = sheet.fields(children.get(t.ITEM))
    received = parts.quantity_of(sheet, line, children.get(t.RECEIVED_QUANTITY), "received quantity")
    rejected = sheet.quantity(children.get(t.REJECTED_QUANTITY))
    if rejected is not None and rejected.unit != received.unit:
        message = Sentence(
            "received in {received} but rejected in {rejected}; the whole line was read as rejected",
            received=received.unit,
            rejected=rejected.unit,
        )
        sheet.remark(message, line)
        rejected = received
    if not text(children.get(t.ID)):
        sheet.remark(
            Sentence("the line has no identifier; it is number {position} in the document", position=position), line
        )
    return ReceiptLine(
        id=text(children.get(t.ID)) or str(position),
        accepted=received if rejected is None else received - rejected,
        rejected=rejected,
        order=parts.line_reference(sheet, line, children, t.ORDER_LINE_REFERENCE),
        product=parts.product(sheet, item),
        description=parts.description(item),
        catch_weight=sheet.quantity(sheet.fields(children.get(t.SHIPMENT)).get(t.NET_WEIGHT_MEASURE)),
        lot=sheet.below(item, t.ITEM_INSTANCE, t.LOT_IDENTIFICATION, t.LOT_NUMBER_ID),
    )


def _occurred_at(sheet: Sheet, delivery: Fields, lines: list[_Element]) -> datetime | None:
    """When the goods were received: the shipment's delivery, else the first line that states it."""
    if (on := delivery.get(t.ACTUAL_DELIVERY_DATE)) is not None:
        return sheet.instant(on, delivery.get(t.ACTUAL_DELIVERY_TIME))
    stated = next((on for line in lines if (on := line.find(t.RECEIVED_DATE)) is not None), None)
    return sheet.instant(stated, None)
