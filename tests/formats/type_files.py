"""A file in UBL and one in CII for any type of document: the same ten pieces at the agreed price, only what it says that it is differs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from tieout.trade.document_types import DocumentType
from tieout.trade.document_types.untdid import EN_16931

ORDER = """{"kind": "order", "number": "PO-500", "issue_date": "2026-05-01", "currency": "EUR", "supplier": {"name": "Brindle Works BV",
"identifiers": [{"scheme": "vat", "value": "NL123456789B01"}]}, "buyer": {"name": "Harbour Supply GmbH"}, "lines": [{"id": "1",
"quantity": "20 EA", "price": "100.00", "product": {"buyer": "W-1"}}]}"""
RECEIPT = (
    "receipt_number,received_at,site,order_number,order_line,line,accepted,unit\n"
    "GR-1,2026-06-09T09:00:00+00:00,HAM-1,PO-500,1,1,20,EA\n"
)
SUPPLIER = "supplier_number,supplier_name,country,supplier_vat\n70031,Brindle Works BV,NL,NL123456789B01\n"
_UBL = "urn:oasis:names:specification:ubl:schema:xsd"
_CII = "urn:un:unece:uncefact:data:standard"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """How a document says what it is. `root` is of UBL alone; `sign` is that of all its amounts and quantities."""

    code: str
    number: str = "B-1"
    root: str = "Invoice"
    profile: str = "urn:cen.eu:en16931:2017"
    process: str = ""
    country: str = "NL"
    attributes: tuple[tuple[str, str], ...] = ()
    preceding: str = "B-0"
    sign: str = ""
    quantity: int = 10


def written(row: DocumentType, *, root: str = "Invoice") -> Written:
    """A row of the table as a document would say it."""
    match row.code_list:
        case "MyInvois":
            return Written(code=row.code, root=root, profile="", attributes=(("listVersionID", "1.1"),))
        case "ZATCA":
            code, _, special = row.code.partition("-")
            digits = {"": "0100000", "02": "0200000", "nominal": "0101000", "self": "0100001"}[special]
            return Written(code=code, root=root, profile="", attributes=(("name", digits),))
        case "DIAN":
            return Written(code=row.code, root=root, profile="10", process="DIAN 2.1: Factura Electrónica de Venta")
        case "SUNAT":
            return Written(code=row.code, root=root, profile="2.0", attributes=(("listAgencyName", "PE:SUNAT"),))
        case "profile":
            profile = {
                "reminder": "urn:fdc:anskaffelser.no:2019:ehf:reminder:3.0",
                "proforma invoice": "urn:x:proforma:1",
            }
            return Written(code="", root=root, profile=profile[row.name])
        case "UNTDID 1001" if row.code in EN_16931:
            return Written(code=row.code, root=root)
        case _:
            return Written(code=row.code, root=root, profile="")


def ubl(said: Written) -> bytes:
    """The document in UBL 2.1."""
    credit = said.root == "CreditNote"
    s, net, tax = said.sign, f"{said.quantity * 100}.00", f"{said.quantity * 21}.00"
    gross = f"{said.quantity * 121}.00"
    marks = "".join(f" {name}={quoteattr(value)}" for name, value in said.attributes)
    kind = "CreditNoteTypeCode" if credit else "InvoiceTypeCode"
    code = f"<b:{kind}{marks}>{escape(said.code)}</b:{kind}>" if said.code else ""
    process = f"<b:ProfileID>{escape(said.process)}</b:ProfileID>" if said.process else ""
    reference = "<a:BillingReference><a:InvoiceDocumentReference><b:ID>%s</b:ID></a:InvoiceDocumentReference></a:BillingReference>"
    preceding = reference % said.preceding if said.preceding else ""
    line, quantity = ("CreditNoteLine", "CreditedQuantity") if credit else ("InvoiceLine", "InvoicedQuantity")
    category = "<b:ID>S</b:ID><b:Percent>21</b:Percent><a:TaxScheme><b:ID>VAT</b:ID></a:TaxScheme>"
    party = (
        "<a:Party><a:PostalAddress><a:Country><b:IdentificationCode>%s</b:IdentificationCode></a:Country></a:PostalAddress>"
        "<a:PartyTaxScheme><b:CompanyID>%s</b:CompanyID><a:TaxScheme><b:ID>VAT</b:ID></a:TaxScheme></a:PartyTaxScheme>"
        "<a:PartyLegalEntity><b:RegistrationName>%s</b:RegistrationName></a:PartyLegalEntity></a:Party>"
    )
    return f"""<{said.root} xmlns="{_UBL}:{said.root}-2" xmlns:a="{_UBL}:CommonAggregateComponents-2"
 xmlns:b="{_UBL}:CommonBasicComponents-2"><b:CustomizationID>{said.profile}</b:CustomizationID>{process}
