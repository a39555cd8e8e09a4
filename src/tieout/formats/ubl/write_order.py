"""Writing a canonical order as UBL 2.1."""

from __future__ import annotations

import re
from typing import Final

from tieout.core.values.errors import Malformed
from tieout.core.values.money import total
from tieout.formats.ubl.markup import amount, day, leaf, node, quantity, xml_document
from tieout.formats.ubl.order import CONTRACT_TYPE
from tieout.formats.ubl.write_parts import allowance_charge, item, price, role, tax_category
from tieout.trade.documents import LineReference, Order, OrderCharge, OrderLine

_CODE: Final = re.compile(r"[A-Z0-9]{1,3}")


def write_order(order: Order) -> bytes:
    """UBL 2.1 bytes. Raises `Malformed` for what UBL cannot carry, so that nothing is lost silently."""
    if order.status != "open":
        raise Malformed(
            "a UBL order cannot say that it is {status}",
            where="status",
            remedy="use canonical JSON",
            status=order.status,
        )
    if order.entity:
        raise Malformed("UBL has no field for our company code", where="entity", remedy="use canonical JSON")
    currency = order.currency
    return xml_document(
        "Order",
        leaf("CustomizationID", "urn:fdc:peppol.eu:poacc:trns:order:3"),
        leaf("ID", order.number),
        day("IssueDate", order.issue_date),
        leaf("DocumentCurrencyCode", currency),
        node("Contract", leaf("ID", order.contract)),
        role("BuyerCustomerParty", order.buyer),
        role("SellerSupplierParty", order.supplier),
        node("Delivery", node("DeliveryLocation", leaf("ID", order.site))),
        node("DeliveryTerms", leaf("ID", order.incoterm)),
        node("PaymentTerms", leaf("Note", order.terms)),
        *(_charge(one, currency) for one in order.charges),
        node(
            "AnticipatedMonetaryTotal",
            _lines_total(order),
            amount("TaxExclusiveAmount", order.net, currency),
            amount("PayableAmount", order.payable, currency),
        ),
        *(_line(line, currency) for line in order.lines),
    )


def _lines_total(order: Order) -> str:
    nets = [line.net for line in order.lines if line.net is not None]
    if order.net is None or len(nets) < len(order.lines):
        return ""
    return amount("LineExtensionAmount", total(nets, order.currency), order.currency)


def _charge(one: OrderCharge, currency: str) -> str:
    is_charge = one.amount.minor >= 0
    return node(
        "AllowanceCharge",
        f"<cbc:ChargeIndicator>{'true' if is_charge else 'false'}</cbc:ChargeIndicator>",
        leaf("AllowanceChargeReasonCode" if _CODE.fullmatch(one.kind) else "AllowanceChargeReason", one.kind),
        amount("Amount", abs(one.amount), currency),
    )


def _line(line: OrderLine, currency: str) -> str:
    tax = tax_category("ClassifiedTaxCategory", line.tax_category, line.tax_percent)
    period = node("RequestedDeliveryPeriod", day("EndDate", line.due_on))
    inside = (
        leaf("ID", line.id),
        quantity("Quantity", line.quantity),
        amount("LineExtensionAmount", line.net, currency),
        node("Delivery", node("DeliveryLocation", leaf("ID", line.site)), period),
        *(allowance_charge(one, currency, in_percent=True) for one in line.allowances_charges),
        price(line.price, line.price_per, line.price_unit or line.quantity.unit, currency),
        item(line.product, line.description, classified=line.category, tax=tax),
        _contract(line.contract),
    )
    return f"<cac:OrderLine>{node('LineItem', *inside)}</cac:OrderLine>"


def _contract(reference: LineReference) -> str:
    if not reference.document and not reference.line:
        return ""
    document = node("DocumentReference", leaf("ID", reference.document), leaf("DocumentTypeCode", CONTRACT_TYPE))
    return node("LineReference", leaf("LineID", reference.line or "NA"), document)
