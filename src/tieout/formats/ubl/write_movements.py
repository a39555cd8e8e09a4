"""Writing despatch advices and receipts as UBL 2.1 DespatchAdvice and ReceiptAdvice."""

from __future__ import annotations

from datetime import datetime

from tieout.core.values.errors import Malformed
from tieout.formats.ubl.markup import day, leaf, moment, node, quantity, xml_document
from tieout.formats.ubl.write_parts import item, line_reference, role
from tieout.trade.documents import DespatchAdvice, DespatchLine, Receipt, ReceiptLine


def write_despatch(despatch: DespatchAdvice) -> bytes:
    """UBL 2.1 bytes of a despatch advice."""
    estimate = node("EstimatedDeliveryPeriod", moment("EndDate", "EndTime", despatch.arrives_at))
    return xml_document(
        "DespatchAdvice",
        leaf("CustomizationID", "urn:fdc:peppol.eu:poacc:trns:despatch_advice:3"),
        leaf("ID", despatch.number),
        day("IssueDate", despatch.issue_date),
        node("OrderReference", leaf("ID", despatch.order_number)),
        role("DespatchSupplierParty", despatch.supplier),
        role("DeliveryCustomerParty", despatch.buyer),
        _shipment("", despatch.site, estimate),
        *map(_despatch_line, despatch.lines),
    )


def _despatch_line(line: DespatchLine) -> str:
    return node(
        "DespatchLine",
        leaf("ID", line.id),
        quantity("DeliveredQuantity", line.quantity),
        line_reference("OrderLineReference", line.order, "OrderReference"),
        item(line.product, line.description),
    )


def write_receipt(receipt: Receipt) -> bytes:
    """UBL 2.1 bytes of a receipt. Raises `Malformed` for stock in inspection and confirmations, which UBL cannot express."""
    if receipt.origin != "record":
        raise Malformed(
            "UBL cannot say that a receipt is only a confirmation", where="origin", remedy="use canonical JSON"
        )
    return xml_document(
        "ReceiptAdvice",
        leaf("ID", receipt.number),
        day("IssueDate", receipt.issue_date),
        node("OrderReference", leaf("ID", receipt.order_number)),
        node("DespatchDocumentReference", leaf("ID", receipt.despatch_number)),
        "<cac:DeliveryCustomerParty/>",
        role("DespatchSupplierParty", receipt.supplier),
        _shipment(_delivered(receipt.occurred_at), receipt.site, ""),
        *map(_receipt_line, receipt.lines),
    )


def _receipt_line(line: ReceiptLine) -> str:
    if line.in_inspection is not None:
        raise Malformed(
            "UBL receipts cannot state stock in inspection", where=f"line {line.id}", remedy="use canonical JSON or CSV"
        )
    if line.rejected is not None and line.rejected.unit != line.accepted.unit:
        raise Malformed(
            "UBL receipts cannot state what is accepted and what is rejected in two units",
            where=f"line {line.id}",
            remedy="use canonical JSON",
        )
    received = line.accepted if line.rejected is None else line.accepted + line.rejected
    return node(
        "ReceiptLine",
        leaf("ID", line.id),
        quantity("ReceivedQuantity", received),
        quantity("RejectedQuantity", line.rejected),
        line_reference("OrderLineReference", line.order, "OrderReference"),
        item(line.product, line.description, lot=line.lot),
        _weight(line),
    )


def _weight(line: ReceiptLine) -> str:
    weight = quantity("NetWeightMeasure", line.catch_weight)
    return node("Shipment", leaf("ID", "1"), weight) if weight else ""


def _delivered(at: datetime | None) -> str:
    return moment("ActualDeliveryDate", "ActualDeliveryTime", at)


def _shipment(first: str, site: str, last: str) -> str:
    delivery = node("Delivery", first, node("DeliveryLocation", leaf("ID", site)), last)
    return node("Shipment", leaf("ID", "1"), delivery) if delivery else ""
