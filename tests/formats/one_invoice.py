"""One right invoice in UBL, by Peppol BIS Billing 3 and EN 16931, and the evidence that it ties out against.

10 widgets at 100.00 EUR and 21 %: 1,000.00 net, 210.00 tax, 1,210.00 to pay.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

_SPACES = (
    'xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" '
    'xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" '
    'xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"'
)
_VAT = "<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>"
SELLER_TAX: Final = f"<cac:PartyTaxScheme><cbc:CompanyID>NL123456789B01</cbc:CompanyID>{_VAT}</cac:PartyTaxScheme>"
BUYER_TAX: Final = f"<cac:PartyTaxScheme><cbc:CompanyID>DE111111111</cbc:CompanyID>{_VAT}</cac:PartyTaxScheme>"
DELIVERY: Final = (
    "<cac:Delivery><cbc:ActualDeliveryDate>2026-06-05</cbc:ActualDeliveryDate><cac:DeliveryLocation><cac:Address>"
    "<cac:Country><cbc:IdentificationCode>DE</cbc:IdentificationCode></cac:Country></cac:Address></cac:DeliveryLocation>"
    "</cac:Delivery>"
)
MEANS: Final = (
    "<cac:PaymentMeans><cbc:PaymentMeansCode>30</cbc:PaymentMeansCode><cac:PayeeFinancialAccount>"
    "<cbc:ID>NL02ABNA0123456789</cbc:ID></cac:PayeeFinancialAccount></cac:PaymentMeans>"
)
SUBTOTAL: Final = (
    '<cac:TaxSubtotal><cbc:TaxableAmount currencyID="EUR">1000.00</cbc:TaxableAmount>'
    '<cbc:TaxAmount currencyID="EUR">210.00</cbc:TaxAmount>'
    f"<cac:TaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>21</cbc:Percent>{_VAT}</cac:TaxCategory></cac:TaxSubtotal>"
)
TAX: Final = f'<cac:TaxTotal><cbc:TaxAmount currencyID="EUR">210.00</cbc:TaxAmount>{SUBTOTAL}</cac:TaxTotal>'
TOTALS: Final = (
    '<cac:LegalMonetaryTotal><cbc:LineExtensionAmount currencyID="EUR">1000.00</cbc:LineExtensionAmount>'
    '<cbc:TaxExclusiveAmount currencyID="EUR">1000.00</cbc:TaxExclusiveAmount>'
    '<cbc:TaxInclusiveAmount currencyID="EUR">1210.00</cbc:TaxInclusiveAmount>'
    '<cbc:PayableAmount currencyID="EUR">1210.00</cbc:PayableAmount></cac:LegalMonetaryTotal>'
)
CLASSIFIED: Final = (
    f"<cac:ClassifiedTaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>21</cbc:Percent>{_VAT}</cac:ClassifiedTaxCategory>"
)
PRICE: Final = '<cac:Price><cbc:PriceAmount currencyID="EUR">100.00</cbc:PriceAmount></cac:Price>'
LINE: Final = (
    '<cac:InvoiceLine><cbc:ID>1</cbc:ID><cbc:InvoicedQuantity unitCode="EA">10</cbc:InvoicedQuantity>'
    '<cbc:LineExtensionAmount currencyID="EUR">1000.00</cbc:LineExtensionAmount>'
    "<cac:OrderLineReference><cbc:LineID>1</cbc:LineID></cac:OrderLineReference>"
    "<cac:Item><cbc:Name>Widget</cbc:Name><cac:BuyersItemIdentification><cbc:ID>W-1</cbc:ID>"
    f"</cac:BuyersItemIdentification>{CLASSIFIED}</cac:Item>{PRICE}</cac:InvoiceLine>"
)


def _party(role: str, endpoint: str, country: str, tax: str, name: str) -> str:
    return (
        f'<cac:{role}><cac:Party><cbc:EndpointID schemeID="0106">{endpoint}</cbc:EndpointID><cac:PostalAddress>'
        f"<cbc:CityName>Town</cbc:CityName><cac:Country><cbc:IdentificationCode>{country}</cbc:IdentificationCode>"
        f"</cac:Country></cac:PostalAddress>{tax}<cac:PartyLegalEntity><cbc:RegistrationName>{name}"
        f"</cbc:RegistrationName></cac:PartyLegalEntity></cac:Party></cac:{role}>"
    )


INVOICE: Final = (
    f'<?xml version="1.0" encoding="UTF-8"?>\n<Invoice {_SPACES}>'
    "<cbc:CustomizationID>urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0</cbc:CustomizationID>"
    "<cbc:ProfileID>urn:fdc:peppol.eu:2017:poacc:billing:01:1.0</cbc:ProfileID><cbc:ID>B-1</cbc:ID>"
    "<cbc:IssueDate>2026-06-10</cbc:IssueDate><cbc:DueDate>2026-07-10</cbc:DueDate>"
    "<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode><cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>"
    "<cbc:BuyerReference>dept 7</cbc:BuyerReference><cac:OrderReference><cbc:ID>PO-500</cbc:ID></cac:OrderReference>"
    + _party("AccountingSupplierParty", "12345678", "NL", SELLER_TAX, "Brindle Works BV")
    + _party("AccountingCustomerParty", "87654321", "DE", BUYER_TAX, "Harbour Supply GmbH")
    + f"{DELIVERY}{MEANS}<cac:PaymentTerms><cbc:Note>30 days net</cbc:Note></cac:PaymentTerms>{TAX}{TOTALS}{LINE}</Invoice>"
)
_SUPPLIER: Final = (
    "supplier_number,supplier_name,country,supplier_vat,terms,account,account_approved_on,account_verified\n"
    "70031,Brindle Works BV,NL,NL123456789B01,30 days net,NL02ABNA0123456789,2024-01-01,yes\n"
)


def evidence(folder: Path, *, tax: str = "21") -> list[str]:
    """Writes order, receipt and supplier into a folder; the arguments of `tieout check` that name them."""
    line = {"id": "1", "quantity": "10 EA", "price": "100.00", "product": {"buyer": "W-1"}, "tax_percent": tax}
    seller = {
        "name": "Brindle Works BV",
        "country": "NL",
        "identifiers": [{"scheme": "vat", "value": "NL123456789B01"}],
    }
    order = {
        "kind": "order", "number": "PO-500", "issue_date": "2026-06-01", "currency": "EUR", "supplier": seller,
        "buyer": {"name": "Harbour Supply GmbH", "country": "DE"}, "lines": [line], "terms": "30 days net",
    }  # fmt: skip
    (folder / "order.json").write_text(json.dumps(order))
    receipt = "receipt_number,received_at,order_number,order_line,line,accepted,unit\nGR-1,2026-06-05T08:00Z,PO-500,1,1,10,EA\n"
    (folder / "receipt.csv").write_text(receipt)
    (folder / "supplier.csv").write_text(_SUPPLIER)
    return [
        word
        for name, file in (("order", "order.json"), ("receipt", "receipt.csv"), ("supplier", "supplier.csv"))
        for word in (f"--{name}", str(folder / file))
    ]
