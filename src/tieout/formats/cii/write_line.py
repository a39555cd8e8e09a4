"""The lines of an invoice as CII."""

from __future__ import annotations

from lxml.etree import _Element

from tieout.core.values.units import written_code
from tieout.formats.cii.writing import put, put_allowance_charge, put_amount, put_period, put_reference, put_text
from tieout.trade.documents import Invoice, InvoiceLine
from tieout.trade.identifiers import is_gtin


def write_lines(trade: _Element, invoice: Invoice) -> None:
    """Puts every line into the transaction."""
    for line in invoice.lines:
        node = put(trade, "ram:IncludedSupplyChainTradeLineItem")
        put_text(put(node, "ram:AssociatedDocumentLineDocument"), "ram:LineID", line.id)
        _product(node, line)
        _agreement(node, line)
        _delivery(node, line)
        _settlement(node, line)


def _product(node: _Element, line: InvoiceLine) -> None:
    product = put(node, "ram:SpecifiedTradeProduct")
    put_text(product, "ram:GlobalID", line.product.standard, schemeID="0160" if is_gtin(line.product.standard) else "")
    put_text(product, "ram:SellerAssignedID", line.product.seller)
    put_text(product, "ram:BuyerAssignedID", line.product.buyer)
    put_text(product, "ram:Name", line.description)


def _agreement(node: _Element, line: InvoiceLine) -> None:
    agreement = put(node, "ram:SpecifiedLineTradeAgreement")
    put_reference(agreement, "ram:BuyerOrderReferencedDocument", line.order.document, line.order.line)
    if line.price is None:
        return
    price = put(agreement, "ram:NetPriceProductTradePrice")
    put_text(price, "ram:ChargeAmount", f"{line.price:f}")
    if line.price_per != 1:
        unit = "" if line.quantity is None else line.quantity.unit
        put_text(price, "ram:BasisQuantity", f"{line.price_per:f}", unitCode=written_code(unit))


def _delivery(node: _Element, line: InvoiceLine) -> None:
    delivery = put(node, "ram:SpecifiedLineTradeDelivery")
    if line.quantity is not None:
        put_text(delivery, "ram:BilledQuantity", f"{line.quantity.value:f}", unitCode=written_code(line.quantity.unit))
    if line.site:
        put_text(put(delivery, "ram:ShipToTradeParty"), "ram:ID", line.site)
    put_reference(delivery, "ram:DespatchAdviceReferencedDocument", line.despatch.document, line.despatch.line)
    put_reference(delivery, "ram:ReceivingAdviceReferencedDocument", line.receipt.document, line.receipt.line)


def _settlement(node: _Element, line: InvoiceLine) -> None:
    settlement = put(node, "ram:SpecifiedLineTradeSettlement")
    if line.tax_category or line.tax_percent is not None:
        tax = put(settlement, "ram:ApplicableTradeTax")
        put_text(tax, "ram:TypeCode", "VAT")
        put_text(tax, "ram:CategoryCode", line.tax_category)
        put_text(tax, "ram:RateApplicablePercent", "" if line.tax_percent is None else f"{line.tax_percent:f}")
    put_period(settlement, line.period_from, line.period_to)
    for entry in line.allowances_charges:
        put_allowance_charge(settlement, entry)
    put_amount(put(settlement, "ram:SpecifiedTradeSettlementLineMonetarySummation"), "ram:LineTotalAmount", line.net)