<b:ID>{said.number}</b:ID><b:IssueDate>2026-06-10</b:IssueDate>{code}<b:DocumentCurrencyCode>EUR</b:DocumentCurrencyCode>
<a:OrderReference><b:ID>PO-500</b:ID></a:OrderReference>{preceding}
<a:AccountingSupplierParty>{party % (said.country, "NL123456789B01", "Brindle Works BV")}</a:AccountingSupplierParty>
<a:AccountingCustomerParty>{party % ("DE", "DE111111111", "Harbour Supply GmbH")}</a:AccountingCustomerParty>
<a:TaxTotal><b:TaxAmount currencyID="EUR">{s}{tax}</b:TaxAmount><a:TaxSubtotal>
<b:TaxableAmount currencyID="EUR">{s}{net}</b:TaxableAmount><b:TaxAmount currencyID="EUR">{s}{tax}</b:TaxAmount>
<a:TaxCategory>{category}</a:TaxCategory></a:TaxSubtotal></a:TaxTotal>
<a:LegalMonetaryTotal><b:LineExtensionAmount currencyID="EUR">{s}{net}</b:LineExtensionAmount>
<b:TaxExclusiveAmount currencyID="EUR">{s}{net}</b:TaxExclusiveAmount>
<b:TaxInclusiveAmount currencyID="EUR">{s}{gross}</b:TaxInclusiveAmount>
<b:PayableAmount currencyID="EUR">{s}{gross}</b:PayableAmount></a:LegalMonetaryTotal>
<a:{line}><b:ID>1</b:ID><b:{quantity} unitCode="EA">{s}{said.quantity}</b:{quantity}>
<b:LineExtensionAmount currencyID="EUR">{s}{net}</b:LineExtensionAmount>
<a:OrderLineReference><b:LineID>1</b:LineID><a:OrderReference><b:ID>PO-500</b:ID></a:OrderReference></a:OrderLineReference>
<a:Item><b:Name>Widget</b:Name><a:BuyersItemIdentification><b:ID>W-1</b:ID></a:BuyersItemIdentification>
<a:ClassifiedTaxCategory>{category}</a:ClassifiedTaxCategory></a:Item>
<a:Price><b:PriceAmount currencyID="EUR">100.00</b:PriceAmount></a:Price></a:{line}></{said.root}>""".encode()


def cii(said: Written) -> bytes:
    """The document in CII D16B, where the root element is the same for all."""
    s, net, tax = said.sign, f"{said.quantity * 100}.00", f"{said.quantity * 21}.00"
    gross = f"{said.quantity * 121}.00"
    marks = "".join(f" {name}={quoteattr(value)}" for name, value in said.attributes)
    code = f"<r:TypeCode{marks}>{escape(said.code)}</r:TypeCode>" if said.code else ""
    process, parameter = escape(said.process), "BusinessProcessSpecifiedDocumentContextParameter"
    process = f"<r:{parameter}><r:ID>{process}</r:ID></r:{parameter}>" if process else ""
    preceding = (
        f"<r:InvoiceReferencedDocument><r:IssuerAssignedID>{said.preceding}</r:IssuerAssignedID></r:InvoiceReferencedDocument>"
        if said.preceding
        else ""
    )
    party = (
        "<r:Name>%s</r:Name><r:PostalTradeAddress><r:CountryID>%s</r:CountryID></r:PostalTradeAddress>"
        '<r:SpecifiedTaxRegistration><r:ID schemeID="VA">%s</r:ID></r:SpecifiedTaxRegistration>'
    )
    rate = "<r:TypeCode>VAT</r:TypeCode>%s<r:CategoryCode>S</r:CategoryCode><r:RateApplicablePercent>21</r:RateApplicablePercent>"
    return f"""<m:CrossIndustryInvoice xmlns:m="{_CII}:CrossIndustryInvoice:100"
 xmlns:r="{_CII}:ReusableAggregateBusinessInformationEntity:100" xmlns:u="{_CII}:UnqualifiedDataType:100">
<m:ExchangedDocumentContext>{process}<r:GuidelineSpecifiedDocumentContextParameter><r:ID>{said.profile}</r:ID>
</r:GuidelineSpecifiedDocumentContextParameter></m:ExchangedDocumentContext>
<m:ExchangedDocument><r:ID>{said.number}</r:ID>{code}<r:IssueDateTime><u:DateTimeString format="102">20260610</u:DateTimeString>
</r:IssueDateTime></m:ExchangedDocument><m:SupplyChainTradeTransaction>
<r:IncludedSupplyChainTradeLineItem><r:AssociatedDocumentLineDocument><r:LineID>1</r:LineID></r:AssociatedDocumentLineDocument>
<r:SpecifiedTradeProduct><r:BuyerAssignedID>W-1</r:BuyerAssignedID><r:Name>Widget</r:Name></r:SpecifiedTradeProduct>
<r:SpecifiedLineTradeAgreement><r:BuyerOrderReferencedDocument><r:LineID>1</r:LineID></r:BuyerOrderReferencedDocument>
<r:NetPriceProductTradePrice><r:ChargeAmount>100.00</r:ChargeAmount></r:NetPriceProductTradePrice></r:SpecifiedLineTradeAgreement>
<r:SpecifiedLineTradeDelivery><r:BilledQuantity unitCode="EA">{s}{said.quantity}</r:BilledQuantity></r:SpecifiedLineTradeDelivery>
<r:SpecifiedLineTradeSettlement><r:ApplicableTradeTax>{rate % ""}</r:ApplicableTradeTax>
<r:SpecifiedTradeSettlementLineMonetarySummation><r:LineTotalAmount>{s}{net}</r:LineTotalAmount>
</r:SpecifiedTradeSettlementLineMonetarySummation></r:SpecifiedLineTradeSettlement></r:IncludedSupplyChainTradeLineItem>
<r:ApplicableHeaderTradeAgreement>
<r:SellerTradeParty>{party % ("Brindle Works BV", said.country, "NL123456789B01")}</r:SellerTradeParty>
<r:BuyerTradeParty>{party % ("Harbour Supply GmbH", "DE", "DE111111111")}</r:BuyerTradeParty>
<r:BuyerOrderReferencedDocument><r:IssuerAssignedID>PO-500</r:IssuerAssignedID></r:BuyerOrderReferencedDocument>
</r:ApplicableHeaderTradeAgreement><r:ApplicableHeaderTradeDelivery/>
<r:ApplicableHeaderTradeSettlement><r:InvoiceCurrencyCode>EUR</r:InvoiceCurrencyCode>
<r:ApplicableTradeTax><r:CalculatedAmount>{s}{tax}</r:CalculatedAmount>{rate % f"<r:BasisAmount>{s}{net}</r:BasisAmount>"}
</r:ApplicableTradeTax>
<r:SpecifiedTradeSettlementHeaderMonetarySummation><r:LineTotalAmount>{s}{net}</r:LineTotalAmount>
<r:TaxBasisTotalAmount>{s}{net}</r:TaxBasisTotalAmount><r:TaxTotalAmount currencyID="EUR">{s}{tax}</r:TaxTotalAmount>
<r:GrandTotalAmount>{s}{gross}</r:GrandTotalAmount><r:DuePayableAmount>{s}{gross}</r:DuePayableAmount>
</r:SpecifiedTradeSettlementHeaderMonetarySummation>{preceding}</r:ApplicableHeaderTradeSettlement>
</m:SupplyChainTradeTransaction></m:CrossIndustryInvoice>""".encode()


def evidence_in(folder: Path) -> list[str]:
    """The arguments of `tieout check` with order, receipt, supplier and the earlier invoice B-0, written into a folder."""
    given = {
        "order.json": ORDER.encode(),
        "receipt.csv": RECEIPT.encode(),
        "supplier.csv": SUPPLIER.encode(),
        "earlier.xml": ubl(Written(code="380", number="B-0", preceding="")),
    }
    for name, content in given.items():
        (folder / name).write_bytes(content)
    flags = {
        "--order": "order.json",
        "--receipt": "receipt.csv",
        "--supplier": "supplier.csv",
        "--earlier": "earlier.xml",
    }
    named = [word for flag, name in flags.items() for word in (flag, str(folder / name))]
    return [*named, "--at", "2026-06-11T10:00Z", "--json"]
